// Convolutions in WebAssembly: lays planes, weights and sums out in the module's memory, as wasm/kernel.ts reads them.
// Sums are float32, as torch's are.

import { kernel, places } from "./kernel.js";
import { bringPhases, EIGHT, phasedRoom, phasedTaps } from "./kernel_rows.js";

/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { Convolve } from "./conv_kernels.js" */
/** @import { KernelExports } from "./kernel.js" */

const LEAST_WORK = 20_000; // multiply-adds below which the way into the module's memory costs more
const TILE = 64; // columns of a row that is cut from a plane, where the window is one pixel

/**
 * Whether the module is there, and worth the way.
 * @param {ConvPlan} plan
 */
export function isForWasm({ groups, narrow, wide, kernel: [kh, kw], narrowSize: [rows, cols] }) {
  return groups * narrow * rows * cols * wide * kh * kw >= LEAST_WORK && kernel() !== null;
}

/** @type {Convolve} */
export function convolveWasm(plan, padded, weight, bias, out) {
  const exports = /** @type {KernelExports} */ (kernel());
  const { groups, narrow } = plan;
  const planes = groups * narrow;
  const { rows, rowStep, cols, pitch } = rowsOf(plan);
  const taps = phasedTaps(plan);
  const counts = [phasedRoom(plan, padded), taps.length, weight.length, planes, planes * rows * pitch];
  const { starts: [x, t, w, b, to], floats, whole } = places(exports, counts);
  bringPhases(exports, plan, padded, floats, x);
  whole.set(taps, t / 4);
  floats.set(weight, w / 4);
  if (bias) floats.set(bias, b / 4);
  else floats.fill(0, b / 4, b / 4 + planes);
  const xGroup = (4 * padded.length) / groups;
  exports.convolve(x, xGroup, t, taps.length, w, b, to, groups, narrow, rows, 4 * rowStep, 4 * pitch);
  const line = cols * (isPixel(plan) ? 1 : rows);
  if (isPixel(plan)) exports.pack(to, planes, 4 * rows * pitch, 4 * cols);
  else exports.pack(to, planes * rows, 4 * pitch, 4 * cols);
  out.set(floats.subarray(to / 4, to / 4 + planes * line));
}

/** A window of one pixel at every place: a plane is then one long row. @param {ConvPlan} plan */
function isPixel({ kernel: [kh, kw], stride: [sh, sw] }) {
  return kh * kw === 1 && sh === 1 && sw === 1;
}

/**
 * The rows that the module computes, in numbers: their columns, what lies between them in the input and in the output.
 * @param {ConvPlan} plan
 */
function rowsOf(plan) {
  const { narrowSize: [rows, cols], stride: [sh], wideSize: [, broad] } = plan;
  if (!isPixel(plan)) return { rows, cols, rowStep: sh * broad, pitch: Math.ceil(cols / EIGHT) * EIGHT };
  const size = rows * cols;
  const pitch = Math.min(TILE, Math.ceil(size / EIGHT) * EIGHT);
  return { rows: Math.ceil(size / pitch), cols: size, rowStep: pitch, pitch };
}
