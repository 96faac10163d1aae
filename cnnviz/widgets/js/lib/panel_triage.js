// Channels sorted by what is the matter with them, and why, in words. Knows no DOM.

import { sayPercent } from "./explorer_words.js";
import { formatNumber, plural } from "./numbers.js";
import { ALIKE, isDead, rangeEndsOf, SATURATED } from "./panel_stats.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { ChannelSummary } from "./panel_stats.js" */
/** @typedef {"order" | "class" | "largest" | "dead" | "saturated" | "alike"} TriageView */
/** @typedef {ChannelSummary & {dead: boolean, saturated: boolean, alike: boolean, why: string}} Triaged */

const RECTIFIERS = ["relu", "relu6"];

/**
 * @param {ChannelSummary[]} summaries
 * @param {GraphNode} node
 * @param {GraphNode[]} nodes  of the whole network
 * @returns {Triaged[]}
 */
export function triage(summaries, node, nodes) {
  const readers = nodes.filter(({ inputs }) => inputs.includes(node.name));
  const rectified = isRectifier(node) || (readers.length > 0 && readers.every(isRectifier));
  const bounded = rangeEndsOf(node) !== null;
  return summaries.map((one) => {
    const dead = isDead(one, rectified);
    const saturated = bounded && !dead && one.bounded >= SATURATED;
    const alike = !dead && one.like !== null && one.like.cosine >= ALIKE;
    return { ...one, dead, saturated, alike, why: whyOf(one, { dead, saturated, alike }) };
  });
}

/** @param {GraphNode} node  a recorded one has its layer's class for a name */
function isRectifier({ op, args }) {
  return RECTIFIERS.includes(op) || ["ReLU", "ReLU6"].includes(args.type);
}

/** @param {ChannelSummary} summary @param {{dead: boolean, saturated: boolean, alike: boolean}} found */
function whyOf({ least, most, positive, bounded, strange, like }, { dead, saturated, alike }) {
  const reasons = [];
  if (strange) reasons.push(`${plural(strange, "number")} NaN or ∞`);
  if (dead) reasons.push(least < most || most === 0 ? "dead: never above zero" : `dead: always ${formatNumber(most)}`);
  if (saturated) reasons.push(`saturated: ${sayPercent(bounded)} at an end of its range`);
  if (alike && like) reasons.push(`near-duplicate of ${like.channel} (cosine ${like.cosine.toFixed(3)})`);
  return reasons.length ? reasons.join("; ") : `up to ${formatNumber(most)}, above zero ${sayPercent(positive)}`;
}

/**
 * The channels of a view, in its order.
 * @param {Triaged[]} all
 * @param {TriageView} view
 * @param {ArrayLike<number> | null} parts  in the class's score
 * @returns {Triaged[]}
 */
export function triageOrder(all, view, parts) {
  if (view === "class" && parts) return [...all].sort((a, b) => Math.abs(parts[b.channel]) - Math.abs(parts[a.channel]));
  if (view === "largest") return [...all].sort((a, b) => b.most - a.most);
  if (view === "dead") return all.filter(({ dead }) => dead);
  if (view === "saturated") return all.filter(({ saturated }) => saturated).sort((a, b) => b.bounded - a.bounded);
  if (view === "alike") return all.filter(({ alike }) => alike).sort((a, b) => (b.like?.cosine ?? 0) - (a.like?.cosine ?? 0));
  return all;
}
