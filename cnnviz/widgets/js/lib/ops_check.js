// One voice for what is wrong with an operation's inputs: who, what was needed, what came, what to do.

import { shapeText } from "./tensor.js";

/**
 * @param {string} who
 * @param {string} needed
 * @param {string} came
 * @param {string} todo
 * @returns {never}
 */
export function refuse(who, needed, came, todo) {
  throw new Error(`${who} needs ${needed}, got ${came}: ${todo}`);
}

/**
 * A list of `length` whole numbers of at least `least` from the arguments.
 * @param {string} who
 * @param {Record<string, any>} args
 * @param {string} name
 * @param {number} length
 * @param {number} least
 * @returns {number[]}
 */
export function wholeNumbers(who, args, name, length, least) {
  const values = args[name];
  const whole = Array.isArray(values) && values.every((value) => Number.isInteger(value) && value >= least);
  if (!whole || values.length !== length) {
    const needed = `${name} as ${length} whole numbers of at least ${least}`;
    const example = JSON.stringify(Array(length).fill(least));
    refuse(who, needed, JSON.stringify(values) ?? "nothing", `give ${name} as ${example}`);
  }
  return values;
}

/**
 * Refuse an input that is not N C H W with something in every plane.
 * @param {string} who
 * @param {number[]} shape
 * @param {number | "C"} channels  how many it must have; "C": any number
 */
export function checkImages(who, shape, channels) {
  const needed = `an input of shape (N, ${channels}, H, W)`;
  const came = shapeText(shape);
  if (shape.length === 3) refuse(who, needed, came, "add a batch axis in front");
  if (shape.length !== 4) refuse(who, needed, came, "give batch, channels, height and width");
  if (channels !== "C" && shape[1] !== channels) {
    refuse(who, needed, came, `it reads ${channels} channels and this has ${shape[1]}`);
  }
  if (shape[1] * shape[2] * shape[3] === 0) refuse(who, needed, came, "channels, height and width must be at least 1");
}

/**
 * Refuse a bias (or another vector of one number a channel) of the wrong length.
 * @param {string} who
 * @param {string} name
 * @param {number[] | undefined} shape
 * @param {number} length
 */
export function checkVector(who, name, shape, length) {
  if (shape && (shape.length !== 1 || shape[0] !== length)) {
    const todo = `give one number for each of the ${length} channels`;
    refuse(who, `a ${name} of shape (${length},)`, shapeText(shape), todo);
  }
}

/**
 * Refuse a missing weight, or one without the axes it must have.
 * @param {string} who
 * @param {number[] | undefined} shape
 * @param {string} axes  e.g. "(O, C/groups, kh, kw)"
 * @returns {number[]}
 */
export function checkWeight(who, shape, axes) {
  const rank = axes.split(",").length;
  if (!shape || shape.length !== rank || shape.some((length) => length < 1)) {
    refuse(who, `a weight of shape ${axes}`, shape ? shapeText(shape) : "none", "give it with every axis at least 1");
  }
  return shape;
}

/**
 * Refuse groups that do not share the channels equally.
 * @param {string} who
 * @param {any} groups
 * @param {number} channels
 */
export function checkGroups(who, groups, channels) {
  if (!Number.isInteger(groups) || groups < 1) {
    const came = JSON.stringify(groups) ?? "nothing";
    refuse(who, "groups as a whole number of at least 1", came, "groups 1 joins all channels");
  }
  if (channels % groups) {
    const needed = `channels that its ${groups} groups share equally`;
    refuse(who, needed, `${channels}`, "change groups, or the first axis of the weight");
  }
}
