import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { runGraph } from "../../cnnviz/widgets/js/lib/graph.js";
import { backwardGraph } from "../../cnnviz/widgets/js/lib/graph_backward.js";
import { sizeOf, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @import { GraphNode } from "../../cnnviz/widgets/js/lib/graph.js" */

const TORCH = JSON.parse(readFileSync(new URL("../graphs/deep.json", import.meta.url), "utf8"));
const [BLOCKS, WIDE, NARROW, SIDE, TARGET] = [12, 96, 16, 24, 3];

/** The same numbers as tests/graphs/make.py's. @param {number} seed @param {number[]} shape */
function waves(seed, ...shape) {
  const size = shape.length > 1 ? Math.sqrt(3 / sizeOf(shape.slice(1))) : 0.1;
  return tensor(shape, Float32Array.from({ length: sizeOf(shape) }, (_, i) => size * Math.sin((i + 1) * 12.9898 * seed)));
}

/** @param {string} name @param {string} input @param {number} seed @param {number[]} shape @returns {GraphNode} */
function conv(name, input, seed, shape) {
  const pad = (shape[2] - 1) / 2;
  const groups = shape[1] === 1 ? shape[0] : 1;
  const args = { stride: [1, 1], padding: [pad, pad, pad, pad], dilation: [1, 1], groups, padding_mode: "zeros" };
  return { name, op: "conv2d", args, params: { weight: waves(seed, ...shape), bias: waves(seed + 1, shape[0]) }, inputs: [input] };
}

/** @param {string} name @param {string} op @param {string[]} inputs @param {Record<string, any>} [args] @returns {GraphNode} */
const plain = (name, op, inputs, args = {}) => ({ name, op, args, params: {}, inputs });

/** @param {number} block @param {string} entry @returns {GraphNode[]} */
function bottleneck(block, entry) {
  const seed = 10 * (block + 1);
  return [
    conv(`expand${block}`, entry, seed, [WIDE, NARROW, 1, 1]),
    plain(`bent${block}`, "silu", [`expand${block}`]),
    conv(`depthwise${block}`, `bent${block}`, seed + 2, [WIDE, 1, 3, 3]),
    plain(`bend${block}`, "silu", [`depthwise${block}`]),
    conv(`project${block}`, `bend${block}`, seed + 4, [NARROW, WIDE, 1, 1]),
    plain(`sum${block}`, "add", [entry, `project${block}`]),
  ];
}

const nodes = [
  conv("stem", "input", 2, [NARROW, 3, 3, 3]),
  ...Array.from({ length: BLOCKS }, (_, block) => bottleneck(block, block ? `sum${block - 1}` : "stem")).flat(),
  plain("mean", "adaptive_avg_pool2d", [`sum${BLOCKS - 1}`], { output_size: [1, 1] }),
  plain("flat", "flatten", ["mean"], { start_dim: 1, end_dim: -1 }),
  { name: "scores", op: "linear", args: {}, params: { weight: waves(4, 10, NARROW), bias: waves(5, 10) }, inputs: ["flat"] },
];
const calls = runGraph(nodes, waves(1, 1, 3, SIDE, SIDE));

/** To within 1e-4 of the largest. @param {ArrayLike<number>} actual @param {number[]} expected */
function assertTorch(actual, expected) {
  const most = 1e-4 * Math.max(...expected.map(Math.abs));
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) <= most, `place ${i}: ${actual[i]} is not ${value}`));
}

test("after 37 convolutions summed in float32 the numbers are torch's in float64", () => {
  assertTorch(calls.get("scores")?.output.data ?? [], TORCH.scores);
  assertTorch(calls.get(`sum${BLOCKS - 1}`)?.output.data.subarray(0, SIDE * SIDE) ?? [], TORCH.map);
});

test("and so are the gradients by the picture, past twelve ways round", () => {
  const grad = tensor([1, 10]);
  grad.data[TARGET] = 1;
  const byPixel = backwardGraph(nodes, calls, grad).get("input")?.data ?? new Float32Array();
  assertTorch(byPixel.filter((_, i) => i % 19 === 0), TORCH.gradient);
});
