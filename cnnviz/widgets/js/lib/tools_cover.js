// A grey square over a picture, and what the score loses under it place by place. Knows no DOM.

/** @import { Picture } from "./pixels.js" */
/** @typedef {{row: number, col: number, side: number}} Square  its upper left pixel; what reaches over the edge is cut off */

export const COVER_GREY = 128; // in every channel: neither dark nor bright

/** The square inside the picture. @param {Square} square @param {{height: number, width: number}} picture @returns {Square} */
export function squareWithin({ row, col, side }, { height, width }) {
  const fitting = Math.min(side, height, width);
  const within = (/** @type {number} */ at, /** @type {number} */ length) => Math.max(0, Math.min(length - fitting, Math.round(at)));
  return { row: within(row, height), col: within(col, width), side: fitting };
}

/** @param {Picture} picture @param {Square} square @returns {Picture} a copy */
export function coveredPicture({ channels, height, width, data }, { row, col, side }) {
  const covered = data.slice();
  for (let c = 0; c < channels; c++) {
    for (let y = row; y < Math.min(row + side, height); y++) {
      const start = (c * height + y) * width;
      covered.fill(COVER_GREY, start + col, start + Math.min(col + side, width));
    }
  }
  return { channels, height, width, data: covered };
}

/**
 * The places of the square, a step apart, from the upper left until both far edges are reached.
 * @param {{height: number, width: number}} picture
 * @param {number} side
 * @param {number} step  at most the side: no pixel stays uncovered
 * @returns {Square[]}
 */
export function squarePlaces({ height, width }, side, step) {
  const along = (/** @type {number} */ length) => Array.from({ length: Math.ceil((length - side) / step) + 1 }, (_, i) => i * step);
  return along(height).flatMap((row) => along(width).map((col) => ({ row, col, side })));
}

/**
 * For each pixel the mean fall over the squares that cover it.
 * @param {{height: number, width: number}} picture
 * @param {Square[]} squares
 * @param {ArrayLike<number>} falls  of the score, one a square
 * @returns {Float32Array} height * width
 */
export function fallsByPixel({ height, width }, squares, falls) {
  const sums = new Float64Array(height * width);
  const counts = new Uint32Array(height * width);
  squares.forEach(({ row, col, side }, i) => {
    for (let y = row; y < Math.min(row + side, height); y++) {
      for (let x = col; x < Math.min(col + side, width); x++) {
        sums[y * width + x] += falls[i];
        counts[y * width + x] += 1;
      }
    }
  });
  return Float32Array.from(sums, (sum, i) => sum / counts[i]);
}
