// The compare panel as it stands in the page: what is compared, in which layer, the rows of maps, and both verdicts.

import { announcer } from "./announce.js";
import { colourTable } from "./colour_scale.js";
import { button, select } from "./controls.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";
import { mapsOf } from "./explorer_shapes.js";
import { sayLayer } from "./explorer_words.js";
import { formatNumber } from "./numbers.js";
import { BitsRow } from "./panel_compare_bits.js";
import { CompareRows } from "./panel_compare_rows.js";
import { differenceOf } from "./panel_difference.js";
import { ProbabilityTable } from "./panel_probabilities.js";
import { escapeCloses } from "./panel_rove.js";
import { throttled } from "./panel_throttle.js";
import { sayPlace } from "./panel_words.js";
import { canRound } from "./precision.js";
import { followTheme } from "./theme.js";

/** @import { Lab } from "./lab.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Difference } from "./panel_difference.js" */
/** @import { RoundedNetwork } from "./precision.js" */
/**
 * @typedef {object} CompareOptions
 * @property {Record<string, Params>} [params]  of a second network of the same nodes
 * @property {string} [label]                   its
 * @property {string} [precision]               of this network's rounded weights; "": none at first
 * @property {(precision: string) => void} [rounded]
 * @property {string} [layer]
 * @property {() => void} [closed]
 */

const [OTHER_NETWORK, ROUNDED] = ["network", "rounded"];

export class CompareView {
  #other;
  #layer;
  #order = true;
  #computing = false;
  /** Something has changed since. */ #again = false;
  /** @type {Map<string, Call> | null} of B */ #calls = null;
  /** What B is in `#calls`, in words. */ #shown = "";

  /** @param {HTMLElement} el @param {Lab} lab @param {CompareOptions} options @param {AbortSignal} signal */
  constructor(el, lab, options, signal) {
    this.el = el;
    this.lab = lab;
    this.options = options;
    this.signal = signal;
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement);
    this.bits = canRound(lab) ? new BitsRow(lab, options.precision ?? "", (precision) => this.#chooseBits(precision), signal) : null;
    this.#other = this.#firstOther();
    this.#layer = options.layer ?? firstLayer(lab);
    this.withWhat = select("B is", (value) => this.#choose(value), signal);
    this.layers = select("layer", (value) => this.#look(value), signal);
    this.words = element("p", "cnnviz-compare-words");
    this.rows = new CompareRows(signal);
    this.table = new ProbabilityTable("class probabilities of both sides", ["A", "B", "A − B, points"], (a, b) => a - b);
    this.say = announcer(el, signal);
    this.#build();
    this.#listen();
    void this.refresh();
  }

  #firstOther() {
    const { bits, lab, options } = this;
    if (options.params) return OTHER_NETWORK;
    const rounded = bits && (options.precision || lab.pictures.length < 2);
    return rounded ? ROUNDED : String(lab.pictureIndex === 0 ? Math.min(1, lab.pictures.length - 1) : 0);
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
    el.append(head, ...(this.bits ? [this.bits.el] : []), this.words, this.rows.el, this.table.el);
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
    if (value === ROUNDED && this.bits) this.options.rounded?.(this.bits.precision);
    void this.refresh();
  }

  /** B is the network itself, so rounded. @param {string} precision "": not chosen */
  round(precision) {
    if (!this.bits || !precision) return;
    this.bits.choose(precision);
    this.#other = ROUNDED;
    void this.refresh(false);
  }

  /** The same channels stay in their places, so that one sees them change. @param {string} precision */
  #chooseBits(precision) {
    this.options.rounded?.(precision);
    void this.refresh(false);
  }

  /** @param {string} name */
  #look(name) {
    this.#layer = name;
    this.#showChoices();
    this.#show(true);
  }

  /** Compute B anew, and show both; of what has changed meanwhile only the last. @param {boolean} [order]  the channels too */
  async refresh(order = true) {
    if (this.el.hidden) return;
    this.#order ||= order;
    this.#showChoices();
    this.#again = true;
    if (this.#computing) return;
    this.#computing = true;
    try {
      while (this.#again && !this.signal.aborted) await this.#compute();
    } catch (error) {
      this.#tell(`B could not be computed: ${/** @type {Error} */ (error).message}.`);
    } finally {
      this.#computing = false;
    }
  }

  async #compute() {
    this.#again = false;
    const [shown, precision] = [this.#otherWords(), this.bits?.precision];
    const rounded = this.#other === ROUNDED ? await this.bits?.network() : undefined;
    const calls = await this.#callsOfOther(rounded);
    if (this.#again || this.signal.aborted) return;
    [this.#calls, this.#shown] = [calls, shown];
    if (rounded && precision === this.bits?.precision) this.bits?.tell(rounded);
    this.#show(this.#order);
    this.#order = false;
  }

  /** @param {RoundedNetwork} [rounded] */
  #callsOfOther(rounded) {
    const { lab, options } = this;
    const progress = (/** @type {number} */ share) => this.#tell(`Computing B: ${Math.round(100 * share)}\u00a0%`, share);
    if (rounded) return lab.runOn(lab.picture, rounded.params, { same: true, progress });
    if (this.#other === OTHER_NETWORK) return lab.runOn(lab.picture, options.params, { progress });
    return lab.runOn(lab.pictures[Number(this.#other)], undefined, { progress });
  }

  /** @param {string} text @param {number | null} [share]  done of B */
  #tell(text, share = null) {
    this.words.textContent = text;
    this.words.style.setProperty("--share", String(share ?? 0));
    this.words.classList.toggle("is-busy", share !== null);
  }

  /** @param {boolean} anew */
  #show(anew) {
    const { lab } = this;
    const [a, b] = [lab.calls.get(this.#layer), this.#calls?.get(this.#layer)];
    if (!a || !b || !this.#calls) return;
    const { shape, data } = a.output;
    const difference = differenceOf(data, b.output.data, mapsOf(shape).count);
    this.rows.name([this.#boardWords(), this.#shown]);
    this.rows.show({ a: data, b: b.output.data, difference, shape, names: this.#unitNames(shape) }, anew);
    this.rows.fit(this.rows.el.clientWidth);
    this.#tell(this.#sentence(difference, data, shape));
    this.table.show(lab.classNames, lab.probabilities(), lab.probabilities(this.#calls));
    this.say(this.words.textContent ?? "");
  }

  #showChoices() {
    const { lab, options } = this;
    const pictures = lab.pictures.map((_, i) => /** @type {[string, string]} */ ([String(i), `picture ${i + 1}`]));
    /** @type {[string, string][]} */
    const networks = [[OTHER_NETWORK, this.#networkLabel], [ROUNDED, "this network, rounded"]];
    const offered = networks.filter(([value]) => (value === ROUNDED ? this.bits : options.params));
    this.withWhat.show([...offered, ...pictures], this.#other);
    if (this.bits) this.bits.el.hidden = this.#other !== ROUNDED;
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
    if (this.#other === OTHER_NETWORK) return `${this.#boardWords()}, ${this.#networkLabel}`;
    if (this.#other === ROUNDED) return `${this.#boardWords()}, weights in ${this.bits?.precision}`;
    return `picture ${Number(this.#other) + 1}`;
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
    return `${this.#layer}: on average they differ by ${formatNumber(mean)}, and A's numbers, signs left out, are ${formatNumber(size)}; at most they differ by ${formatNumber(largest)}, in ${place}.`;
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
