// The numbers that a unit is made of, as a small table: each leads to the unit that it came from.

import { button } from "./controls.js";
import { element } from "./element.js";
import { formatNumber } from "./numbers.js";
import { sayPlace, shortPlace } from "./panel_words.js";
import { rovingButtons } from "./panel_rove.js";

/** @import { Makeup, UnitPart } from "./panel_terms.js" */
/** @typedef {{name: string, shape: number[]}} SourceLayer  a layer that the unit reads */

export class SourceTable {
  /** @type {AbortController | null} */ #shown = null;

  /**
   * @param {(input: number, at: number) => void} followed
   * @param {AbortSignal} signal
   */
  constructor(followed, signal) {
    this.followed = followed;
    this.el = element("table", "cnnviz-parts");
    this.settle = rovingButtons(this.el, signal);
    signal.addEventListener("abort", () => this.#shown?.abort(), { once: true });
  }

  /** @param {Makeup | null} makeup @param {SourceLayer[]} layers one an input */
  show(makeup, layers) {
    this.#shown?.abort();
    this.#shown = new AbortController();
    this.el.hidden = makeup === null;
    this.el.replaceChildren();
    if (!makeup) return;
    const table = /** @type {HTMLTableElement} */ (this.el);
    table.createCaption().append(element("span", "cnnviz-hidden", "what the unit is made of"));
    const head = table.createTHead().insertRow();
    const names = ["follow", "its number", ...(makeup.summed ? ["times", "adds"] : ["slope"])];
    head.append(...names.map((name) => headerCell(name, "col")));
    const body = table.createTBody();
    for (const part of makeup.parts) this.#addRow(body.insertRow(), part, makeup.summed, layers[part.input], this.#shown.signal);
    this.settle(0);
  }

  /** @param {HTMLTableRowElement} row @param {UnitPart} part @param {boolean} summed @param {SourceLayer} layer @param {AbortSignal} signal */
  #addRow(row, { input, at, value, factor, part, slope }, summed, { name, shape }, signal) {
    const numbers = summed ? [value, factor, part] : [value, slope];
    const full = `follow ${name}, ${sayPlace(shape, at)}`;
    const follow = button(shortPlace(name, shape, at), () => this.followed(input, at), signal, full);
    const first = headerCell("", "row");
    first.append(follow);
    row.append(first);
    numbers.forEach((number, i) => {
      const cell = row.insertCell();
      cell.textContent = formatNumber(number);
      cell.dataset.role = i === 0 ? "input" : summed && i === 1 ? "parameter" : "output";
    });
  }
}

/** @param {string} text @param {"col" | "row"} scope @returns {HTMLTableCellElement} */
export function headerCell(text, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}
