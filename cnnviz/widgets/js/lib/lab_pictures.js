// What a lab is given: a picture as the network's input, and, of a recorded network, what was recorded of a picture.

import { INPUT_NAME, inputsOf } from "./graph.js";
import { refuse } from "./ops_check.js";
import { sizeOf, tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Call } from "./ops.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {Record<string, Tensor>} Records  outputs (N pictures, ...) by node */

/**
 * A picture's bytes as the network's input: number * scale + shift.
 * @param {Picture} picture
 * @param {number[]} scale  one number a channel, or one for all
 * @param {number[]} shift
 */
export function networkInput({ channels, height, width, data }, scale, shift) {
  const input = tensor([1, channels, height, width]);
  const size = height * width;
  for (let c = 0; c < channels; c++) {
    const [factor, offset] = [scale[c] ?? scale[0], shift[c] ?? shift[0]];
    for (let i = c * size; i < (c + 1) * size; i++) input.data[i] = data[i] * factor + offset;
  }
  return input;
}

/**
 * What was recorded of one picture.
 * @param {GraphNode[]} nodes
 * @param {Records} records
 * @param {Tensor} input
 * @param {number} index  of the picture
 * @returns {Map<string, Call>}
 */
export function recordedCalls(nodes, records, input, index) {
  const calls = new Map();
  for (const node of nodes) {
    const { shape, data } = records[node.name];
    const size = sizeOf(shape.slice(1));
    const output = tensor([1, ...shape.slice(1)], data.subarray(index * size, (index + 1) * size));
    const { op, args, params } = node;
    calls.set(node.name, { op, args, params, inputs: inputsOf(node, calls, input), output });
  }
  return calls;
}

/**
 * Every recorded node's shape for one picture, and the input's.
 * @param {GraphNode[]} nodes
 * @param {Records} records
 * @param {number[]} inputShape
 */
export function recordedShapes(nodes, records, inputShape) {
  const shapes = new Map([[INPUT_NAME, inputShape]]);
  for (const { name } of nodes) {
    const record = records[name] ?? refuse("Lab", `a record of ${name}`, "none", "record every node that is shown");
    shapes.set(name, [1, ...record.shape.slice(1)]);
  }
  return shapes;
}
