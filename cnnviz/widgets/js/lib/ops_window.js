// Which input rows (or columns) an output row (or column) reads: every window's geometry, an axis at a time.

import { refuse } from "./ops_check.js";
import { ravel } from "./tensor.js";

/**
 * @typedef {object} Tap    one place that an output position reads, along one axis
 * @property {number} tap     row (or column) of the kernel
 * @property {number} place   where it lies in the plane; outside the plane it is padding
 * @property {number} source  the input row (or column) whose number stands there; -1 for the padding's own value
 */
/**
 * @typedef {object} Axis   both directions of reading: from an output position, and from an input position
 * @property {Tap[][]} taps                              for every output position
 * @property {{out: number, tap: number}[][]} fed        for every input position
 */
/** @typedef {"zeros" | "reflect" | "replicate" | "circular"} PaddingMode */
/**
 * @typedef {object} Sliding  a window along one axis, lengths in pixels
 * @property {number} size
 * @property {number} kernel
 * @property {number} stride
 * @property {number} before    padding at the beginning
 * @property {number} after     padding at the end
 * @property {number} dilation
 */

/**
 * How many windows fit. With `ceil` a last one may hang over the end, if it begins in the input or the padding before.
 * @param {Sliding} sliding
 * @param {boolean} [ceil]
 */
function windowCount({ size, kernel, stride, before, after, dilation }, ceil = false) {
  const room = size + before + after - dilation * (kernel - 1) - 1;
  const count = Math.max(0, Math.floor((room + (ceil ? stride - 1 : 0)) / stride) + 1);
  return ceil && (count - 1) * stride >= size + before ? count - 1 : count;
}

/**
 * The window along both axes, from an operation's arguments.
 * @param {number[]} plane          height and width of the input
 * @param {number[]} kernel         height and width of the window
 * @param {Record<string, any>} args  stride [h, w], padding [top, bottom, left, right], dilation [h, w]
 * @returns {[Sliding, Sliding]}
 */
export function slidings([height, width], [kh, kw], { stride, padding, dilation = [1, 1] }) {
  const [top, bottom, left, right] = padding;
  return [
    { size: height, kernel: kh, stride: stride[0], before: top, after: bottom, dilation: dilation[0] },
    { size: width, kernel: kw, stride: stride[1], before: left, after: right, dilation: dilation[1] },
  ];
}

/**
 * Height and width of the output; refuses a window that does not fit even once.
 * @param {string} who
 * @param {[Sliding, Sliding]} both
 * @param {boolean} [ceil]
 * @returns {[number, number]}
 */
export function fittingWindows(who, both, ceil = false) {
  const [rows, cols] = both.map((sliding) => windowCount(sliding, ceil));
  if (rows < 1 || cols < 1) {
    const [h, w] = both.map(({ size, before, after }) => size + before + after);
    const [kh, kw] = both.map(({ kernel, dilation }) => dilation * (kernel - 1) + 1);
    const todo = "enlarge the input or the padding, or take a smaller kernel";
    refuse(who, `at least ${kh}x${kw} pixels under its window`, `${h}x${w} with its padding`, todo);
  }
  return [rows, cols];
}

/**
 * The input position whose number a padding mode shows at `place`; -1 where it shows a zero.
 * @param {number} place
 * @param {number} size
 * @param {PaddingMode} mode
 */
export function paddedSource(place, size, mode) {
  if (place >= 0 && place < size) return place;
  if (mode === "zeros") return -1;
  if (mode === "replicate") return place < 0 ? 0 : size - 1;
  if (mode === "circular") return (place + size) % size;
  return place < 0 ? -place : 2 * (size - 1) - place;
}

/**
 * Refuse padding that its mode cannot fill: reflection needs pixels beside the edge, wrapping goes once round at most.
 * @param {string} who
 * @param {number[][]} sizes  of each axis: pixels, padding before and after
 * @param {string} mode
 */
