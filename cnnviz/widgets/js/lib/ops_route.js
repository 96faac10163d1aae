// Operations that pass numbers on: identity (dropout when evaluating), flatten, and the sum of two branches.

import { refuse } from "./ops_check.js";
import { placeOf, shapeText, tensor } from "./tensor.js";

/** @import { Op, Term } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */

/**
 * An input cell that enters as it is.
 * @param {Tensor} x
 * @param {number} input
 * @param {number} at
 * @returns {Term}
 */
function plainTerm(x, input, at) {
  return { input, at, value: x.data[at], ...placeOf(at, x.shape), param: "", paramAt: -1, factor: 1, slope: 1 };
}

/**
 * The declaration of an operation that changes the shape at most.
 * @param {string} name
 * @param {Op["shape"]} shape
 * @returns {Op}
 */
function copying(name, shape) {
  return {
    shape,
    forward: ({ inputs: [x], output }) => output.data.set(x.data),
    backward: ({ inputs: [x] }, grad) => ({ inputs: [tensor(x.shape, grad.data.slice())], params: {} }),
    terms: ({ inputs: [x], output }, at) => ({
      how: "copy",
      name,
      terms: [plainTerm(x, 0, at)],
      params: [],
      constants: {},
      value: output.data[at],
    }),
    feeds: (_call, _input, at) => [at],
    paramFeeds: () => [],
  };
}

export const identityOp = copying("identity", ([input]) => [...input]);

export const flattenOp = copying("flatten", ([input], _params, { start_dim, end_dim }) => {
  const [start, end] = [start_dim, end_dim].map((dim) => axisOf("flatten", dim, input));
  if (start > end) refuse("flatten", "start_dim not after end_dim", `${start_dim} and ${end_dim}`, "swap them");
  const joined = input.slice(start, end + 1).reduce((product, length) => product * length, 1);
  return [...input.slice(0, start), joined, ...input.slice(end + 1)];
});

/** @type {Op} */
export const addOp = {
  arity: 2,

  shape([first, second]) {
    if (first.join() !== second.join()) {
      const came = `${shapeText(first)} and ${shapeText(second)}`;
      refuse("add", "two inputs of one shape", came, "bring both branches to the same channels and size");
    }
    return [...first];
  },

  forward({ inputs: [a, b], output }) {
    for (let i = 0; i < output.data.length; i++) output.data[i] = a.data[i] + b.data[i];
  },

  backward: ({ inputs }, grad) => ({ inputs: inputs.map((x) => tensor(x.shape, grad.data.slice())), params: {} }),

  terms: ({ inputs, output }, at) => ({
    how: "sum",
    name: "add",
    terms: inputs.map((x, input) => plainTerm(x, input, at)),
    params: [],
    constants: {},
    value: output.data[at],
  }),

  feeds: (_call, _input, at) => [at],
  paramFeeds: () => [],
};

/**
 * An axis counted from the front; refuses one that the shape has not.
 * @param {string} who
 * @param {any} dim
 * @param {number[]} shape
 */
export function axisOf(who, dim, shape) {
  const rank = shape.length;
  if (!Number.isInteger(dim) || dim < -rank || dim >= rank) {
    const came = `${JSON.stringify(dim) ?? "nothing"} on ${shapeText(shape)}`;
    refuse(who, `an axis from ${-rank} to ${rank - 1}`, came, "axis 0 is the batch, -1 the last");
  }
  return dim < 0 ? dim + rank : dim;
}
