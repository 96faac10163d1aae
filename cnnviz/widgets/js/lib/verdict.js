// What the network thinks it sees: one sentence, and the classes with their probabilities as bars and as text.

import { button } from "./controls.js";
import { element } from "./element.js";
import { byProbability, sayPercent } from "./explorer_words.js";
import { headerCell } from "./panel_sources.js";

const ALL_ROWS = 12; // as many classes keep their places; of more, the likeliest are shown
const FIRST_ROWS = 5;
const MORE_ROWS = 20;

export class Verdict {
  /** @type {{row: HTMLTableRowElement, name: HTMLElement, bar: HTMLElement, was: HTMLElement, text: HTMLElement}[]} */ #rows = [];
  /** @type {ArrayLike<number>} */ #probabilities = [];
  /** @type {ArrayLike<number> | null} */ #before = null;
  /** @type {number[]} classes in the rows */ shown = [];

  /**
   * @param {string[]} classNames
   * @param {(i: number) => void} picked a class was clicked
   * @param {AbortSignal} signal
   */
  constructor(classNames, picked, signal) {
    this.classNames = classNames;
    this.many = classNames.length > ALL_ROWS;
    this.wanted = this.many ? FIRST_ROWS : classNames.length;
    this.el = element("div", "cnnviz-verdict");
    this.sentence = element("p", "cnnviz-verdict-sentence");
    this.sentence.setAttribute("aria-hidden", "true"); // the live region says it
    this.table = document.createElement("table");
    this.table.append(element("caption", "cnnviz-hidden", "class probabilities"));
    const head = this.table.createTHead().insertRow();
    head.className = "cnnviz-hidden";
    this.what = headerCell("probability", "col");
    head.append(headerCell("class", "col"), this.what);
    this.body = this.table.createTBody();
    this.body.addEventListener("click", ({ target }) => {
      const i = this.#rows.findIndex(({ row }) => row.contains(/** @type {Node} */ (target)));
      if (i >= 0) picked(this.shown[i]);
    }, { signal });
    this.el.append(this.table);
    if (this.many) this.el.append(this.#makeSearch(signal));
  }

  /** @param {AbortSignal} signal */
  #makeSearch(signal) {
    const row = element("div", "cnnviz-verdict-find");
    this.filter = document.createElement("input");
    this.filter.type = "search";
    this.filter.placeholder = `find one of ${this.classNames.length} classes`;
    this.filter.setAttribute("aria-label", this.filter.placeholder);
    this.filter.addEventListener("input", () => this.#fill(), { signal });
    this.more = button("more", () => {
      this.wanted = this.wanted === FIRST_ROWS ? MORE_ROWS : FIRST_ROWS;
      this.#fill();
    }, signal);
    row.append(this.filter, this.more);
    return row;
  }

  /** @param {ArrayLike<number>} probabilities @param {ArrayLike<number> | null} [before]  with everything on, where something is off */
  show(probabilities, before = null) {
    this.#probabilities = probabilities;
    this.#before = before;
    const [first] = byProbability(probabilities);
    this.#fill();
    const best = element("strong", "", this.classNames[first]);
    const was = before && byProbability(before)[0];
    const now = was !== null && was !== first ? `, and no longer ${this.classNames[was]}` : "";
    this.sentence.replaceChildren("The network says ", best, `, ${sayPercent(probabilities[first])}${now}.`);
    this.what.textContent = before ? "probability with everything on → now" : "probability";
    this.el.classList.toggle("has-before", before !== null);
  }

  /** The classes in the rows: all in their places, so that bars grow and shrink; or the likeliest of those looked for. */
  #chosen() {
    const order = byProbability(this.#probabilities);
    if (!this.many) return { rows: this.classNames.map((_, i) => i), order };
    const text = this.filter?.value.trim().toLowerCase() ?? "";
    const fitting = order.filter((i) => this.classNames[i].toLowerCase().includes(text));
    return { rows: fitting.slice(0, this.wanted), order };
  }

  #fill() {
    const { rows, order } = this.#chosen();
    this.shown = rows;
    if (this.more) this.more.textContent = this.wanted === FIRST_ROWS ? "more" : "fewer";
    // The table keeps its height, however many classes fit what is looked for.
    while (this.#rows.length < this.wanted) this.#rows.push(makeVerdictRow(this.body));
    for (const { row } of this.#rows.splice(this.wanted)) row.remove();
    const said = (/** @type {number} */ at) => [this.#before, this.#probabilities].flatMap((shares) => (shares ? sayPercent(shares[at]) : [])).join(" → ");
    this.#rows.forEach(({ row, name, bar, was, text }, i) => {
      const share = this.#probabilities[rows[i]];
      const before = this.#before?.[rows[i]] ?? NaN;
      was.hidden = !Number.isFinite(before);
      was.style.left = `${100 * before}%`;
      row.classList.toggle("is-empty", i >= rows.length);
      name.textContent = this.classNames[rows[i]] ?? (i ? "" : "no class of that name");
      text.textContent = i < rows.length ? said(rows[i]) : "";
      bar.style.transform = `scaleX(${Number.isFinite(share) ? share : 0})`;
      row.classList.toggle("is-first", rows[i] === order[0]);
    });
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
  const was = element("span", "cnnviz-verdict-was");
  track.append(bar, was);
  track.setAttribute("aria-hidden", "true");
  cell.append(track, text);
  row.prepend(name);
  return { row, name, bar, was, text };
}
