// An operation with its numbers, computed once a change, and the plane that is stepped through. Knows no DOM.

import { gradients, run, terms, unseen } from "./ops.js";
import { isMap, planeOf, planeWith } from "./plane.js";
import { inputName } from "./sentence.js";
import { tensor } from "./tensor.js";

/** @import { Call, Cell, Gradients } from "./ops.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Tensor } from "./tensor.js" */

/**
 * The operation with its numbers, computed once a change.
 * @typedef {object} Scene
 * @property {Call | null} call     null when it cannot be computed
 * @property {string} error         why
 * @property {Tensor[]} inputs
 * @property {Record<string, Tensor>} params
 * @property {Tensor} grad          the gradient that arrives at the output
 * @property {Gradients | null} gradients   in the backward view
 * @property {Set<number>} unseen   cells of the first input
 */
/**
 * What the reader looks at.
 * @typedef {object} View
 * @property {number} sample
 * @property {number} channel        of the output
 * @property {number} inputChannel
 * @property {number} cell           place in the plane that is stepped through
 * @property {boolean} backward
 * @property {string} target         whose gradient: "input", "input 2", "weight", ...
 * @property {number} room           terms that the sentence may spell out
 */

/**
 * @param {{op: string, args: Record<string, any>, inputs: Tensor[], params: Record<string, Tensor>, grad?: Tensor | null}} experiment
 * @param {boolean} backward
 * @returns {Scene}
 */
export function makeScene({ op, args, inputs, params, grad }, backward) {
  try {
    const call = run(op, inputs, params, args);
    const fits = grad && grad.shape.join() === call.output.shape.join();
    const arriving = fits ? grad : tensor(call.output.shape, new Float32Array(call.output.data.length).fill(1));
    const found = backward ? gradients(call, arriving) : null;
    return { call, error: "", inputs, params, grad: arriving, gradients: found, unseen: new Set(unseen(call)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { call: null, error: why, inputs, params, grad: tensor([0]), gradients: null, unseen: new Set() };
  }
}

/** The tensors of a scene by the names of their grids. @param {Scene} scene @returns {Record<string, Tensor>} */
export function tensorsOf({ call, inputs, params }) {
  const named = Object.fromEntries(inputs.map((input, i) => [inputName(i), input]));
  return { ...named, ...params, ...(call && { output: call.output }) };
}

/** Whose gradient can be shown. @param {Scene} scene @returns {string[]} */
export function targetsOf({ inputs, gradients: found }) {
  if (!found) return [];
  return [...inputs.map((_, i) => inputName(i)), ...Object.keys(found.params)];
}

/** The gradient by a target's cells. @param {Scene} scene @param {string} target @returns {Tensor} */
export function gradientOf({ gradients: found }, target) {
  const { inputs, params } = /** @type {Gradients} */ (found);
  return params[target] ?? inputs[inputIndex(target)];
}

/** @param {string} grid @returns {number} which input a grid shows */
export function inputIndex(grid) {
  return grid === "input" ? 0 : Number(grid.replace("input ", "")) - 1;
}

/** @param {Scene} scene @param {string} grid @param {number} at @returns {Cell} what `gradientTerms` calls it */
export function targetCell({ params }, grid, at) {
  return params[grid] ? { param: grid, at } : { input: inputIndex(grid), at };
}

/**
 * The plane whose cells are stepped through, and the name of its grid.
 * @param {Scene} scene
 * @param {View} view
 * @returns {{grid: string, plane: Plane}}
 */
export function steppedPlane(scene, view) {
  const call = /** @type {Call} */ (scene.call);
  if (!view.backward) return { grid: "output", plane: planeOf(call.output.shape, view.sample, view.channel) };
  const targets = targetsOf(scene);
  const grid = targets.includes(view.target) ? view.target : targets[0];
  if (!scene.params[grid]) {
    return { grid, plane: planeOf(scene.inputs[inputIndex(grid)].shape, view.sample, view.inputChannel) };
  }
  return { grid, plane: paramPlane(scene, view, grid) };
}

/** The plane of a parameter that joins the shown channels. @param {Scene} scene @param {View} view @param {string} param */
function paramPlane(scene, view, param) {
  const { output } = /** @type {Call} */ (scene.call);
  const shape = scene.params[param].shape;
  if (shape.length < 2) return planeWith(shape, 0);
  // Some output cells have no terms (a transposed convolution with a long stride has holes): the first that has.
  const plane = planeOf(output.shape, view.sample, view.channel);
  const first = isMap(output.shape) ? plane.start : plane.start + Math.min(view.channel, plane.size - 1);
  for (let at = first; at < plane.start + plane.size; at++) {
    const own = terms(/** @type {Call} */ (scene.call), at).terms.filter((term) => term.param === param);
    const chosen = own.find((term) => term.channel === view.inputChannel) ?? own[0];
    if (chosen) return planeWith(shape, chosen.paramAt);
  }
  return planeWith(shape, 0);
}

/** What a grid is called: a 4-axis weight is a kernel. @param {string} grid @param {number[]} shape */
export function gridLabel(grid, shape) {
  return grid === "weight" && shape.length === 4 ? "kernel" : grid.replaceAll("_", " ");
}
