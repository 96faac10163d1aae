// What the panels say: where a unit is, what it is made of, what it does to the score. Knows no DOM.

import { EXACT, formatNumber, plural } from "./numbers.js";
import { unravel } from "./tensor.js";

/** @import { Makeup } from "./panel_terms.js" */

/**
 * @param {number[]} shape  with the batch's axis
 * @param {number} at
 * @param {string[]} [names]  of a vector's units, where they have any
 * @returns {string} such as "channel 3, row 0, column 5", "unit 7", "unit 7 (bag)"
 */
export function sayPlace(shape, at, names = []) {
  const index = unravel(at, shape).slice(1);
  if (index.length === 1) return names[index[0]] ? `unit ${index[0]} (${names[index[0]]})` : `unit ${index[0]}`;
  const words = ["channel", "row", "column"].slice(-index.length);
  return index.map((i, axis) => `${words[axis] ?? `axis ${axis + 1}`} ${i}`).join(", ");
}

/** As one writes it in PyTorch: "conv1[3, 0, 5]". @param {string} name @param {number[]} shape @param {number} at */
export function shortPlace(name, shape, at) {
  return `${name}[${unravel(at, shape).slice(1).join(",\u00a0")}]`;
}

const MADE_HOW = {
  sum: "The sum of",
  mean: "The mean of",
  max: "The largest of",
  function: "A function of",
  copy: "Passed on from",
  normalise: "Normalised from",
  ratio: "A share of",
  product: "The product of",
  quotient: "The quotient of",
};

/** @param {Makeup} makeup @returns {string} how a unit is made, in one sentence */
export function sayMakeup({ how, summed, parts, count, rest, bias, value }) {
  if (!count && how === "copy") return "Stored in the network: it reads nothing.";
  const start = `${MADE_HOW[/** @type {keyof typeof MADE_HOW} */ (how)] ?? "Made of"} ${plural(count, "number")}`;
  const listed = parts.length < count ? `, the ${parts.length} that count most listed` : "";
  if (!summed) return `${start}${listed}.`;
  const others = Math.abs(rest) > EXACT * (Math.abs(value) + 1) ? `; the others add ${formatNumber(rest)}` : "";
  return `${start}${bias === null ? "" : ` and a bias of ${formatNumber(bias)}`}${listed}${others}.`;
}

/**
 * @param {number} slope  d(score)/d(unit)
 * @param {string} className
 * @returns {string} "∂ score / ∂ this unit" in words
 */
export function saySlope(slope, className) {
  const head = `∂ score of ${className} / ∂ this unit = ${formatNumber(slope)}`;
  if (!Number.isFinite(slope)) return `${head}: no number to count with.`;
  if (slope === 0) return `${head}: a little more or less of it changes nothing.`;
  return `${head}: a little more of it ${slope > 0 ? "raises" : "lowers"} the score, ${formatNumber(Math.abs(slope))} for each 1.`;
}
