// What the page's operations cost in node: `node benchmarks/page_ops.mjs`. Medians, side by side in one run.
// Fails if Tiny VGG is not at least five times quicker than plain loops over nested arrays, as most demos have them.

import { convKernels } from "../cnnviz/widgets/js/lib/conv_kernels.js";
import { runGraph } from "../cnnviz/widgets/js/lib/graph.js";
import { gradients, gradientTerms, terms } from "../cnnviz/widgets/js/lib/ops.js";
import { convolution, efficientNetLite0, invertedResidual, plain, random } from "./page_networks.mjs";

/** @import { GraphNode } from "../cnnviz/widgets/js/lib/graph.js" */
/** @import { Call } from "../cnnviz/widgets/js/lib/ops.js" */

const LEAST_OF_PLAIN = 5;
const ROUNDS = 40;
const WARM_UP = 15;

/**
 * @param {string} name
 * @param {string} input
 * @param {[number, number, number]} sizes  channels out and in, kernel
 * @param {number} pad
 */
function conv(name, input, [out, channels, k], pad) {
  const args = { stride: [1, 1], padding: Array(4).fill(pad), dilation: [1, 1], groups: 1, padding_mode: "zeros" };
  const params = { weight: random([out, channels, k, k]), bias: random([out]) };
  return { name, op: "conv2d", args, params, inputs: [input] };
}

/** @param {string} name @param {string} input */
function pool(name, input) {
  const sizes = { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] };
  return plain(name, "max_pool2d", input, { ...sizes, ceil_mode: false });
}

/** @param {string} input @param {number} features @returns {GraphNode[]} */
function classifier(input, features) {
  const params = { weight: random([10, features]), bias: random([10]) };
  return [
    plain("flatten", "flatten", input, { start_dim: 1, end_dim: -1 }),
    { ...plain("linear", "linear", "flatten"), params },
    plain("softmax", "softmax", "linear", { dim: 1 }),
  ];
}

/** CNN Explainer's network: 64x64 colour pictures, 5.6 million multiplications. @type {GraphNode[]} */
const tinyVgg = [
  conv("conv_1_1", "input", [10, 3, 3], 0),
  plain("relu_1_1", "relu", "conv_1_1"),
  conv("conv_1_2", "relu_1_1", [10, 10, 3], 0),
  plain("relu_1_2", "relu", "conv_1_2"),
  pool("pool_1", "relu_1_2"),
  conv("conv_2_1", "pool_1", [10, 10, 3], 0),
  plain("relu_2_1", "relu", "conv_2_1"),
  conv("conv_2_2", "relu_2_1", [10, 10, 3], 0),
  plain("relu_2_2", "relu", "conv_2_2"),
  pool("pool_2", "relu_2_2"),
  ...classifier("pool_2", 10 * 13 * 13),
];

/** `cnnviz.models.clothes`: 28x28 grey pictures, 9,226 parameters. @type {GraphNode[]} */
const clothes = [
  conv("conv1", "input", [8, 1, 5], 2),
  plain("relu1", "relu", "conv1"),
  pool("pool1", "relu1"),
  conv("conv2", "pool1", [16, 8, 3], 1),
  plain("relu2", "relu", "conv2"),
  pool("pool2", "relu2"),
  ...classifier("pool2", 16 * 7 * 7),
];

/** Every gradient of a network that is a chain. @param {Map<string, Call>} calls */
function backward(calls) {
  const order = [...calls.values()].reverse();
  let grad = order[0].output;
  for (const call of order) [grad] = gradients(call, grad).inputs;
}

/** A convolution as most demos write it. @param {number[][][]} x @param {number[][][][]} w @returns {number[][][]} */
function nestedConv(x, w) {
  return w.map((kernels) => {
    const rows = x[0].length - 2;
    const plane = Array.from({ length: rows }, () => Array(x[0][0].length - 2).fill(0));
    for (let c = 0; c < x.length; c++) {
      for (let y = 0; y < rows; y++) {
        for (let col = 0; col < plane[0].length; col++) {
          for (let i = 0; i < 3; i++) {
            for (let j = 0; j < 3; j++) plane[y][col] += kernels[c][i][j] * x[c][y + i][col + j];
          }
        }
      }
    }
    return plane;
  });
}

/** @param {number[]} shape @returns {any} nested arrays of ones */
const nested = ([length, ...rest]) => Array.from({ length }, () => (rest.length ? nested(rest) : 1));

/** Tiny VGG's four convolutions in nested arrays, which are nearly all of its time. */
const PLAIN_WORK = [[3, 64], [10, 62], [10, 30], [10, 28]].map(([channels, size]) => ({
  x: nested([channels, size, size]),
  w: nested([10, channels, 3, 3]),
}));

