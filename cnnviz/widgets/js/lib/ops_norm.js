// batch_norm, group_norm (instance norm has a channel a group) and layer_norm: which cells are normalised together.

import { normalising } from "./normal.js";
import { checkImages, checkVector, refuse } from "./ops_check.js";
import { channelCells, shapeText, sizeOf } from "./tensor.js";

const NORM = "batch_norm";
const VECTORS = ["weight", "bias", "running_mean", "running_var"];

/** @param {string} who @param {any} eps */
function checkEps(who, eps) {
  if (!(eps >= 0)) refuse(who, "eps of at least 0", JSON.stringify(eps) ?? "nothing", "torch takes 1e-5");
}

/** `count` numbers, `step` apart. @param {number} first @param {number} count @param {number} step */
const every = (first, count, step) => Array.from({ length: count }, (_, i) => first + i * step);

/** A channel over the batch; when it is not training by the mean and the variance that it has stored. */
export const batchNormOp = normalising(
  NORM,
  ([input], params, { training, eps }) => {
    checkEps(NORM, eps);
    checkImages(NORM, input, "C");
    for (const name of VECTORS) checkVector(NORM, name, params[name], input[1]);
    if (!training && !(params.running_mean && params.running_var)) {
      refuse(NORM, "running_mean and running_var when not training", "none", "give both, or set training to true");
    }
    if (training && input[0] * input[2] * input[3] === 1) {
      const needed = "more than one number a channel when training";
      refuse(NORM, needed, shapeText(input), "give a larger batch, or evaluate");
    }
    return [...input];
  },
  ({ inputs: [{ shape }], params: { running_mean, running_var }, args }) => {
    const [batch, channels, height, width] = shape;
    const length = height * width;
    const channelOf = (/** @type {number} */ at) => Math.floor(at / length) % channels;
    const stored = (/** @type {number} */ channel) => ({
      mean: running_mean.data[channel],
      variance: running_var.data[channel],
    });
    return {
      groups: channels,
      starts: (channel) => every(channel * length, batch, channels * length),
      length,
      step: 0,
      groupOf: channelOf,
      entryOf: channelOf,
      entryCells: (channel) => channelCells(shape, channel),
      ...(!args.training && { stored }),
    };
  },
);

/** Some channels of one image; gamma and beta are the channel's. */
export const groupNormOp = normalising(
  "group_norm",
  ([input], { weight, bias }, { num_groups: groups, eps }) => {
    checkEps("group_norm", eps);
    if (input.length < 2) refuse("group_norm", "an input of shape (N, C, ...)", shapeText(input), "add a batch axis in front");
    if (!Number.isInteger(groups) || groups < 1 || input[1] % groups) {
      const needed = `num_groups that share ${input[1]} channels equally`;
      refuse("group_norm", needed, JSON.stringify(groups) ?? "nothing", "take a divisor of the channels");
    }
    checkVector("group_norm", "weight", weight, input[1]);
    checkVector("group_norm", "bias", bias, input[1]);
    if (sizeOf(input) === groups) {
      refuse("group_norm", "more than one number a group", shapeText(input), "take fewer groups");
    }
    return [...input];
  },
  ({ inputs: [{ shape }], args: { num_groups } }) => {
    const plane = sizeOf(shape.slice(2));
    const size = (shape[1] / num_groups) * plane;
    return {
      groups: shape[0] * num_groups,
      starts: (group) => every(group * size, size / plane, plane),
      length: plane,
      step: 0,
      groupOf: (at) => Math.floor(at / size),
      entryOf: (at) => Math.floor(at / plane) % shape[1],
      entryCells: (channel) => channelCells(shape, channel),
    };
  },
);

/** The last axes; every place in them has a gamma and a beta of its own. */
export const layerNormOp = normalising(
  "layer_norm",
  ([input], { weight, bias }, { normalized_shape: last, eps }) => {
    checkEps("layer_norm", eps);
    const fits = Array.isArray(last) && last.length && last.join() === input.slice(-last.length).join();
    if (!fits) {
      const needed = `normalized_shape as the last axes of ${shapeText(input)}`;
      refuse("layer_norm", needed, JSON.stringify(last) ?? "nothing", `such as [${input.at(-1)}]`);
    }
    for (const [name, shape] of Object.entries({ weight, bias })) {
      if (shape && shape.join() !== last.join()) {
        refuse("layer_norm", `a ${name} of shape ${shapeText(last)}`, shapeText(shape), "one number a place");
      }
    }
    return [...input];
  },
  ({ inputs: [{ shape }], args: { normalized_shape } }) => {
    const size = sizeOf(normalized_shape);
    const groups = sizeOf(shape) / size;
    return {
      groups,
      starts: (group) => [group * size],
      length: size,
      step: 1,
      groupOf: (at) => Math.floor(at / size),
      entryOf: (at) => at % size,
      entryCells: (entry) => every(entry, groups, size),
    };
  },
);
