// A sheet of maps in the page: one canvas through a colour table, marks over it, and one current cell by pointer or key.

import { SHADES } from "./colour_scale.js";
import {
  boundingRects,
  cellAtPixel,
  fitSheet,
  fitStrip,
  flatOfCell,
  mapOrigin,
  neighbourCell,
  sheetLayout,
  sheetPixels,
  wholeGroups,
} from "./sheet.js";
import { layPicture } from "./sheet_picture.js";

/** @import { ColourTable } from "./colour_scale.js" */
/** @import { SheetCell, SheetLayout } from "./sheet.js" */
/**
 * @typedef {object} SheetOptions
 * @property {{count: number, height: number, width: number}} maps
 * @property {string} label       what the sheet shows, for a screen reader
 * @property {string} roledescription   what kind of thing it is, for a screen reader
 * @property {(map: number) => string} [caption]   stands under each map
 * @property {number} [group]   so many maps belong together: a row holds whole groups, if the room allows
 * @property {(value: number) => string} [number]   writes a value into cells that are wide enough
 * @property {(cell: SheetCell | null, by: "pointer" | "key" | "focus") => void} onCell   the current cell has changed
 * @property {(cell: SheetCell, by: "pointer" | "touch" | "key") => void} [onPick]   a click, a tap, or Enter
 * @property {(down: number, right: number) => void} [onEdge]   an arrow key at the sheet's edge
 */

const SHEET_SVG = "http://www.w3.org/2000/svg";
const CAPTION_HEIGHT = 20; // CSS pixels
const WIDE_ENOUGH = 22; // CSS pixels of a cell that holds a number
const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
});

/** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
function sheetMark(name, attributes, text = "") {
  const shape = document.createElementNS(SHEET_SVG, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, `${value}`);
  if (text) shape.textContent = text;
  return shape;
}

/** One sheet. Everything it adds stands in `element`; what listens is removed by the signal. */
export class Sheet {
  /** @type {SheetLayout} */ layout;
  /** @type {SheetCell | null} */ cell = null;
  /** @type {SheetCell} where the keyboard goes on */ resting = { map: 0, row: 0, col: 0 };
  /** @type {SVGElement[]} */ #numbers = [];
  #pixels = new Uint32Array(0);
  #cellSize = 1;
  #touched = false;

  /** @param {SheetOptions} options @param {AbortSignal} signal */
  constructor(options, signal) {
    this.options = options;
    this.layout = sheetLayout(options.maps, options.maps.count, 1);
    this.element = document.createElement("div");
    this.element.className = "cnnviz-sheet";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-roledescription", options.roledescription);
    this.element.setAttribute("aria-label", options.label);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.marks = document.createElementNS(SHEET_SVG, "svg");
    this.marks.setAttribute("aria-hidden", "true");
    this.element.append(this.canvas, this.marks);
    this.#listen(signal);
  }

  /**
   * Lay the sheet out anew, if it must change; paint afterwards.
   * @param {number} room CSS pixels across
   * @param {number} [zoom]
   * @param {number} [tall] CSS pixels of a strip: one row of the first maps, as high as this
   */
  fit(room, zoom = 1, tall = 0) {
    const { maps, caption, group = 1 } = this.options;
    const { cell, columns, gap, count } = { count: maps.count, ...(tall ? fitStrip(maps, room, tall) : fitSheet(maps, room, zoom)) };
    this.#cellSize = cell;
    const gapDown = caption ? Math.ceil(CAPTION_HEIGHT / cell) : gap;
    this.layout = sheetLayout({ ...maps, count }, wholeGroups(columns, group), gap, gapDown);
    const { pixelWidth, pixelHeight } = this.layout;
    this.canvas.width = pixelWidth;
    this.canvas.height = pixelHeight;
    this.#pixels = new Uint32Array(pixelWidth * pixelHeight);
    for (const box of [this.canvas, this.marks]) {
      box.style.width = `${pixelWidth * cell}px`;
      box.style.height = `${pixelHeight * cell}px`;
    }
    this.element.style.width = `${pixelWidth * cell}px`;
    this.element.style.height = `${pixelHeight * cell + (caption ? CAPTION_HEIGHT : 0)}px`;
    this.element.classList.toggle("cnnviz-sheet-small", cell < 1);
    this.marks.setAttribute("viewBox", `0 0 ${pixelWidth} ${pixelHeight}`);
    this.marks.replaceChildren(this.#edges());
    this.#makeCaptions();
    this.#numbers = this.#makeNumbers();
  }

  /** Where each map ends, since a map may be as pale as the paper. */
  #edges() {
    const { count, columns, height, width } = this.layout;
    const box = (/** @type {number} */ map, /** @type {number} */ across, /** @type {number} */ down) => {
      const { x, y } = mapOrigin(this.layout, map);
      return `M${x} ${y}h${across}v${down}h${-across}z`;
    };
    // A vector's units stand side by side: its edge goes round all of them, and round those of a last row that is not full.
    const [full, rest] = [Math.floor(count / columns), count % columns];
    const vector = (full ? box(0, columns, full) : "") + (rest ? box(count - rest, rest, 1) : "");
    const maps = () => Array.from({ length: count }, (_, map) => box(map, width, height)).join("");
    return sheetMark("path", { d: height * width > 1 ? maps() : vector, class: "cnnviz-sheet-edge" });
  }

