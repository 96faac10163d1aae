// batch_norm: every channel shifted and scaled to mean 0 and variance 1, then by its own gamma and beta.

import { checkImages, checkVector, refuse } from "./ops_check.js";
import { channelCells, placeOf, shapeText, tensor, unravel } from "./tensor.js";

/** @import { Call, Op, Term } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */

const NORM = "batch_norm";
const VECTORS = ["weight", "bias", "running_mean", "running_var"];

/**
 * @typedef {object} ChannelStatistics
 * @property {number} mean
 * @property {number} variance
 * @property {number} scale  1 / sqrt(variance + eps)
 * @property {number} gamma
 * @property {number} beta
 * @property {number} count  cells of the channel over the batch
 */
/** @type {WeakMap<Call, ChannelStatistics[]>} */
const statisticsOf = new WeakMap();

/**
 * What normalises each channel: the batch's own mean and (biased) variance when training, else the running ones.
 * @param {Call} call
 * @returns {ChannelStatistics[]}
 */
function channelStatistics(call) {
  const known = statisticsOf.get(call);
  if (known) return known;
  const { inputs: [x], params: { weight, bias, running_mean, running_var }, args } = call;
  const made = Array.from({ length: x.shape[1] }, (_, channel) => {
    const { mean, variance, count } = args.training
      ? momentsOf(x, channel)
      : { mean: running_mean.data[channel], variance: running_var.data[channel], count: x.data.length / x.shape[1] };
    const [gamma, beta] = [weight ? weight.data[channel] : 1, bias ? bias.data[channel] : 0];
    return { mean, variance, scale: 1 / Math.sqrt(variance + args.eps), gamma, beta, count };
  });
  statisticsOf.set(call, made);
  return made;
}

/**
 * @param {Tensor} x
 * @param {number} channel
 */
function momentsOf(x, channel) {
  const cells = channelCells(x.shape, channel);
  const mean = cells.reduce((sum, at) => sum + x.data[at], 0) / cells.length;
  const variance = cells.reduce((sum, at) => sum + (x.data[at] - mean) ** 2, 0) / cells.length;
  return { mean, variance, count: cells.length };
}

/** @type {Op} */
export const batchNormOp = {
  shape([input], params, { training, eps }) {
    if (!(eps >= 0)) refuse(NORM, "eps of at least 0", JSON.stringify(eps) ?? "nothing", "torch takes 1e-5");
    checkImages(NORM, input, "C");
    for (const name of VECTORS) checkVector(NORM, name, params[name], input[1]);
    if (!training && !(params.running_mean && params.running_var)) {
      refuse(NORM, "running_mean and running_var when not training", "none", "give both, or set training to true");
    }
    if (training && input[0] * input[2] * input[3] === 1) {
      const needed = "more than one number a channel when training";
      refuse(NORM, needed, shapeText(input), "give a larger batch, or evaluate");
    }
    return [...input];
  },

  forward(call) {
    const { inputs: [x], output } = call;
    eachNormal(call, (at, { mean, scale, gamma, beta }) => {
      output.data[at] = (x.data[at] - mean) * scale * gamma + beta;
    });
  },

  backward(call, grad) {
    const { inputs: [x], params: { weight, bias }, args } = call;
    const channels = x.shape[1];
    const [dbeta, dgamma] = [new Float64Array(channels), new Float64Array(channels)];
    eachNormal(call, (at, { mean, scale }, channel) => {
      dbeta[channel] += grad.data[at];
      dgamma[channel] += grad.data[at] * (x.data[at] - mean) * scale;
    });
    const dx = tensor(x.shape);
    eachNormal(call, (at, { mean, scale, gamma, count }, channel) => {
      const shared = (dbeta[channel] + (x.data[at] - mean) * scale * dgamma[channel]) / count;
      dx.data[at] = gamma * scale * (grad.data[at] - (args.training ? shared : 0));
    });
    const params = {
      ...(weight && { weight: tensor(weight.shape, dgamma) }),
      ...(bias && { bias: tensor(bias.shape, dbeta) }),
    };
    return { inputs: [dx], params };
  },

  terms(call, at) {
    const { inputs: [x], params: { weight, bias }, args, output } = call;
    const channel = unravel(at, x.shape)[1];
    const { mean, variance, gamma, beta, count } = channelStatistics(call)[channel];
    const cells = args.training ? channelCells(x.shape, channel) : [at];
    const own = weight
      ? { param: "weight", paramAt: channel, factor: gamma }
      : { param: "", paramAt: -1, factor: 1 };
    const terms = cells.map((cell) => ({
      input: 0,
      at: cell,
      value: x.data[cell],
      ...placeOf(cell, x.shape),
      ...(cell === at ? own : { param: "", paramAt: -1, factor: 1 }),
      slope: normalSlope(call, at, cell),
    }));
    const params = [
      ...(weight ? [{ param: "weight", at: channel, value: gamma, slope: normalised(call, at) }] : []),
      ...(bias ? [{ param: "bias", at: channel, value: beta, slope: 1 }] : []),
    ];
    const constants = { mean, variance, eps: args.eps, gamma, beta, count, own: cells.indexOf(at) };
    return { how: "normalise", name: NORM, terms, params, constants, value: output.data[at] };
  },

  feeds: (call, _input, at) =>
    call.args.training ? channelCells(call.inputs[0].shape, unravel(at, call.inputs[0].shape)[1]) : [at],

  paramFeeds: (call, param, at) => (param.startsWith("running") ? [] : channelCells(call.output.shape, at)),

  slope(call, out, cell) {
    if ("input" in cell) return normalSlope(call, out, cell.at);
    return cell.param === "bias" ? 1 : normalised(call, out);
  },
};

/**
 * Call `visit` with every cell, its channel's statistics and its channel.
 * @param {Call} call
 * @param {(at: number, statistics: ChannelStatistics, channel: number) => void} visit
 */
function eachNormal(call, visit) {
  const [batch, channels, height, width] = call.output.shape;
  const statistics = channelStatistics(call);
  for (let plane = 0, at = 0; plane < batch * channels; plane++) {
    const channel = plane % channels;
    for (const end = at + height * width; at < end; at++) visit(at, statistics[channel], channel);
  }
}

/**
 * A cell's number before gamma and beta.
 * @param {Call} call
 * @param {number} at
 */
function normalised(call, at) {
  const x = call.inputs[0];
  const { mean, scale } = channelStatistics(call)[unravel(at, x.shape)[1]];
  return (x.data[at] - mean) * scale;
}

/**
 * d(output cell)/d(input cell) of one channel; when training also through the mean and the variance.
 * @param {Call} call
 * @param {number} out
 * @param {number} at
 */
function normalSlope(call, out, at) {
  const { scale, gamma, count } = channelStatistics(call)[unravel(out, call.output.shape)[1]];
  const direct = out === at ? 1 : 0;
  if (!call.args.training) return gamma * scale * direct;
  return gamma * scale * (direct - (1 + normalised(call, out) * normalised(call, at)) / count);
}
