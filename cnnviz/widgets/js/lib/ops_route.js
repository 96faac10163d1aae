// Operations that pass every number on in its order: identity (dropout when evaluating), flatten, reshape; a constant.

import { refuse } from "./ops_check.js";
import { placeOf, shapeText, sizeOf, tensor } from "./tensor.js";

/** @import { Op, Term } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */

/**
 * An input cell that enters as it is.
 * @param {Tensor} x
 * @param {number} input
 * @param {number} at
 * @returns {Term}
 */
export function plainTerm(x, input, at) {
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
  const joined = sizeOf(input.slice(start, end + 1));
  return [...input.slice(0, start), joined, ...input.slice(end + 1)];
});

export const reshapeOp = copying("reshape", ([input], _params, { shape }) => {
  const valid = Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length >= -1);
  if (!valid || shape.filter((length) => length === -1).length > 1) {
    const came = JSON.stringify(shape) ?? "nothing";
    refuse("reshape", "shape as whole numbers, one of them -1 at most", came, "-1 stands for what is left");
  }
  const rest = sizeOf(input) / sizeOf(shape.filter((length) => length !== -1));
  const made = shape.map((length) => (length === -1 ? rest : length));
  if (sizeOf(made) !== sizeOf(input) || !Number.isInteger(rest)) {
    const needed = `a shape for the ${sizeOf(input)} numbers of ${shapeText(input)}`;
    refuse("reshape", needed, shapeText(shape), "their product must be that many");
  }
  return made;
});

/**
 * Numbers that a network has of its own, with no input: `value`, as it is.
 * @type {Op}
 */
export const constantOp = {
  arity: 0,

  shape(_inputs, { value }) {
    return value ? [...value] : refuse("constant", "its value", "none", "give it as the parameter value");
  },

  forward: ({ params: { value }, output }) => output.data.set(value.data),
  backward: ({ params: { value } }, grad) => ({ inputs: [], params: { value: tensor(value.shape, grad.data.slice()) } }),

  terms({ params: { value: { data } }, output }, at) {
    const params = [{ param: "value", at, value: data[at], slope: 1 }];
    return { how: "copy", name: "constant", terms: [], params, constants: {}, value: output.data[at] };
  },

  feeds: () => [],
  paramFeeds: (_call, _param, at) => [at],
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

/**
 * Several axes counted from the front, none of them twice.
 * @param {string} who
 * @param {any} dims
 * @param {number[]} shape
 */
export function axesOf(who, dims, shape) {
  if (!Array.isArray(dims)) refuse(who, "a list of axes", JSON.stringify(dims) ?? "nothing", "write one axis as [2]");
  const axes = dims.map((dim) => axisOf(who, dim, shape));
  if (new Set(axes).size < axes.length) refuse(who, "different axes", JSON.stringify(dims), "name each once");
  return axes;
}
