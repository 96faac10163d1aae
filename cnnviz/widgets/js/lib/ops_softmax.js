// softmax: exponentials along an axis, as shares of their sum.

import { axisOf } from "./ops_route.js";
import { placeOf, sizeOf, tensor } from "./tensor.js";

/** @import { Call, Op } from "./ops.js" */

/**
 * The cells along `dim` through one cell: the first one's index, how many, and the step between them.
 * @param {Call} call
 * @param {number} at
 */
function laneOf({ inputs: [x], args }, at) {
  const dim = axisOf("softmax", args.dim, x.shape);
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

/** @type {Op} */
export const softmaxOp = {
  shape([input], _params, { dim }) {
    axisOf("softmax", dim, input);
    return [...input];
  },

  forward(call) {
    const { inputs: [x], output } = call;
    eachLane(call, (cells) => {
      const { max, sum } = laneSum(x.data, cells);
      for (const at of cells) output.data[at] = Math.exp(x.data[at] - max) / sum;
    });
  },

  backward(call, grad) {
    const { inputs: [x], output: { data: y } } = call;
    const dx = tensor(x.shape);
    eachLane(call, (cells) => {
      const mean = cells.reduce((sum, at) => sum + grad.data[at] * y[at], 0);
      for (const at of cells) dx.data[at] = y[at] * (grad.data[at] - mean);
    });
    return { inputs: [dx], params: {} };
  },

  terms(call, at) {
    const { inputs: [x], output: { data: y } } = call;
    const cells = laneCells(laneOf(call, at));
    const terms = cells.map((cell) => ({
      input: 0,
      at: cell,
      value: x.data[cell],
      ...placeOf(cell, x.shape),
      param: "",
      paramAt: -1,
      factor: 1,
      slope: y[at] * ((cell === at ? 1 : 0) - y[cell]),
    }));
    const constants = { ...laneSum(x.data, cells), own: cells.indexOf(at) };
    return { how: "ratio", name: "softmax", terms, params: [], constants, value: y[at] };
  },

  feeds: (call, _input, at) => laneCells(laneOf(call, at)),
  paramFeeds: () => [],
};
