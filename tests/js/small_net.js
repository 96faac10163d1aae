// A small network with a way round a block and two readers of one tensor, of smooth operations, for tests.

import { sizeOf, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @import { GraphNode } from "../../cnnviz/widgets/js/lib/graph.js" */
/** @import { Picture } from "../../cnnviz/widgets/js/lib/pixels.js" */

/** The same uneven numbers in every run. @param {number[]} shape @param {number} seed */
export const uneven = (shape, seed) =>
  tensor(shape, Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin((i + 1) * 12.9898 * seed) / 2));

/** @param {string} name @param {string} input @param {number[]} shape @returns {GraphNode} */
export const conv = (name, input, shape) => ({
  name,
  op: "conv2d",
  args: { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1, padding_mode: "zeros" },
  params: { weight: uneven(shape, name.length + shape[1]), bias: uneven([shape[0]], 3) },
  inputs: [input],
});

/** @param {string} name @param {string} op @param {string[]} inputs @param {Record<string, any>} [args] @returns {GraphNode} */
export const plain = (name, op, inputs, args = {}) => ({ name, op, args, params: {}, inputs });

/** stem -> left, and stem + left -> ... -> three scores -> softmax. @type {GraphNode[]} */
export const smallNet = [
  conv("stem", "input", [4, 2, 3, 3]),
  plain("bent", "silu", ["stem"]),
  conv("left", "bent", [4, 4, 3, 3]),
  plain("sum", "add", ["bent", "left"]),
  plain("curve", "tanh", ["sum"]),
  plain("flat", "flatten", ["curve"], { start_dim: 1, end_dim: -1 }),
  { name: "scores", op: "linear", args: {}, params: { weight: uneven([3, 100], 5) }, inputs: ["flat"] },
  plain("probabilities", "softmax", ["scores"], { dim: -1 }),
];

/** @param {number} seed @returns {Picture} of 2 channels, 5 x 5 */
export function smallPicture(seed) {
  const data = Uint8Array.from({ length: 50 }, (_, i) => (i * 37 * seed + 11 * seed) % 256);
  return { channels: 2, height: 5, width: 5, data };
}
