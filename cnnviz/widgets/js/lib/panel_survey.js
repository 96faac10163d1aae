// A layer's channels over all pictures of the figure, one picture at a time, computed once. Knows no DOM.

import { rangeEndsOf, ChannelStatistics } from "./panel_stats.js";
import { sizeOf } from "./tensor.js";

/** @import { Lab } from "./lab.js" */
/** @import { Call } from "./ops.js" */

const KEPT_NUMBERS = 24e6; // numbers of all passes together that may stay in memory for the next layer

/** @type {WeakMap<Lab, {done: Map<string, ChannelStatistics>, passes: Map<number, Map<string, Call>>}>} */
const surveys = new WeakMap();

/**
 * Nothing is switched off in it: the network as it is.
 * @param {Lab} lab
 * @param {string} name  of the node
 * @param {(pictures: number) => void} progress
 * @param {AbortSignal} signal  ends it between two pictures
 * @returns {Promise<ChannelStatistics | null>}  null: ended before its time
 */
export async function surveyLayer(lab, name, progress, signal) {
  const known = surveys.get(lab) ?? { done: new Map(), passes: new Map() };
  surveys.set(lab, known);
  const found = known.done.get(name);
  if (found) return found;
  const node = lab.nodes.find((one) => one.name === name);
  const statistics = new ChannelStatistics(lab.shapes.get(name)?.[1] ?? 1, node ? rangeEndsOf(node) : null);
  for (let i = 0; i < lab.pictures.length; i++) {
    const calls = known.passes.get(i) ?? (await passOf(lab, i));
    await aMoment();
    if (signal.aborted) return null;
    if (keepsAll(lab)) known.passes.set(i, calls);
    statistics.add(/** @type {Call} */ (calls.get(name)).output.data);
    progress(i + 1);
  }
  known.done.set(name, statistics);
  return statistics;
}

/** @param {Lab} lab @param {number} i @returns {Promise<Map<string, Call>>} */
function passOf(lab, i) {
  return lab.live ? lab.runOn(lab.pictures[i], {}) : lab.runOn(lab.pictures[i]);
}

/** @param {Lab} lab */
function keepsAll({ live, shapes, pictures }) {
  return live && pictures.length * [...shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0) <= KEPT_NUMBERS;
}

/** The page answers the reader between two pictures. */
function aMoment() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
