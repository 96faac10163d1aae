// The cases that torch made (tests/vectors), as tensors, and what "equal" means for them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { run } from "../../cnnviz/widgets/js/lib/ops.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @import { Call } from "../../cnnviz/widgets/js/lib/ops.js" */
/** @import { Tensor } from "../../cnnviz/widgets/js/lib/tensor.js" */
/** @typedef {{shape: number[], data: (number | string)[]}} Written */
/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Record<string, any>} args
 * @property {Written[]} inputs
 * @property {Record<string, Written>} params
 * @property {Written} output
 * @property {Written} grad
 * @property {Written[]} input_grads
 * @property {Record<string, Written>} param_grads
 */
/**
 * @typedef {object} Refused
 * @property {string} name
 * @property {Record<string, any>} args
 * @property {number[][]} inputs                    shapes
 * @property {Record<string, number[]>} params      shapes
 */
/** @typedef {{op: string, cases: Case[], refused: Refused[]}} VectorFile */

const FOLDER = new URL("../vectors/", import.meta.url);
const TOLERANCE = 1e-5;

/** The operations that have a file of vectors. */
export const vectorOps = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(".json", ""));

/** @param {string} op  @returns {VectorFile} */
export function vectorFile(op) {
  return JSON.parse(readFileSync(new URL(`${op}.json`, FOLDER), "utf8"));
}

/** @param {Written} written  @returns {Tensor} */
export function read({ shape, data }) {
  return tensor(shape, data.map(Number));
}

/** @param {Record<string, Written>} written  @returns {Record<string, Tensor>} */
export function readAll(written) {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, read(value)]));
}

/**
 * The case, run.
 * @param {string} op
 * @param {Case} c
 * @returns {Call}
 */
export function callOf(op, c) {
  return run(op, c.inputs.map(read), readAll(c.params), c.args);
}

/**
 * Equal to within 1e-5 of the largest number; NaN and infinities at the same places.
 * @param {ArrayLike<number>} actual
 * @param {ArrayLike<number>} expected
 * @param {string} what
 */
export function assertNear(actual, expected, what) {
  assert.equal(actual.length, expected.length, `${what}: how many numbers`);
  let largest = 0;
  for (const list of [actual, expected]) {
    for (let i = 0; i < list.length; i++) if (Number.isFinite(list[i])) largest = Math.max(largest, Math.abs(list[i]));
  }
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    const near = Number.isFinite(a) && Number.isFinite(e) && Math.abs(a - e) <= TOLERANCE * largest;
    assert.ok(near || Object.is(a, e), `${what}, place ${i}: ${a} is not ${e}`);
  }
}

/**
 * @param {Tensor} actual
 * @param {Written} expected
 * @param {string} what
 */
export function assertTensorNear(actual, expected, what) {
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  assertNear(actual.data, expected.data.map(Number), what);
}
