// softmax: exponentials along an axis, as shares of their sum; log_softmax: the logarithms of these.

import { axisOf, plainTerm } from "./ops_route.js";
import { sizeOf, tensor } from "./tensor.js";

/** @import { Call, Op } from "./ops.js" */

/**
 * The cells along `dim` through one cell: the first one's index, how many, and the step between them.
 * @param {Call} call
 * @param {number} at
 */
function laneOf({ op, inputs: [x], args }, at) {
  const dim = axisOf(op, args.dim, x.shape);
  const step = sizeOf(x.shape.slice(dim + 1));
  const length = x.shape[dim];
  return { first: at - (Math.floor(at / step) % length) * step, length, step };
}

/**
 * Call `visit` with the cells of every lane.
 * @param {Call} call
 * @param {(cells: number[]) => void} visit
 */
function eachLane(call, visit) {
  for (let at = 0; at < call.output.data.length; at++) {
    const lane = laneOf(call, at);
    if (lane.first === at) visit(laneCells(lane));
  }
}

/** @param {{first: number, length: number, step: number}} lane */
function laneCells({ first, length, step }) {
  return Array.from({ length }, (_, i) => first + i * step);
}

/**
 * The largest number of a lane, and the sum of exp(number - largest).
 * @param {Float32Array} data
 * @param {number[]} cells
 */
function laneSum(data, cells) {
  const max = cells.reduce((most, at) => Math.max(most, data[at]), -Infinity);
  return { max, sum: cells.reduce((sum, at) => sum + Math.exp(data[at] - max), 0) };
}

/**
 * The declaration of a function of a lane's shares: softmax itself, or their logarithms.
 * @param {string} name
 * @param {(x: number, max: number, sum: number) => number} value
 * @param {(y: number) => number} share   from the output, the cell's share
 * @param {(y: number) => number} factor  d(output)/d(number) is this, times 1 or 0 less the input cell's share
 * @returns {Op}
 */
function sharing(name, value, share, factor) {
  return {
    shape([input], _params, { dim }) {
      axisOf(name, dim, input);
      return [...input];
    },

    forward(call) {
      const { inputs: [x], output } = call;
      eachLane(call, (cells) => {
        const { max, sum } = laneSum(x.data, cells);
        for (const at of cells) output.data[at] = value(x.data[at], max, sum);
      });
    },

    backward(call, grad) {
      const { inputs: [x], output: { data: y } } = call;
      const dx = tensor(x.shape);
      eachLane(call, (cells) => {
        const all = cells.reduce((sum, at) => sum + grad.data[at] * factor(y[at]), 0);
        for (const at of cells) dx.data[at] = grad.data[at] * factor(y[at]) - share(y[at]) * all;
      });
      return { inputs: [dx], params: {} };
    },

    terms(call, at) {
      const { inputs: [x], output: { data: y } } = call;
      const cells = laneCells(laneOf(call, at));
      const terms = cells.map((cell) => ({
        ...plainTerm(x, 0, cell),
        slope: factor(y[at]) * ((cell === at ? 1 : 0) - share(y[cell])),
      }));
      const constants = { ...laneSum(x.data, cells), own: cells.indexOf(at) };
      return { how: "ratio", name, terms, params: [], constants, value: y[at] };
    },

    feeds: (call, _input, at) => laneCells(laneOf(call, at)),
    paramFeeds: () => [],
    slope: ({ output: { data: y } }, out, { at }) => factor(y[out]) * ((at === out ? 1 : 0) - share(y[at])),
  };
}

export const softmaxOp = sharing(
  "softmax",
  (x, max, sum) => Math.exp(x - max) / sum,
  (y) => y,
  (y) => y,
);

export const logSoftmaxOp = sharing(
  "log_softmax",
  (x, max, sum) => x - max - Math.log(sum),
  Math.exp,
  () => 1,
);
