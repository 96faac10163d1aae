// A small picture to draw on, by mouse, finger and keyboard.

import { picturePixels } from "./colour_scale.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";
import { PictureHistory, beginStroke, blankPixels, shiftedPixels, strokeLine } from "./pixels.js";

/** @import { Brush, Picture, PicturePoint, Stroke } from "./pixels.js" */
/** @typedef {"draw" | "erase" | "occlude"} PenMode */
/**
 * What pointer and arrows move in the pen's stead.
 * @typedef {object} BoardGrip
 * @property {(at: PicturePoint) => void} to
 * @property {(down: number, right: number) => void} by
 * @property {(by: number) => void} resize
 */
/**
 * @typedef {object} PaintOptions
 * @property {Picture} picture       drawn on in place; `show` takes another
 * @property {number[]} background   what erasing and clearing paint, one value a channel
 * @property {string} label
 * @property {boolean} [still]       only shown: what the page has no arithmetic for cannot be drawn
 * @property {() => void} onChange   the reader has changed a pixel
 * @property {() => void} onEnd      the reader's stroke, undo or shift is finished
 * @property {(mode: PenMode) => void} onMode
 * @property {(text: string) => void} say
 */

const PEN_STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
});

const SIZES = /** @type {Record<string, number>} */ ({ "+": 1, "=": 1, "-": -1 });

export class PaintBoard {
  /** @type {PenMode} */ mode = "draw";
  pen = { row: 0, col: 0 };
  /** @type {BoardGrip | null} */ grip = null;
  /** @type {Picture | null} shown in the picture's stead, until that changes */ over = null;
  /** Something else to say of a pixel. @type {(cell: {row: number, col: number}) => string} */ about = () => "";
  /** @type {Stroke | null} */ #stroke = null;
  /** @type {PicturePoint | null} */ #last = null;
  #past = new PictureHistory();

  /** @param {PaintOptions} options @param {AbortSignal} signal */
  constructor(options, signal) {
    this.options = options;
    this.picture = options.picture;
    this.ink = options.background.map((value) => 255 * Number(value < 128));
    // Widths in proportion: what fills a sleeve of 28 pixels is a scratch on a photograph.
    const reach = Math.max(1, Math.max(options.picture.height, options.picture.width) / 28);
    this.radii = [0.5, 1.5 * reach, 2.6 * reach];
    this.radius = this.radii[1];
    this.board = element("div", "cnnviz-board");
    this.board.setAttribute("role", options.still ? "img" : "application");
    this.board.setAttribute("aria-label", options.label);
    this.board.classList.toggle("is-still", options.still === true);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.window = element("div", "cnnviz-board-window");
    this.cursor = element("div", "cnnviz-board-pen");
    this.board.append(this.canvas, this.window, this.cursor);
    if (!options.still) this.#listen(signal);
    this.pen = { row: Math.floor(this.picture.height / 2), col: Math.floor(this.picture.width / 2) };
    this.outline(null);
    this.#showPen(false);
  }

  /** Whether a stroke is under way. */
  get drawing() {
    return this.#stroke !== null;
  }

  /** Another picture, a copy of `data`; what was drawn before is not undone into it. @param {Uint8Array} data */
  show(data) {
    this.picture.data.set(data);
    this.#past.forget();
    this.lay(null);
  }

  /** Another picture, which undo takes away again. @param {Uint8Array} data */
  take(data) {
    this.#past.remember(this.picture.data.slice());
    this.picture.data.set(data);
    this.lay(null);
  }

  /** A picture that is shown over the board's own; null takes it away. @param {Picture | null} over */
  lay(over) {
    this.over = over;
    this.draw();
  }

  /** What the network is to see. */
  get seen() {
    return this.over ?? this.picture;
  }

  /** Paint the picture with the theme's colours: one channel as the input's hue, three as they are. */
  draw() {
    const { channels, height, width, data } = this.seen;
    this.canvas.width = width;
    this.canvas.height = height;
    this.board.style.setProperty("--aspect", `${width} / ${height}`);
    const image = new ImageData(new Uint8ClampedArray(picturePixels(this.seen, readPalette(this.board)).buffer), width, height);
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
    this.canvas.dataset.sum = String(data.reduce((sum, value) => sum + value, 0) / channels);
  }

  /** Outline the pixels that a unit sees; null removes the outline. @param {{row: number, col: number, rows: number, cols: number} | null} box */
  outline(box) {
    this.window.hidden = !box;
    if (box) this.place(this.window, box);
  }

  /** Something of the board's over these pixels. @param {HTMLElement} el @param {{row: number, col: number, rows: number, cols: number}} box */
  place(el, { row, col, rows, cols }) {
    const { height, width } = this.picture;
    const percent = { left: col / width, top: row / height, width: cols / width, height: rows / height };
    for (const [side, share] of Object.entries(percent)) el.style.setProperty(side, `${100 * share}%`);
  }

