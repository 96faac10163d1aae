// Numbers as coloured cells on a canvas: palettes, scales, hatching.

/** @import { CellNumbers } from "./cell_numbers.js" */

/** @typedef {[red: number, green: number, blue: number]} Rgb */
/** @typedef {Record<"paper" | "ink" | "quiet" | "rule" | "negative" | "positive" | "wrong" | "input" | "parameter" | "output", Rgb>} Palette */
/** @typedef {{low: number, high: number, bad: number, colour: (value: number) => Rgb}} Scale  bad: how many are no finite numbers */

export const NUMBER_CELL = 22; // CSS pixels from which numbers stand in the cells
export const PIXEL_CELL = 12; // below this a cell is a pixel of colour, without a gap
const FULL = 0.86; // how much of a hue the largest value has: the number on it stays readable
export const RING = 0.45; // how much padding has of its colour
const HATCH = 6;
const HALO = 4; // CSS pixels around a number on hatching
const READABLE = 4.5; // WCAG's least contrast of a text
const BLACK = /** @type {Rgb} */ ([0, 0, 0]);
const WHITE = /** @type {Rgb} */ ([255, 255, 255]);
const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

const ROLES = /** @type {const} */ (["paper", "ink", "quiet", "rule", "negative", "positive", "wrong", "input", "parameter", "output"]);

/** The theme's colours, from the tokens. @param {HTMLElement} el @returns {Palette} */
export function readPalette(el) {
  const style = getComputedStyle(el);
  return /** @type {Palette} */ (
    Object.fromEntries(ROLES.map((role) => [role, parseHex(style.getPropertyValue(`--cnnviz-${role}`).trim())]))
  );
}

/** @param {string} hex "#rrggbb" @returns {Rgb} */
export function parseHex(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** @param {Rgb} from @param {Rgb} to @param {number} share @returns {Rgb} */
export function mixRgb(from, to, share) {
  return /** @type {Rgb} */ (from.map((f, i) => Math.round(f + (to[i] - f) * share)));
}

/** @param {Rgb} rgb */
export const cssRgb = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

/**
 * A scale for some numbers: diverging and symmetric about zero where one is negative, else one hue from paper.
 * @param {Float32Array} values
 * @param {Rgb} hue
 * @param {Palette} palette
 * @returns {Scale}
 */
export function scaleFor(values, hue, palette) {
  let least = 0;
  let most = 0;
  let bad = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) bad += 1;
    else if (value < least) least = value;
    else if (value > most) most = value;
  }
  const size = Math.max(most, -least) || 1;
  const signed = least < 0;
  const colour = (/** @type {number} */ value) => {
    const end = signed ? (value < 0 ? palette.negative : palette.positive) : hue;
    return mixRgb(palette.paper, end, Math.min(1, Math.abs(value) / size) * FULL);
  };
  return { low: signed ? -size : 0, high: size, bad, colour };
}

/**
 * What can be read on a colour: a wish, ink or paper where that has contrast enough; on the tones between them black or
 * white, of which one always has.
 * @param {Rgb} on
 * @param {Palette} palette
 * @param {Rgb} [wish]
 * @returns {Rgb}
 */
export function readableOn(on, { paper, ink }, wish = ink) {
  return /** @type {Rgb} */ ([wish, ink, paper, BLACK, WHITE].find((text) => contrastOf(text, on) >= READABLE));
}

/** WCAG's contrast of two colours, 1 to 21. @param {Rgb} one @param {Rgb} other */
function contrastOf(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** @param {Rgb} rgb */
function luminance(rgb) {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * A repeating tile of diagonal lines.
 * @param {CanvasRenderingContext2D} context
 * @param {Rgb} line
 * @param {number} alpha
 * @param {1 | -1} slant
 */
export function hatchPattern(context, line, alpha, slant) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = HATCH;
  const on = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  on.strokeStyle = `rgb(${line.join(" ")} / ${alpha})`;
  on.lineWidth = 1.2;
  on.beginPath();
  for (const shift of [-HATCH, 0, HATCH]) {
    on.moveTo(shift, slant > 0 ? 0 : HATCH);
    on.lineTo(shift + HATCH, slant > 0 ? HATCH : 0);
  }
  on.stroke();
  return context.createPattern(tile, "repeat") ?? "transparent";
}

/**
 * @typedef {object} Brushes   what cells are painted with; made once a theme
 * @property {Palette} palette
 * @property {Scale} scale
 * @property {boolean} gradient
 * @property {CellNumbers | null} numbers  null: the cells are too small for them
 * @property {ReturnType<typeof hatchPattern>} inkHatch    of gradients, on light cells
 * @property {ReturnType<typeof hatchPattern>} paperHatch  and on dark ones
 * @property {ReturnType<typeof hatchPattern>} unseenHatch
 * @property {ReturnType<typeof hatchPattern>} wrongHatch
 */
/** @typedef {"plain" | "ring" | "hidden" | "unseen"} CellLook */

/**
 * Cells too small for anything but colour, all at once: one pixel a cell, enlarged without smoothing.
 * @param {CanvasRenderingContext2D} context
 * @param {Brushes} brushes
 * @param {{x: number, y: number, rows: number, cols: number, size: number}} box  CSS pixels
 * @param {(row: number, col: number) => {value: number, look: CellLook} | null} cellAt  null beside a short last row
 */
export function paintPixels(context, brushes, { x, y, rows, cols, size }, cellAt) {
  const pixels = new ImageData(cols, rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, i += 4) {
      const cell = cellAt(row, col);
      if (cell) pixels.data.set([...pixelColour(brushes, cell.value, cell.look), 255], i);
    }
  }
  const small = document.createElement("canvas");
  small.width = cols;
  small.height = rows;
  /** @type {CanvasRenderingContext2D} */ (small.getContext("2d")).putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, x, y, cols * size, rows * size);
  if (!brushes.gradient) return;
  context.fillStyle = brushes.inkHatch;
  context.fillRect(x, y, cols * size, rows * size);
}

