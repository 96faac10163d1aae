// Networks of real sizes for page_ops.mjs, with random weights: what is timed is their layers, not what they say.

import { sizeOf, tensor } from "../cnnviz/widgets/js/lib/tensor.js";

/** @import { GraphNode } from "../cnnviz/widgets/js/lib/graph.js" */

let state = 1;

/** The same random numbers in every run. @param {number[]} shape */
export function random(shape) {
  return tensor(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => {
      state = (state * 1664525 + 1013904223) >>> 0;
      return state / 2 ** 32 - 0.5;
    }),
  );
}

/** @param {string} name @param {string} op @param {string} input @param {Record<string, any>} [args] */
export const plain = (name, op, input, args = {}) => ({ name, op, args, params: {}, inputs: [input] });

/**
 * A convolution that keeps the size but for its stride, its weights small enough for a deep network.
 * @param {string} name
 * @param {string} input
 * @param {[number, number, number]} sizes  channels out, channels in of a group, kernel
 * @param {number} stride
 * @returns {GraphNode}
 */
export function convolution(name, input, [out, wide, k], stride = 1) {
  const around = Math.floor(k / 2);
  const groups = wide === 1 ? out : 1;
  const args = { stride: [stride, stride], padding: Array(4).fill(around), dilation: [1, 1], groups, padding_mode: "zeros" };
  const weight = random([out, wide, k, k]);
  weight.data.forEach((value, i) => (weight.data[i] = (value * 4) / Math.sqrt(wide * k * k)));
  return { name, op: "conv2d", args, params: { weight }, inputs: [input] };
}

/** @param {string} name @param {string} input @param {number} channels @returns {GraphNode} */
function batchNorm(name, input, channels) {
  const ones = () => tensor([channels], Array(channels).fill(1));
  const params = { weight: ones(), bias: tensor([channels]), running_mean: tensor([channels]), running_var: ones() };
  return { name, op: "batch_norm", args: { training: false, eps: 1e-3 }, params, inputs: [input] };
}

/** A convolution, its norm and ReLU6. @param {string} name @param {string} input @param {[number, number, number]} sizes @param {number} [stride] */
const layer = (name, input, sizes, stride) => [
  convolution(`${name}.conv`, input, sizes, stride),
  batchNorm(`${name}.norm`, `${name}.conv`, sizes[0]),
  plain(name, "relu6", `${name}.norm`),
];

/**
 * An inverted residual block, of MobileNetV2 and EfficientNet: wider, depthwise, narrow again, and the way round it.
 * @param {string} name
 * @param {string} input
 * @param {{from: number, to: number, widen: number, kernel: number, stride: number}} sizes
 * @returns {GraphNode[]}
 */
export function invertedResidual(name, input, { from, to, widen, kernel, stride }) {
  const wide = from * widen;
  const expanded = widen === 1 ? [] : layer(`${name}.expand`, input, [wide, from, 1]);
  const nodes = [
    ...expanded,
    ...layer(`${name}.depthwise`, expanded.length ? `${name}.expand` : input, [wide, 1, kernel], stride),
    convolution(`${name}.project`, `${name}.depthwise`, [to, wide, 1]),
    batchNorm(`${name}.norm`, `${name}.project`, to),
  ];
  if (stride > 1 || from !== to) return [...nodes, plain(name, "identity", `${name}.norm`)];
  return [...nodes, { ...plain(name, "add", `${name}.norm`), inputs: [`${name}.norm`, input] }];
}

// Kernel, stride, widening, channels and blocks of each stage (Tan and Le, 2019; Lite: ReLU6, no squeeze-and-excitation).
const STAGES = [[3, 1, 1, 16, 1], [3, 2, 6, 24, 2], [5, 2, 6, 40, 2], [3, 2, 6, 80, 3], [5, 1, 6, 112, 3], [5, 2, 6, 192, 4], [3, 1, 6, 320, 1]];

/** EfficientNet-Lite0 up to its 1,000 classes: 390 million multiply-adds on 224x224 pixels. @returns {GraphNode[]} */
export function efficientNetLite0() {
  const nodes = layer("stem", "input", [32, 3, 3], 2);
  let from = 32;
  for (const [kernel, stride, widen, to, blocks] of STAGES) {
    for (let i = 0; i < blocks; i++) {
      const input = /** @type {GraphNode} */ (nodes.at(-1)).name;
      nodes.push(...invertedResidual(`block${nodes.length}`, input, { from, to, widen, kernel, stride: i ? 1 : stride }));
      from = to;
    }
  }
  nodes.push(...layer("head", /** @type {GraphNode} */ (nodes.at(-1)).name, [1280, 320, 1]));
  nodes.push(plain("pool", "mean", "head", { dim: [2, 3], keepdim: false }));
  return [...nodes, { ...plain("classes", "linear", "pool"), params: { weight: random([1000, 1280]), bias: random([1000]) } }];
}
