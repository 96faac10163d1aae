import assert from "node:assert/strict";
import test from "node:test";
import { fieldOf, sourcesOf } from "../../cnnviz/widgets/js/lib/explorer_field.js";
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
  conv("g", "d", [4, 2, 3, 3], 3, 1, 2),
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
  ["g", [0, 1, 2, 3, 7]],
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

test("the field of a unit in a deep wide network is found without asking every term", () => {
  const wide = (/** @type {string} */ name, /** @type {string} */ from, channels = 256) => conv(name, from, [256, channels, 3, 3]);
  const deep = [wide("c0", "input", 1), ...Array.from({ length: 40 }, (_, i) => wide(`c${i + 1}`, `c${i}`))];
  const output = tensor([1, 256, 12, 12]);
  const made = new Map(deep.map((node, i) => [node.name, { ...node, inputs: [i ? output : input], output }]));
  const started = process.cpuUsage();
  assert.deepEqual(fieldOf(deep, made, "c3", 78), { top: 2, left: 2, bottom: 10, right: 10, channel: 0 });
  assert.deepEqual(fieldOf(deep, made, "c40", 78), { top: 0, left: 0, bottom: 11, right: 11, channel: 0 });
  assert.ok(process.cpuUsage(started).user < 16_000, "within a frame");
});

test("what is recorded has no terms, and its units no field", () => {
  const call = { ...nodes[0], op: "recorded", inputs: [input], output: tensor([1, 2, 12, 12]) };
  assert.deepEqual(sourcesOf(call, 0), []);
  assert.equal(fieldOf([nodes[0]], new Map([["a", call]]), "a", 0), null);
});
