// Operations that only move numbers: each output cell is a copy of one input cell, or of a padding's own number. What
// they share is a map, from output cells to input cells, and its inverse.

import { placeOf, tensor } from "./tensor.js";

/** @import { Call, Op } from "./ops.js" */
/** @typedef {{input: Int32Array | null, at: Int32Array}} Sources  of every output cell; input null: always the first; at -1: padding */
/**
 * @typedef {object} Moving
 * @property {Op["shape"]} shape
 * @property {(call: Call) => Sources} sources
 * @property {number} [arity]
 * @property {boolean} [more]
 * @property {(call: Call) => number} [padding]  the number that stands where no input cell does
 * @property {(call: Call, at: number) => {row: number, col: number, channel: number}} [place]
 *     of an output cell in the input's plane, where it may lie outside
 */
/** @typedef {{begins: Int32Array, outs: Int32Array}} Fed  the output cells of each input cell, one list after the other */

/**
 * The declaration of an operation that moves numbers.
 * @param {string} name
 * @param {Moving} moving
 * @returns {Op}
 */
export function movingOp(name, moving) {
  const sourcesOf = moveRemembered(moving.sources);
  const fedOf = moveRemembered((call) => call.inputs.map((x, input) => invert(sourcesOf(call), input, x.data.length)));
  return {
    arity: moving.arity,
    more: moving.more,
    shape: moving.shape,

    forward(call) {
      const { input, at } = sourcesOf(call);
      const padding = moving.padding?.(call) ?? 0;
      const { output: { data } } = call;
      for (let i = 0; i < data.length; i++) data[i] = at[i] < 0 ? padding : call.inputs[input ? input[i] : 0].data[at[i]];
    },

    backward(call, grad) {
      const { input, at } = sourcesOf(call);
      const sums = call.inputs.map(({ data }) => new Float64Array(data.length));
      for (let i = 0; i < grad.data.length; i++) if (at[i] >= 0) sums[input ? input[i] : 0][at[i]] += grad.data[i];
      return { inputs: call.inputs.map(({ shape }, k) => tensor(shape, sums[k])), params: {} };
    },

    terms(call, out) {
      const sources = sourcesOf(call);
      const [input, at] = [sources.input ? sources.input[out] : 0, sources.at[out]];
      const { shape, data } = call.inputs[input];
      const place = moving.place?.(call, out) ?? placeOf(at, shape);
      const value = call.output.data[out];
      const own = { input, at, value: at < 0 ? value : data[at], ...place };
      const terms = [{ ...own, param: "", paramAt: -1, factor: 1, slope: 1 }];
      return { how: "copy", name, terms, params: [], constants: {}, value };
    },

    feeds(call, input, at) {
      const { begins, outs } = fedOf(call)[input];
      return [...outs.subarray(begins[at], begins[at + 1])];
    },

    paramFeeds: () => [],

    unseen(call) {
      const { begins } = fedOf(call)[0];
      return Array.from(call.inputs[0].data.keys()).filter((at) => begins[at] === begins[at + 1]);
    },
  };
}

/**
 * Computed once a call.
 * @template T
 * @param {(call: Call) => T} compute
 * @returns {(call: Call) => T}
 */
function moveRemembered(compute) {
  /** @type {WeakMap<Call, T>} */
  const known = new WeakMap();
  return (call) => {
    let found = known.get(call);
    if (found === undefined) known.set(call, (found = compute(call)));
    return found;
  };
}

/**
 * @param {Sources} sources
 * @param {number} which
 * @param {number} size  cells of that input
 * @returns {Fed}
 */
function invert({ input, at }, which, size) {
  const own = (/** @type {number} */ out) => at[out] >= 0 && (input ? input[out] : 0) === which;
  const begins = new Int32Array(size + 1);
  for (let out = 0; out < at.length; out++) if (own(out)) begins[at[out] + 1]++;
  for (let cell = 0; cell < size; cell++) begins[cell + 1] += begins[cell];
  const next = begins.slice();
  const outs = new Int32Array(begins[size]);
  for (let out = 0; out < at.length; out++) if (own(out)) outs[next[at[out]]++] = out;
  return { begins, outs };
}
