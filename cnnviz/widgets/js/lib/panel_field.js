// Which part of the picture a unit sees, and how that is said, also where the way down is not known. Knows no DOM.

import { fieldOf } from "./explorer_field.js";
import { INPUT_NAME } from "./graph.js";
import { placeOf } from "./tensor.js";

/** @import { Lab } from "./lab.js" */
/** @import { PatchBox } from "./panel_patch.js" */
/** @import { Call } from "./ops.js" */
/** @typedef {Pick<Lab, "nodes" | "calls" | "shapes" | "live" | "picture">} Seen */

/**
 * @param {Seen} lab
 * @param {string} name
 * @param {number} at
 * @param {Map<string, Call>} [calls]  of another picture
 * @returns {{box: PatchBox | null, words: string}}
 */
export function patchOf(lab, name, at, calls = lab.calls) {
  const { height, width } = lab.picture;
  const shape = lab.shapes.get(name) ?? [1];
  if (name === INPUT_NAME) {
    const { row, col } = placeOf(at, shape);
    return { box: { top: row, left: col, bottom: row, right: col }, words: `The pixel in row ${row}, column ${col}.` };
  }
  if (lab.nodes.some(({ op }) => op === "recorded")) return { box: guessedBox(shape, at, height, width), words: guessedWords(shape) };
  const box = fieldOf(lab.nodes, calls, name, at);
  return { box, words: box ? fieldWords(box, height, width) : "It sees nothing of the picture." };
}

/** @param {PatchBox} box @param {number} height @param {number} width */
function fieldWords({ top, left, bottom, right }, height, width) {
  const [rows, cols] = [bottom - top + 1, right - left + 1];
  if (rows === height && cols === width) return `It sees the whole picture, ${height} × ${width} pixels.`;
  return `It sees ${rows} × ${cols} of ${height} × ${width} pixels: rows ${top}–${bottom}, columns ${left}–${right}.`;
}

/** Where a recorded map's cell lies, if every layer kept its maps over the picture. @param {number[]} shape @param {number} at @param {number} height @param {number} width */
function guessedBox(shape, at, height, width) {
  if (shape.length < 4) return { top: 0, left: 0, bottom: height - 1, right: width - 1 };
  const { row, col } = placeOf(at, shape);
  const [rows, cols] = shape.slice(-2);
  const edge = (/** @type {number} */ i, /** @type {number} */ count, /** @type {number} */ size) => Math.min(size - 1, Math.floor((i * size) / count));
  const end = (/** @type {number} */ i, /** @type {number} */ count, /** @type {number} */ size) => Math.max(edge(i, count, size), Math.ceil(((i + 1) * size) / count) - 1);
  return { top: edge(row, rows, height), left: edge(col, cols, width), bottom: end(row, rows, height), right: end(col, cols, width) };
}

/** @param {number[]} shape */
function guessedWords(shape) {
  if (shape.length < 4) return "It may see the whole picture: the network is recorded, and its windows are not known.";
  return "About where it lies. It sees more than this: the network is recorded, and its windows are not known.";
}
