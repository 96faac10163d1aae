// A widget's state as a page holds it: the bytes, which stand apart from it, are put back at their places.

import { unpackLzma } from "./lzma.js";

/** @typedef {{path: (string | number)[], encoding?: string, size?: number, stride?: number, data: string}} SavedBuffer */
/** @typedef {{state: Record<string, any>, buffers?: SavedBuffer[]}} SavedState */

const SLICE = 50; // milliseconds of unpacking, after which the page may paint and scroll

/** A state with its bytes at their places. @param {SavedState} saved */
export async function wholeState({ state, buffers = [] }) {
  let turn = performance.now();
  for (const buffer of buffers) {
    if (performance.now() - turn > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
    const holder = buffer.path.slice(0, -1).reduce((at, key) => at[key], state);
    holder[buffer.path[buffer.path.length - 1]] = new DataView(bytesOf(buffer).buffer);
  }
  return state;
}

/** In base64, as they are or compressed: cnnviz/_buffers.py tells how. @param {SavedBuffer} buffer */
function bytesOf({ encoding, size, stride = 0, data }) {
  const bytes = fromBase64(data);
  if (encoding !== "lzma") return bytes;
  const numbers = unpackLzma(bytes, Number(size));
  for (let i = stride; stride && i < numbers.length; i++) numbers[i] += numbers[i - stride]; // modulo 256
  return numbers;
}

/** The browser's own way is ten times as fast, where there is one. @param {string} data @returns {Uint8Array} */
function fromBase64(data) {
  const own = /** @type {any} */ (Uint8Array).fromBase64;
  if (own) return own.call(Uint8Array, data);
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
