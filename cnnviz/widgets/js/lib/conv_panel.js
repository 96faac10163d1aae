// Any convolution as a product of matrices: the numbers under four places of the window are copied side by side (a
// "panel"), and then every two output channels are read off it with their eight sums in variables. Sums are float64.

/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { Convolve } from "./conv_kernels.js" */

const PLACES = 4;

/** @type {Convolve} */
export function convolvePanels(plan, padded, weight, bias, out) {
  const taps = tapOffsets(plan);
  const places = placeOffsets(plan);
  const panel = new Float64Array(PLACES * taps.length);
  const groupSize = plan.wide * plan.wideSize[0] * plan.wideSize[1];
  for (let group = 0; group < plan.groups; group++) {
    for (let p = 0; p < places.length; p += PLACES) {
      fillPanel(panel, padded.subarray(group * groupSize), taps, places, p);
      multiplyPanel(plan, group, panel, weight, bias, out, p);
    }
  }
}

/**
 * Where each weight of a kernel reads, from the window's place on: the order of the weight's own memory.
 * @param {ConvPlan} plan
 */
export function tapOffsets({ wide, kernel: [kh, kw], dilation: [dh, dw], wideSize: [high, broad] }) {
  const offsets = new Int32Array(wide * kh * kw);
  for (let c = 0, k = 0; c < wide; c++) {
    for (let i = 0; i < kh; i++) {
      for (let j = 0; j < kw; j++) offsets[k++] = (c * high + i * dh) * broad + j * dw;
    }
  }
  return offsets;
}

/**
 * Where the window stands for each cell of a narrow plane.
 * @param {ConvPlan} plan
 */
function placeOffsets({ stride: [sh, sw], narrowSize: [rows, cols], wideSize: [, broad] }) {
  const offsets = new Int32Array(rows * cols);
  for (let y = 0, p = 0; y < rows; y++) for (let x = 0; x < cols; x++) offsets[p++] = y * sh * broad + x * sw;
  return offsets;
}

/**
 * Four places from `p` on; beyond the end the last one again.
 * @param {Float64Array} panel
 * @param {Float32Array} from
 * @param {Int32Array} taps
 * @param {Int32Array} places
 * @param {number} p
 */
function fillPanel(panel, from, taps, places, p) {
  const last = places.length - 1;
  const p0 = places[p], p1 = places[Math.min(p + 1, last)];
  const p2 = places[Math.min(p + 2, last)], p3 = places[Math.min(p + 3, last)];
  for (let k = 0, q = 0; k < taps.length; k++, q += PLACES) {
    const tap = taps[k];
    panel[q] = from[tap + p0];
    panel[q + 1] = from[tap + p1];
    panel[q + 2] = from[tap + p2];
    panel[q + 3] = from[tap + p3];
  }
}

/**
 * A panel's four cells of every output plane of a group, two planes a pass.
 * @param {ConvPlan} plan
 * @param {number} group
 * @param {Float64Array} panel
 * @param {Float32Array} w
 * @param {Float32Array | undefined} bias
 * @param {Float32Array} out
 * @param {number} p  the first of the four
 */
function multiplyPanel({ narrow, narrowSize: [rows, cols] }, group, panel, w, bias, out, p) {
  const size = rows * cols;
  const length = panel.length / PLACES;
  const end = (group + 1) * narrow;
  const count = Math.min(PLACES, size - p);
  for (let o = group * narrow; o < end; o += 2) {
    // The last of an odd number is its own partner.
    const partner = Math.min(o + 1, end - 1);
    let i = o * length, j = partner * length;
    let a0 = bias ? bias[o] : 0, a1 = a0, a2 = a0, a3 = a0;
    let b0 = bias ? bias[partner] : 0, b1 = b0, b2 = b0, b3 = b0;
    for (let q = 0; q < panel.length; q += PLACES) {
      const a = w[i++], b = w[j++];
      const x0 = panel[q], x1 = panel[q + 1], x2 = panel[q + 2], x3 = panel[q + 3];
      a0 += a * x0; a1 += a * x1; a2 += a * x2; a3 += a * x3;
      b0 += b * x0; b1 += b * x1; b2 += b * x2; b3 += b * x3;
    }
    writeCells(out, o * size + p, count, a0, a1, a2, a3);
    writeCells(out, partner * size + p, count, b0, b1, b2, b3);
  }
}

/**
 * @param {Float32Array} out
 * @param {number} at
 * @param {number} count  how many of the four there is room for
 * @param {number} v0 @param {number} v1 @param {number} v2 @param {number} v3
 */
function writeCells(out, at, count, v0, v1, v2, v3) {
  out[at] = v0;
  if (count > 1) out[at + 1] = v1;
  if (count > 2) out[at + 2] = v2;
  if (count > 3) out[at + 3] = v3;
}
