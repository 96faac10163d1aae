// Smooth functions of one number, and those with a kink that bends: GELU, Mish, ELU, softplus, PReLU.

import { normalBelow } from "./erf.js";
import { refuse } from "./ops_check.js";
import { pointwise } from "./ops_point.js";
import { sizeOf, shapeText, tensor } from "./tensor.js";

/** @import { Call, Op } from "./ops.js" */

export const eluOp = pointwise(
  "elu",
  (x, { alpha }) => (x <= 0 ? alpha * Math.expm1(x) : x),
  (x, _y, { alpha }) => (x <= 0 ? alpha * Math.exp(x) : 1),
);

export const softplusOp = pointwise(
  "softplus",
  (x, { beta, threshold }) => (x * beta > threshold ? x : Math.log1p(Math.exp(x * beta)) / beta),
  (x, _y, { beta, threshold }) => (x * beta > threshold ? 1 : 1 / (1 + Math.exp(-x * beta))),
);

export const mishOp = pointwise(
  "mish",
  (x) => x * mishGate(x),
  (x) => {
    const gate = mishGate(x);
    return gate + (x / (1 + Math.exp(-x))) * (1 - gate * gate);
  },
);

/** tanh(softplus(x)). @param {number} x */
function mishGate(x) {
  return Math.tanh(x > 20 ? x : Math.log1p(Math.exp(x)));
}

const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

const geluCurve = pointwise(
  "gelu",
  (x, { approximate }) => x * (approximate === "tanh" ? (1 + Math.tanh(geluArgument(x))) / 2 : normalBelow(x)),
  (x, _y, { approximate }) => {
    if (approximate !== "tanh") return normalBelow(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
    const gate = Math.tanh(geluArgument(x));
    return (1 + gate) / 2 + (x / 2) * (1 - gate * gate) * ROOT * (1 + 3 * CUBIC * x * x);
  },
);

/** @param {number} x */
const geluArgument = (x) => ROOT * (x + CUBIC * x ** 3);

/** @type {Op} */
export const geluOp = {
  ...geluCurve,

  shape([input], _params, { approximate }) {
    if (approximate !== "none" && approximate !== "tanh") {
      refuse("gelu", 'approximate "none" or "tanh"', JSON.stringify(approximate) ?? "nothing", "torch takes none");
    }
    return [...input];
  },
};

/**
 * prelu: a slope for negative numbers that is learnt, one for all or one a channel (axis 1). A negative number's cell is
 * the product of slope and number, a positive one's that number.
 * @type {Op}
 */
export const preluOp = {
  shape([input], { weight }) {
    const channels = input.length > 1 ? input[1] : 1;
    if (weight?.length !== 1 || (weight[0] !== 1 && weight[0] !== channels)) {
      const needed = `a weight of shape (1,) or (${channels},)`;
      refuse("prelu", needed, weight ? shapeText(weight) : "none", "give one slope for all, or one a channel");
    }
    return [...input];
  },

  forward(call) {
    const { inputs: [{ data }], params: { weight }, output } = call;
    for (let i = 0; i < data.length; i++) {
      output.data[i] = data[i] > 0 ? data[i] : data[i] * weight.data[slopeEntry(call, i)];
    }
  },

  backward(call, grad) {
    const { inputs: [x], params: { weight } } = call;
    const dx = tensor(x.shape);
    const dw = new Float64Array(weight.data.length);
    for (let i = 0; i < x.data.length; i++) {
      const open = x.data[i] > 0;
      dx.data[i] = grad.data[i] * (open ? 1 : weight.data[slopeEntry(call, i)]);
      if (!open) dw[slopeEntry(call, i)] += grad.data[i] * x.data[i];
    }
    return { inputs: [dx], params: { weight: tensor(weight.shape, dw) } };
  },

  terms(call, at) {
    const { params: { weight }, output } = call;
    const { terms: [own] } = kept.terms(call, at);
    const paramAt = slopeEntry(call, at);
    const [positive, factor] = [own.value > 0, weight.data[paramAt]];
    const params = [{ param: "weight", at: paramAt, value: factor, slope: positive ? 0 : own.value }];
    const value = output.data[at];
    if (positive) return { how: "function", name: "prelu", terms: [own], params, constants: {}, value };
    const term = { ...own, param: "weight", paramAt, factor, slope: factor };
    return { how: "sum", name: "prelu", terms: [term], params, constants: {}, value };
  },

  feeds: (_call, _input, at) => [at],

  paramFeeds: (call, _param, at) =>
    Array.from(call.output.data.keys()).filter((cell) => slopeEntry(call, cell) === at),
};

/** How a positive number's cell is made. */
const kept = pointwise(
  "prelu",
  (x) => x,
  () => 1,
);

/**
 * Which entry of the weight a cell's slope is.
 * @param {Call} call
 * @param {number} at
 */
function slopeEntry({ inputs: [{ shape }], params: { weight } }, at) {
  if (weight.data.length === 1) return 0;
  return Math.floor(at / sizeOf(shape.slice(2))) % shape[1];
}
