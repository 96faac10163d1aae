// What every normalisation shares: groups of cells brought to mean 0 and variance 1, then each by its gamma and beta.

import { plainTerm } from "./ops_route.js";
import { tensor } from "./tensor.js";

/** @import { Call, Gradients, Op, Terms } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/**
 * Which cells are normalised together, and whose gamma and beta they take.
 * @typedef {object} NormalLayout
 * @property {number} groups
 * @property {(group: number) => number[]} starts  where the runs of neighbouring cells begin that a group is made of
 * @property {number} length                       cells of a run
 * @property {0 | 1} step                          gamma's and beta's entries from a cell of a run to the next
 * @property {(at: number) => number} groupOf
 * @property {(at: number) => number} entryOf      of gamma and beta
 * @property {(entry: number) => number[]} entryCells
 * @property {(group: number) => {mean: number, variance: number}} [stored]  instead of the group's own
 */
/** @typedef {{mean: number, variance: number, scale: number, count: number}} Statistics  scale: 1 / sqrt(variance + eps) */

/**
 * The declaration of a normalisation.
 * @param {string} name
 * @param {Op["shape"]} shape
 * @param {(call: Call) => NormalLayout} layout
 * @returns {Op}
 */
export function normalising(name, shape, layout) {
  const normalOf = normalRemembered(layout);
  return {
    shape,

    forward(call) {
      const { inputs: [x], params: { weight, bias }, output } = call;
      const normal = normalOf(call);
      const { length, step } = normal.layout;
      eachRun(normal, (start, statistics, entry) => {
        const [from, to] = [x, output].map(({ data }) => data.subarray(start, start + length));
        if (step === 0) shiftRun(from, to, statistics, weight?.data[entry] ?? 1, bias?.data[entry] ?? 0);
        else shiftEach(from, to, statistics, weight?.data, bias?.data);
      });
    },

    backward(call, grad, learnt = true) {
      const normal = normalOf(call);
      return learnt || !normal.layout.stored ? normalBackward(call, normal, grad) : scaledBackward(call, normal, grad);
    },

    terms: (call, at) => ({ ...normalTerms(call, normalOf(call), at), name }),

    feeds(call, _input, at) {
      const { layout } = normalOf(call);
      return layout.stored ? [at] : cellsOf(layout, layout.groupOf(at));
    },

    paramFeeds: (call, param, at) => (param.startsWith("running") ? [] : normalOf(call).layout.entryCells(at)),

    slope(call, out, cell) {
      if ("input" in cell) return normalSlope(call, normalOf(call), out, cell.at);
      return cell.param === "bias" ? 1 : normalised(call, normalOf(call), out);
    },
  };
}

/**
 * A run of one gamma and beta. Of its own, and not in a callback: the engine compiles it once, for every channel.
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {Statistics} statistics
 * @param {number} gamma
 * @param {number} beta
 */
function shiftRun(from, to, { mean, scale }, gamma, beta) {
  for (let i = 0; i < from.length; i++) to[i] = (from[i] - mean) * scale * gamma + beta;
}

/**
 * A run with a gamma and a beta for each cell.
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {Statistics} statistics
 * @param {Float32Array | undefined} gamma
 * @param {Float32Array | undefined} beta
 */
function shiftEach(from, to, { mean, scale }, gamma, beta) {
  for (let i = 0; i < from.length; i++) to[i] = (from[i] - mean) * scale * (gamma ? gamma[i] : 1) + (beta ? beta[i] : 0);
}

/** @typedef {{layout: NormalLayout, statistics: Statistics[]}} Normal */

/**
 * A call's layout and statistics, computed once.
 * @param {(call: Call) => NormalLayout} layoutOf
 * @returns {(call: Call) => Normal}
 */
function normalRemembered(layoutOf) {
  /** @type {WeakMap<Call, Normal>} */
  const known = new WeakMap();
  return (call) => {
    let found = known.get(call);
    if (!found) {
      const layout = layoutOf(call);
      const statistics = Array.from({ length: layout.groups }, (_, group) => statisticsOf(call, layout, group));
      known.set(call, (found = { layout, statistics }));
    }
    return found;
  };
}

/**
 * @param {Call} call
 * @param {NormalLayout} layout
 * @param {number} group
 * @returns {Statistics}
 */
function statisticsOf({ inputs: [{ data }], args: { eps } }, layout, group) {
  const { mean, variance } = layout.stored?.(group) ?? momentsOf(data, cellsOf(layout, group));
  return { mean, variance, scale: 1 / Math.sqrt(variance + eps), count: data.length / layout.groups };
}

/** A group's cells, in order. @param {NormalLayout} layout @param {number} group */
function cellsOf({ starts, length }, group) {
  return starts(group).flatMap((start) => Array.from({ length }, (_, i) => start + i));
}

/**
 * @param {Float32Array} data
 * @param {number[]} cells
 */
function momentsOf(data, cells) {
  const mean = cells.reduce((sum, at) => sum + data[at], 0) / cells.length;
  return { mean, variance: cells.reduce((sum, at) => sum + (data[at] - mean) ** 2, 0) / cells.length };
}

/**
 * Call `visit` with the beginning of every run, its group's statistics, its first entry of gamma and beta, its group.
 * @param {Normal} normal
 * @param {(start: number, statistics: Statistics, entry: number, group: number) => void} visit
 */
