// One grid of a figure: a plane of numbers on a canvas, and marks above it that move by themselves.

import { cellNumbers } from "./cell_numbers.js";
import { NUMBER_CELL, PIXEL_CELL, cssRgb, hatchPattern, paintCell, paintPixels, scaleFor, textWidths } from "./draw.js";
import { element } from "./element.js";
import { MARKS, makeMark, SVG } from "./marks.js";
import { formatNumber, plural } from "./numbers.js";
import { boxAround, outlinePath } from "./outline.js";
import { indexIn, placeIn } from "./plane.js";

/** @import { Brushes, CellLook, Palette } from "./draw.js" */
/** @import { Mark } from "./marks.js" */
/** @import { Cell } from "./outline.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Role } from "./sentence.js" */

/** @typedef {{top: number, bottom: number, left: number, right: number, value: (row: number, col: number) => number}} Ring */
/**
 * @typedef {object} GridContent
 * @property {string} label         its name: "input", "kernel", "∂ input"
 * @property {string} size          "12 × 12"
 * @property {Plane} plane
 * @property {Float32Array} data    of the whole tensor
 * @property {Ring | null} ring     padding around the plane
 * @property {boolean} gradient
 * @property {Set<number>} unseen   flat indexes
 * @property {number} shown         how many cells, from the first, are revealed; Infinity: all
 */
const INDEX_WIDTH = 30; // room for the indexes of a vector's rows
const INDEX_HEIGHT = 16;
const LETTER = 8; // about: the title of a single cell stands beside it
const SINGLE_GAP = 28;

export class Grid {
  /**
   * @param {string} name
   * @param {Role} role
   */
  constructor(name, role) {
    this.name = name;
    this.role = role;
    this.el = element("section", "cnnviz-grid");
    this.el.dataset.grid = name;
    this.el.dataset.role = role;
    this.title = element("div", "cnnviz-grid-title");
    this.label = element("span", "cnnviz-grid-label");
    this.size = element("span", "cnnviz-quiet");
    this.title.append(this.label, this.size);
    this.viewport = element("div", "cnnviz-viewport");
    this.surface = element("div", "cnnviz-surface");
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("aria-hidden", "true");
    this.marks = new Map(MARKS.map((mark) => [mark, makeMark(this.svg, mark)]));
    this.surface.append(this.canvas, this.svg);
    this.viewport.append(this.surface);
    this.note = element("div", "cnnviz-grid-note cnnviz-quiet");
    this.bar = element("span", "cnnviz-scale");
    this.readout = element("span", "cnnviz-readout");
    this.note.append(this.bar, this.readout);
    this.el.append(this.title, this.viewport, this.note);
    this.cell = 0;
    this.cropped = false; // the viewport is smaller than the grid
    /** @type {GridContent | null} */
    this.content = null;
    /** @type {Brushes | null} */
    this.brushes = null;
  }

  /** Rows and columns with the padding. */
  get units() {
    const { plane, ring } = /** @type {GridContent} */ (this.content);
    return {
      rows: plane.rows + (ring ? ring.top + ring.bottom : 0),
      cols: plane.cols + (ring ? ring.left + ring.right : 0),
    };
  }

  /** Where the plane's first cell begins, in CSS pixels. */
  get origin() {
    const { plane, ring } = /** @type {GridContent} */ (this.content);
    const indexed = plane.vector && plane.size > 1;
    return {
      x: (indexed && plane.rows > 1 ? INDEX_WIDTH : 0) + (ring?.left ?? 0) * this.cell,
      y: (indexed ? INDEX_HEIGHT : 0) + (ring?.top ?? 0) * this.cell,
    };
  }

  /** CSS pixels that the grid needs beside its cells. @param {GridContent} content */
  static margin({ plane, label, size }) {
    if (plane.size === 1) return SINGLE_GAP + LETTER * (label.length + size.length + 1);
    return plane.vector && plane.rows > 1 ? INDEX_WIDTH : 0;
  }

