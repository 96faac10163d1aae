// What a stepper is told and tells: plain data, the same names as the traits of cnnviz.widgets.Stepper.

import { isMap } from "./plane.js";

/** @import { Scene, View } from "./scene.js" */
/** @import { Tensor } from "./tensor.js" */

/**
 * @typedef {object} StepperState
 * @property {string} op                      a name of the operation vocabulary
 * @property {Record<string, any>} args
 * @property {Record<string, Tensor>} params
 * @property {Tensor[]} inputs
 * @property {Tensor | null} grad             the gradient that arrives at the output; null: ones
 * @property {string} title
 * @property {number} sample                  which of the batch
 * @property {number} channel                 of the output (the weight's row, in the backward view of a linear layer)
 * @property {number} input_channel           whose terms are spelled out
 * @property {number} cell                    place in the plane that is stepped through, row by row; -1: that of its largest number
 * @property {boolean} backward
 * @property {string} target                  whose gradient the backward view steps through: "input", "weight", ...
 * @property {boolean} flipped                the kernel is shown and used flipped: a true convolution
 * @property {number} speed                   cells a second
 * @property {string} after                   id of the question that must be answered first; "": none
 */

/** @type {Omit<StepperState, "op" | "args" | "params" | "inputs">} */
export const stepperDefaults = {
  grad: null,
  title: "",
  sample: 0,
  channel: 0,
  input_channel: 0,
  cell: -1,
  backward: false,
  target: "input",
  flipped: false,
  speed: 4,
  after: "",
};

/** Changes after which everything is computed anew; after those of VIEW only the planes. */
export const COMPUTED = ["op", "args", "params", "inputs", "grad", "backward"];
export const VIEWED = ["sample", "channel", "input_channel", "target", "title", "speed"];

/** @param {StepperState} state @param {number} room @returns {View} */
export function viewOf(state, room) {
  const { sample, channel, input_channel: inputChannel, cell, backward, target } = state;
  return { sample, channel, inputChannel, cell, backward, target, room };
}

/**
 * How many output channels there are to choose from; for the gradient of a linear layer's weight, its rows.
 * @param {StepperState} state
 * @param {Scene} scene
 */
export function channelCount({ backward, target }, { call, params }) {
  const shape = call?.output.shape ?? [];
  if (isMap(shape)) return shape.length === 4 ? shape[1] : 1;
  return backward && params[target]?.shape.length === 2 ? (shape.at(-1) ?? 1) : 1;
}

/**
 * The state within what the scene has: indexes that exist, a target that has a gradient.
 * @param {StepperState} state
 * @param {Scene} scene
 * @returns {Partial<StepperState>} what had to change
 */
export function withinScene(state, scene) {
  if (!scene.call) return {};
  const { shape } = scene.call.output;
  const input = scene.inputs[0].shape;
  const limits = {
    sample: shape.length > 1 ? shape[0] : 1,
    channel: channelCount(state, scene),
    input_channel: input.length === 4 ? input[1] : 1,
  };
  /** @type {Partial<StepperState>} */
  const changes = {};
  for (const [name, count] of Object.entries(limits)) {
    const key = /** @type {"sample" | "channel" | "input_channel"} */ (name);
    const inside = Math.min(Math.max(0, Math.trunc(state[key]) || 0), Math.max(0, count - 1));
    if (inside !== state[key]) changes[key] = inside;
  }
  return changes;
}
