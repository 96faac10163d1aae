// Recorded layers that a saved page does not hold, but computes of others: cnnviz/compact/_records.py finds them.

import { fromTrait, sizeOf, tensor } from "./tensor.js";

/** @import { Packed, Tensor } from "./tensor.js" */
/**
 * @typedef {object} Derived
 * @property {number[]} shape            (N, C, ...)
 * @property {"derived"} dtype
 * @property {string[]} from             one record, or two that are added
 * @property {boolean} relu              whether what is below zero becomes zero
 * @property {ArrayBufferView} [factor]  float32, one a channel
 * @property {ArrayBufferView} [offset]
 */

/**
 * Every record by name; what one is derived of stands before it.
 * @param {Record<string, Packed | Derived>} records
 * @returns {Record<string, Tensor>}
 */
export function readRecorded(records) {
  /** @type {Record<string, Tensor>} */
  const read = {};
  for (const [name, packed] of Object.entries(records)) {
    read[name] = packed.dtype === "derived" ? derivedOf(packed, read) : fromTrait(packed);
  }
  return read;
}

/** @param {Derived} packed @param {Record<string, Tensor>} read */
function derivedOf({ shape, from, relu, factor, offset }, read) {
  const made = tensor(shape);
  for (const name of from) read[name].data.forEach((value, i) => (made.data[i] += value));
  if (factor && offset) {
    const size = [shape[1]];
    onLine(made, fromTrait({ shape: size, dtype: "float32", data: factor }), fromTrait({ shape: size, dtype: "float32", data: offset }));
  }
  if (relu) made.data.forEach((value, i) => value < 0 && (made.data[i] = 0));
  return made;
}

/** @param {Tensor} made @param {Tensor} factor @param {Tensor} offset */
function onLine({ shape, data }, factor, offset) {
  const plane = sizeOf(shape.slice(2));
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / plane) % shape[1];
    data[i] = data[i] * factor.data[channel] + offset.data[channel];
  }
}
