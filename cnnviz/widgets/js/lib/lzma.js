// LZMA, as Python's lzma module writes it raw: a sixth smaller than deflate, which is what a page to be sent is made of.
// After Igor Pavlov's LZMA specification, which is in the public domain; names are its own.

const HALF = 1024; // a probability, of 2048

/**
 * @param {Uint8Array} bytes   raw LZMA1 with lc = 4, lp = 0 and pb = 0, as cnnviz/_buffers.py writes it
 * @param {number} size        how many bytes it becomes
 * @returns {Uint8Array}
 */
export function unpackLzma(bytes, size) {
  const out = new Uint8Array(size);
  const probs = new Uint16Array(2048 + (0x300 << 4)).fill(HALF);
  const [IS_MATCH, IS_REP, G0, G1, G2, REP0_LONG, SLOT, SPECIAL, ALIGN, LENGTH, REP_LENGTH, LITERAL] = [
    0, 192, 204, 216, 228, 240, 432, 688, 816, 832, 1346, 2048,
  ];
  const reps = [0, 0, 0, 0];
  let at = 5;
  let code = ((bytes[1] << 24) | (bytes[2] << 16) | (bytes[3] << 8) | bytes[4]) >>> 0;
  let range = 0xffffffff;
  let state = 0;
  let pos = 0;

  function normalise() {
    if (range >= 0x1000000) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | bytes[at++]) >>> 0;
  }
  /** @param {number} i */
  function bit(i) {
    const bound = (range >>> 11) * probs[i];
    const one = code >= bound;
    if (one) {
      code -= bound;
      range -= bound;
      probs[i] -= probs[i] >> 5;
    } else {
      range = bound;
      probs[i] += (2048 - probs[i]) >> 5;
    }
    normalise();
    return one ? 1 : 0;
  }
  /** @param {number} base @param {number} count */
  function tree(base, count) {
    let m = 1;
    for (let i = 0; i < count; i++) m = (m << 1) | bit(base + m);
    return m - (1 << count);
  }
  /** @param {number} base @param {number} count */
  function reverseTree(base, count) {
    let m = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const b = bit(base + m);
      m = (m << 1) | b;
      value |= b << i;
    }
    return value;
  }
  /** @param {number} count */
  function direct(count) {
    let value = 0;
    for (let i = 0; i < count; i++) {
      range >>>= 1;
      const one = code >= range;
      if (one) code -= range;
      value = (value << 1) | (one ? 1 : 0);
      normalise();
    }
    return value;
  }
  /** @param {number} base */
  function length(base) {
    if (!bit(base)) return tree(base + 2, 3);
    if (!bit(base + 1)) return 8 + tree(base + 130, 3);
    return 16 + tree(base + 258, 8);
  }
  /** @param {number} len */
  function distance(len) {
    const slot = tree(SLOT + (Math.min(len, 3) << 6), 6);
    if (slot < 4) return slot;
    const count = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << count;
    if (slot < 14) return base + reverseTree(SPECIAL + base - slot, count);
    return base + direct(count - 4) * 16 + reverseTree(ALIGN, 4);
  }
  function literal() {
    const base = LITERAL + 0x300 * ((pos ? out[pos - 1] : 0) >> 4);
    let symbol = 1;
    if (state >= 7) {
      let match = out[pos - reps[0] - 1];
      while (symbol < 0x100) {
        const expected = (match >> 7) & 1;
        match <<= 1;
        const b = bit(base + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | b;
        if (b !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | bit(base + symbol);
    out[pos++] = symbol;
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
  }
  /** A match whose distance is one of the last four. @returns {number} its length */
  function repeated() {
    if (!bit(G0 + state)) {
      if (!bit(REP0_LONG + (state << 4))) {
        state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      const which = bit(G1 + state) ? (bit(G2 + state) ? 3 : 2) : 1;
      reps.unshift(...reps.splice(which, 1));
    }
    const len = length(REP_LENGTH) + 2;
    state = state < 7 ? 8 : 11;
    return len;
  }
  /** @returns {number} its length */
  function matched() {
    const len = length(LENGTH);
    state = state < 7 ? 7 : 10;
    reps.pop();
    reps.unshift(distance(len));
    return len + 2;
  }

  while (pos < size) {
    if (!bit(IS_MATCH + (state << 4))) literal();
    else {
      const end = pos + (bit(IS_REP + state) ? repeated() : matched());
      for (; pos < end && pos < size; pos++) out[pos] = out[pos - reps[0] - 1];
    }
  }
  return out;
}

/** A text in base64 and LZMA. @param {string} data @param {number} size of its UTF-8 */
export function unpackText(data, size) {
  return new TextDecoder().decode(unpackLzma(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)), size));
}
