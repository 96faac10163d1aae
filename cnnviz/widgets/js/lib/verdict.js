// What the network thinks it sees: one sentence, and every class with its probability as a bar and as text.

import { byProbability, sayPercent } from "./explorer_words.js";
import { element } from "./grid.js";

const MOST_ROWS = 12;

export class Verdict {
  /** @type {{row: HTMLTableRowElement, name: HTMLElement, bar: HTMLElement, text: HTMLElement}[]} */ #rows = [];

  /**
   * @param {string[]} classNames
   * @param {string} note     under the table
   * @param {(i: number) => void} picked a class was clicked
   * @param {AbortSignal} signal
   */
  constructor(classNames, note, picked, signal) {
    this.classNames = classNames;
    this.el = element("div", "cnnviz-verdict");
    this.sentence = element("p", "cnnviz-verdict-sentence");
    this.sentence.setAttribute("aria-hidden", "true"); // the live region says it
    this.table = document.createElement("table");
    this.table.append(element("caption", "cnnviz-hidden", "class probabilities"));
    const head = this.table.createTHead().insertRow();
    head.className = "cnnviz-hidden";
    for (const text of ["class", "probability"]) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: text }));
    const body = this.table.createTBody();
    this.#rows = classNames.slice(0, MOST_ROWS).map(() => makeVerdictRow(body));
    this.shown = this.#rows.map((_, i) => i);
    this.#rows.forEach(({ row }, i) => row.addEventListener("click", () => picked(this.shown[i]), { signal }));
    this.el.append(this.table);
    if (note) this.el.append(element("p", "cnnviz-quiet cnnviz-verdict-note", note));
  }

  /** @param {ArrayLike<number>} probabilities */
  show(probabilities) {
    const order = byProbability(probabilities);
    // Few classes keep their places, so that bars grow and shrink; of many, the likeliest are shown.
    if (this.classNames.length > MOST_ROWS) this.shown = order.slice(0, MOST_ROWS);
    this.#rows.forEach(({ row, name, bar, text }, i) => {
      const share = probabilities[this.shown[i]];
      name.textContent = this.classNames[this.shown[i]];
      text.textContent = sayPercent(share);
      bar.style.transform = `scaleX(${Number.isFinite(share) ? share : 0})`;
      row.classList.toggle("is-first", this.shown[i] === order[0]);
    });
    const best = element("strong", "", this.classNames[order[0]]);
    this.sentence.replaceChildren("The network says ", best, `, ${sayPercent(probabilities[order[0]])}.`);
  }
}

/** @param {HTMLTableSectionElement} body */
function makeVerdictRow(body) {
  const row = body.insertRow();
  const name = element("th", "");
  name.setAttribute("scope", "row");
  const cell = row.insertCell();
  const track = element("span", "cnnviz-verdict-track");
  const bar = element("span", "cnnviz-verdict-bar");
  const text = element("span", "cnnviz-verdict-percent");
  track.append(bar);
  track.setAttribute("aria-hidden", "true");
  cell.append(track, text);
  row.prepend(name);
  return { row, name, bar, text };
}
