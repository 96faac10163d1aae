// A network whose weights have fewer bits, rounded in the page: to the same numbers as in cnnviz/_precision.py. Knows no DOM.

import { SLICE } from "./lab_slices.js";
import { tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Lab } from "./lab.js" */
/** @import { Params } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/**
 * @typedef {object} RoundedNetwork
 * @property {Record<string, Params>} params  by node
 * @property {boolean} same   no weight is another number than before, beyond the last digit
 * @property {number} bytes   that the parameters take
 * @property {number} before  in float32
 */

/** From fine to coarse. */
export const PRECISIONS = ["float16", "bfloat16", "int8", "int7", "int6", "int5", "int4", "int3", "int2"];
const MULTIPLIED = ["conv2d", "conv_transpose2d", "linear"]; // whose weights become whole numbers
const EVEN = 1.5 * 2 ** 52; // added to a double and taken away again it leaves a whole number, the even one of a tie
const LARGEST_HALF = 65504;
const LAST_DIGIT = 2 ** -20; // of a tensor's largest number

/** Whether there is something to round, and the page computes with it. @param {Lab} lab */
export function canRound({ live, nodes }) {
  return live && nodes.some(({ params }) => Object.keys(params).length > 0);
}

/** Bits of one number. @param {string} precision */
export function bitsOf(precision) {
  return precision.startsWith("int") ? Number(precision.slice(3)) : 16;
}

/** The largest whole number. @param {string} precision one of int8 to int2 */
export function mostOf(precision) {
  return 2 ** (bitsOf(precision) - 1) - 1;
}

/**
 * The nearest numbers that `precision` holds; a tie goes to the even one.
 * @param {Tensor} values
 * @param {string} precision
 * @returns {Tensor}
 */
export function rounded({ shape, data }, precision) {
  if (precision === "float16") return tensor(shape, toHalves(data));
  if (precision === "bfloat16") return tensor(shape, upperHalves(data));
  return tensor(shape, toWhole(data, shape.length > 1 ? shape[0] : 1, mostOf(precision)));
}

/**
 * All parameters of a network; the page answers the reader between two of them.
 * @param {GraphNode[]} nodes
 * @param {string} precision
 * @returns {Promise<RoundedNetwork>}
 */
export async function roundedNetwork(nodes, precision) {
  const network = { params: /** @type {Record<string, Params>} */ ({}), same: true, bytes: 0, before: 0 };
  let began = performance.now();
  for (const { name, op, params } of nodes) {
    /** @type {Params} */
    const own = (network.params[name] = {});
    for (const [param, values] of Object.entries(params)) {
      const kept = keeps(op, param, precision);
      own[param] = kept ? values : rounded(values, precision);
      network.same &&= kept || sameNumbers(values.data, own[param].data);
      network.before += 4 * values.data.length;
      network.bytes += kept ? 4 * values.data.length : bytesOf(values, precision);
    }
    if (performance.now() - began < SLICE) continue;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
  return network;
}

/** Whether a parameter stays in float32. @param {string} op @param {string} param @param {string} precision */
function keeps(op, param, precision) {
  return precision.startsWith("int") && !(MULTIPLIED.includes(op) && param === "weight");
}

/** With a float32 scale for each row of whole numbers. @param {Tensor} values @param {string} precision */
function bytesOf({ shape, data }, precision) {
  return Math.ceil((data.length * bitsOf(precision)) / 8) + (precision.startsWith("int") ? 4 * shape[0] : 0);
}

/** @param {Float32Array} before @param {Float32Array} after */
function sameNumbers(before, after) {
  const most = before.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  return before.every((value, i) => value === after[i] || Math.abs(value - after[i]) <= LAST_DIGIT * most);
}

/** @param {number} value */
function roundEven(value) {
  return value + EVEN - EVEN;
}

/** 11 significant bits; below 2 to the -14 steps of 2 to the -24; nothing finite beyond 65504. @param {Float32Array} data */
function toHalves(data) {
  const numbers = data.slice();
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < bits.length; i++) {
    const size = Math.abs(data[i]);
    if (size < 2 ** -14) numbers[i] = roundEven(data[i] * 2 ** 24) / 2 ** 24;
    else if (size < Infinity) bits[i] = (bits[i] + 0xfff + ((bits[i] >>> 13) & 1)) & 0xffffe000;
    if (Math.abs(numbers[i]) > LARGEST_HALF) numbers[i] *= Infinity;
  }
  return numbers;
}

/** A float32's upper 16 bits. @param {Float32Array} data */
function upperHalves(data) {
  const numbers = data.slice();
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < bits.length; i++) {
    if (!Number.isNaN(data[i])) bits[i] = (bits[i] + 0x7fff + ((bits[i] >>> 16) & 1)) & 0xffff0000;
  }
  return numbers;
}

/** Whole numbers times one scale a row. @param {Float32Array} data @param {number} count of rows @param {number} most */
function toWhole(data, count, most) {
  const numbers = data.slice();
  const length = data.length / Math.max(1, count);
  for (let row = 0; row < count; row++) {
    const [from, to] = [row * length, (row + 1) * length];
    let largest = 0;
    for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(data[i]));
    const scale = Math.fround(largest / most);
    if (!(scale > 0 && scale < Infinity)) continue;
    for (let i = from; i < to; i++) numbers[i] = roundEven(Math.fround(data[i] / scale)) * scale;
  }
  return numbers;
}
