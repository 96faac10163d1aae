// Changing a number of the input or a parameter: typed into its cell, or painted.

import { element } from "./element.js";
import { formatNumber, readBack } from "./numbers.js";
import { placeName } from "./plane.js";
import { gridLabel, inputIndex, tensorsOf } from "./scene.js";
import { tensor } from "./tensor.js";

/** @import { StepperFigure } from "./stepper_figure.js" */
/** @typedef {(input: number, at: number) => void} Follow  which of the inputs, and its flat index */

/** A number as people write it: with a true minus or a comma too. @param {string} text @returns {number | null} */
export function parseNumber(text) {
  const plainText = text.trim().replace(",", ".").replace(/^\+/, "");
  if (/^nan$/i.test(plainText)) return NaN;
  if (/^[-−]?inf(inity)?$/i.test(plainText)) return /^[-−]/.test(plainText) ? -Infinity : Infinity;
  const number = plainText === "" ? NaN : readBack(plainText);
  return Number.isNaN(number) ? null : number;
}

export class CellEditor {
  /** @param {StepperFigure} figure @param {AbortSignal} signal */
  constructor(figure, signal) {
    this.figure = figure;
    this.painting = false;
    this.ink = 1;
    /** @type {Follow | null} what a click on an input's cell does instead of changing it */
    this.follow = null;
    const input = /** @type {HTMLInputElement} */ (element("input", "cnnviz-editor"));
    input.inputMode = "text";
    input.autocomplete = "off";
    input.addEventListener("keydown", (event) => this.#key(event), { signal });
    input.addEventListener("blur", () => this.#close(true), { signal });
    this.input = input;
    /** @type {{grid: string, at: number} | null} */
    this.editing = null;
  }

  /** Whether a grid's numbers are the reader's to change. @param {string} name */
  editable(name) {
    const grid = this.figure.stage.grids.get(name);
    return grid !== undefined && name !== "output" && !grid.content?.gradient && name in tensorsOf(this.figure.scene);
  }

  /** @param {{grid: string, row: number, col: number} | null} cell */
  open(cell) {
    const grid = cell && this.figure.stage.grids.get(cell.grid);
    const plane = grid?.content?.plane;
    if (!cell || !grid || !plane || !this.editable(cell.grid)) return;
    const k = cell.row * plane.cols + cell.col;
    if (cell.row < 0 || cell.col < 0 || cell.row >= plane.rows || cell.col >= plane.cols || k >= plane.size) return;
    const at = plane.start + k;
    if (this.follow && grid.role === "input") return this.follow(inputIndex(cell.grid), at);
    const { shape, data } = tensorsOf(this.figure.scene)[cell.grid];
    this.editing = { grid: cell.grid, at };
    this.input.value = formatNumber(data[at]);
    this.input.setAttribute("aria-label", `new value of ${gridLabel(cell.grid, shape)} ${placeName(plane, at)}`);
    this.input.removeAttribute("aria-invalid");
    this.input.title = "";
    const { viewport, origin } = grid; // beside the viewport, which would cut the field off
    this.input.style.left = `${viewport.offsetLeft + 3 - viewport.scrollLeft + origin.x + (cell.col + 0.5) * grid.cell}px`;
    this.input.style.top = `${viewport.offsetTop + 3 - viewport.scrollTop + origin.y + (cell.row + 0.5) * grid.cell}px`;
    grid.el.append(this.input);
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    if (event.key === "Escape") this.#close(false);
    else if (event.key !== "Enter") return;
    else if (parseNumber(this.input.value) === null) this.#refuse();
    else this.#close(true);
    event.preventDefault();
    if (!this.editing) this.figure.stage.el.focus({ preventScroll: true });
  }

  #refuse() {
    const why = "not a number: type one such as −0.5, or press Escape to keep the old one";
    this.input.setAttribute("aria-invalid", "true");
    this.input.title = why;
    this.figure.announce(`${this.input.value} is ${why}`);
  }

  /** @param {boolean} keep */
  #close(keep) {
    const { editing } = this;
    if (!editing) return;
    this.editing = null; // first: removing a focused element blurs it, and blur closes
    const value = parseNumber(this.input.value);
    const unchanged = this.input.value === formatNumber(tensorsOf(this.figure.scene)[editing.grid].data[editing.at]);
    this.input.remove();
    if (keep && value !== null && !unchanged) this.write(editing.grid, editing.at, value);
  }

  /** @param {{grid: string, at: number}} cell */
  paint({ grid, at }) {
    if (at >= 0 && this.editable(grid)) this.write(grid, at, this.ink);
  }

  /** @param {string} name @param {number} at @param {number} value */
  write(name, at, value) {
    const { params, inputs } = this.figure.state;
    const old = tensorsOf(this.figure.scene)[name];
    const data = old.data.slice();
    data[at] = value;
    const changed = tensor(old.shape, data);
    if (params[name]) this.figure.update({ params: { ...params, [name]: changed } });
    else this.figure.update({ inputs: inputs.map((input, i) => (i === inputIndex(name) ? changed : input)) });
  }
}
