// What a unit is made of, the part that counts most first: what the unit panel lists and the reader follows. Knows no DOM.

import { terms } from "./ops.js";

/** @import { Call, Term, Terms } from "./ops.js" */
/** @typedef {Term & {part: number}} UnitPart   part: value * factor in a sum, else value * slope */
/**
 * @typedef {object} Makeup
 * @property {Terms["how"]} how
 * @property {boolean} summed      the parts add up to the unit's number
 * @property {UnitPart[]} parts    the largest, by magnitude; padding left out
 * @property {number} count        how many there are, without padding
 * @property {number} rest         what the parts that are not listed add, padding too
 * @property {number | null} bias  null where nothing is added to the parts
 * @property {number} value        the unit's number, before any switching off
 */

const ADDING = ["sum", "mean"];

/**
 * How one unit is made.
 * @param {Call} call
 * @param {number} at     flat index of an output cell
 * @param {number} limit  how many parts are listed
 * @returns {Makeup}
 */
export function makeupOf(call, at, limit) {
  const { how, terms: all, params, value } = terms(call, at);
  const summed = ADDING.includes(how);
  const weighed = all.map((term) => ({ ...term, part: term.value * (summed ? term.factor : term.slope) }));
  const inside = weighed.filter((term) => term.at >= 0);
  // Of a maximum, a ratio or a function the slope says which number counts; of a sum what the number adds.
  const size = (/** @type {UnitPart} */ { part, slope }) => orderable(summed ? part : slope);
  const parts = inside.sort((a, b) => size(b) - size(a)).slice(0, limit);
  const added = (/** @type {UnitPart[]} */ list) => list.reduce((sum, { part }) => sum + part, 0);
  const bias = summed ? params.find(({ param }) => param === "bias") : undefined;
  return { how, summed, parts, count: inside.length, rest: added(weighed) - added(parts), bias: bias?.value ?? null, value };
}

/** @param {number} value @returns {number} its magnitude; what is no number counts most */
function orderable(value) {
  return Number.isFinite(value) ? Math.abs(value) : Number.MAX_VALUE;
}
