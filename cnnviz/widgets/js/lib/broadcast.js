// Broadcasting, as torch and NumPy do it: axes are matched from the last on, and one of length 1 (or none) is repeated.

import { ravel, sizeOf, stepsOf, stridedCells, unravel } from "./tensor.js";

/**
 * The shape that both are repeated to; null where they do not match.
 * @param {number[]} first
 * @param {number[]} second
 * @returns {number[] | null}
 */
export function broadcastShape(first, second) {
  const rank = Math.max(first.length, second.length);
  const [a, b] = [aligned(first, rank), aligned(second, rank)];
  if (a.some((length, axis) => length !== b[axis] && length !== 1 && b[axis] !== 1)) return null;
  return a.map((length, axis) => (length === 1 ? b[axis] : length));
}

/** @param {number[]} shape @param {number} rank */
const aligned = (shape, rank) => [...Array(rank - shape.length).fill(1), ...shape];

/**
 * For every cell of `out`, the cell of a tensor of `shape` that is repeated there; null where each is its own.
 * @param {number[]} shape
 * @param {number[]} out
 * @returns {Int32Array | null}
 */
export function broadcastMap(shape, out) {
  if (sizeOf(shape) === sizeOf(out)) return null;
  const lengths = aligned(shape, out.length);
  const own = stepsOf(lengths);
  const steps = lengths.map((length, axis) => (length === 1 ? 0 : own[axis]));
  return stridedCells(out, steps, 0);
}

/**
 * The cells of `out` at which one cell of a tensor of `shape` stands, in order.
 * @param {number[]} shape
 * @param {number[]} out
 * @param {number} at
 */
export function broadcastCells(shape, out, at) {
  const lengths = aligned(shape, out.length);
  const repeated = lengths.map((length, axis) => (length === out[axis] ? 1 : out[axis]));
  const first = ravel(unravel(at, lengths), out);
  return [...stridedCells(repeated, stepsOf(out), first)];
}
