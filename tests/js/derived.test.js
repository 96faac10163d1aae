import assert from "node:assert/strict";
import test from "node:test";
import { readRecorded } from "../../cnnviz/widgets/js/lib/derived.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @param {number[]} shape @param {number[]} numbers @returns {any} */
const packed = (shape, numbers) => ({ shape, dtype: "float32", data: Float32Array.from(numbers) });
const A = packed([1, 2, 1, 2], [1, -2, 3, -4]);
const B = packed([1, 2, 1, 2], [10, 10, -10, 10]);
/** @param {any} more @returns {any} */
const derived = (more) => ({ shape: [1, 2, 1, 2], dtype: "derived", relu: false, ...more });

test("a sum of two records, and its ReLU, are computed", () => {
  const read = readRecorded({ A, B, sum: derived({ from: ["A", "B"] }), out: derived({ from: ["sum"], relu: true }) });
  assert.deepEqual(read.sum, tensor([1, 2, 1, 2], [11, 8, -7, 6]));
  assert.deepEqual(read.out, tensor([1, 2, 1, 2], [11, 8, 0, 6]));
  assert.deepEqual(read.A, tensor([1, 2, 1, 2], [1, -2, 3, -4]));
});

test("each channel has its factor and its offset, also in the second picture", () => {
  const two = packed([2, 2, 1, 1], [1, 2, 3, 4]);
  const line = { factor: Float32Array.of(2, -1), offset: Float32Array.of(0, 5) };
  const read = readRecorded({ two, bn: derived({ shape: [2, 2, 1, 1], from: ["two"], ...line }) });
  assert.deepEqual(read.bn, tensor([2, 2, 1, 1], [2, 3, 6, 1]));
});
