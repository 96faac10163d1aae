// What convolutions share, on planes already padded. The "wide" planes are those that the window slides over, the
// "narrow" ones have a cell for each place of the window. A convolution reads wide and writes narrow (conv_kernels.js);
// a transposed one reads narrow and writes wide (conv_back.js); and each one's gradient is the other.

import { paddedSource } from "./ops_window.js";

/** @import { PaddingMode } from "./ops_window.js" */

/**
 * @typedef {object} ConvPlan
 * @property {number} groups
 * @property {number} narrow   narrow planes in a group
 * @property {number} wide     wide planes in a group
 * @property {[number, number]} kernel
 * @property {number[]} stride
 * @property {number[]} dilation
 * @property {[number, number]} narrowSize  height and width of a narrow plane
 * @property {[number, number]} wideSize    height and width of a wide plane, with its padding
 */

/**
 * Call `visit` with every pair of planes that one kernel joins, and where that kernel begins in the weight.
 * @param {ConvPlan} plan
 * @param {(narrow: number, wide: number, kernelAt: number) => void} visit
 */
function eachKernel({ groups, narrow, wide, kernel: [kh, kw] }, visit) {
  for (let a = 0; a < groups * narrow; a++) {
    const first = Math.floor(a / narrow) * wide;
    for (let b = 0; b < wide; b++) visit(a, first + b, (a * wide + b) * kh * kw);
  }
}

/**
 * kernels[a, b] += sum over the places of the window of narrow[a] * wide[b].
 * @param {ConvPlan} plan
 * @param {Float32Array} narrow
 * @param {Float32Array} wide
 * @param {Float64Array} kernels
 */
export function kernelSums(plan, narrow, wide, kernels) {
  const { kernel: [kh, kw], stride: [sh, sw], dilation: [dh, dw] } = plan;
  const { narrowSize: [rows, cols], wideSize: [high, broad] } = plan;
  eachKernel(plan, (a, b, kernelAt) => {
    for (let i = 0; i < kh; i++) {
      for (let j = 0; j < kw; j++) {
        let sum = 0;
        for (let y = 0; y < rows; y++) {
          const at = (a * rows + y) * cols;
          let other = (b * high + y * sh + i * dh) * broad + j * dw;
          for (let x = 0; x < cols; x++, other += sw) sum += narrow[at + x] * wide[other];
        }
        kernels[kernelAt + i * kw + j] += sum;
      }
    }
  });
}

/**
 * For each row and column of a padded plane, the row and column whose number stands there; -1: a zero.
 * @typedef {{rows: Int32Array, cols: Int32Array}} Margins
 */

/**
 * @param {number[]} plane    height and width without padding
 * @param {number[]} padding  top, bottom, left, right
 * @param {PaddingMode} mode
 * @returns {Margins}
 */
export function margins([height, width], [top, bottom, left, right], mode) {
  /** @param {number} size @param {number} before @param {number} after */
  const along = (size, before, after) =>
    Int32Array.from({ length: size + before + after }, (_, place) => paddedSource(place - before, size, mode));
  return { rows: along(height, top, bottom), cols: along(width, left, right) };
}

/**
 * A copy of one sample's planes with their padding; the sample itself where there is none.
 * @param {Float32Array} sample
 * @param {number[]} shape  C H W
 * @param {Margins} margins
 */
export function padPlanes(sample, [channels, height, width], { rows, cols }) {
  if (rows.length === height && cols.length === width) return sample;
  const padded = new Float32Array(channels * rows.length * cols.length);
  for (let c = 0, to = 0; c < channels; c++) {
    for (const row of rows) {
      const from = (c * height + row) * width;
      if (row < 0) to += cols.length;
      else for (const col of cols) padded[to++] = col < 0 ? 0 : sample[from + col];
    }
  }
  return padded;
}

/**
 * `padPlanes` backwards, for gradients: each padded number is added where it was taken from, the zeros' are dropped.
 * @param {Float32Array} padded
 * @param {number[]} shape  C H W
 * @param {Margins} margins
 */
export function foldPlanes(padded, [channels, height, width], { rows, cols }) {
  if (rows.length === height && cols.length === width) return padded;
  const sums = new Float64Array(channels * height * width);
  for (let c = 0, from = 0; c < channels; c++) {
    for (const row of rows) {
      const to = (c * height + row) * width;
      if (row < 0) from += cols.length;
      else {
        for (const col of cols) {
          if (col >= 0) sums[to + col] += padded[from];
          from++;
        }
      }
    }
  }
  return sums;
}

/**
 * One number a plane: its bias, or 0.
 * @param {Float64Array} planes
 * @param {number} size  cells of a plane
 * @param {Float32Array | undefined} bias
 */
export function fillBias(planes, size, bias) {
  if (!bias) planes.fill(0);
  else bias.forEach((value, plane) => planes.fill(value, plane * size, (plane + 1) * size));
}

/**
 * totals[plane] += the sum of each plane: the gradient of a bias.
 * @param {Float32Array} planes
 * @param {Float64Array} totals
 */
export function planeSums(planes, totals) {
  const size = planes.length / totals.length;
  for (let plane = 0, at = 0; plane < totals.length; plane++) {
    let sum = 0;
    for (const end = at + size; at < end; at++) sum += planes[at];
    totals[plane] += sum;
  }
}