  /**
   * Draw `content` with cells of `cell` CSS pixels.
   * @param {GridContent} content
   * @param {number} cell
   * @param {Palette} palette
   */
  show(content, cell, palette) {
    this.content = content;
    this.cell = cell;
    this.label.textContent = content.label;
    this.size.textContent = content.size;
    this.el.classList.toggle("is-gradient", content.gradient);
    this.el.classList.toggle("is-single", content.plane.size === 1);
    this.#resize();
    const own = content.data.subarray(content.plane.start, content.plane.start + content.plane.size);
    this.brushes = {
      palette,
      scale: scaleFor(own, palette[this.role], palette),
      gradient: content.gradient,
      numbers: cell >= NUMBER_CELL ? cellNumbers(own, cell, textWidths(this.context)) : null,
      inkHatch: hatchPattern(this.context, palette.ink, 0.22, -1),
      paperHatch: hatchPattern(this.context, palette.paper, 0.32, -1),
      unseenHatch: hatchPattern(this.context, palette.quiet, 0.5, 1),
      wrongHatch: hatchPattern(this.context, palette.wrong, 0.9, 1),
    };
    this.#paintAll();
    this.#showScale();
  }

  #resize() {
    const { rows, cols } = this.units;
    const { plane, ring } = /** @type {GridContent} */ (this.content);
    const { x, y } = this.origin;
    const width = x - (ring?.left ?? 0) * this.cell + cols * this.cell;
    const height = y - (ring?.top ?? 0) * this.cell + rows * this.cell;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.ceil(width * ratio);
    this.canvas.height = Math.ceil(height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const box of [this.surface, this.canvas, this.svg]) {
      box.style.width = `${width}px`;
      box.style.height = `${height}px`;
    }
    this.surface.dataset.rows = String(plane.rows);
    this.surface.dataset.cols = String(plane.cols);
  }

  #paintAll() {
    const { plane, ring } = /** @type {GridContent} */ (this.content);
    const [top, left] = [ring?.top ?? 0, ring?.left ?? 0];
    const { rows, cols } = this.units;
    if (this.cell < PIXEL_CELL) {
      const box = { x: this.origin.x - left * this.cell, y: this.origin.y - top * this.cell, rows, cols, size: this.cell };
      const brushes = /** @type {Brushes} */ (this.brushes);
      paintPixels(this.context, brushes, box, (row, col) => this.#cellLook(row - top, col - left));
    } else {
      for (let row = 0; row < rows; row++) for (let col = 0; col < cols; col++) this.#paint(row - top, col - left);
    }
    if (plane.vector && plane.size > 1) this.#paintIndexes();
  }

  /** @param {number} row @param {number} col */
  #paint(row, col) {
    const cell = this.#cellLook(row, col);
    if (!cell) return;
    const { x, y } = this.origin;
    const box = { x: x + col * this.cell, y: y + row * this.cell, size: this.cell };
    paintCell(this.context, /** @type {Brushes} */ (this.brushes), box, cell.value, cell.look);
  }

  /** @param {number} row @param {number} col @returns {{value: number, look: CellLook} | null} null beside the plane's last cell */
  #cellLook(row, col) {
    const { plane, ring, data, unseen, shown } = /** @type {GridContent} */ (this.content);
    if (row < 0 || col < 0 || row >= plane.rows || col >= plane.cols) return { value: ring?.value(row, col) ?? 0, look: "ring" };
    const at = indexIn(plane, row, col);
    if (at < 0) return null;
    return { value: data[at], look: at - plane.start >= shown ? "hidden" : unseen.has(at) ? "unseen" : "plain" };
  }

  #paintIndexes() {
    const { plane } = /** @type {GridContent} */ (this.content);
    const { palette } = /** @type {Brushes} */ (this.brushes);
    const { x, y } = this.origin;
    const { context, cell } = this;
    context.fillStyle = cssRgb(palette.quiet);
    context.font = "11px system-ui, -apple-system, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "center";
    const every = Math.max(1, Math.ceil(22 / cell));
    for (let col = 0; col < plane.cols; col += every) {
      const middle = (col + 0.5) * cell;
      if (middle + 7 <= plane.cols * cell || !col) context.fillText(String(col), x + middle, INDEX_HEIGHT / 2);
    }
    context.textAlign = "right";
    const down = Math.max(1, Math.ceil(13 / cell));
    for (let row = 0; plane.rows > 1 && row < plane.rows; row += down) {
      context.fillText(String(row * plane.cols), x - 6, y + (row + 0.5) * cell);
    }
  }

  #showScale() {
    const { scale, palette } = /** @type {Brushes} */ (this.brushes);
    const { low, high, bad } = scale;
    const ends = [low, low / 2, 0, high / 2, high].filter((value, i, all) => all.indexOf(value) === i);
    const blocks = ends.map((value) => {
      const block = element("i", "");
      block.style.background = cssRgb(scale.colour(value));
      block.style.borderColor = cssRgb(palette.rule);
      return block;
    });
    this.bar.replaceChildren(formatNumber(low), ...blocks, formatNumber(high));
    this.bar.classList.toggle("has-wrong", bad > 0);
    if (bad) this.bar.append(` · ${plural(bad, "cell")} hatched: NaN or ∞, not a number to count with`);
  }

  /** Reveal the first `count` cells; only those that change are painted. @param {number} count */
  reveal(count) {
    const content = /** @type {GridContent} */ (this.content);
    const { plane, shown } = content;
    if (shown === count) return;
    content.shown = count;
    const from = Math.min(shown, count);
    const to = Math.min(plane.size, Math.max(shown, count));
    for (let k = from; k < to; k++) this.#paint(Math.floor(k / plane.cols), k % plane.cols);
  }

  /**
   * Mark cells, or none. A mark whose form stays the same moves there; CSS says how fast.
   * @param {Mark} kind
   * @param {Cell[]} cells
   */
  mark(kind, cells) {
    const { group, path, halo, dot } = /** @type {ReturnType<typeof makeMark>} */ (this.marks.get(kind));
    group.classList.toggle("is-off", cells.length === 0);
    if (!cells.length || !this.content) return;
    const { top, left } = boxAround(cells);
    const form = outlinePath(cells, [top, left]);
    const size = String(this.cell);
    if (group.dataset.form !== form || group.dataset.cell !== size) {
      group.dataset.form = form;
      group.dataset.cell = size;
      for (const line of [path, halo]) {
        line.setAttribute("d", form);
        line.setAttribute("transform", `scale(${this.cell})`);
      }
      dot.setAttribute("cx", String(this.cell - Math.max(4, this.cell / 7)));
      dot.setAttribute("cy", String(Math.max(4, this.cell / 7)));
    }
    const { x, y } = this.origin;
    group.style.transform = `translate(${x + left * this.cell}px, ${y + top * this.cell}px)`;
    group.dataset.place = `${top},${left}`;
  }

  /** Mark cells by their flat indexes; those of other planes are left out. @param {Mark} kind @param {number[]} indexes */
  markAt(kind, indexes) {
    const { plane } = /** @type {GridContent} */ (this.content);
    this.mark(kind, indexes.map((at) => placeIn(plane, at)).filter((cell) => cell !== null));
  }

  /** Show only a part of a larger grid; `follow` moves it. @param {{width: number, height: number} | null} size */
  crop(size) {
    this.cropped = size !== null;
    this.viewport.classList.toggle("is-cropped", this.cropped);
    this.viewport.style.maxWidth = size ? `${size.width}px` : "";
    this.viewport.style.maxHeight = size ? `${size.height}px` : "";
  }

  /** Keep a cell in sight when the grid is larger than its viewport. @param {Cell} cell */
  follow([row, col]) {
    const { viewport, cell } = this;
    if (!this.cropped) return; // reading sizes makes the browser lay out the page: not at every step
    const { x, y } = this.origin;
    viewport.scrollLeft = x + (col + 0.5) * cell - viewport.clientWidth / 2;
    viewport.scrollTop = y + (row + 0.5) * cell - viewport.clientHeight / 2;
  }

  /**
   * The cell under a pointer: its flat index, -1 on padding; null beside the grid.
   * @param {{clientX: number, clientY: number}} event
   * @returns {{row: number, col: number, at: number} | null}
   */
  cellAt({ clientX, clientY }) {
    if (!this.content || !this.cell) return null;
    const box = this.surface.getBoundingClientRect();
    const { x, y } = this.origin;
    const row = Math.floor((clientY - box.top - y) / this.cell);
    const col = Math.floor((clientX - box.left - x) / this.cell);
    const { plane, ring } = this.content;
    const inside = row >= -(ring?.top ?? 0) && col >= -(ring?.left ?? 0);
    if (!inside || row >= plane.rows + (ring?.bottom ?? 0) || col >= plane.cols + (ring?.right ?? 0)) return null;
    return { row, col, at: indexIn(plane, row, col) };
  }
}
