// conv2d: a window of weights slides over padded planes.

import { stampPlanes } from "./conv_back.js";
import { convolve } from "./conv_kernels.js";
import { foldPlanes, kernelSums, margins, padPlanes, planeSums } from "./conv_planes.js";
import { checkGroups, checkImages, checkVector, checkWeight, refuse, wholeNumbers } from "./ops_check.js";
import { checkPaddingFits, fedCells, fittingWindows, slidingAxis, slidings, unseenCells } from "./ops_window.js";
import { channelCells, ravel, sizeOf, tensor, unravel } from "./tensor.js";

/** @import { Call, Op, Terms } from "./ops.js" */
/** @import { ConvPlan, Margins } from "./conv_planes.js" */
/** @import { Axis } from "./ops_window.js" */

const CONV = "conv2d";
const PADDING_MODES = ["zeros", "reflect", "replicate", "circular"];

/** @type {Op} */
export const conv2dOp = {
  shape([input], { weight, bias }, args) {
    const [out, perGroup, ...kernel] = checkWeight(CONV, weight, "(O, C/groups, kh, kw)");
    checkConvArgs(args);
    checkGroups(CONV, args.groups, out);
    checkImages(CONV, input, perGroup * args.groups);
    checkVector(CONV, "bias", bias, out);
    const both = slidings(input.slice(2), kernel, args);
    checkPaddingFits(CONV, both.map(({ size, before, after }) => [size, before, after]), args.padding_mode);
    return [input[0], out, ...fittingWindows(CONV, both)];
  },

  forward(call) {
    const { params: { weight, bias }, output } = call;
    const plan = convPlan(call);
    const size = sizeOf(output.shape.slice(1));
    eachPadded(call, (padded, n) => {
      convolve(plan, padded, weight.data, bias?.data, output.data.subarray(n * size, (n + 1) * size));
    });
  },

  backward(call, grad, learnt = true) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const plan = convPlan(call);
    const dx = tensor(x.shape);
    const dw = new Float64Array(weight.data.length);
    const db = new Float64Array(output.shape[1]);
    const size = sizeOf(output.shape.slice(1));
    eachPadded(call, (padded, n, edges) => {
      const g = grad.data.subarray(n * size, (n + 1) * size);
      if (learnt) kernelSums(plan, g, padded, dw);
      if (learnt) planeSums(g, db);
      const stamped = stampPlanes(plan, g, weight.data, undefined);
      dx.data.set(foldPlanes(stamped, x.shape.slice(1), edges), n * sizeOf(x.shape.slice(1)));
    });
    if (!learnt) return { inputs: [dx], params: {} };
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
    const perGroup = output.shape[1] / args.groups;
    const first = Math.floor(c / weight.shape[1]) * perGroup;
    return fedCells(convAxes(call), [y, col], output.shape, n, first, perGroup);
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
  if (!PADDING_MODES.includes(args.padding_mode)) {
    const came = JSON.stringify(args.padding_mode) ?? "nothing";
    refuse(CONV, "a padding_mode it knows", came, `choose from ${PADDING_MODES.join(", ")}`);
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
 * Call `visit` with each sample's planes and their padding.
 * @param {Call} call
 * @param {(padded: Float32Array, n: number, edges: Margins) => void} visit
 */
function eachPadded({ inputs: [x], args }, visit) {
  const [batch, ...sample] = x.shape;
  const edges = margins(sample.slice(1), args.padding, args.padding_mode);
  const size = sizeOf(sample);
  for (let n = 0; n < batch; n++) visit(padPlanes(x.data.subarray(n * size, (n + 1) * size), sample, edges), n, edges);
}

/**
 * The first input channel that an output channel's group reads.
 * @param {Call} call
 * @param {number} out
 */
function firstChannel({ params: { weight }, args }, out) {
  return Math.floor(out / (weight.shape[0] / args.groups)) * weight.shape[1];
}