function eachRun({ layout: { starts, entryOf }, statistics }, visit) {
  statistics.forEach((own, group) => {
    for (const start of starts(group)) visit(start, own, entryOf(start), group);
  });
}

/**
 * Call `visit` with every cell, its group's statistics, its entry of gamma and beta, and its group.
 * @param {Normal} normal
 * @param {(at: number, statistics: Statistics, entry: number, group: number) => void} visit
 */
function eachNormal(normal, visit) {
  const { length, step } = normal.layout;
  eachRun(normal, (start, own, entry, group) => {
    for (let i = 0; i < length; i++) visit(start + i, own, entry + step * i, group);
  });
}

/**
 * The input's gradient where mean and variance are stored: a number times what arrives, run by run.
 * @param {Call} call
 * @param {Normal} normal
 * @param {Tensor} grad
 * @returns {Gradients}
 */
function scaledBackward({ inputs: [x], params: { weight } }, normal, grad) {
  const dx = tensor(x.shape);
  const { length } = normal.layout;
  eachRun(normal, (start, { scale }, entry) => {
    const [from, to] = [grad, dx].map(({ data }) => data.subarray(start, start + length));
    scaleRun(from, to, scale * (weight?.data[entry] ?? 1));
  });
  return { inputs: [dx], params: {} };
}

/** @param {Float32Array} from @param {Float32Array} to @param {number} factor */
function scaleRun(from, to, factor) {
  for (let i = 0; i < from.length; i++) to[i] = from[i] * factor;
}

/**
 * @param {Call} call
 * @param {Normal} normal
 * @param {Tensor} grad
 * @returns {Gradients}
 */
function normalBackward({ inputs: [x], params: { weight, bias } }, normal, grad) {
  const { layout: { groups, stored } } = normal;
  const entries = (weight ?? bias)?.data.length ?? 0;
  const [dbeta, dgamma] = [new Float64Array(entries), new Float64Array(entries)];
  // Means over a group of what arrives behind gamma, and of that times the normalised number.
  const [first, second] = [new Float64Array(groups), new Float64Array(groups)];
  const dx = tensor(x.shape);
  const behind = (/** @type {number} */ at, /** @type {number} */ entry) => grad.data[at] * (weight ? weight.data[entry] : 1);
  eachNormal(normal, (at, { mean, scale, count }, entry, group) => {
    const along = (x.data[at] - mean) * scale;
    if (entries) dbeta[entry] += grad.data[at];
    if (entries) dgamma[entry] += grad.data[at] * along;
    first[group] += behind(at, entry) / count;
    second[group] += (behind(at, entry) * along) / count;
  });
  eachNormal(normal, (at, { mean, scale }, entry, group) => {
    const shared = stored ? 0 : first[group] + (x.data[at] - mean) * scale * second[group];
    dx.data[at] = scale * (behind(at, entry) - shared);
  });
  const params = { ...(weight && { weight: tensor(weight.shape, dgamma) }), ...(bias && { bias: tensor(bias.shape, dbeta) }) };
  return { inputs: [dx], params };
}

/**
 * @param {Call} call
 * @param {Normal} normal
 * @param {number} at
 * @returns {Omit<Terms, "name">}
 */
function normalTerms(call, normal, at) {
  const { inputs: [x], params: { weight, bias }, args: { eps }, output } = call;
  const { layout, statistics } = normal;
  const [group, entry] = [layout.groupOf(at), layout.entryOf(at)];
  const [gamma, beta] = [weight ? weight.data[entry] : 1, bias ? bias.data[entry] : 0];
  const { mean, variance, count } = statistics[group];
  const list = layout.stored ? [at] : cellsOf(layout, group);
  const terms = list.map((cell) => ({
    ...plainTerm(x, 0, cell),
    ...(cell === at && weight && { param: "weight", paramAt: entry, factor: gamma }),
    slope: normalSlope(call, normal, at, cell),
  }));
  const params = [
    ...(weight ? [{ param: "weight", at: entry, value: gamma, slope: normalised(call, normal, at) }] : []),
    ...(bias ? [{ param: "bias", at: entry, value: beta, slope: 1 }] : []),
  ];
  const constants = { mean, variance, eps, gamma, beta, count, own: list.indexOf(at) };
  return { how: "normalise", terms, params, constants, value: output.data[at] };
}

/**
 * A cell's number before gamma and beta.
 * @param {Call} call
 * @param {Normal} normal
 * @param {number} at
 */
function normalised({ inputs: [x] }, { layout, statistics }, at) {
  const { mean, scale } = statistics[layout.groupOf(at)];
  return (x.data[at] - mean) * scale;
}

/**
 * d(output cell)/d(input cell) of one group; also through the mean and the variance, where these are the group's own.
 * @param {Call} call
 * @param {Normal} normal
 * @param {number} out
 * @param {number} at
 */
function normalSlope(call, normal, out, at) {
  const { layout: { stored, groupOf, entryOf }, statistics } = normal;
  const { scale, count } = statistics[groupOf(out)];
  const { weight } = call.params;
  const direct = out === at ? 1 : 0;
  const shared = stored ? 0 : (1 + normalised(call, normal, out) * normalised(call, normal, at)) / count;
  return (weight ? weight.data[entryOf(out)] : 1) * scale * (direct - shared);
}
