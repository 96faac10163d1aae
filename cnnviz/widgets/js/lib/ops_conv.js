// conv2d: a window of weights slides over padded planes.

import { fillBias, gatherPlanes, kernelSums, planeSums, scatterPlanes } from "./conv_planes.js";
import { checkImages, checkVector, checkWeight, refuse, wholeNumbers } from "./ops_check.js";
import { fedPositions, fittingWindows, paddedSource, slidingAxis, slidings, unseenCells } from "./ops_window.js";
import { ravel, sizeOf, tensor, unravel } from "./tensor.js";

/** @import { Call, Cell, Gradients, Op, Terms } from "./ops.js" */
/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { Axis, PaddingMode, Sliding } from "./ops_window.js" */

const CONV = "conv2d";
const PADDING_MODES = ["zeros", "reflect", "replicate", "circular"];

/** @type {Op} */
export const conv2dOp = {
  shape([input], { weight, bias }, args) {
    const [out, perGroup, ...kernel] = checkWeight(CONV, weight, "(O, C/groups, kh, kw)");
    checkConvArgs(args);
    const { groups } = args;
    checkImages(CONV, input, perGroup * groups);
    if (out % groups) refuse(CONV, `output channels that ${groups} groups share equally`, `${out}`, "change groups or the weight");
    checkVector(CONV, "bias", bias, out);
    const both = slidings(input.slice(2), kernel, args);
    checkModeFits(both, args.padding_mode);
    return [input[0], out, ...fittingWindows(CONV, both)];
  },

  forward(call) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const plan = convPlan(call);
    const sums = new Float64Array(sizeOf(output.shape.slice(1)));
    for (let n = 0; n < output.shape[0]; n++) {
      fillBias(sums, sizeOf(plan.narrowSize), bias?.data);
      gatherPlanes(plan, padSample(call, x.data, n), weight.data, sums);
      output.data.set(sums, n * sums.length);
    }
  },

  backward(call, grad) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const plan = convPlan(call);
    const dx = tensor(x.shape);
    const dw = new Float64Array(weight.data.length);
    const db = new Float64Array(output.shape[1]);
    const size = sizeOf(output.shape.slice(1));
    const padded = new Float64Array(x.shape[1] * sizeOf(plan.wideSize));
    for (let n = 0; n < output.shape[0]; n++) {
      const g = grad.data.subarray(n * size, (n + 1) * size);
      kernelSums(plan, g, padSample(call, x.data, n), dw);
      planeSums(g, db);
      scatterPlanes(plan, g, weight.data, padded.fill(0));
      foldPadding(call, padded, dx.data, n);
    }
    const params = { weight: tensor(weight.shape, dw), ...(bias && { bias: tensor(bias.shape, db) }) };
    return { inputs: [dx], params };
  },

  terms(call, at) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const [n, o, y, col] = unravel(at, output.shape);
    const [rows, cols] = convAxes(call);
    /** @type {Terms} */
    const made = { how: "sum", name: CONV, terms: [], params: [], constants: {}, value: output.data[at] };
    const first = firstChannel(call, o);
    for (let c = 0; c < weight.shape[1]; c++) {
      for (const r of rows.taps[y]) {
        for (const q of cols.taps[col]) {
          const channel = first + c;
          const source = r.source < 0 || q.source < 0 ? -1 : ravel([n, channel, r.source, q.source], x.shape);
          const value = source < 0 ? 0 : x.data[source];
          const paramAt = ravel([o, c, r.tap, q.tap], weight.shape);
          const factor = weight.data[paramAt];
          const place = { row: r.place, col: q.place, channel };
          made.terms.push({ input: 0, at: source, value, ...place, param: "weight", paramAt, factor, slope: factor });
          made.params.push({ param: "weight", at: paramAt, value: factor, slope: value });
        }
      }
    }
    if (bias) made.params.push({ param: "bias", at: o, value: bias.data[o], slope: 1 });
    return made;
  },

  feeds(call, _input, at) {
    const { inputs: [x], params: { weight }, args, output } = call;
    const [n, c, y, col] = unravel(at, x.shape);
    const [rows, cols] = convAxes(call);
    const perGroup = output.shape[1] / args.groups;
    const first = Math.floor(c / weight.shape[1]) * perGroup;
    const fed = [];
    for (let o = first; o < first + perGroup; o++) {
      for (const i of fedPositions(rows.fed[y])) {
        for (const j of fedPositions(cols.fed[col])) fed.push(ravel([n, o, i, j], output.shape));
      }
    }
    return fed;
  },

  paramFeeds(call, param, at) {
    const { params: { weight }, output } = call;
    return channelCells(output.shape, param === "bias" ? at : unravel(at, weight.shape)[0]);
  },

  slope(call, out, cell) {
    const { inputs: [x], params: { weight } } = call;
    const [n, o, y, col] = unravel(out, call.output.shape);
    const [rows, cols] = convAxes(call);
    if ("param" in cell) {
      if (cell.param === "bias") return 1;
      const [, c, i, j] = unravel(cell.at, weight.shape);
      const [r, q] = [rows.taps[y][i].source, cols.taps[col][j].source];
      return r < 0 || q < 0 ? 0 : x.data[ravel([n, firstChannel(call, o) + c, r, q], x.shape)];
    }
    const [, c, r, q] = unravel(cell.at, x.shape);
    let slope = 0;
    for (const { tap: i, source: row } of rows.taps[y]) {
      for (const { tap: j, source } of cols.taps[col]) {
        if (row === r && source === q) slope += weight.data[ravel([o, c - firstChannel(call, o), i, j], weight.shape)];
      }
    }
    return slope;
  },

  unseen: (call) => unseenCells(call.inputs[0].shape, convAxes(call)),
};

