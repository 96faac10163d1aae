// max_pool2d and adaptive_max_pool2d, and what every pooling shares: each channel by itself, a window at a time.

import { checkImages, refuse, wholeNumbers } from "./ops_check.js";
import { adaptiveAxis, fedCells, fittingWindows, slidingAxis, slidings, unseenCells } from "./ops_window.js";
import { isPoolForWasm, maxPoolWasm } from "./pool_wasm.js";
import { ravel, tensor, unravel } from "./tensor.js";

/** @import { Call, Op, Term } from "./ops.js" */
/** @import { Axis } from "./ops_window.js" */

/** @type {WeakMap<Call, [Axis, Axis]>} */
const poolAxesOf = new WeakMap();

/**
 * @param {Call} call
 * @returns {[Axis, Axis]}
 */
export function poolAxes(call) {
  const known = poolAxesOf.get(call);
  if (known) return known;
  const plane = call.inputs[0].shape.slice(2);
  const [, , height, width] = call.output.shape;
  /** @type {[Axis, Axis]} */
  let axes;
  if (call.args.output_size) axes = [adaptiveAxis(plane[0], height), adaptiveAxis(plane[1], width)];
  else {
    const [rows, cols] = slidings(plane, call.args.kernel_size, call.args);
    axes = [slidingAxis(rows, height), slidingAxis(cols, width)];
  }
  poolAxesOf.set(call, axes);
  return axes;
}

/**
 * @param {string} who
 * @param {number[]} input
 * @param {Record<string, any>} args
 * @returns {number[]}
 */
export function pooledShape(who, input, args) {
  const kernel = wholeNumbers(who, args, "kernel_size", 2, 1);
  wholeNumbers(who, args, "stride", 2, 1);
  wholeNumbers(who, args, "padding", 4, 0);
  if (args.dilation !== undefined) wholeNumbers(who, args, "dilation", 2, 1);
  checkImages(who, input, "C");
  const both = slidings(input.slice(2), kernel, args);
  for (const { kernel: size, before, after } of both) {
    const most = Math.floor(size / 2);
    const came = Math.max(before, after);
    const todo = "pad less: a window must not lie in padding alone";
    if (came > most) refuse(who, `padding of at most ${most}, half its window`, `${came}`, todo);
  }
  return [input[0], input[1], ...fittingWindows(who, both, args.ceil_mode)];
}

/**
 * Where the largest number of a window is, by torch's rule: the first of equals in row-major order, and the last NaN.
 * @param {Float32Array} data
 * @param {number} plane   where the channel begins
 * @param {number} width
 * @param {Axis["taps"][number]} rows
 * @param {Axis["taps"][number]} cols
 */
function largestIn(data, plane, width, rows, cols) {
  let best = -Infinity;
  let at = -1;
  for (const r of rows) {
    if (r.source < 0) continue;
    for (const q of cols) {
      if (q.source < 0) continue;
      const from = plane + r.source * width + q.source;
      const value = data[from];
      if (at < 0 || value > best || value !== value) [best, at] = [value, from];
    }
  }
  return at;
}

/**
 * Call `visit` for each output cell, in order, with the input cell it takes its number from.
 * @param {Call} call
 * @param {(out: number, winner: number) => void} visit
 */
function eachWinner(call, visit) {
  const { inputs: [x], output } = call;
  const [rows, cols] = poolAxes(call);
  const [, , height, width] = x.shape;
  const planes = output.shape[0] * output.shape[1];
  for (let plane = 0, out = 0; plane < planes; plane++) {
    const first = plane * height * width;
    for (const r of rows.taps) for (const q of cols.taps) visit(out++, largestIn(x.data, first, width, r, q));
  }
}

/**
 * The declaration of a maximum over windows.
 * @param {string} name
 * @param {Op["shape"]} shape
 * @returns {Op}
 */
function maxPooling(name, shape) {
  return {
    shape,

    forward(call) {
      const { inputs: [x], output } = call;
      if (isPoolForWasm(call)) return maxPoolWasm(call);
      eachWinner(call, (out, winner) => {
        output.data[out] = winner < 0 ? -Infinity : x.data[winner];
      });
    },

    backward(call, grad) {
      const dx = new Float64Array(call.inputs[0].data.length);
      eachWinner(call, (out, winner) => {
        if (winner >= 0) dx[winner] += grad.data[out];
      });
      return { inputs: [tensor(call.inputs[0].shape, dx)], params: {} };
    },

    terms(call, at) {
      const { inputs: [x], output } = call;
      const [n, channel, y, col] = unravel(at, output.shape);
      const [rows, cols] = poolAxes(call);
      const largest = largestIn(x.data, ravel([n, channel, 0, 0], x.shape), x.shape[3], rows.taps[y], cols.taps[col]);
      const terms = windowTerms(call, at, -Infinity);
      for (const term of terms) term.slope = term.at >= 0 && term.at === largest ? 1 : 0;
      const winner = terms.findIndex((term) => term.slope === 1);
      return { how: "max", name, terms, params: [], constants: { winner }, value: output.data[at] };
    },

    feeds: windowFeeds,
    paramFeeds: () => [],
    routes: true,
    unseen: (call) => unseenCells(call.inputs[0].shape, poolAxes(call)),
  };
}

export const maxPool2dOp = maxPooling("max_pool2d", ([input], _params, args) => pooledShape("max_pool2d", input, args));

export const adaptiveMaxPool2dOp = maxPooling("adaptive_max_pool2d", ([input], _params, args) =>
  adaptiveShape("adaptive_max_pool2d", input, args),
);

/**
 * @param {string} who
 * @param {number[]} input
 * @param {Record<string, any>} args
 * @returns {number[]}
 */
export function adaptiveShape(who, input, args) {
  const size = wholeNumbers(who, args, "output_size", 2, 1);
  checkImages(who, input, "C");
  return [input[0], input[1], ...size];
}

/**
 * The cells under an output cell's window, in row-major order, each with factor and slope 1.
 * @param {Call} call
 * @param {number} at
 * @param {number} padding  the number that padding has
 * @returns {Term[]}
 */
export function windowTerms(call, at, padding) {
  const { inputs: [x], output } = call;
  const [n, channel, y, col] = unravel(at, output.shape);
  const [rows, cols] = poolAxes(call);
  const made = [];
  for (const r of rows.taps[y]) {
    for (const q of cols.taps[col]) {
      const source = r.source < 0 || q.source < 0 ? -1 : ravel([n, channel, r.source, q.source], x.shape);
      const value = source < 0 ? padding : x.data[source];
      const place = { row: r.place, col: q.place, channel };
      made.push({ input: 0, at: source, value, ...place, param: "", paramAt: -1, factor: 1, slope: 1 });
    }
  }
  return made;
}

/**
 * The output cells whose window covers an input cell.
 * @param {Call} call
 * @param {number} _input
 * @param {number} at
 */
export function windowFeeds(call, _input, at) {
  const { inputs: [x], output } = call;
  const [n, channel, y, col] = unravel(at, x.shape);
  return fedCells(poolAxes(call), [y, col], output.shape, n, channel);
}
