import assert from "node:assert/strict";
import test from "node:test";
import { findNodes } from "../../cnnviz/widgets/js/lib/explorer_search.js";

const conv = (/** @type {string} */ name, groups = 1) => ({
  name, op: "conv2d", args: { stride: [2, 2], groups }, params: { weight: { shape: [64, groups > 1 ? 1 : 3, 7, 7] } }, inputs: ["input"],
});
const plain = (/** @type {string} */ name, /** @type {string} */ op) => ({ name, op, args: {}, params: {}, inputs: ["input"] });
const NODES = [conv("stem.conv"), plain("stem.relu", "relu"), conv("layer1.0.conv1", 64), plain("layer1.0.relu", "relu"), plain("head", "softmax")];
/** @type {Record<string, number[]>} */
const SHAPES = { "stem.conv": [1, 64, 56, 56], "stem.relu": [1, 64, 56, 56], "layer1.0.conv1": [1, 64, 28, 28], "layer1.0.relu": [1, 64, 28, 28], head: [1, 10] };
const find = (/** @type {string} */ query) => findNodes(NODES, (name) => SHAPES[name], query);

test("nodes are found by name, by operation in words or torch's, and by shape", () => {
  assert.deepEqual(find("layer1"), [2, 3]);
  assert.deepEqual(find("ReLU"), [1, 3]);
  assert.deepEqual(find("conv2d"), [0, 2]);
  assert.deepEqual(find("depthwise"), [2]);
  assert.deepEqual(find("stride 2"), [0, 2]);
  for (const shape of ["64x56x56", "64 × 56 × 56", "64, 56, 56"]) assert.deepEqual(find(shape), [0, 1], shape);
});

test("a part of torch's name is no hit where it may be a layer's own: conv2 is not every conv2d", () => {
  const pool = { ...plain("pool", "max_pool2d"), args: { kernel_size: [2, 2], stride: [2, 2] } };
  const nodes = [conv("conv1"), conv("conv2"), pool];
  const found = (/** @type {string} */ query) => findNodes(nodes, () => [1, 1, 1, 1], query);
  assert.deepEqual(found("conv2"), [1]);
  assert.deepEqual(found("conv2d"), [0, 1]);
  assert.deepEqual(found("conv"), [0, 1]);
  assert.deepEqual(found("max_pool"), [2]);
  assert.deepEqual(found("max_pool2d"), [2]);
});

test("all words must fit", () => {
  assert.deepEqual(find("relu 28x28"), [3]);
  assert.deepEqual(find("layer1 softmax"), []);
});

test("nothing is found for no words", () => {
  assert.deepEqual(find("  "), []);
});