  /** @param {boolean} visible */
  #showPen(visible) {
    this.cursor.hidden = !visible;
    this.place(this.cursor, { ...this.pen, rows: 1, cols: 1 });
  }

  /** @returns {Brush} */
  get #brush() {
    return { radius: this.radius, ink: this.mode === "draw" ? this.ink : this.options.background };
  }

  /** @param {boolean} rests */
  #changed(rests) {
    this.lay(null);
    this.options.onChange();
    if (rests) this.options.onEnd();
  }

  /** @param {PicturePoint} at */
  #begin(at) {
    this.#stroke = beginStroke(this.picture);
    this.#last = at;
    this.#lead(at);
  }

  /** @param {PicturePoint} to */
  #lead(to) {
    if (!this.#stroke || !this.#last) return;
    strokeLine(this.picture, this.#stroke, this.#last, to, this.#brush);
    this.#last = to;
    this.#changed(false);
  }

  #end() {
    if (!this.#stroke) return;
    this.#past.remember(this.#stroke.base);
    this.#stroke = null;
    this.options.onEnd();
  }

  /** @param {Uint8Array} data */
  #replace(data) {
    this.take(data);
    this.#changed(true);
  }

  undo() {
    const before = this.#past.undo();
    if (!before) return this.options.say("nothing to undo");
    this.picture.data.set(before);
    this.#changed(true);
  }

  clear() {
    this.#replace(blankPixels(this.picture, this.options.background));
  }

  /** @param {number} down @param {number} right */
  shift(down, right) {
    this.#replace(shiftedPixels(this.picture, down, right, this.options.background));
  }

  /** Bright where it was dark. */
  invert() {
    this.#replace(this.picture.data.map((value) => 255 - value));
  }

  /** @param {PenMode} mode */
  use(mode) {
    this.mode = mode;
    this.options.onMode(mode);
  }

  /** The pixel under the pointer. @param {PointerEvent} event */
  cellOf(event) {
    const { x, y } = this.#pointOf(event);
    const { height, width } = this.picture;
    const within = (/** @type {number} */ at, /** @type {number} */ size) => Math.max(0, Math.min(size - 1, Math.floor(at)));
    return { row: within(y, height), col: within(x, width) };
  }

  /** @param {PointerEvent} event @returns {PicturePoint} */
  #pointOf({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const { height, width } = this.picture;
    return { x: ((clientX - box.left) / box.width) * width, y: ((clientY - box.top) / box.height) * height };
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    this.board.tabIndex = 0;
    this.board.setAttribute("aria-roledescription", "drawing board");
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ heard) =>
      this.board.addEventListener(name, heard, { signal });
    on("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.board.setPointerCapture(event.pointerId);
      if (this.grip) this.grip.to(this.#pointOf(event));
      else this.#begin(this.#pointOf(event));
    });
    on("pointermove", (event) => {
      if (this.grip && this.board.hasPointerCapture(event.pointerId)) return this.grip.to(this.#pointOf(event));
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of this.#stroke ? (events.length ? events : [event]) : []) this.#lead(this.#pointOf(one));
    });
    on("pointerup", () => this.#end());
    on("pointercancel", () => this.#end());
    on("focus", () => this.#showPen(this.board.matches(":focus-visible")));
    on("blur", () => this.#showPen(false));
    on("keydown", (event) => this.#onKey(event));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const undo = (event.ctrlKey || event.metaKey) && event.key === "z";
    if (!undo && (event.ctrlKey || event.metaKey || event.altKey)) return;
    const step = PEN_STEPS[event.key];
    if (step && this.grip) this.grip.by(...step);
    else if (step) this.#movePen(step, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.#dab();
    else if (undo || event.key === "u") this.undo();
    else if (event.key === "e") this.use(this.mode === "draw" ? "erase" : "draw");
    else if (event.key === "o") this.use(this.mode === "occlude" ? "draw" : "occlude");
    else if (this.grip && SIZES[event.key]) this.grip.resize(SIZES[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else return;
    event.preventDefault();
  }

  /** @param {[number, number]} step @param {boolean} drawing */
  #movePen([down, right], drawing) {
    const { height, width } = this.picture;
    const before = penPoint(this.pen);
    this.pen = {
      row: Math.min(height - 1, Math.max(0, this.pen.row + down)),
      col: Math.min(width - 1, Math.max(0, this.pen.col + right)),
    };
    this.#showPen(true);
    if (drawing) {
      this.#begin(before);
      this.#lead(penPoint(this.pen));
      this.#end();
    }
    const about = this.about(this.pen);
    this.options.say(`row ${this.pen.row}, column ${this.pen.col}: ${this.#valueAt(this.pen)}${about && `; the map: ${about}`}`);
  }

  #dab() {
    if (this.grip) return;
    this.#showPen(true);
    this.#begin(penPoint(this.pen));
    this.#end();
  }

  /** @param {{row: number, col: number}} cell */
  #valueAt({ row, col }) {
    const { channels, height, width, data } = this.picture;
    return Array.from({ length: channels }, (_, c) => data[(c * height + row) * width + col]).join(", ");
  }
}

/** @param {{row: number, col: number}} pen @returns {PicturePoint} its pixel's centre */
function penPoint({ row, col }) {
  return { x: col + 0.5, y: row + 0.5 };
}
