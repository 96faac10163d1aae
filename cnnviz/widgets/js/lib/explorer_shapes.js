// How a tensor of any number of axes is laid out as maps, or as a row of units. Knows no DOM.

import { unravel } from "./tensor.js";

/**
 * Four axes and more are maps, three are one map, fewer a vector whose units are maps of one cell.
 * @param {number[]} shape with the batch's axis
 */
export function mapsOf(shape) {
  const width = shape[shape.length - 1] ?? 1;
  if (shape.length < 3) return { count: shape.length === 2 ? width : 1, height: 1, width: 1, vector: true };
  const height = shape[shape.length - 2];
  const count = shape.slice(1, -2).reduce((product, length) => product * length, 1);
  return { count, height, width, vector: false };
}

/** What a layer has many of. @param {{vector: boolean}} maps @returns {"unit" | "channel"} */
export function partNoun({ vector }) {
  return vector ? "unit" : "channel";
}

/** @param {number[]} shape @param {number} flat @returns {number} the channel that a stepper shows it in */
export function channelOf(shape, flat) {
  return unravel(flat, shape)[1] ?? 0;
}

/** @param {number[]} shape with the batch's axis @returns {string} without it: "8 × 28 × 28" */
export function sayShape(shape) {
  return shape.slice(1).join(" × ");
}

/** The size of its maps, or that it has none. @param {number[]} shape @returns {string} */
export function sayPlane(shape) {
  const { height, width, vector } = mapsOf(shape);
  return vector ? "vectors" : `${height} × ${width}`;
}
