// What the cone of a unit says: its arithmetic in words, with the role of each number.

import { coneLevels, coneRows } from "./cone_chain.js";
import { plural } from "./numbers.js";

/** @import { ConeLayer } from "./cone_chain.js" */
/** @typedef {{text: string, role?: "input" | "parameter" | "output"}} ConeWord */

/**
 * @param {number} pixels
 * @param {ConeLayer[]} layers
 * @param {number} level
 * @param {number} unit
 * @returns {ConeWord[]}
 */
export function coneSentence(pixels, layers, level, unit) {
  const levels = coneLevels(pixels, layers);
  const [kernel, stride, dilation] = layers[level - 1];
  const { size, jump, start } = levels[level];
  const below = levels[level - 1];
  const first = start + unit * jump;
  return [
    { text: `Unit ${unit} of layer ${level}: field ` },
    { text: `${below.size}`, role: "input" },
    { text: " + " },
    { text: dilation === 1 ? `(${kernel} − 1)` : `${dilation} · (${kernel} − 1)`, role: "parameter" },
    { text: " · " },
    { text: `${below.jump}`, role: "input" },
    { text: " = " },
    { text: plural(size, "pixel"), role: "output" },
    { text: `, ${span(first, first + size - 1)}; jump ` },
    { text: `${below.jump}`, role: "input" },
    { text: " · " },
    { text: `${stride}`, role: "parameter" },
    { text: " = " },
    { text: `${jump}`, role: "output" },
    { text: `.${missing(pixels, layers, level, unit)}` },
  ];
}

/** @param {number} first @param {number} last */
function span(first, last) {
  return (first === last ? `${first}` : `${first} to ${last}`).replaceAll("-", "−");
}

/** How many of the field's pixels are not there, or not read. @param {number} pixels @param {ConeLayer[]} layers @param {number} level @param {number} unit */
function missing(pixels, layers, level, unit) {
  const { first, last, ways } = coneRows(pixels, layers, level, unit)[0];
  const inside = Math.max(0, Math.min(last, pixels - 1) - Math.max(first, 0) + 1);
  const outside = last - first + 1 - inside;
  const unread = inside - ways.filter((count) => count > 0).length;
  const told = outside ? ` ${plural(outside, "pixel")} of it ${outside > 1 ? "lie" : "lies"} outside the picture.` : "";
  return unread ? `${told} No way leads to ${plural(unread, "pixel")} in it.` : told;
}

/** What stands beside a layer. @param {ConeLayer} layer */
export function coneLayerWords([kernel, stride, dilation]) {
  const parts = [`kernel ${kernel}`];
  if (stride > 1) parts.push(`stride ${stride}`);
  if (dilation > 1) parts.push(`dilation ${dilation}`);
  return parts.join(", ");
}
