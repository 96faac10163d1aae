import assert from "node:assert/strict";
import test from "node:test";
import { bitsOf, mostOf, PRECISIONS, rounded, roundedNetwork } from "../../cnnviz/widgets/js/lib/precision.js";
import { fromTrait, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { smallNet, uneven } from "./small_net.js";

/** @param {number[]} values @param {string} precision */
const nearest = (values, precision) => [...rounded(tensor([values.length], values), precision).data];

/** Every finite number of a type, from 0 upwards. */
const halves = [...fromTrait({ shape: [0x7c00], dtype: "float16", data: Uint16Array.from({ length: 0x7c00 }, (_, i) => i) }).data];
const uppers = [...new Float32Array(Uint32Array.from({ length: 0x7f80 }, (_, i) => i << 16).buffer)];

for (const [precision, numbers] of /** @type {[string, number[]][]} */ ([["float16", halves], ["bfloat16", uppers]])) {
  test(`${precision} keeps its own numbers, and of two neighbours takes the nearer, in the middle the even one`, () => {
    assert.deepEqual(nearest(numbers, precision), numbers);
    const next = numbers.slice(1);
    const between = (/** @type {number} */ share) => next.map((high, i) => Math.fround(numbers[i] + share * (high - numbers[i])));
    assert.deepEqual(nearest(between(0.5), precision), next.map((high, i) => (i % 2 ? high : numbers[i])));
    // Below 2 to the -126 a float32 has no quarter between two.
    const far = next.findIndex((high) => high > 2 ** -120);
    assert.deepEqual(nearest(between(0.25), precision).slice(far), numbers.slice(far, -1));
    assert.deepEqual(nearest(between(0.75), precision).slice(far), next.slice(far));
    const below = numbers.slice(1).map((value) => -value);
    assert.deepEqual(nearest(below, precision), below);
    assert.deepEqual(nearest([NaN, Infinity, -3.4028235e38], precision), [NaN, Infinity, -Infinity]);
  });
}

test("whole numbers are times each row's own scale, which keeps its largest weight", () => {
  for (const precision of PRECISIONS.filter((name) => name.startsWith("int"))) {
    const most = mostOf(precision);
    const { shape, data } = uneven([3, 2, 5, 5], 7);
    const values = data.map((value, i) => value * 10 ** Math.floor(i / 50));
    const made = rounded(tensor(shape, values), precision).data;
    for (let row = 0; row < 3; row++) {
      const [before, after] = [values, made].map((all) => all.subarray(row * 50, (row + 1) * 50));
      const scale = Math.fround(Math.max(...before.map(Math.abs)) / most);
      const wholes = after.map((value) => value / scale);
      assert.ok(wholes.every((whole) => Math.abs(whole - Math.round(whole)) < 1e-4 && Math.abs(whole) < most + 1e-4));
      assert.ok(after.every((value, i) => Math.abs(value - before[i]) <= scale * 0.500001));
      assert.ok(Math.abs(Math.max(...wholes.map(Math.abs)) - most) < 1e-4);
    }
  }
});

test("a row of zeros, and one with NaN or infinity, stays as it is", () => {
  const values = [0, 0, NaN, 0.3, Infinity, 0.3];
  assert.deepEqual([...rounded(tensor([3, 2], values), "int2").data], [...Float32Array.from(values)]);
});

test("of a network's parameters, whole numbers take the weights that are multiplied, halves take all", async () => {
  const scores = smallNet.map((node) => (node.name === "scores" ? { ...node, params: { ...node.params, bias: uneven([3], 2) } } : node));
  const [weights, biases] = [2 * 4 * 9 + 4 * 4 * 9 + 300, 4 + 4 + 3];
  const few = await roundedNetwork(scores, "int4");
  assert.equal(few.params.stem.bias, scores[0].params.bias);
  assert.deepEqual(few.params.stem.weight, rounded(scores[0].params.weight, "int4"));
  assert.deepEqual([few.same, few.before, few.bytes], [false, 4 * (weights + biases), weights / 2 + 4 * (4 + 4 + 3) + 4 * biases]);
  const half = await roundedNetwork(scores, "float16");
  assert.deepEqual(half.params.stem.bias, rounded(scores[0].params.bias, "float16"));
  assert.deepEqual([half.same, half.bytes], [false, 2 * (weights + biases)]);
});

test("rounded once more nothing changes, and that is said", async () => {
  for (const precision of PRECISIONS) {
    const { params } = await roundedNetwork(smallNet, precision);
    const again = await roundedNetwork(smallNet.map((node) => ({ ...node, params: params[node.name] })), precision);
    assert.equal(again.same, true, precision);
  }
});

test("bits are those of the name", () => {
  assert.deepEqual(PRECISIONS.map(bitsOf), [16, 16, 8, 7, 6, 5, 4, 3, 2]);
});