/**
 * Each work's median and first time in milliseconds; they take turns, so that a busy moment hits all.
 * @param {Record<string, () => void>} works
 */
function timed(works) {
  const times = Object.keys(works).map((name) => ({ name, spent: /** @type {number[]} */ ([]) }));
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const { name, spent } of times) {
      const begin = performance.now();
      works[name]();
      spent.push(performance.now() - begin);
    }
  }
  return times.map(({ name, spent }) => {
    const sorted = spent.slice(WARM_UP).sort((a, b) => a - b);
    return { name, first: spent[0], median: sorted[ROUNDS / 2] };
  });
}

const colour = random([1, 3, 64, 64]);
const grey = random([1, 1, 28, 28]);
const vggCalls = runGraph(tinyVgg, colour);
const clothesCalls = runGraph(clothes, grey);
const conv2 = /** @type {Call} */ (clothesCalls.get("conv2"));
const step = { input: 0, at: 100 };

/** @type {Record<string, () => void>} */
const WORK = {
  "Tiny VGG's convolutions in plain nested arrays": () => PLAIN_WORK.forEach(({ x, w }) => nestedConv(x, w)),
  "Tiny VGG, forward": () => void runGraph(tinyVgg, colour),
  "Tiny VGG, backward": () => backward(vggCalls),
  "clothes, forward": () => void runGraph(clothes, grey),
  "clothes, backward": () => backward(clothesCalls),
  "terms of a cell of conv2": () => void terms(conv2, 1000),
  "gradient terms of an input cell of conv2": () => void gradientTerms(conv2, conv2.output, step),
  "gradient terms of a weight of conv2": () => void gradientTerms(conv2, conv2.output, { param: "weight", at: 5 }),
};

/** Layers of a residual network and of an EfficientNet: name, nodes, shape of the input. @type {[string, GraphNode[], number[]][]} */
const LAYERS = [
  ["MobileNet block, 24 channels of 56x56", invertedResidual("b", "input", { from: 24, to: 24, widen: 6, kernel: 3, stride: 1 }), [1, 24, 56, 56]],
  ["EfficientNet block, 40 of 28x28, 5x5", invertedResidual("b", "input", { from: 40, to: 40, widen: 6, kernel: 5, stride: 1 }), [1, 40, 28, 28]],
  ["1x1, 192 to 1152 channels of 7x7", [convolution("c", "input", [1152, 192, 1])], [1, 192, 7, 7]],
  ["depthwise 5x5, stride 2, 144 of 56x56", [convolution("c", "input", [144, 1, 5], 2)], [1, 144, 56, 56]],
  ["3x3, 64 to 64 of 56x56", [convolution("c", "input", [64, 64, 3])], [1, 64, 56, 56]],
  ["3x3, stride 2, 64 to 128 of 56x56", [convolution("c", "input", [128, 64, 3], 2)], [1, 64, 56, 56]],
  ["7x7, stride 2, 3 to 64 of 224x224", [convolution("c", "input", [64, 3, 7], 2)], [1, 3, 224, 224]],
];

/** @param {() => void} work */
function inPlainJavaScript(work) {
  const quick = convKernels.filter(({ name }) => name === "WebAssembly");
  convKernels.splice(0, quick.length);
  work();
  convKernels.unshift(...quick);
}

for (const [name, nodes, shape] of LAYERS) {
  const x = random(shape);
  WORK[name] = () => void runGraph(nodes, x);
  WORK[`${name}, plain`] = () => inPlainJavaScript(() => void runGraph(nodes, x));
}

/** Too long for as many rounds: the best of four passes. @param {() => void} work */
function best(work) {
  const spent = Array.from({ length: 4 }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...spent);
}

const [lite, photo] = [efficientNetLite0(), random([1, 3, 224, 224])];
console.log("EfficientNet-Lite0, 224x224, milliseconds, the best of four");
console.log(`  with WebAssembly   ${best(() => void runGraph(lite, photo)).toFixed(0).padStart(6)}`);
console.log(`  plain JavaScript   ${best(() => inPlainJavaScript(() => void runGraph(lite, photo))).toFixed(0).padStart(6)}`);

const spent = timed(WORK);
console.log(`milliseconds: the median of ${ROUNDS} after ${WARM_UP} to warm up; the first of all`);
for (const { name, median, first } of spent) {
  console.log(`${name.padEnd(50)}${median.toFixed(3).padStart(9)}${first.toFixed(1).padStart(8)}`);
}
const ratio = spent[0].median / spent[1].median;
console.log(`Tiny VGG is ${ratio.toFixed(1)} times quicker than in plain nested arrays (promised: ${LEAST_OF_PLAIN})`);
process.exitCode = ratio < LEAST_OF_PLAIN ? 1 : 0;
