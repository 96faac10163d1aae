// avg_pool2d and adaptive_avg_pool2d: the mean of each window, channel by channel.

import { checkImages, wholeNumbers } from "./ops_check.js";
import { poolAxes, pooledShape, windowFeeds, windowTerms } from "./ops_pool.js";
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

export const adaptiveAvgPool2dOp = meanPooling("adaptive_avg_pool2d", ([input], _params, args) => {
  const size = wholeNumbers("adaptive_avg_pool2d", args, "output_size", 2, 1);
  checkImages("adaptive_avg_pool2d", input, "C");
  return [input[0], input[1], ...size];
});