  #makeCaptions() {
    const { caption } = this.options;
    for (let map = 0; caption && map < this.layout.count; map++) {
      const { x, y } = mapOrigin(this.layout, map);
      const size = 12 / this.#cellSize;
      const place = { x: x + this.layout.width / 2, y: y + this.layout.height + size, "font-size": size };
      this.marks.append(sheetMark("text", { ...place, class: "cnnviz-sheet-caption" }, caption(map)));
    }
  }

  #makeNumbers() {
    const { count, height, width } = this.layout;
    if (!this.options.number || height * width > 1 || this.#cellSize < WIDE_ENOUGH) return [];
    return Array.from({ length: count }, (_, map) => {
      const { x, y } = mapOrigin(this.layout, map);
      const size = Math.min(13, this.#cellSize * 0.34) / this.#cellSize;
      const text = sheetMark("text", { x: x + 0.5, y: y + 0.5, "font-size": size, class: "cnnviz-sheet-number" });
      this.marks.append(sheetMark("rect", { x, y, width: 1, height: 1, class: "cnnviz-sheet-frame" }), text);
      return text;
    });
  }

  /**
   * @param {ArrayLike<number>} values count * height * width
   * @param {ColourTable} table
   * @param {Float64Array} ends from scaleEnds
   * @param {{maps: number[], planes: number, full: number}} [pictures]  maps that are shown as they look, 0 to `full`
   */
  paint(values, table, ends, pictures) {
    if (!this.#pixels.length) return;
    sheetPixels(this.layout, values, ends, table.shades, this.#pixels);
    const { height, width, pixelWidth, pixelHeight } = this.layout;
    for (const map of pictures?.maps ?? []) {
      const { planes, full } = /** @type {NonNullable<typeof pictures>} */ (pictures);
      const size = planes * height * width;
      const own = Array.prototype.slice.call(values, map * size, (map + 1) * size);
      layPicture(this.layout, map, own, full, this.#pixels, table.shades[table.shades.length - 1]);
    }
    const image = new ImageData(new Uint8ClampedArray(this.#pixels.buffer), pixelWidth, pixelHeight);
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
    this.#numbers.forEach((text, map) => {
      text.textContent = this.options.number?.(values[map]) ?? "";
      const shade = Number.isFinite(values[map]) ? Math.round((values[map] / ends[map] || 0) * SHADES) + SHADES : 2 * SHADES + 1;
      text.style.fill = table.text[shade];
    });
  }

  /**
   * Outline cells: `input` is a window that another cell is made of, `current` the cell itself.
   * @param {"input" | "current"} kind
   * @param {Iterable<SheetCell>} cells none removes the outline
   */
  outline(kind, cells) {
    for (const old of this.marks.querySelectorAll(`.cnnviz-mark-${kind}`)) old.remove();
    const rects = boundingRects(this.layout, cells);
    for (const layer of ["halo", "line"]) {
      this.marks.append(...rects.map((rect) => sheetMark("rect", { ...rect, class: `cnnviz-mark-${kind} cnnviz-mark-${layer}` })));
    }
  }

  /** @param {SheetCell | null} cell @param {"pointer" | "key" | "focus"} by */
  #moveTo(cell, by) {
    const place = (/** @type {SheetCell | null} */ c) => (c ? flatOfCell(this.layout, c) : -1);
    if (place(cell) === place(this.cell)) return;
    this.cell = cell;
    if (cell) this.resting = cell;
    this.outline("current", cell ? [cell] : []);
    this.options.onCell(cell, by);
  }

  /** Make a cell current as if the reader had gone there by keyboard. @param {SheetCell} cell */
  goTo(cell) {
    this.#moveTo(cell, "key");
  }

  /** No cell is current any more. */
  leave() {
    this.#moveTo(null, "pointer");
  }

  /** @param {PointerEvent} event */
  #cellUnder(event) {
    const box = this.canvas.getBoundingClientRect();
    return cellAtPixel(
      this.layout,
      ((event.clientX - box.left) / box.width) * this.layout.pixelWidth,
      ((event.clientY - box.top) / box.height) * this.layout.pixelHeight,
    );
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ heard) =>
      this.element.addEventListener(name, heard, { signal });
    on("pointerdown", (event) => {
      this.#touched = event.pointerType === "touch";
      if (this.#touched) this.#moveTo(this.#cellUnder(event) ?? this.cell, "pointer");
    });
    on("pointermove", (event) => {
      const cell = this.#cellUnder(event);
      if (cell || event.pointerType !== "touch") this.#moveTo(cell, "pointer");
    });
    on("pointerleave", (event) => {
      if (event.pointerType === "touch") return; // the number stays to be read
      this.#moveTo(this.element.matches(":focus-visible") ? this.resting : null, "pointer");
    });
    on("click", (event) => {
      const cell = this.#cellUnder(event);
      if (cell) this.options.onPick?.(cell, this.#touched ? "touch" : "pointer");
    });
    on("focus", () => {
      if (this.element.matches(":focus-visible")) this.#moveTo(this.resting, "focus");
    });
    on("blur", () => this.#moveTo(null, "focus"));
    on("keydown", (event) => this.#onKey(event));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const cell = this.cell ?? this.resting;
    const step = STEPS[event.key];
    if (step) this.#step(cell, step);
    else if (event.key === "Home") this.#moveTo({ map: 0, row: 0, col: 0 }, "key");
    else if (event.key === "End") this.#moveTo(this.#last(), "key");
    else if (event.key === "Enter" && this.options.onPick) this.options.onPick(cell, "key");
    else return;
    event.preventDefault();
  }

  /** @param {SheetCell} cell @param {[number, number]} step */
  #step(cell, step) {
    const next = neighbourCell(this.layout, cell, ...step);
    if (next === cell) this.options.onEdge?.(...step);
    else this.#moveTo(next, "key");
  }

  #last() {
    const { count, height, width } = this.layout;
    return { map: count - 1, row: height - 1, col: width - 1 };
  }
}
