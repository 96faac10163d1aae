// The compare panel as it stands in the page: what is compared, in which layer, the rows of maps, and both verdicts.

import { announcer } from "./announce.js";
import { colourTable } from "./colour_scale.js";
import { button, select } from "./controls.js";
import { readPalette } from "./draw.js";
import { mapsOf } from "./explorer_shapes.js";
import { sayLayer } from "./explorer_words.js";
import { element } from "./grid.js";
import { formatNumber } from "./numbers.js";
import { CompareRows } from "./panel_compare_rows.js";
import { differenceOf } from "./panel_difference.js";
import { ProbabilityTable } from "./panel_probabilities.js";
import { escapeCloses } from "./panel_rove.js";
import { throttled } from "./panel_throttle.js";
import { sayPlace } from "./panel_words.js";
import { followTheme } from "./theme.js";

/** @import { Lab } from "./lab.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Difference } from "./panel_difference.js" */
/** @typedef {{params?: Record<string, Params>, label?: string, layer?: string, closed?: () => void}} CompareOptions */

const OTHER_NETWORK = "network";

export class CompareView {
  #other;
  #layer;
  #asked = 0;
  /** @type {Map<string, Call> | null} of B */ #calls = null;

  /** @param {HTMLElement} el @param {Lab} lab @param {CompareOptions} options @param {AbortSignal} signal */
  constructor(el, lab, options, signal) {
    this.el = el;
    this.lab = lab;
    this.options = options;
    this.signal = signal;
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement);
    this.#other = options.params ? OTHER_NETWORK : String(lab.pictureIndex === 0 ? Math.min(1, lab.pictures.length - 1) : 0);
    this.#layer = options.layer ?? firstLayer(lab);
    this.withWhat = select("B is", (value) => this.#choose(value), signal);
    this.layers = select("layer", (value) => this.#look(value), signal);
    this.words = element("p", "cnnviz-compare-words");
    this.rows = new CompareRows(signal);
    this.table = new ProbabilityTable("class probabilities of both sides", ["A", "B", "B − A, points"]);
    this.say = announcer(el, signal);
    this.#build();
    this.#listen();
    void this.refresh();
  }

  #build() {
    const { el, signal } = this;
    el.classList.add("cnnviz-compare");
    el.setAttribute("role", "region");
    el.setAttribute("aria-label", "two side by side");
    const title = element("div", "cnnviz-title", "two side by side: A is on the board");
    title.setAttribute("role", "heading");
    title.setAttribute("aria-level", "3");
    title.tabIndex = -1;
    const head = element("div", "cnnviz-unit-head");
    head.append(title, this.withWhat.el, this.layers.el, button("close", () => this.close(), signal, "close the comparison"));
    el.append(head, this.words, this.rows.el, this.table.el);
    title.focus({ preventScroll: true });
  }

  #listen() {
    const { el, lab, signal } = this;
    escapeCloses(el, () => this.close(), signal);
    lab.on("run", throttled(() => void this.refresh(), signal), signal);
    const resized = new ResizeObserver(() => this.rows.fit(this.rows.el.clientWidth));
    resized.observe(this.rows.el);
    followTheme(el, () => this.#dress(), signal);
    signal.addEventListener("abort", () => {
      resized.disconnect();
      el.replaceChildren();
    }, { once: true });
  }

  #dress() {
    this.rows.table = colourTable(readPalette(this.el));
    this.rows.paint();
  }

  /** @param {string} value */
  #choose(value) {
    this.#other = value;
    void this.refresh();
  }

  /** @param {string} name */
  #look(name) {
    this.#layer = name;
    this.#show(true);
  }

  /** Compute B anew, and show both. */
  async refresh() {
    if (this.el.hidden) return;
    const asked = ++this.#asked;
    const calls = await this.#callsOfOther();
    if (asked !== this.#asked || this.signal.aborted) return;
    this.#calls = calls;
    this.#show(true);
  }

  #callsOfOther() {
    const { lab, options } = this;
    if (this.#other === OTHER_NETWORK) return lab.runOn(lab.picture, options.params);
    return lab.runOn(lab.pictures[Number(this.#other)]);
  }

  /** @param {boolean} anew */
  #show(anew) {
    const { lab } = this;
    const [a, b] = [lab.calls.get(this.#layer), this.#calls?.get(this.#layer)];
    if (!a || !b || !this.#calls) return;
    this.#showChoices();
    const { shape, data } = a.output;
    const difference = differenceOf(data, b.output.data, mapsOf(shape).count);
    this.rows.name([this.#boardWords(), this.#otherWords(), "the difference"]);
    this.rows.show({ a: data, b: b.output.data, difference, shape, names: this.#unitNames(shape) }, anew);
    this.rows.fit(this.rows.el.clientWidth);
    this.words.textContent = this.#sentence(difference, data, shape);
    this.table.show(lab.classNames, lab.probabilities(), lab.probabilities(this.#calls));
    this.say(this.words.textContent);
  }

  #showChoices() {
    const { lab, options } = this;
    const pictures = lab.pictures.map((_, i) => /** @type {[string, string]} */ ([String(i), `picture ${i + 1}`]));
    const network = options.params ? [/** @type {[string, string]} */ ([OTHER_NETWORK, this.#networkLabel])] : [];
    this.withWhat.show([...network, ...pictures], this.#other);
    this.layers.show(lab.nodes.map((node) => [node.name, sayLayer(node)]), this.#layer);
  }

  get #networkLabel() {
    return this.options.label || "the other network";
  }

  #boardWords() {
    const { pictureIndex } = this.lab;
    return pictureIndex < 0 ? "your picture" : `picture ${pictureIndex + 1}`;
  }

  #otherWords() {
    return this.#other === OTHER_NETWORK ? `${this.#boardWords()}, ${this.#networkLabel}` : `picture ${Number(this.#other) + 1}`;
  }

  /** @param {number[]} shape */
  #unitNames(shape) {
    return shape.length === 2 && shape[1] === this.lab.classNames.length ? this.lab.classNames : [];
  }

  /** @param {Difference} difference @param {Float32Array} a @param {number[]} shape */
  #sentence({ largest, at, mean }, a, shape) {
    if (largest === 0) return `${this.#layer}: the same numbers on both sides.`;
    const size = a.reduce((sum, value) => sum + Math.abs(value), 0) / a.length;
    const place = sayPlace(shape, at, this.#unitNames(shape));
    return `${this.#layer}: they differ by ${formatNumber(mean)} on average (A is ${formatNumber(size)} in size), by at most ${formatNumber(largest)}, in ${place}.`;
  }

  close() {
    if (this.el.hidden) return;
    this.el.hidden = true;
    if (this.options.closed) this.options.closed();
    else this.opener?.focus();
  }
}

/** The first layer with maps, or the first of all. @param {Lab} lab */
function firstLayer({ nodes, shapes }) {
  return (nodes.find(({ name }) => (shapes.get(name) ?? []).length === 4) ?? nodes[0]).name;
}
