// How the numbers of one grid are written: all with the same decimals, in one type size that fits its cells. Knows no DOM.

import { EXACT, formatNumber, withDecimals } from "./numbers.js";

/** @typedef {{font: number, text: (value: number) => string}} CellNumbers  font: CSS pixels */

const LARGEST_TYPE = 16;
const LEAST_TYPE = [7, 7, 8.5, 8.5]; // by decimals: a second one is worth having where it can be read
const SHARE = 0.34; // of the cell's height
const AIR = 11; // CSS pixels of a cell that stay free: a mark's line and its halo reach 3 into it at either side
const LEAST_AIR = 5; // the same where the type would become too small
const TINY = 1e-3; // all smaller than this: exponents

/**
 * @param {Float32Array} values
 * @param {number} size  CSS pixels of a cell
 * @param {(text: string) => number} widthOf  a text's width in em
 * @returns {CellNumbers}
 */
export function cellNumbers(values, size, widthOf) {
  const { least, most } = ends(values);
  const largest = Math.max(most, -least);
  const upper = Math.min(LARGEST_TYPE, Math.max(9, SHARE * size));
  /** @param {string[]} texts @param {number} legible */
  const fitting = (texts, legible) => {
    const wide = Math.max(...texts.map(widthOf));
    return Math.min(upper, (size - LEAST_AIR) / wide, Math.max(legible, (size - AIR) / wide));
  };
  if (largest > 0 && largest < TINY) {
    const text = (/** @type {number} */ value) => formatCellWith(value, (v) => withDecimals(v, 0, true));
    return { font: fitting(["−8e−88"], LEAST_TYPE[0]), text };
  }
  for (let decimals = Math.min(exactDecimals(values), wantedDecimals(largest)); ; decimals--) {
    const text = (/** @type {number} */ value) => formatCellWith(value, (v) => withDecimals(v, decimals));
    const font = fitting([text(most), text(least)], LEAST_TYPE[decimals]);
    if (font >= LEAST_TYPE[decimals] || decimals === 0) return { font: Math.max(font, 6), text };
  }
}

/** @param {number} value @param {(value: number) => string} written */
function formatCellWith(value, written) {
  if (value === 0 || !Number.isFinite(value)) return formatNumber(value);
  return written(value);
}

/** @param {Float32Array} values */
function ends(values) {
  let least = 0;
  let most = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Two significant decimals of the largest, three where all are below a tenth. @param {number} largest */
function wantedDecimals(largest) {
  if (largest >= 99.5) return 0;
  if (largest >= 9.95) return 1;
  return largest >= 0.0995 ? 2 : 3;
}

/** How many decimals write every number exactly. @param {Float32Array} values */
function exactDecimals(values) {
  let needed = 0;
  for (const value of values) {
    while (needed < 3 && Number.isFinite(value) && Math.abs(Number(value.toFixed(needed)) - value) > EXACT * Math.abs(value)) needed += 1;
    if (needed === 3) break;
  }
  return needed;
}
