import assert from "node:assert/strict";
import test from "node:test";
import { run } from "../../cnnviz/widgets/js/lib/ops.js";
import { makeupOf } from "../../cnnviz/widgets/js/lib/panel_terms.js";
import { Trail } from "../../cnnviz/widgets/js/lib/panel_trail.js";
import { sayMakeup, sayPlace, saySlope, shortPlace } from "../../cnnviz/widgets/js/lib/panel_words.js";
import { sizeOf, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

const noise = (/** @type {number[]} */ shape, seed = 1) =>
  tensor(shape, Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin((i + 1) * 12.9898 * seed)));
const CONV = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
const conv = run("conv2d", [noise([1, 2, 4, 4])], { weight: noise([3, 2, 3, 3], 2), bias: noise([3], 3) }, CONV);
const near = (/** @type {number} */ a, /** @type {number} */ b) => assert.ok(Math.abs(a - b) < 1e-5, `${a} is not ${b}`);

test("a convolution's parts, the rest and the bias add up to the unit; the largest stand first", () => {
  for (const at of [0, 5, 21, 47]) {
    const { parts, rest, bias, value, count } = makeupOf(conv, at, 4);
    near(parts.reduce((sum, { part }) => sum + part, rest + (bias ?? 0)), conv.output.data[at]);
    near(value, conv.output.data[at]);
    assert.equal(count, { 0: 8, 5: 18, 21: 18, 47: 8 }[at]);
    const sizes = parts.map(({ part }) => Math.abs(part));
    assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
    for (const { part, value: v, factor } of parts) near(part, v * factor);
    assert.ok(parts.every((one) => one.at >= 0 && conv.inputs[0].data[one.at] === one.value));
  }
});

test("no part that is left out is larger than one that is listed", () => {
  const few = makeupOf(conv, 21, 5).parts.map(({ part }) => Math.abs(part));
  const all = makeupOf(conv, 21, 100).parts.map(({ part }) => Math.abs(part));
  assert.deepEqual(few, all.slice(0, 5));
});

test("a maximum lists the winner first, a function its only number, a sum of branches both", () => {
  const pool = run("max_pool2d", [noise([1, 1, 4, 4])], {}, { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1], ceil_mode: false });
  for (const at of [0, 1, 2, 3]) assert.equal(makeupOf(pool, at, 3).parts[0].value, pool.output.data[at]);
  const tanh = run("tanh", [noise([1, 5])]);
  assert.deepEqual(makeupOf(tanh, 3, 8).parts.map(({ at }) => at), [3]);
  const add = run("add", [noise([1, 5]), noise([1, 5], 2)]);
  const both = makeupOf(add, 2, 8);
  assert.deepEqual(both.parts.map(({ input }) => input).sort(), [0, 1]);
  near(both.parts[0].part + both.parts[1].part, add.output.data[2]);
});

test("a part that is no number counts most", () => {
  const call = run("linear", [tensor([1, 3], [1, NaN, 100])], { weight: tensor([1, 3], [1, 1, 1]) });
  assert.equal(makeupOf(call, 0, 2).parts[0].at, 1);
});

test("a trail follows, moves within a layer, and forgets what lies behind the stop it goes back to", () => {
  const trail = new Trail();
  assert.equal(trail.here, undefined);
  trail.begin({ name: "linear", at: 7 });
  trail.follow({ name: "flatten", at: 30 });
  trail.follow({ name: "pool", at: 30 });
  trail.move(31);
  assert.deepEqual(trail.here, { name: "pool", at: 31 });
  trail.backTo(1);
  assert.deepEqual(trail.stops, [{ name: "linear", at: 7 }, { name: "flatten", at: 30 }]);
  trail.backTo(-4);
  assert.deepEqual(trail.stops, [{ name: "linear", at: 7 }]);
  trail.begin({ name: "conv", at: 0 });
  assert.equal(trail.stops.length, 1);
});

test("places are said by their axes and written as PyTorch indexes them", () => {
  assert.equal(sayPlace([1, 4, 5, 6], 67), "channel 2, row 1, column 1");
  assert.equal(sayPlace([1, 10], 7), "unit 7");
  assert.equal(sayPlace([1, 2], 1, ["shirt", "bag"]), "unit 1 (bag)");
  assert.equal(sayPlace([1, 3, 4], 7), "row 1, column 3");
  assert.equal(shortPlace("conv1", [1, 4, 5, 6], 67), "conv1[2,\u00a01,\u00a01]");
});

test("a unit's making is said with its bias, and what is not listed", () => {
  const linear = run("linear", [tensor([1, 3], [1, 4, 8])], { weight: tensor([1, 3], [1, -0.5, 0.25]), bias: tensor([1], [0.5]) });
  assert.equal(sayMakeup(makeupOf(linear, 0, 8)), "The sum of 3 numbers and a bias of 0.5.");
  const one = sayMakeup(makeupOf(linear, 0, 1));
  assert.equal(one, "The sum of 3 numbers and a bias of 0.5, the 1 that count most listed; the others add 3.");
  assert.equal(sayMakeup(makeupOf(run("tanh", [tensor([1, 1], [0])]), 0, 8)), "A function of 1 number.");
});

test("a number that the network stores is made of nothing", () => {
  const stored = makeupOf(run("constant", [], { value: tensor([1, 2], [5, 7]) }), 1, 8);
  assert.deepEqual(stored.parts, []);
  assert.equal(sayMakeup(stored), "Stored in the network: it reads nothing.");
});

test("a product lists both factors, each with the other as its slope", () => {
  const product = makeupOf(run("mul", [tensor([1, 2], [3, 4]), tensor([1, 2], [-5, 6])]), 0, 8);
  assert.deepEqual(product.parts.map(({ value, slope }) => [value, slope]).sort(), [[-5, 3], [3, -5]]);
  assert.equal(sayMakeup(product), "The product of 2 numbers.");
});

test("a slope is said as what a little more of the unit does", () => {
  assert.equal(saySlope(0.25, "bag"), "∂ score of bag / ∂ this unit = 0.25: a little more of it raises the score, 0.25 for each 1.");
  assert.match(saySlope(-2, "bag"), /lowers the score, 2 for each 1\.$/);
  assert.match(saySlope(0, "bag"), /changes nothing\.$/);
  assert.match(saySlope(NaN, "bag"), /no number to count with\.$/);
});
