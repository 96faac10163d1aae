// interpolate: planes made larger or smaller, each number the nearest one's copy, or mixed from the four around it.

import { movingOp } from "./moves.js";
import { checkImages, refuse, wholeNumbers } from "./ops_check.js";
import { plainTerm } from "./ops_route.js";
import { ravel, sizeOf, tensor, unravel } from "./tensor.js";

/** @import { Call, Op } from "./ops.js" */
/** @typedef {{source: number, share: number}[]} Mix  the input rows (or columns) that an output row reads, and their shares */

/** @param {number[]} input @param {Record<string, any>} args */
function resizedShape(input, args) {
  const size = wholeNumbers("interpolate", args, "size", 2, 1);
  checkImages("interpolate", input, "C");
  const { mode, align_corners, scale } = args;
  if (mode !== "nearest" && mode !== "bilinear") {
    refuse("interpolate", 'mode "nearest" or "bilinear"', JSON.stringify(mode) ?? "nothing", "choose one of them");
  }
  if (mode === "nearest" && align_corners) {
    refuse("interpolate", 'mode "bilinear" to align corners', '"nearest"', "set align_corners to false");
  }
  if (scale && !(scale.length === 2 && scale.every((/** @type {any} */ factor) => factor > 0))) {
    refuse("interpolate", "scale as two numbers above 0, or null", JSON.stringify(scale), "null divides the sizes");
  }
  return [input[0], input[1], ...size];
}

/**
 * Pixels of the input from one output pixel to the next, along an axis: what torch takes it for. Whatever scale it was
 * given, what stays as large is copied; and so is what becomes twice as large, where each copies the nearest.
 * @param {Call} call
 * @param {0 | 1} axis
 */
function pixelStep({ inputs: [x], args: { scale, align_corners, mode }, output }, axis) {
  const [size, out] = [x.shape[2 + axis], output.shape[2 + axis]];
  if (align_corners) return out > 1 ? (size - 1) / (out - 1) : 0;
  const bySize = !scale || out === size || (mode === "nearest" && out === 2 * size);
  return bySize ? size / out : 1 / scale[axis];
}

const nearestOp = movingOp("interpolate", {
  shape: ([input], _params, args) => resizedShape(input, args),

  sources(call) {
    const { inputs: [{ shape }], output } = call;
    // torch counts in float32 here: where a place is next to a whole number, that decides.
    const [rows, cols] = /** @type {const} */ ([0, 1]).map((axis) => {
      const step = Math.fround(pixelStep(call, axis));
      const last = shape[2 + axis] - 1;
      return Array.from({ length: output.shape[2 + axis] }, (_, i) => Math.min(Math.floor(Math.fround(i * step)), last));
    });
    const at = new Int32Array(output.data.length);
    for (let plane = 0, to = 0; plane < sizeOf(shape.slice(0, 2)); plane++) {
      for (const row of rows) for (const col of cols) at[to++] = (plane * shape[2] + row) * shape[3] + col;
    }
    return { input: null, at };
  },
});

/** @type {WeakMap<Call, [Mix[], Mix[]]>} */
const mixesOf = new WeakMap();

/**
 * For every output row, and every column, what it is mixed from.
 * @param {Call} call
 * @returns {[Mix[], Mix[]]}
 */
function mixes(call) {
  let found = mixesOf.get(call);
  if (!found) mixesOf.set(call, (found = [mixAlong(call, 0), mixAlong(call, 1)]));
  return found;
}

/** @param {Call} call @param {0 | 1} axis @returns {Mix[]} */
function mixAlong(call, axis) {
  const step = pixelStep(call, axis);
  const last = call.inputs[0].shape[2 + axis] - 1;
  return Array.from({ length: call.output.shape[2 + axis] }, (_, i) => {
    const place = call.args.align_corners ? i * step : Math.max(0, (i + 0.5) * step - 0.5);
    const source = Math.min(Math.floor(place), last);
    const share = Math.min(place - source, 1);
    if (share === 0 || source === last) return [{ source, share: 1 }];
    return [{ source, share: 1 - share }, { source: source + 1, share }];
  });
}

/**
 * Call `visit` with every output cell, an input cell it reads, and its share.
 * @param {Call} call
 * @param {(out: number, from: number, share: number) => void} visit
 */
function eachMixed(call, visit) {
  const [rows, cols] = mixes(call);
  const [batch, channels, height, width] = call.inputs[0].shape;
  for (let plane = 0, out = 0; plane < batch * channels; plane++) {
    for (const row of rows) {
      for (const col of cols) {
        for (const r of row) {
          for (const q of col) visit(out, (plane * height + r.source) * width + q.source, r.share * q.share);
        }
        out++;
      }
    }
  }
}

/** @type {Op} */
const bilinearOp = {
  shape: ([input], _params, args) => resizedShape(input, args),

  forward(call) {
    const { inputs: [x], output } = call;
    const sums = new Float64Array(output.data.length);
    eachMixed(call, (out, from, share) => {
      sums[out] += share * x.data[from];
    });
    output.data.set(sums);
  },

  backward(call, grad) {
    const dx = new Float64Array(call.inputs[0].data.length);
    eachMixed(call, (out, from, share) => {
      dx[from] += share * grad.data[out];
    });
    return { inputs: [tensor(call.inputs[0].shape, dx)], params: {} };
  },

  terms(call, at) {
    const { inputs: [x], output } = call;
    const [n, channel, y, col] = unravel(at, output.shape);
    const [rows, cols] = mixes(call);
    const terms = rows[y].flatMap((r) =>
      cols[col].map((q) => {
        const share = r.share * q.share;
        const own = plainTerm(x, 0, ravel([n, channel, r.source, q.source], x.shape));
        return { ...own, factor: share, slope: share };
      }),
    );
    return { how: "sum", name: "interpolate", terms, params: [], constants: {}, value: output.data[at] };
  },

  feeds(call, _input, at) {
    const { inputs: [x], output } = call;
    const [n, channel, y, col] = unravel(at, x.shape);
    const [rows, cols] = mixes(call);
    const fed = [];
    for (const i of mixedFrom(rows, y)) for (const j of mixedFrom(cols, col)) fed.push(ravel([n, channel, i, j], output.shape));
    return fed;
  },

  paramFeeds: () => [],

  unseen(call) {
    const seen = new Uint8Array(call.inputs[0].data.length);
    eachMixed(call, (_out, from) => {
      seen[from] = 1;
    });
    return Array.from(seen.keys()).filter((at) => !seen[at]);
  },
};

/** The output rows (or columns) that read a source. @param {Mix[]} mixed @param {number} source */
const mixedFrom = (mixed, source) => [...mixed.keys()].filter((i) => mixed[i].some((part) => part.source === source));

/** @param {Call} call */
const wayOf = ({ args }) => (args.mode === "nearest" ? nearestOp : bilinearOp);

/** @type {Op} */
export const interpolateOp = {
  shape: ([input], _params, args) => resizedShape(input, args),
  forward: (call) => wayOf(call).forward(call),
  backward: (call, grad) => wayOf(call).backward(call, grad),
  terms: (call, at) => wayOf(call).terms(call, at),
  feeds: (call, input, at) => wayOf(call).feeds(call, input, at),
  paramFeeds: () => [],
  unseen: (call) => wayOf(call).unseen?.(call) ?? [],
};
