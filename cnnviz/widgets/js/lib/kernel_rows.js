// How planes lie in the WebAssembly module's memory, so that what neighbouring windows read lies side by side.

/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { KernelExports } from "./kernel.js" */

/** Columns that the module computes at once. */
export const EIGHT = 8;

/**
 * Where each weight of an output channel reads, in bytes from the window's place, of rows in the order of `bringPhases`.
 * @param {ConvPlan} plan
 */
export function phasedTaps({ wide, kernel: [kh, kw], stride: [, sw], dilation: [dh, dw], wideSize: [high, broad] }) {
  const taps = new Int32Array(wide * kh * kw);
  const begins = phaseBegins(broad, sw);
  for (let c = 0, k = 0; c < wide; c++) {
    for (let i = 0; i < kh; i++) {
      const row = (c * high + i * dh) * broad;
      for (let j = 0; j < kw; j++) taps[k++] = 4 * (row + begins[(j * dw) % sw] + Math.floor((j * dw) / sw));
    }
  }
  return taps;
}

/** Where each phase's columns begin in a row. @param {number} broad @param {number} sw */
function phaseBegins(broad, sw) {
  const begins = [0];
  for (let phase = 1; phase < sw; phase++) begins.push(begins[phase - 1] + Math.ceil((broad - phase + 1) / sw));
  return begins;
}

/**
 * Room for planes in the order of their phases: their numbers, and as many again where a stride of two is sorted by the
 * module itself.
 * @param {ConvPlan} plan
 * @param {Float32Array} planes
 */
export function phasedRoom({ stride: [, sw] }, planes) {
  return sw === 2 ? 2 * planes.length : planes.length;
}

/**
 * Bring planes over, each row's columns 0, s, 2s ... first, then 1, 1 + s ...: with a stride of s, what neighbouring
 * windows read lies side by side.
 * @param {KernelExports} exports
 * @param {ConvPlan} plan
 * @param {Float32Array} planes
 * @param {Float32Array} floats  the module's memory
 * @param {number} at            where they are to lie, in bytes
 */
export function bringPhases(exports, { stride: [, sw], wideSize: [, broad] }, planes, floats, at) {
  const to = floats.subarray(at / 4, at / 4 + planes.length);
  if (sw === 1) return to.set(planes);
  if (sw > 2) return copyPhases(planes, to, broad, sw);
  const raw = at + 4 * planes.length;
  floats.set(planes, raw / 4);
  exports.split(raw, at, planes.length / broad, broad);
}

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} broad
 * @param {number} sw
 */
function copyPhases(from, to, broad, sw) {
  const begins = phaseBegins(broad, sw);
  for (let row = 0; row < from.length; row += broad) {
    for (let phase = 0; phase < sw; phase++) {
      let at = row + begins[phase];
      for (let col = row + phase; col < row + broad; col += sw) to[at++] = from[col];
    }
  }
}
