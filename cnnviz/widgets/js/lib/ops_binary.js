// Operations of two inputs, cell by cell, the smaller repeated (broadcast): sum, difference, product and quotient.

import { broadcastCells, broadcastMap, broadcastShape } from "./broadcast.js";
import { refuse } from "./ops_check.js";
import { placeOf, shapeText, tensor } from "./tensor.js";

/** @import { Call, Op, Terms } from "./ops.js" */

/** @type {WeakMap<Call, (Int32Array | null)[]>} */
const repeatsOf = new WeakMap();

/**
 * For each input, which of its cells stands at an output cell; null where they are the same.
 * @param {Call} call
 */
function repeats(call) {
  let maps = repeatsOf.get(call);
  if (!maps) {
    maps = call.inputs.map(({ shape }) => broadcastMap(shape, call.output.shape));
    repeatsOf.set(call, maps);
  }
  return maps;
}

/**
 * The declaration of an operation on pairs.
 * @param {string} name
 * @param {Terms["how"]} how
 * @param {(a: number, b: number) => number} value
 * @param {[(a: number, b: number) => number, (a: number, b: number) => number]} slopes  by a, and by b
 * @param {number[]} [factors]  what a sum multiplies its inputs by
 * @returns {Op}
 */
function pairing(name, how, value, slopes, factors = [1, 1]) {
  return {
    arity: 2,

    shape([first, second]) {
      const shape = broadcastShape(first, second);
      if (shape) return shape;
      const came = `${shapeText(first)} and ${shapeText(second)}`;
      return refuse(name, "two inputs of one shape, or with axes of length 1 to repeat", came, "bring both to one size");
    },

    forward(call) {
      const { inputs: [a, b], output: { data } } = call;
      const [first, second] = repeats(call);
      for (let i = 0; i < data.length; i++) {
        data[i] = value(a.data[first ? first[i] : i], b.data[second ? second[i] : i]);
      }
    },

    backward(call, grad) {
      const { inputs: [a, b] } = call;
      const [first, second] = repeats(call);
      const [da, db] = [new Float64Array(a.data.length), new Float64Array(b.data.length)];
      for (let i = 0; i < grad.data.length; i++) {
        const [j, k] = [first ? first[i] : i, second ? second[i] : i];
        da[j] += grad.data[i] * slopes[0](a.data[j], b.data[k]);
        db[k] += grad.data[i] * slopes[1](a.data[j], b.data[k]);
      }
      return { inputs: [tensor(a.shape, da), tensor(b.shape, db)], params: {} };
    },

    terms(call, at) {
      const places = repeats(call).map((map) => (map ? map[at] : at));
      const [a, b] = call.inputs.map(({ data }, input) => data[places[input]]);
      const terms = call.inputs.map(({ shape }, input) => ({
        input,
        at: places[input],
        value: input ? b : a,
        ...placeOf(places[input], shape),
        param: "",
        paramAt: -1,
        factor: factors[input],
        slope: slopes[input](a, b),
      }));
      return { how, name, terms, params: [], constants: {}, value: call.output.data[at] };
    },

    feeds: ({ inputs, output }, input, at) => broadcastCells(inputs[input].shape, output.shape, at),
    paramFeeds: () => [],
  };
}

const one = () => 1;

export const addOp = pairing("add", "sum", (a, b) => a + b, [one, one]);

export const subOp = pairing("sub", "sum", (a, b) => a - b, [one, () => -1], [1, -1]);

export const mulOp = pairing("mul", "product", (a, b) => a * b, [(_a, b) => b, (a) => a]);

export const divOp = pairing("div", "quotient", (a, b) => a / b, [(_a, b) => 1 / b, (a, b) => -(a / b) / b]);
