// A saved page's decoder in WebAssembly: AssemblyScript, of which scripts/build_wasm.mjs makes js/lib/unpack_wasm.js.
// The same format, by the same steps, as js/lib/lzma.js, which is read first; there the names are explained.

const PROBS: usize = 0; // the first 32 kB of memory are for them
const IS_MATCH: usize = 0, IS_REP: usize = 192, G0: usize = 204, G1: usize = 216, G2: usize = 228, REP0_LONG: usize = 240;
const SLOT: usize = 432, SPECIAL: usize = 688, ALIGN: usize = 816, LENGTH: usize = 832, REP_LENGTH: usize = 1346;
const LITERAL: usize = 2048, TREES: usize = LITERAL + (0x300 << 4);

let range: u32 = 0, code: u32 = 0, source: usize = 0;
let far0: usize = 0, far1: usize = 0, far2: usize = 0, far3: usize = 0; // the last four distances

/** A step down a tree: the branch that the next bit takes. */
function walk(base: usize, count: usize, match: usize, trees: usize): usize {
  let r = range, c = code, at = source, node: usize = 1;
  while (node < count) {
    match <<= 1;
    const expected = match & trees;
    const place = PROBS + ((base + trees + expected + node) << 1);
    const p = <u32>load<u16>(place);
    const bound = (r >>> 11) * p;
    node <<= 1;
    if (c < bound) {
      r = bound;
      store<u16>(place, <u16>(p + ((2048 - p) >> 5)));
      trees &= ~expected;
    } else {
      c -= bound;
      r -= bound;
      store<u16>(place, <u16>(p - (p >> 5)));
      trees &= expected;
      node |= 1;
    }
    if (r < 0x1000000) {
      r <<= 8;
      c = (c << 8) | <u32>load<u8>(at++);
    }
  }
  range = r;
  code = c;
  source = at;
  return node - count;
}

function bit(i: usize): usize {
  return walk(i - 1, 2, 0, 0);
}

function direct(count: usize): usize {
  let value: usize = 0;
  while (count--) {
    range >>>= 1;
    const one = code >= range;
    if (one) code -= range;
    value = (value << 1) | <usize>one;
    if (range < 0x1000000) {
      range <<= 8;
      code = (code << 8) | <u32>load<u8>(source++);
    }
  }
  return value;
}

function reversed(base: usize, bits: usize): usize {
  const leaf = walk(base, <usize>1 << bits, 0, 0);
  let value: usize = 0;
  for (let i: usize = 0; i < bits; i++) value |= ((leaf >> i) & 1) << (bits - 1 - i);
  return value;
}

function length(base: usize): usize {
  if (!bit(base)) return walk(base + 2, 8, 0, 0);
  if (!bit(base + 1)) return 8 + walk(base + 130, 8, 0, 0);
  return 16 + walk(base + 258, 256, 0, 0);
}

function distance(length: usize): usize {
  const slot = walk(SLOT + (min<usize>(length, 3) << 6), 64, 0, 0);
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) << bits;
  if (slot < 14) return base + reversed(SPECIAL + base - slot, bits);
  return base + (direct(bits - 4) << 4) + reversed(ALIGN, 4);
}

/** The distance so many back becomes the last one. */
function recall(which: usize): void {
  const far = which == 0 ? far0 : which == 1 ? far1 : which == 2 ? far2 : far3;
  if (which > 2) far3 = far2;
  if (which > 1) far2 = far1;
  if (which > 0) far1 = far0;
  far0 = far;
}

/** A match at one of the last distances; false: a single byte at the very last. */
function repeats(state: usize): bool {
  if (!bit(G0 + state)) return bit(REP0_LONG + (state << 4)) != 0;
  recall(bit(G1 + state) ? 2 + bit(G2 + state) : 1);
  return true;
}

/** Of the bytes from `from` on, `size` bytes to `to` on. */
export function unpack(from: usize, to: usize, size: usize): void {
  for (let i: usize = 0; i < TREES; i++) store<u16>(PROBS + (i << 1), 1024);
  range = 0xffffffff;
  code = bswap<u32>(load<u32>(from, 1));
  source = from + 5;
  let state: usize = 0;
  far0 = far1 = far2 = far3 = 0;
  const end = to + size;
  for (let at = to; at < end; ) {
    if (!bit(IS_MATCH + (state << 4))) {
      const base = LITERAL + 0x300 * (at > to ? <usize>load<u8>(at - 1) >> 4 : 0);
      const byte = state < 7 ? walk(base, 256, 0, 0) : walk(base, 256, <usize>load<u8>(at - far0 - 1), 256);
      store<u8>(at++, <u8>byte);
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count: usize = 1;
    if (!bit(IS_REP + state)) {
      const coded = length(LENGTH);
      state = state < 7 ? 7 : 10;
      recall(3);
      far0 = distance(coded);
      count = coded + 2;
    } else if (repeats(state)) {
      count = length(REP_LENGTH) + 2;
      state = state < 7 ? 8 : 11;
    } else {
      state = state < 7 ? 9 : 11;
    }
    const stop = min(end, at + count);
    for (; at < stop; at++) store<u8>(at, load<u8>(at - far0 - 1));
  }
}
