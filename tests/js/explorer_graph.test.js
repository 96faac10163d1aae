import assert from "node:assert/strict";
import test from "node:test";
import { channelOf, fieldOf, inputOf, mapsOf, readNodes, sourcesOf } from "../../cnnviz/widgets/js/lib/explorer_graph.js";
import { runGraph } from "../../cnnviz/widgets/js/lib/graph.js";
import { sizeOf, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @import { GraphNode } from "../../cnnviz/widgets/js/lib/graph.js" */

const noise = (/** @type {number[]} */ shape, seed = 1) =>
  tensor(shape, Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin((i + 1) * 12.9898 * seed) + 0.01));
const conv = (/** @type {string} */ name, /** @type {string} */ input, /** @type {number[]} */ shape, stride = 1, padding = 1, dilation = 1) => ({
  name,
  op: "conv2d",
  args: { stride: [stride, stride], padding: [padding, padding, padding, padding], dilation: [dilation, dilation], groups: 1, padding_mode: "zeros" },
  params: { weight: noise(shape) },
  inputs: [input],
});
const pool = (/** @type {string} */ name, /** @type {string} */ input) => ({
  name,
  op: "avg_pool2d",
  args: { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], ceil_mode: false, count_include_pad: true },
  params: {},
  inputs: [input],
});

/** Smooth operations only: then every pixel that a unit sees does change it. @type {GraphNode[]} */
const nodes = [
  conv("a", "input", [2, 1, 3, 3]),
  pool("b", "a"),
  conv("c", "b", [2, 2, 3, 3], 1, 2, 2),
  { name: "d", op: "add", args: {}, params: {}, inputs: ["c", "b"] },
  { name: "e", op: "flatten", args: { start_dim: 1, end_dim: -1 }, params: {}, inputs: ["d"] },
  { name: "f", op: "linear", args: {}, params: { weight: noise([3, 72]) }, inputs: ["e"] },
];
const input = noise([1, 1, 12, 12], 3);
const calls = runGraph(nodes, input);

/** The oracle: change one pixel at a time and see whether the unit changes. @param {string} name @param {number} at */
function fieldByTrial(name, at) {
  const rows = [];
  const cols = [];
  for (let pixel = 0; pixel < 144; pixel++) {
    const changed = tensor(input.shape, Float32Array.from(input.data));
    changed.data[pixel] += 10;
    const now = runGraph(nodes, changed).get(name)?.output.data[at] ?? NaN;
    if (Math.abs(now - (calls.get(name)?.output.data[at] ?? NaN)) < 1e-5) continue;
    rows.push(Math.floor(pixel / 12));
    cols.push(pixel % 12);
  }
  return { top: Math.min(...rows), left: Math.min(...cols), bottom: Math.max(...rows), right: Math.max(...cols) };
}

for (const [name, units] of /** @type {[string, number[]][]} */ ([
  ["a", [0, 77, 143, 200]],
  ["b", [0, 21, 71]],
  ["c", [0, 14, 35, 40]],
  ["d", [0, 14, 35, 71]],
  ["e", [0, 14, 71]],
  ["f", [0, 2]],
])) {
  test(`the field of a unit of ${name} is the pixels that change it`, () => {
    for (const unit of units) {
      const { channel, ...field } = fieldOf(nodes, calls, name, unit) ?? { channel: 0 };
      assert.deepEqual(field, fieldByTrial(name, unit), `unit ${unit}`);
      assert.equal(channel, 0);
    }
  });
}

test("a unit's sources leave the padding out", () => {
  const call = calls.get("a");
  assert.ok(call);
  assert.deepEqual(sourcesOf(call, 0).map(({ at }) => at).sort((x, y) => x - y), [0, 1, 12, 13]);
});

test("a picture's bytes become the network's numbers by scale and shift", () => {
  const { shape, data } = inputOf(Uint8Array.of(0, 255, 51, 102), [1, 2, 2], 1 / 255, -0.5);
  assert.deepEqual(shape, [1, 1, 2, 2]);
  assert.deepEqual([...data].map((v) => Math.round(v * 1000) / 1000), [-0.5, 0.5, -0.3, -0.1]);
});

test("maps are maps, and a vector's units are maps of one cell", () => {
  assert.deepEqual(mapsOf([1, 8, 28, 20]), { count: 8, height: 28, width: 20, vector: false });
  assert.deepEqual(mapsOf([1, 10]), { count: 10, height: 1, width: 1, vector: true });
});

test("the channel of a unit is its map, or itself in a vector", () => {
  assert.equal(channelOf([1, 8, 3, 3], 40), 4);
  assert.equal(channelOf([1, 10], 7), 7);
});

test("packed parameters are read into tensors, and the rest of a node is kept", () => {
  const data = new DataView(Float32Array.of(1, 2).buffer);
  const [node] = readNodes([{ name: "n", op: "linear", args: {}, params: { weight: { shape: [1, 2], dtype: "float32", data } }, inputs: ["input"] }]);
  assert.deepEqual(node.params.weight, tensor([1, 2], [1, 2]));
  assert.deepEqual(node.inputs, ["input"]);
});