/** @param {Brushes} brushes @param {number} value @param {CellLook} look @returns {Rgb} */
function pixelColour({ palette, scale }, value, look) {
  if (look === "hidden") return palette.paper;
  const full = Number.isFinite(value) ? scale.colour(value) : look === "ring" ? palette.paper : palette.wrong;
  if (look === "ring") return mixRgb(mixRgb(palette.paper, palette.rule, 0.5), full, RING); // pixels have no dashes
  return look === "unseen" ? mixRgb(full, palette.quiet, 0.35) : full;
}

/**
 * One cell with its number, if there is room.
 * @param {CanvasRenderingContext2D} context
 * @param {Brushes} brushes
 * @param {{x: number, y: number, size: number}} box  CSS pixels
 * @param {number} value
 * @param {CellLook} look
 */
export function paintCell(context, brushes, { x, y, size }, value, look) {
  const { palette, scale } = brushes;
  if (size < PIXEL_CELL) return fillWith(context, cssRgb(pixelColour(brushes, value, look)), x, y, size);
  const inner = size - 1; // a gap between cells
  fillWith(context, cssRgb(palette.paper), x, y, size);
  if (look === "hidden") return paintFrame(context, palette.rule, x, y, inner, [3, 3]);
  const finite = Number.isFinite(value);
  const full = finite ? scale.colour(value) : palette.paper;
  const fill = look === "ring" ? mixRgb(palette.paper, full, RING) : full;
  fillWith(context, cssRgb(fill), x, y, inner);
  if (brushes.gradient) {
    const light = contrastOf(palette.ink, fill) >= contrastOf(palette.paper, fill);
    const hatch = light ? brushes.inkHatch : brushes.paperHatch;
    fillWith(context, hatch, x, y, inner);
  }
  if (look === "unseen") fillWith(context, brushes.unseenHatch, x, y, inner);
  if (!finite && look !== "ring") fillWith(context, brushes.wrongHatch, x, y, inner);
  paintFrame(context, palette.rule, x, y, inner, look === "ring" ? [2, 2] : []);
  if (brushes.numbers) paintNumber(context, brushes, { x, y, size: inner }, value, look, fill);
}

/** @param {CanvasRenderingContext2D} context @param {any} fill @param {number} x @param {number} y @param {number} size */
function fillWith(context, fill, x, y, size) {
  context.fillStyle = fill;
  context.fillRect(x, y, size, size);
}

/** @param {CanvasRenderingContext2D} context @param {Rgb} rule @param {number} x @param {number} y @param {number} size @param {number[]} dash */
function paintFrame(context, rule, x, y, size, dash) {
  context.strokeStyle = cssRgb(rule);
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
}

/**
 * How wide a text is in a number's type, in em: digits are alike.
 * @param {CanvasRenderingContext2D} context
 * @returns {(text: string) => number}
 */
export function textWidths(context) {
  context.font = `100px ${FAMILY}`;
  /** @param {string} text */
  const wide = (text) => context.measureText(text).width / 100;
  const [digit, point, minus] = ["0", ".", "−"].map(wide);
  return (text) => [...text].reduce((sum, letter) => sum + (letter === "." ? point : letter === "−" ? minus : digit), 0);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Brushes} brushes
 * @param {{x: number, y: number, size: number}} box
 * @param {number} value
 * @param {CellLook} look
 * @param {Rgb} fill
 */
function paintNumber(context, { palette, numbers, gradient }, { x, y, size }, value, look, fill) {
  const hatched = gradient || look === "unseen" || !Number.isFinite(value);
  const { font, text } = /** @type {CellNumbers} */ (numbers);
  const wish = look === "ring" || value === 0 ? palette.quiet : Number.isFinite(value) ? palette.ink : palette.wrong;
  context.font = `${font}px ${FAMILY}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const place = /** @type {const} */ ([x + size / 2, y + size / 2 + 0.5]);
  if (hatched) {
    context.strokeStyle = cssRgb(fill); // hatching leaves the digits free
    context.lineWidth = HALO;
    context.lineJoin = "round";
    context.setLineDash([]);
    context.strokeText(text(value), ...place);
  }
  context.fillStyle = cssRgb(readableOn(fill, palette, wish));
  context.fillText(text(value), ...place);
}
