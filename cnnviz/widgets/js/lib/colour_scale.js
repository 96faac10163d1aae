// The colours of maps and pictures as canvas pixels, and the bar that tells a scale's ends.

import { cssRgb, mixRgb, readableOn } from "./draw.js";
import { formatNumber } from "./numbers.js";

/** @import { Palette, Rgb } from "./draw.js" */
/** @import { Picture } from "./pixels.js" */

export const SHADES = 255; // on each side of zero
const FULL_HUE = 0.86; // as in lib/draw.js: the number on the largest value stays readable

/**
 * @typedef {object} ColourTable
 * @property {Uint32Array} shades  of values from -end through zero to +end, then the one for NaN and infinity
 * @property {string[]} text       CSS colours of numbers on the shades
 */

/**
 * @param {Palette} palette
 * @param {Rgb} [positive] of what is above zero
  * @returns {ColourTable}
 */
export function colourTable(palette, positive = palette.positive) {
  const { paper, negative, wrong } = palette;
  const colours = Array.from({ length: 2 * SHADES + 1 }, (_, i) => {
    const share = (i - SHADES) / SHADES;
    return mixRgb(paper, share < 0 ? negative : positive, Math.abs(share) * FULL_HUE);
  }).concat([wrong]);
  return {
    shades: Uint32Array.from(colours, (colour) => packRgb(...colour)),
    text: colours.map((colour) => cssRgb(readableOn(colour, palette))),
  };
}

/** Black to white from zero on, in every theme: a photograph's. @type {ColourTable} */
export const GREYS = {
  shades: Uint32Array.from({ length: 2 * SHADES + 1 }, (_, i) => {
    const level = Math.max(0, i - SHADES);
    return packRgb(level, level, level);
  }),
  text: [],
};

/** As a little-endian Uint32 that canvas reads as red, green, blue, alpha. @param {number} r @param {number} g @param {number} b */
export function packRgb(r, g, b) {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The two ends of a colour scale: as numbers, with a few of its colours between them. */
export class ScaleBar {
  el = document.createElement("span");
  #low = document.createElement("span");
  #blocks = document.createElement("span");
  #high = document.createElement("span");
  /** @type {ColourTable | null} */ #table = null;
  #signed = false;

  constructor() {
    this.el.className = "cnnviz-ends";
  }

  /** Several scales at once have no ends to show. @param {string} text */
  say(text) {
    this.el.textContent = text;
  }

  /** @param {ColourTable} table @param {boolean} signed @param {number} end */
  show(table, signed, end) {
    if (table !== this.#table || signed !== this.#signed) this.#colour(table, signed);
    this.#low.textContent = formatNumber(signed ? -end : 0);
    this.#high.textContent = formatNumber(end);
    if (this.el.firstChild !== this.#low) this.el.replaceChildren(this.#low, this.#blocks, this.#high);
  }

  /** @param {ColourTable} table @param {boolean} signed */
  #colour(table, signed) {
    this.#table = table;
    this.#signed = signed;
    const blocks = (signed ? [-1, -0.5, 0, 0.5, 1] : [0, 0.5, 1]).map((share) => {
      const block = document.createElement("i");
      const packed = table.shades[Math.round(share * SHADES) + SHADES];
      block.style.background = `rgb(${packed & 255} ${(packed >> 8) & 255} ${(packed >> 16) & 255})`;
      return block;
    });
    this.#blocks.replaceChildren(...blocks);
  }
}

/**
 * The picture's colours: a grey one from paper to the input's hue, so that it reads like every other map.
 * @param {Picture} picture
 * @param {Palette} palette
 */
export function picturePixels({ channels, height, width, data }, palette) {
  const size = height * width;
  const pixels = new Uint32Array(size);
  if (channels === 3) {
    for (let i = 0; i < size; i++) pixels[i] = packRgb(data[i], data[i + size], data[i + 2 * size]);
    return pixels;
  }
  const table = Uint32Array.from({ length: 256 }, (_, v) => packRgb(...mixRgb(palette.paper, palette.input, v / 255)));
  return pixels.map((_, i) => table[data[i]]);
}
