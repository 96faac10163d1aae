// linear in WebAssembly: the weight's rows are brought into the module's memory in parts, and multiplied there.

import { kernel, places } from "./kernel.js";

/** @import { KernelExports } from "./kernel.js" */
/** @import { Tensor } from "./tensor.js" */

const LEAST_PRODUCTS = 4_000; // below which the way into the module's memory costs more
const PART = 1 << 20; // numbers of the weight that are brought over at once
const STEP = 8; // numbers that the module multiplies at once

/** Whether the module is there, and worth the way. @param {Tensor} weight  (O, I) */
export function isLinearForWasm({ data }) {
  return data.length >= LEAST_PRODUCTS && kernel() !== null;
}

/**
 * Each row of `x` times the weight, plus the bias.
 * @param {Float32Array} x       rows of I numbers
 * @param {Tensor} weight        (O, I)
 * @param {Float32Array | undefined} bias
 * @param {Float32Array} out     rows of O numbers
 */
export function linearWasm(x, { shape: [outs, features], data }, bias, out) {
  const exports = /** @type {KernelExports} */ (kernel());
  const filled = Math.ceil(features / STEP) * STEP;
  const part = Math.max(1, Math.min(outs, Math.floor(PART / filled)));
  const { starts: [from, w, b, to], floats } = places(exports, [filled, part * filled, outs, outs]);
  if (bias) floats.set(bias, b / 4);
  else floats.fill(0, b / 4, b / 4 + outs);
  for (let first = 0; first < outs; first += part) {
    const count = Math.min(part, outs - first);
    copyRows(data.subarray(first * features, (first + count) * features), features, filled, floats.subarray(w / 4));
    for (let row = 0; row * features < x.length; row++) {
      copyRows(x.subarray(row * features, (row + 1) * features), features, filled, floats.subarray(from / 4));
      exports.multiply(from, 4 * filled, w, b + 4 * first, to, count);
      out.set(floats.subarray(to / 4, to / 4 + count), row * outs + first);
    }
  }
}

/**
 * Rows, each filled up with zeros.
 * @param {Float32Array} rows
 * @param {number} length
 * @param {number} filled  what a row is to be long
 * @param {Float32Array} to
 */
function copyRows(rows, length, filled, to) {
  if (length === filled) return to.set(rows);
  for (let from = 0, at = 0; from < rows.length; from += length, at += filled) {
    to.set(rows.subarray(from, from + length), at);
    to.fill(0, at + length, at + filled);
  }
}