export function checkPaddingFits(who, sizes, mode) {
  for (const [size, before, after] of sizes) {
    const most = mode === "reflect" ? size - 1 : mode === "circular" ? size : Infinity;
    const came = Math.max(before, after);
    const needed = `at most ${most} pixels of ${mode} padding on ${size} pixels`;
    if (came > most) refuse(who, needed, `${came}`, "pad less, or with zeros");
  }
}

/**
 * The reading of a sliding window. Places beyond the padding, under a window that hangs over the end, are left out.
 * @param {Sliding} sliding
 * @param {number} out
 * @param {PaddingMode} [mode]
 * @returns {Axis}
 */
export function slidingAxis({ size, kernel, stride, before, after, dilation }, out, mode = "zeros") {
  return makeAxis(size, out, (position) => {
    const taps = [];
    for (let tap = 0; tap < kernel; tap++) {
      const place = position * stride - before + tap * dilation;
      if (place < size + after) taps.push({ tap, place, source: paddedSource(place, size, mode) });
    }
    return taps;
  });
}

/**
 * The reading of adaptive pooling: `out` windows, as equal as whole pixels allow, overlapping where they must.
 * @param {number} size
 * @param {number} out
 * @returns {Axis}
 */
export function adaptiveAxis(size, out) {
  return makeAxis(size, out, (position) => {
    const begin = Math.floor((position * size) / out);
    const end = Math.ceil(((position + 1) * size) / out);
    return Array.from({ length: end - begin }, (_, tap) => ({ tap, place: begin + tap, source: begin + tap }));
  });
}

/**
 * The reading of a transposed convolution: the input positions whose stamp covers an output position.
 * @param {Sliding} sliding  of the convolution it transposes; size is this operation's input
 * @param {number} out
 * @returns {Axis}
 */
export function transposedAxis({ size, kernel, stride, before, dilation }, out) {
  return makeAxis(size, out, (position) => {
    const taps = [];
    for (let place = 0; place < size; place++) {
      const offset = position + before - place * stride;
      const tap = offset / dilation;
      if (Number.isInteger(tap) && tap >= 0 && tap < kernel) taps.push({ tap, place, source: place });
    }
    return taps;
  });
}

/**
 * @param {number} size
 * @param {number} out
 * @param {(position: number) => Tap[]} read
 * @returns {Axis}
 */
function makeAxis(size, out, read) {
  const taps = Array.from({ length: out }, (_, position) => read(position));
  /** @type {Axis["fed"]} */
  const fed = Array.from({ length: size }, () => []);
  taps.forEach((list, position) => {
    for (const { tap, source } of list) if (source >= 0) fed[source].push({ out: position, tap });
  });
  return { taps, fed };
}

/**
 * Flat output cells of some channels that read an input cell, each once: a position can read the same input row several
 * times, by reflection or wrapping.
 * @param {[Axis, Axis]} axes
 * @param {[number, number]} place     the input cell's row and column
 * @param {number[]} shape             of the output, N C H W
 * @param {number} n
 * @param {number} first               channel
 * @param {number} [count]
 */
export function fedCells([rows, cols], [y, col], shape, n, first, count = 1) {
  const [down, along] = [rows.fed[y], cols.fed[col]].map((fed) => [...new Set(fed.map(({ out }) => out))]);
  const fed = [];
  for (let channel = first; channel < first + count; channel++) {
    for (const i of down) for (const j of along) fed.push(ravel([n, channel, i, j], shape));
  }
  return fed;
}

/**
 * Flat input cells that no window reads.
 * @param {number[]} shape  of the input, N C H W
 * @param {[Axis, Axis]} axes
 */
export function unseenCells([batch, channels, height, width], [rows, cols]) {
  const unseen = [];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (!rows.fed[y].length || !cols.fed[x].length) unseen.push((plane * height + y) * width + x);
      }
    }
  }
  return unseen;
}
