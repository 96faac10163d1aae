// The WebAssembly module of wasm/kernel.ts and its memory, where the browser has SIMD and the page's policy allows it.

import { KERNEL_BYTES } from "./kernel_wasm.js";

const PAGE = 65536;
const BEGIN = 1024; // the first bytes stay free, so that no place is 0
const BEYOND = 256; // read and written past the last number: a row's worthless columns

/**
 * @typedef {object} KernelExports
 * @property {WebAssembly.Memory} memory
 * @property {(x: number, xGroup: number, taps: number, count: number, w: number, bias: number, out: number, groups: number, narrow: number, rows: number, rowStep: number, pitch: number) => void} convolve
 * @property {(x: number, xPlane: number, taps: number, count: number, out: number, planes: number, rows: number, rowStep: number, pitch: number) => void} largest
 * @property {(at: number, bytes: number, least: number, most: number) => void} clip
 * @property {(from: number, to: number, rows: number, broad: number) => void} split
 * @property {(at: number, lines: number, pitch: number, bytes: number) => void} pack
 * @property {(x: number, bytes: number, w: number, bias: number, out: number, outs: number) => void} multiply
 */

/** @type {KernelExports | null | undefined} undefined: not tried yet */
let loaded;

/** The module, ready to use; null where there is none. @returns {KernelExports | null} */
export function kernel() {
  if (loaded === undefined) loaded = load();
  return loaded;
}

/** @returns {KernelExports | null} */
function load() {
  try {
    const bytes = Uint8Array.from(atob(KERNEL_BYTES), (c) => c.charCodeAt(0));
    return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  } catch {
    return null; // No SIMD, or a policy without "wasm-unsafe-eval".
  }
}

/**
 * Places in the module's memory for so many numbers each, one after another.
 * @param {KernelExports} exports
 * @param {number[]} counts
 */
export function places({ memory }, counts) {
  let end = BEGIN;
  const starts = counts.map((count) => {
    const at = end;
    end = Math.ceil((at + 4 * count + BEYOND) / 16) * 16;
    return at;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return { starts, floats: new Float32Array(memory.buffer), whole: new Int32Array(memory.buffer) };
}
