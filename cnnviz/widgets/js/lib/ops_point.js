// Functions of one number: each output cell depends on the input cell at the same place.

import { clip } from "./clip.js";
import { placeOf, tensor } from "./tensor.js";

/** @import { Op } from "./ops.js" */

/**
 * The declaration of an elementwise function. Comparisons are written so that NaN goes where torch lets it go.
 * @param {string} name
 * @param {(x: number, args: Record<string, any>) => number} value
 * @param {(x: number, y: number, args: Record<string, any>) => number} slope  from the input and the output
 * @returns {Op}
 */
export function pointwise(name, value, slope) {
  return {
    shape: ([input]) => [...input],

    forward({ inputs: [{ data }], args, output: { data: out } }) {
      for (let i = 0; i < out.length; i++) out[i] = value(data[i], args);
    },

    backward({ inputs: [x], args, output }, grad) {
      const dx = tensor(x.shape);
      for (let i = 0; i < dx.data.length; i++) dx.data[i] = grad.data[i] * slope(x.data[i], output.data[i], args);
      return { inputs: [dx], params: {} };
    },

    terms({ inputs: [x], args, output }, at) {
      const own = { input: 0, at, value: x.data[at], ...placeOf(at, x.shape), param: "", paramAt: -1, factor: 1 };
      const terms = [{ ...own, slope: slope(x.data[at], output.data[at], args) }];
      return { how: "function", name, terms, params: [], constants: { ...args }, value: output.data[at] };
    },

    feeds: (_call, _input, at) => [at],
    paramFeeds: () => [],
  };
}

/**
 * A function with flat parts, where not even a gradient of NaN or infinity comes through.
 * @param {Parameters<typeof pointwise>} declared
 * @returns {Op}
 */
export function clamping(...declared) {
  const [, , slope] = declared;
  return {
    ...pointwise(...declared),

    backward({ inputs: [x], args, output }, grad) {
      const dx = tensor(x.shape);
      for (let i = 0; i < dx.data.length; i++) {
        const factor = slope(x.data[i], output.data[i], args);
        dx.data[i] = factor === 0 ? 0 : grad.data[i] * factor;
      }
      return { inputs: [dx], params: {} };
    },

    routes: true,
  };
}

/** @type {Op} */
export const reluOp = {
  ...clamping(
    "relu",
    (x) => Math.max(x, 0),
    (_x, y) => (y <= 0 ? 0 : 1),
  ),

  // Of its own: a function called for every cell costs several times this, and ReLU stands behind every convolution.
  forward: ({ inputs: [{ data }], output }) => clip(data, output.data, 0, Infinity),
};

export const leakyReluOp = pointwise(
  "leaky_relu",
  (x, { negative_slope }) => (x > 0 ? x : x * negative_slope),
  (x, _y, { negative_slope }) => (x > 0 ? 1 : negative_slope),
);

export const sigmoidOp = pointwise(
  "sigmoid",
  (x) => 1 / (1 + Math.exp(-x)),
  (_x, y) => y * (1 - y),
);

export const tanhOp = pointwise("tanh", Math.tanh, (_x, y) => 1 - y * y);

export const siluOp = pointwise(
  "silu",
  (x) => x / (1 + Math.exp(-x)),
  (x) => {
    const gate = 1 / (1 + Math.exp(-x));
    return gate * (1 + x * (1 - gate));
  },
);