/** @param {Record<string, any>} args */
function checkConvArgs(args) {
  wholeNumbers(CONV, args, "stride", 2, 1);
  wholeNumbers(CONV, args, "padding", 4, 0);
  wholeNumbers(CONV, args, "dilation", 2, 1);
  checkGroups(CONV, args);
  if (!PADDING_MODES.includes(args.padding_mode)) {
    refuse(CONV, "a padding_mode it knows", JSON.stringify(args.padding_mode), `choose from ${PADDING_MODES.join(", ")}`);
  }
}

/**
 * @param {string} who
 * @param {Record<string, any>} args
 */
export function checkGroups(who, { groups }) {
  if (!Number.isInteger(groups) || groups < 1) {
    refuse(who, "groups as a whole number of at least 1", JSON.stringify(groups), "groups 1 joins all channels");
  }
}

/**
 * Reflection needs pixels beside the edge to show, wrapping at most one full turn.
 * @param {[Sliding, Sliding]} both
 * @param {PaddingMode} mode
 */
function checkModeFits(both, mode) {
  for (const { size, before, after } of both) {
    const most = mode === "reflect" ? size - 1 : mode === "circular" ? size : Infinity;
    const came = Math.max(before, after);
    if (came > most) refuse(CONV, `at most ${most} pixels of ${mode} padding on ${size} pixels`, `${came}`, "pad less, or with zeros");
  }
}

/** @type {WeakMap<Call, [Axis, Axis]>} */
const convAxesOf = new WeakMap();

/**
 * @param {Call} call
 * @returns {[Axis, Axis]}
 */
function convAxes(call) {
  let axes = convAxesOf.get(call);
  if (!axes) {
    const [rows, cols] = slidings(call.inputs[0].shape.slice(2), call.params.weight.shape.slice(2), call.args);
    const [, , high, wide] = call.output.shape;
    axes = [slidingAxis(rows, high, call.args.padding_mode), slidingAxis(cols, wide, call.args.padding_mode)];
    convAxesOf.set(call, axes);
  }
  return axes;
}

/**
 * @param {Call} call
 * @returns {ConvPlan}
 */
function convPlan({ inputs: [x], params: { weight }, args, output }) {
  const [out, wide, kh, kw] = weight.shape;
  const [top, bottom, left, right] = args.padding;
  return {
    groups: args.groups,
    narrow: out / args.groups,
    wide,
    kernel: [kh, kw],
    stride: args.stride,
    dilation: args.dilation,
    narrowSize: [output.shape[2], output.shape[3]],
    wideSize: [x.shape[2] + top + bottom, x.shape[3] + left + right],
  };
}

/**
 * The input's row and column at each row and column of the padded plane; -1: zero.
 * @param {Call} call
 */
function paddedSources({ inputs: [x], args }) {
  const [top, bottom, left, right] = args.padding;
  /** @param {number} size @param {number} before @param {number} after */
  const along = (size, before, after) =>
    Int32Array.from({ length: size + before + after }, (_, place) => paddedSource(place - before, size, args.padding_mode));
  return { rows: along(x.shape[2], top, bottom), cols: along(x.shape[3], left, right) };
}

/**
 * One sample with its padding, or the sample itself where there is none.
 * @param {Call} call
 * @param {Float32Array} data
 * @param {number} n
 */
function padSample(call, data, n) {
  const [, channels, height, width] = call.inputs[0].shape;
  const size = channels * height * width;
  const sample = data.subarray(n * size, (n + 1) * size);
  if (call.args.padding.every((/** @type {number} */ p) => p === 0)) return sample;
  const { rows, cols } = paddedSources(call);
  const padded = new Float32Array(channels * rows.length * cols.length);
  for (let c = 0, to = 0; c < channels; c++) {
    for (const row of rows) {
      const from = (c * height + row) * width;
      if (row < 0) to += cols.length;
      else for (const col of cols) padded[to++] = col < 0 ? 0 : sample[from + col];
    }
  }
  return padded;
}

/**
 * The gradient of the padded planes, added where each padded pixel took its number from.
 * @param {Call} call
 * @param {Float64Array} padded
 * @param {Float32Array} grad
 * @param {number} n
 */
function foldPadding(call, padded, grad, n) {
  const [, channels, height, width] = call.inputs[0].shape;
  const { rows, cols } = paddedSources(call);
  const sums = new Float64Array(channels * height * width);
  for (let c = 0, from = 0; c < channels; c++) {
    for (const row of rows) {
      const to = (c * height + row) * width;
      if (row < 0) from += cols.length;
      else for (const col of cols) col < 0 ? from++ : (sums[to + col] += padded[from++]);
    }
  }
  grad.set(sums, n * sums.length);
}

/**
 * The first input channel that an output channel's group reads.
 * @param {Call} call
 * @param {number} out
 */
function firstChannel({ params: { weight }, args }, out) {
  return Math.floor(out / (weight.shape[0] / args.groups)) * weight.shape[1];
}

/**
 * All cells of one channel, over the batch.
 * @param {number[]} shape  N C H W
 * @param {number} channel
 */
export function channelCells([batch, channels, height, width], channel) {
  const plane = height * width;
  return Array.from({ length: batch * plane }, (_, i) => {
    const n = Math.floor(i / plane);
    return (n * channels + channel) * plane + (i - n * plane);
  });
}
