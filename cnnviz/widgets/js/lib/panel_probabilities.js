// Two sets of class probabilities side by side, as a small table of text, and what has changed in a sentence.

import { element } from "./element.js";
import { byProbability, sayPercent } from "./explorer_words.js";
import { headerCell } from "./panel_sources.js";

const TOP = 5; // classes of each side; of twice as many all

/**
 * The likeliest classes of either side, in the order of the first; of a few classes all.
 * @param {ArrayLike<number>} before
 * @param {ArrayLike<number>} after
 * @returns {number[]}
 */
function classesOfBoth(before, after) {
  if (before.length <= 2 * TOP) return byProbability(before);
  const wanted = new Set([...byProbability(before).slice(0, TOP), ...byProbability(after).slice(0, TOP)]);
  return byProbability(before).filter((i) => wanted.has(i));
}

/** In percentage points. @param {number} change */
function sayPoints(change) {
  const points = 100 * change;
  if (!Number.isFinite(points)) return "";
  if (Math.abs(points) < 0.05) return "0";
  return `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`;
}

export class ProbabilityTable {
  /**
   * @param {string} caption
   * @param {[string, string, string]} headings of the numbers
   * @param {(first: number, second: number) => number} [changeOf]  what the third is of the two: how it grew
   */
  constructor(caption, headings, changeOf = (first, second) => second - first) {
    this.changeOf = changeOf;
    this.el = element("table", "cnnviz-both");
    const table = /** @type {HTMLTableElement} */ (this.el);
    table.createCaption().append(element("span", "cnnviz-hidden", caption));
    this.head = table.createTHead().insertRow();
    this.body = table.createTBody();
    this.name(headings);
  }

  /** @param {[string, string, string]} headings */
  name(headings) {
    this.head.replaceChildren(...["class", ...headings].map((text) => headerCell(text, "col")));
  }

  /** @param {string[]} classNames @param {ArrayLike<number> | null} before @param {ArrayLike<number> | null} after */
  show(classNames, before, after) {
    this.el.hidden = !before || !after;
    if (!before || !after) return;
    const rows = classesOfBoth(before, after).map((i) => {
      const row = document.createElement("tr");
      row.append(headerCell(classNames[i], "row"));
      for (const text of [sayPercent(before[i]), sayPercent(after[i]), sayPoints(this.changeOf(before[i], after[i]))]) row.insertCell().textContent = text;
      return row;
    });
    this.body.replaceChildren(...rows);
  }
}
