import assert from "node:assert/strict";
import test from "node:test";
import {
  byProbability,
  countParameters,
  sayBlock,
  sayCell,
  sayChange,
  sayCount,
  sayLayer,
  sayOperation,
  sayPercent,
  sayVerdict,
} from "../../cnnviz/widgets/js/lib/explorer_words.js";
import { sayShape } from "../../cnnviz/widgets/js/lib/explorer_shapes.js";

const node = (/** @type {string} */ op, /** @type {Record<string, any>} */ args = {}, /** @type {number[]} */ weight = []) => ({
  op,
  args,
  params: { weight: { shape: weight } },
  inputs: ["a", "b"],
});

test("an operation is named with what is unusual about it", () => {
  const plain = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 };
  assert.equal(sayOperation(node("conv2d", plain, [8, 1, 5, 3])), "convolution 5 × 3");
  const odd = { stride: [2, 1], padding: [1, 1, 1, 1], dilation: [2, 2], groups: 4 };
  assert.equal(sayOperation(node("conv2d", odd, [8, 2, 3, 3])), "convolution 3 × 3, stride 2 × 1, padding 1, dilation 2, 4 groups");
});

test("padding that is not the same on every side says where it is", () => {
  const say = (/** @type {number[]} */ padding) => sayOperation(node("conv2d", { padding, groups: 1 }, [8, 1, 1, 5])).split("padding ")[1];
  assert.equal(say([0, 0, 2, 2]), "0 × 2"); // as the kernel: rows, columns
  assert.equal(say([0, 1, 0, 1]), "1 below and at the right");
  assert.equal(say([1, 2, 0, 0]), "1 above, 2 below");
});

test("pooling says its stride only where windows overlap or leave gaps", () => {
  const args = { kernel_size: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1] };
  assert.equal(sayOperation(node("max_pool2d", { ...args, stride: [2, 2] })), "max pooling 2 × 2");
  assert.equal(sayOperation(node("max_pool2d", { ...args, stride: [1, 1] })), "max pooling 2 × 2, stride 1");
});

test("a sum names what it adds", () => {
  assert.equal(sayOperation(node("add")), "sum of a and b");
});

test("every operation of the vocabulary has words of its own", async () => {
  const { ops } = await import("../../cnnviz/widgets/js/lib/ops.js");
  const sizes = { kernel_size: [2, 2], stride: [2, 2], output_size: [1, 1], size: [4, 4], dim: [2, 3], dims: [0, 2, 1], padding: [0, 0] };
  const args = { ...sizes, min_val: 0, max_val: 1, factor: 2, offset: 1, mode: "nearest", num_groups: 2, start: 0, stop: 1, upscale_factor: 2 };
  const said = Object.keys(ops).map((op) => sayOperation(node(op, args, [1, 1, 3, 3])));
  assert.equal(new Set(said).size, said.length);
  assert.deepEqual(said.filter((words) => words.includes("_") || words.includes("undefined")), []);
});

test("a convolution of each channel by itself is called depthwise", () => {
  assert.equal(sayOperation(node("conv2d", { stride: [1, 1], groups: 8 }, [8, 1, 3, 3])), "depthwise convolution 3 × 3");
});

test("a recorded layer is called by its type", () => {
  assert.equal(sayOperation(node("recorded", { type: "MultiheadAttention" })), "MultiheadAttention");
});

const named = (/** @type {string} */ op, /** @type {number[]} */ weight = []) => ({ name: op, ...node(op, {}, weight) });
const RESIDUAL = [named("conv2d", [8, 8, 3, 3]), named("relu"), named("conv2d", [8, 8, 3, 3]), named("add")];

test("a block says what blocks and layers it holds", () => {
  assert.equal(sayBlock([...RESIDUAL, ...RESIDUAL], [RESIDUAL, RESIDUAL]), "2 residual blocks, 4 convolutions");
  assert.equal(sayBlock(RESIDUAL, []), "2 convolutions, residual");
  assert.equal(sayBlock([...RESIDUAL.slice(0, 3), named("cat")], [RESIDUAL, RESIDUAL]), "2 branches joined, 2 convolutions");
  assert.equal(sayBlock([named("conv2d", [8, 8, 3, 3]), named("batch_norm"), named("relu")], []), "convolution 3 × 3; batch norm; ReLU");
  assert.equal(sayBlock(Array(5).fill(named("relu")), []), "5 layers");
});

test("parameters are what training sets", () => {
  const norm = { ...named("batch_norm", [8]), params: { weight: { shape: [8] }, bias: { shape: [8] }, running_mean: { shape: [8] } } };
  assert.equal(countParameters([named("conv2d", [8, 4, 3, 3]), norm]), 8 * 4 * 9 + 16);
});

test("large counts are rounded to three digits", () => {
  assert.deepEqual([940, 9408, 12_345, 4_652_008, 999_600].map(sayCount), ["940", "9408", "12.3\u00a0k", "4.65\u00a0M", "1\u00a0M"]);
});

test("a block that changes the shape says from what to what", () => {
  assert.equal(sayChange([1, 8, 4, 4], [1, 16, 2, 2]), "8 × 4 × 4 → 16 × 2 × 2");
  assert.equal(sayChange([1, 8, 4, 4], [1, 8, 4, 4]), "8 × 4 × 4");
});

test("a layer's name is said unless it is only its number or its operation", () => {
  assert.equal(sayLayer({ name: "features.0", ...node("relu") }), "features.0: ReLU");
  assert.equal(sayLayer({ name: "3", ...node("relu") }), "ReLU");
  assert.equal(sayLayer({ name: "flatten", ...node("flatten") }), "flatten");
});

test("a shape is said without the batch", () => {
  assert.equal(sayShape([1, 8, 28, 28]), "8 × 28 × 28");
});

test("a unit of a map has a row and a column, a unit of a vector its index", () => {
  assert.equal(sayCell({ map: 3, row: 4, col: 5 }, false), "channel 3, row 4, column 5");
  assert.equal(sayCell({ map: 3, row: 0, col: 0 }, true), "unit 3");
});

test("percentages are short, never rounded to certainty, and never part from their sign", () => {
  const said = [1, 0.999, 0.93, 0.004, 0.0001, 0, NaN].map(sayPercent);
  assert.deepEqual(said, ["100\u00a0%", ">\u00a099\u00a0%", "93\u00a0%", "0.4\u00a0%", "<\u00a00.1\u00a0%", "0\u00a0%", "NaN"]);
});

test("classes are ordered by probability, NaN last", () => {
  assert.deepEqual(byProbability([0.1, 0.7, NaN, 0.2]), [1, 3, 0, 2]);
});

test("the verdict names the first class, and the second if it has a chance", () => {
  const name = (/** @type {number} */ i) => ["trousers", "dress", "bag"][i];
  assert.equal(sayVerdict([0.93, 0.04, 0.03], name), "The network says: trousers, 93\u00a0%; then dress, 4\u00a0%.");
  assert.equal(sayVerdict([0.998, 0.001, 0.001], name), "The network says: trousers, >\u00a099\u00a0%.");
  assert.equal(sayVerdict([NaN, NaN, NaN], name), "The network's answer is not a number.");
});
