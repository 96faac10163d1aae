// conv_transpose2d: each input number stamps the kernel into the output. A convolution's gradient, as an operation.

import { stampPlanes } from "./conv_back.js";
import { convolve } from "./conv_kernels.js";
import { foldPlanes, kernelSums, margins, padPlanes, planeSums } from "./conv_planes.js";
import { checkGroups, checkImages, checkVector, checkWeight, refuse, wholeNumbers } from "./ops_check.js";
import { fedCells, transposedAxis } from "./ops_window.js";
import { channelCells, ravel, shapeText, sizeOf, tensor, unravel } from "./tensor.js";

/** @import { Call, Op, Terms } from "./ops.js" */
/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { Axis } from "./ops_window.js" */

const TRANSPOSED = "conv_transpose2d";

/** @type {Op} */
export const convTranspose2dOp = {
  shape([input], { weight, bias }, args) {
    const [channels, perGroup, ...kernel] = checkWeight(TRANSPOSED, weight, "(C, O/groups, kh, kw)");
    checkTransposedArgs(args);
    checkGroups(TRANSPOSED, args.groups, channels);
    checkImages(TRANSPOSED, input, channels);
    checkVector(TRANSPOSED, "bias", bias, perGroup * args.groups);
    const { stride, padding, output_padding, dilation } = args;
    const plane = kernel.map(
      (k, axis) =>
        (input[2 + axis] - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (k - 1) + output_padding[axis] + 1,
    );
    if (Math.min(...plane) < 1) {
      const todo = "padding crops the output here: take less of it";
      refuse(TRANSPOSED, "an output of at least 1x1 pixels", `${plane[0]}x${plane[1]}`, todo);
    }
    return [input[0], perGroup * args.groups, ...plane];
  },

  forward(call) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const plan = transposedPlan(call);
    const [sample, out] = [x.shape.slice(1), output.shape.slice(1)];
    const edges = cropMargins(call);
    for (let n = 0; n < output.shape[0]; n++) {
      const stamped = stampPlanes(plan, sampleOf(x.data, n, sizeOf(sample)), weight.data, bias?.data);
      output.data.set(foldPlanes(stamped, out, edges), n * sizeOf(out));
    }
  },

  backward(call, grad) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const plan = transposedPlan(call);
    const [sample, out] = [x.shape.slice(1), output.shape.slice(1)];
    const edges = cropMargins(call);
    const dx = tensor(x.shape);
    const dw = new Float64Array(weight.data.length);
    const db = new Float64Array(out[0]);
    for (let n = 0; n < output.shape[0]; n++) {
      const g = sampleOf(grad.data, n, sizeOf(out));
      const padded = padPlanes(g, out, edges);
      convolve(plan, padded, weight.data, undefined, sampleOf(dx.data, n, sizeOf(sample)));
      kernelSums(plan, sampleOf(x.data, n, sizeOf(sample)), padded, dw);
      planeSums(g, db);
    }
    const params = { weight: tensor(weight.shape, dw), ...(bias && { bias: tensor(bias.shape, db) }) };
    return { inputs: [dx], params };
  },

  terms(call, at) {
    const { inputs: [x], params: { weight, bias }, output } = call;
    const [n, o, y, col] = unravel(at, output.shape);
    const [rows, cols] = transposedAxes(call);
    const { first, kernelOf } = groupOf(call, o);
    /** @type {Terms} */
    const made = { how: "sum", name: TRANSPOSED, terms: [], params: [], constants: {}, value: output.data[at] };
    for (let channel = first; channel < first + x.shape[1] / call.args.groups; channel++) {
      for (const r of rows.taps[y]) {
        for (const q of cols.taps[col]) {
          const source = ravel([n, channel, r.source, q.source], x.shape);
          const paramAt = ravel([channel, kernelOf, r.tap, q.tap], weight.shape);
          const [value, factor] = [x.data[source], weight.data[paramAt]];
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
    const perGroup = weight.shape[1];
    const first = Math.floor(c / (x.shape[1] / args.groups)) * perGroup;
    return fedCells(transposedAxes(call), [y, col], output.shape, n, first, perGroup);
  },

  paramFeeds(call, param, at) {
    const { params: { weight }, output } = call;
    if (param === "bias") return channelCells(output.shape, at);
    const [c, kernelOf, i, j] = unravel(at, weight.shape);
    const [rows, cols] = transposedAxes(call);
    const out = Math.floor(c / (weight.shape[0] / call.args.groups)) * weight.shape[1] + kernelOf;
    return channelCells(output.shape, out).filter((cell) => {
      const [, , y, x] = unravel(cell, output.shape);
      return rows.taps[y].some(({ tap }) => tap === i) && cols.taps[x].some(({ tap }) => tap === j);
    });
  },
};

/** @param {Record<string, any>} args */
function checkTransposedArgs(args) {
  const stride = wholeNumbers(TRANSPOSED, args, "stride", 2, 1);
  const dilation = wholeNumbers(TRANSPOSED, args, "dilation", 2, 1);
  wholeNumbers(TRANSPOSED, args, "padding", 2, 0);
  const extra = wholeNumbers(TRANSPOSED, args, "output_padding", 2, 0);
  if (extra.some((length, axis) => length >= Math.max(stride[axis], dilation[axis]))) {
    const came = `${shapeText(extra)} with stride ${shapeText(stride)} and dilation ${shapeText(dilation)}`;
    refuse(TRANSPOSED, "output_padding smaller than the stride or the dilation", came, "take less output_padding");
  }
}

/** @type {WeakMap<Call, [Axis, Axis]>} */
const transposedAxesOf = new WeakMap();

/**
 * @param {Call} call
 * @returns {[Axis, Axis]}
 */
function transposedAxes(call) {
  let axes = transposedAxesOf.get(call);
  if (!axes) {
    const { inputs: [x], params: { weight }, args, output } = call;
    /** @param {number} axis */
    const along = (axis) => {
      const [stride, before, dilation] = [args.stride[axis], args.padding[axis], args.dilation[axis]];
      const [size, kernel] = [x.shape[2 + axis], weight.shape[2 + axis]];
      return transposedAxis({ size, kernel, stride, before, after: before, dilation }, output.shape[2 + axis]);
    };
    axes = [along(0), along(1)];
    transposedAxesOf.set(call, axes);
  }
  return axes;
}

/**
 * @param {Call} call
 * @returns {ConvPlan}
 */
function transposedPlan({ inputs: [x], params: { weight }, args, output }) {
  const [channels, wide, kh, kw] = weight.shape;
  return {
    groups: args.groups,
    narrow: channels / args.groups,
    wide,
    kernel: [kh, kw],
    stride: args.stride,
    dilation: args.dilation,
    narrowSize: [x.shape[2], x.shape[3]],
    wideSize: [output.shape[2] + 2 * args.padding[0], output.shape[3] + 2 * args.padding[1]],
  };
}

/**
 * The edges that padding crops from the stamped planes.
 * @param {Call} call
 */
function cropMargins({ args: { padding: [h, w] }, output }) {
  return margins(output.shape.slice(2), [h, h, w, w], "zeros");
}

/**
 * @param {Float32Array} data
 * @param {number} n
 * @param {number} size
 */
function sampleOf(data, n, size) {
  return data.subarray(n * size, (n + 1) * size);
}

/**
 * The first input channel that an output channel reads, and which of that channel's kernels is its own.
 * @param {Call} call
 * @param {number} out
 */
function groupOf({ inputs: [x], params: { weight }, args }, out) {
  const group = Math.floor(out / weight.shape[1]);
  return { first: group * (x.shape[1] / args.groups), kernelOf: out - group * weight.shape[1] };
}
