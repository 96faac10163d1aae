// LZMA, as Python's lzma module writes it raw: a sixth smaller than deflate, which is what a page to be sent is made of.
// After Igor Pavlov's LZMA specification, which is in the public domain; names are its own. A page's first code runs cold,
// where WebAssembly is several times as fast: wasm/unpack.ts does the same, and this where it is not allowed.

import { UNPACK_BYTES } from "./unpack_wasm.js";

const OWN = 32768; // bytes of memory that wasm/unpack.ts keeps for itself
const HALF = 1024; // a probability, of 2048
const [IS_MATCH, IS_REP, G0, G1, G2, REP0_LONG, SLOT, SPECIAL, ALIGN, LENGTH, REP_LENGTH, LITERAL] = [
  0, 192, 204, 216, 228, 240, 432, 688, 816, 832, 1346, 2048,
];

/** What the range coder has come to. Numbers of 32 bits stand in an array: elsewhere each would be made anew. */
class LzmaBits {
  #probs = new Uint16Array(LITERAL + (0x300 << 4)).fill(HALF);
  #now = new Uint32Array([0xffffffff, 0]); // range, code
  #at = 5;
  #bytes;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#now[1] = (bytes[1] << 24) | (bytes[2] << 16) | (bytes[3] << 8) | bytes[4];
  }

  /**
   * Down a tree of probabilities to its `count`-th leaf: nearly all of the time is spent here, so everything is local.
   * @param {number} base   of the tree
   * @param {number} count  leaves, a power of 2
   * @param {number} [match]  a byte that is expected: other trees are used until it proves wrong
   * @param {number} [trees]  256 with such a byte, else 0
   * @returns {number} the leaf
   */
  walk(base, count, match = 0, trees = 0) {
    const [probs, bytes, now] = [this.#probs, this.#bytes, this.#now];
    let at = this.#at;
    let range = now[0];
    let code = now[1];
    let node = 1;
    while (node < count) {
      match <<= 1;
      const expected = match & trees;
      const i = base + trees + expected + node;
      const p = probs[i];
      const bound = Math.imul(range >>> 11, p) >>> 0;
      node <<= 1;
      if (code < bound) {
        range = bound;
        probs[i] = p + ((2048 - p) >> 5);
        trees &= ~expected;
      } else {
        code = (code - bound) >>> 0;
        range = (range - bound) >>> 0;
        probs[i] = p - (p >> 5);
        trees &= expected;
        node |= 1;
      }
      if (range < 0x1000000) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | bytes[at++]) >>> 0;
      }
    }
    now[0] = range;
    now[1] = code;
    this.#at = at;
    return node - count;
  }

  /** @param {number} i */
  bit(i) {
    return this.walk(i - 1, 2);
  }

  /** Bits of which none is likelier than the other. @param {number} count */
  direct(count) {
    const now = this.#now;
    let value = 0;
    while (count--) {
      now[0] >>>= 1;
      const one = now[1] >= now[0];
      if (one) now[1] -= now[0];
      value = (value << 1) | Number(one);
      if (now[0] < 0x1000000) {
        now[0] <<= 8;
        now[1] = (now[1] << 8) | this.#bytes[this.#at++];
      }
    }
    return value;
  }

  /** A tree whose first bit is the lowest. @param {number} base @param {number} bits */
  reversed(base, bits) {
    const leaf = this.walk(base, 1 << bits);
    let value = 0;
    for (let i = 0; i < bits; i++) value |= ((leaf >> i) & 1) << (bits - 1 - i);
    return value;
  }

  /** @param {number} base */
  length(base) {
    if (!this.bit(base)) return this.walk(base + 2, 8);
    if (!this.bit(base + 1)) return 8 + this.walk(base + 130, 8);
    return 16 + this.walk(base + 258, 256);
  }

  /** @param {number} length of the match */
  distance(length) {
    const slot = this.walk(SLOT + (Math.min(length, 3) << 6), 64);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << bits;
    if (slot < 14) return base + this.reversed(SPECIAL + base - slot, bits);
    return base + this.direct(bits - 4) * 16 + this.reversed(ALIGN, 4);
  }
}

/**
 * @param {Uint8Array} bytes   raw LZMA1 with lc = 4, lp = 0 and pb = 0, as cnnviz/_buffers.py writes it
 * @param {number} size        how many bytes it becomes
 * @returns {Uint8Array}
 */
export function unpackLzma(bytes, size) {
  return unpackByWasm(bytes, size) ?? unpackPlainly(bytes, size);
}

/** @type {WebAssembly.Module | undefined} compiled once; each text has an instance's memory for itself, which then goes */
let unpacker;

/** In WebAssembly; null where there is none. @param {Uint8Array} bytes @param {number} size */
export function unpackByWasm(bytes, size) {
  try {
    unpacker ??= new WebAssembly.Module(bytesOfText(UNPACK_BYTES));
    const { memory, unpack } = /** @type {any} */ (new WebAssembly.Instance(unpacker).exports);
    const to = OWN + bytes.length;
    memory.grow(Math.ceil((to + size) / 65536));
    new Uint8Array(memory.buffer).set(bytes, OWN);
    unpack(OWN, to, size);
    return new Uint8Array(memory.buffer.slice(to, to + size));
  } catch {
    return null;
  }
}

/** In plain JavaScript. @param {Uint8Array} bytes @param {number} size */
export function unpackPlainly(bytes, size) {
  const out = new Uint8Array(size);
  const bits = new LzmaBits(bytes);
  const reps = [0, 0, 0, 0];
  let state = 0;
  let pos = 0;

  /** A match whose distance is one of the last four. @returns {number} its length */
  function repeated() {
    if (!bits.bit(G0 + state)) {
      if (!bits.bit(REP0_LONG + (state << 4))) {
        state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      const which = bits.bit(G1 + state) ? 2 + bits.bit(G2 + state) : 1;
      reps.unshift(...reps.splice(which, 1));
    }
    state = state < 7 ? 8 : 11;
    return bits.length(REP_LENGTH) + 2;
  }
  /** @returns {number} its length */
  function matched() {
    const length = bits.length(LENGTH);
    state = state < 7 ? 7 : 10;
    reps.pop();
    reps.unshift(bits.distance(length));
    return length + 2;
  }

  while (pos < size) {
    if (!bits.bit(IS_MATCH + (state << 4))) {
      const base = LITERAL + 0x300 * (pos && out[pos - 1] >> 4);
      out[pos] = state < 7 ? bits.walk(base, 256) : bits.walk(base, 256, out[pos - reps[0] - 1], 256);
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      pos++;
    } else {
      const end = Math.min(size, pos + (bits.bit(IS_REP + state) ? repeated() : matched()));
      for (; pos < end; pos++) out[pos] = out[pos - reps[0] - 1];
    }
  }
  return out;
}

/** A text in base64 and LZMA. @param {string} data @param {number} size of its UTF-8 */
export function unpackText(data, size) {
  return new TextDecoder().decode(unpackLzma(bytesOfText(data), size));
}

/** @param {string} data base64 */
function bytesOfText(data) {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
