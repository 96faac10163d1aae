// avg_pool2d and adaptive_avg_pool2d: the mean of each window, channel by channel; mean: that of whole axes.

import { broadcastCells, broadcastMap } from "./broadcast.js";
import { refuse } from "./ops_check.js";
import { adaptiveShape, poolAxes, pooledShape, windowFeeds, windowTerms } from "./ops_pool.js";
import { axesOf, plainTerm } from "./ops_route.js";
import { unseenCells } from "./ops_window.js";
import { tensor } from "./tensor.js";

/** @import { Call, Op } from "./ops.js" */
/** @import { Tap } from "./ops_window.js" */

/**
 * By how many cells a window's sum is divided: padding counts only where asked to (torch's count_include_pad), and what
 * lies beyond the padding, under a window that hangs over the end, never.
 * @param {Call} call
 * @param {Tap[]} rows
 * @param {Tap[]} cols
 */
function meanCount({ args }, rows, cols) {
  if (args.count_include_pad) return rows.length * cols.length;
  return rows.filter(({ source }) => source >= 0).length * cols.filter(({ source }) => source >= 0).length;
}

/**
 * Call `visit` for every input cell of every window: output cell, input cell, count.
 * @param {Call} call
 * @param {(out: number, from: number, count: number) => void} visit
 */
function eachMeanCell(call, visit) {
  const { inputs: [x], output } = call;
  const [rows, cols] = poolAxes(call);
  const [, , height, width] = x.shape;
  const planes = output.shape[0] * output.shape[1];
  for (let plane = 0, out = 0; plane < planes; plane++) {
    for (const r of rows.taps) {
      for (const q of cols.taps) {
        const count = meanCount(call, r, q);
        for (const { source: row } of r) {
          if (row < 0) continue;
          for (const { source: col } of q) if (col >= 0) visit(out, (plane * height + row) * width + col, count);
        }
        out++;
      }
    }
  }
}

/**
 * The declaration of a mean over windows.
 * @param {string} name
 * @param {Op["shape"]} shape
 * @returns {Op}
 */
function meanPooling(name, shape) {
  return {
    shape,

    forward(call) {
      const { inputs: [x], output } = call;
      const sums = new Float64Array(output.data.length);
      eachMeanCell(call, (out, from, count) => {
        sums[out] += x.data[from] / count;
      });
      output.data.set(sums);
    },

    backward(call, grad) {
      const dx = new Float64Array(call.inputs[0].data.length);
      eachMeanCell(call, (out, from, count) => {
        dx[from] += grad.data[out] / count;
      });
      return { inputs: [tensor(call.inputs[0].shape, dx)], params: {} };
    },

    terms(call, at) {
      const counted = windowTerms(call, at, 0).filter((term) => term.at >= 0 || call.args.count_include_pad);
      const count = counted.length;
      const terms = counted.map((term) => ({ ...term, factor: 1 / count, slope: 1 / count }));
      return { how: "mean", name, terms, params: [], constants: { count }, value: call.output.data[at] };
    },

    feeds: windowFeeds,
    paramFeeds: () => [],
    unseen: (call) => unseenCells(call.inputs[0].shape, poolAxes(call)),
  };
}

export const avgPool2dOp = meanPooling("avg_pool2d", ([input], _params, args) =>
  pooledShape("avg_pool2d", input, args),
);

export const adaptiveAvgPool2dOp = meanPooling("adaptive_avg_pool2d", ([input], _params, args) =>
  adaptiveShape("adaptive_avg_pool2d", input, args),
);

/**
 * mean: along whole axes, which are left at length 1 (keepdim) or left out.
 * @type {Op}
 */
export const meanOp = {
  shape([input], _params, { dim, keepdim }) {
    const axes = axesOf("mean", dim, input);
    if (!axes.length) refuse("mean", "at least one axis", "[]", "name those that are to vanish");
    return keepdim ? keptShape(input, axes) : input.filter((_, axis) => !axes.includes(axis));
  },

  forward(call) {
    const { inputs: [x], output } = call;
    const { map, count } = meanMap(call);
    const sums = new Float64Array(output.data.length);
    for (let i = 0; i < x.data.length; i++) sums[map ? map[i] : i] += x.data[i];
    for (let i = 0; i < sums.length; i++) output.data[i] = sums[i] / count;
  },

  backward(call, grad) {
    const { map, count } = meanMap(call);
    const dx = tensor(call.inputs[0].shape);
    for (let i = 0; i < dx.data.length; i++) dx.data[i] = grad.data[map ? map[i] : i] / count;
    return { inputs: [dx], params: {} };
  },

  terms(call, at) {
    const { inputs: [x], output } = call;
    const { kept, count } = meanMap(call);
    const share = { factor: 1 / count, slope: 1 / count };
    const terms = broadcastCells(kept, x.shape, at).map((cell) => ({ ...plainTerm(x, 0, cell), ...share }));
    return { how: "mean", name: "mean", terms, params: [], constants: { count }, value: output.data[at] };
  },

  feeds(call, _input, at) {
    const { map } = meanMap(call);
    return [map ? map[at] : at];
  },

  paramFeeds: () => [],
};

/** @param {number[]} shape @param {number[]} axes */
const keptShape = (shape, axes) => shape.map((length, axis) => (axes.includes(axis) ? 1 : length));

/** @type {WeakMap<Call, {kept: number[], map: Int32Array | null, count: number}>} */
const meanMapOf = new WeakMap();

/**
 * Taking a mean is repeating backwards: the output cell of every input cell, and how many share one.
 * @param {Call} call
 */
function meanMap(call) {
  let found = meanMapOf.get(call);
  if (!found) {
    const { inputs: [x], args, output } = call;
    const kept = keptShape(x.shape, axesOf("mean", args.dim, x.shape));
    found = { kept, map: broadcastMap(kept, x.shape), count: x.data.length / output.data.length };
    meanMapOf.set(call, found);
  }
  return found;
}
