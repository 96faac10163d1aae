// The unit panel as it stands in the page: head, trail, patch, parts, and the stepper with this picture's numbers.

import { announcer } from "./announce.js";
import { button } from "./controls.js";
import { element } from "./element.js";
import { channelOf } from "./explorer_shapes.js";
import { sayLayer } from "./explorer_words.js";
import { INPUT_NAME } from "./graph.js";
import { formatNumber } from "./numbers.js";
import { classChoice, targetName } from "./panel_class.js";
import { Crumbs } from "./panel_crumbs.js";
import { patchOf } from "./panel_field.js";
import { PatchView } from "./panel_patch.js";
import { escapeCloses } from "./panel_rove.js";
import { SourceTable } from "./panel_sources.js";
import { makeupOf } from "./panel_terms.js";
import { Trail } from "./panel_trail.js";
import { UnitStepper } from "./panel_unit_stepper.js";
import { sayMakeup, sayPlace, saySlope, shortPlace } from "./panel_words.js";
import { throttled } from "./panel_throttle.js";
import { tensor } from "./tensor.js";
import { followTheme } from "./theme.js";

/** @import { Lab } from "./lab.js" */
/** @import { Call } from "./ops.js" */
/** @import { Stop } from "./panel_trail.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {{closed?: (name: string) => void, moved?: (stop: Stop) => void}} UnitHooks */

const LISTED = 8; // parts of a unit

export class UnitView {
  #trail = new Trail();
  /** @type {Map<string, Tensor> | null} of the class's score, of the last run */ #slopes = null;
  /** @type {HTMLElement | null} had the focus before */ #opener = null;
  #asked = 0;

  /** @param {HTMLElement} el @param {Lab} lab @param {UnitHooks} hooks @param {AbortSignal} signal */
  constructor(el, lab, hooks, signal) {
    this.el = el;
    this.lab = lab;
    this.hooks = hooks;
    this.signal = signal;
    this.crumbs = new Crumbs((index) => this.#back(index), signal);
    this.patch = new PatchView();
    this.table = new SourceTable((input, at) => this.#follow(input, at, "table"), signal);
    this.stepper = new UnitStepper((at) => this.#moved(at), (input, at) => this.#follow(input, at, "title"), signal);
    this.choice = classChoice(lab, signal);
    this.title = element("div", "cnnviz-title");
    this.place = element("p", "cnnviz-unit-place");
    this.slope = element("p", "cnnviz-unit-slope");
    this.making = element("p", "cnnviz-unit-making");
    this.#build();
    this.say = announcer(el, signal);
    const later = throttled(() => this.refresh(), signal);
    for (const event of /** @type {const} */ (["run", "ablate", "target"])) lab.on(event, later, signal);
    lab.on("gradients", () => !this.#slopes && this.#trail.here && this.#showSlope(this.#trail.here), signal);
    followTheme(el, () => this.patch.draw(), signal);
    signal.addEventListener("abort", () => el.replaceChildren(), { once: true });
  }

  #build() {
    const { el, signal } = this;
    el.classList.add("cnnviz-unit");
    el.hidden = true;
    el.setAttribute("role", "region");
    el.setAttribute("aria-label", "one unit of the network");
    this.title.tabIndex = -1;
    this.title.setAttribute("role", "heading");
    this.title.setAttribute("aria-level", "3");
    const head = element("div", "cnnviz-unit-head");
    head.append(this.title, this.choice.el, button("close", () => this.close(), signal, "close the unit"));
    const facts = element("div", "cnnviz-unit-facts");
    facts.append(this.place, this.slope, this.making, this.table.el);
    const body = element("div", "cnnviz-unit-body");
    body.append(this.patch.el, facts);
    el.append(head, this.crumbs.el, body, this.stepper.el);
    escapeCloses(el, () => this.close(), signal);
  }

  /** @param {string} name @param {number} at */
  open(name, at) {
    if (this.el.hidden) this.#opener = /** @type {HTMLElement | null} */ (document.activeElement);
    this.#trail.begin({ name, at });
    this.el.hidden = false;
    this.#arrive();
    this.title.focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.el.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  close() {
    const { here } = this.#trail;
    if (this.el.hidden || !here) return;
    this.el.hidden = true;
    this.stepper.end();
    if (this.hooks.closed) this.hooks.closed(here.name);
    else this.#opener?.focus();
  }

  /** The same unit with the numbers of now. */
  refresh() {
    const { here } = this.#trail;
    if (this.el.hidden || !here) return;
    this.#showFacts(here);
    this.stepper.refresh(this.lab.calls.get(here.name));
    void this.#askSlopes();
  }

  /** A part of the unit becomes the unit. @param {number} input @param {number} at @param {"table" | "title"} focus */
  #follow(input, at, focus) {
    const { here } = this.#trail;
    const node = this.lab.nodes.find(({ name }) => name === here?.name);
    if (!node) return;
    this.#trail.follow({ name: node.inputs[input], at });
    this.#arrive();
    const first = this.table.el.querySelector("button");
    (focus === "table" && first ? first : this.title).focus({ preventScroll: true });
  }

  /** @param {number} index of the trail */
  #back(index) {
    this.#trail.backTo(index);
    this.#arrive();
    const last = /** @type {HTMLElement | null} */ (this.crumbs.el.querySelector("[aria-current]"));
    (this.crumbs.el.hidden || !last ? this.title : last).focus({ preventScroll: true });
  }

  /** The stepper shows another unit of this layer. @param {number} at */
  #moved(at) {
    this.#trail.move(at);
    const here = /** @type {Stop} */ (this.#trail.here);
    this.#showFacts(here);
    this.#showSlope(here);
    this.hooks.moved?.(here);
  }

  #arrive() {
    const here = /** @type {Stop} */ (this.#trail.here);
    this.#showFacts(here);
    const call = this.lab.calls.get(here.name);
    this.stepper.show(call, here.at, this.#gradOf(here.name), this.#mainChannel(call, here.at));
    this.#showSlope(here);
    void this.#askSlopes();
    this.hooks.moved?.(here);
    this.say(`${this.title.textContent}. ${this.place.textContent} ${this.slope.textContent}`);
  }

  /** @param {Stop} stop */
  #showFacts({ name, at }) {
    const { lab } = this;
    const shape = lab.shapes.get(name) ?? [1];
    const call = lab.calls.get(name);
    const node = lab.nodes.find((one) => one.name === name);
    this.title.textContent = node ? sayLayer(node) : "the picture, as the network reads it";
    const value = (call?.output ?? lab.input).data[at];
    const silent = lab.ablated.get(name)?.has(channelOf(shape, at));
    const off = silent ? " It is switched off: the network goes on with 0." : "";
    this.place.textContent = `${sentenceCase(sayPlace(shape, at, this.#unitNames(name, shape)))}: ${formatNumber(value)}.${off}`;
    const { box, words } = patchOf(lab, name, at);
    this.patch.show(lab.picture, box, words);
    this.#showParts(call, at);
    this.crumbs.show(this.#trail.stops.map((stop) => this.#crumb(stop)));
    this.choice.show();
  }

  /** @param {Call | undefined} call @param {number} at */
  #showParts(call, at) {
    const made = call && call.op !== "recorded" ? makeupOf(call, at, LISTED) : null;
    this.making.textContent = made ? sayMakeup(made) : this.#whyNoParts(call);
    const inputs = this.lab.nodes.find(({ name }) => name === this.#trail.here?.name)?.inputs ?? [];
    this.table.show(made, inputs.map((name) => ({ name, shape: this.lab.shapes.get(name) ?? [1] })));
  }

  /** @param {Call | undefined} call */
  #whyNoParts(call) {
    if (!call) return "A pixel: the trail ends here.";
    return "No arithmetic to show: this layer is recorded. Its operation, or one elsewhere in the network, is not one that this page can compute.";
  }

  /** Classes, for the last vector and the scores before it. @param {string} name @param {number[]} shape */
  #unitNames(name, shape) {
    const last = this.lab.nodes[this.lab.nodes.length - 1];
    const named = name === last.name || last.inputs.includes(name);
    return named && shape.length === 2 && shape[1] === this.lab.classNames.length ? this.lab.classNames : [];
  }

  /** @param {Stop} stop */
  #crumb({ name, at }) {
    const shape = this.lab.shapes.get(name) ?? [1];
    const short = name === INPUT_NAME ? "pixel" : name;
    return { short: shortPlace(short, shape, at), full: `${short}, ${sayPlace(shape, at, this.#unitNames(name, shape))}` };
  }

  /** The input channel of the part that counts most. @param {Call | undefined} call @param {number} at */
  #mainChannel(call, at) {
    return call && call.op !== "recorded" ? (makeupOf(call, at, 1).parts[0]?.channel ?? 0) : 0;
  }

  async #askSlopes() {
    const asked = ++this.#asked;
    const slopes = this.lab.live ? await this.lab.gradients() : null;
    const { here } = this.#trail;
    if (asked !== this.#asked || this.signal.aborted || this.el.hidden || !here) return;
    this.#slopes = slopes;
    this.#showSlope(here);
    this.stepper.bring(this.#gradOf(here.name));
  }

  /** d(score)/d(the node's output); zeros where the score does not depend on it. @param {string} name */
  #gradOf(name) {
    if (!this.#slopes) return null;
    return this.#slopes.get(name) ?? tensor(this.lab.shapes.get(name) ?? [1]);
  }

  /** @param {Stop} stop */
  #showSlope({ name, at }) {
    const last = this.lab.nodes[this.lab.nodes.length - 1].name === name;
    if (!this.lab.live) this.slope.textContent = "Gradients need a network that this page can compute.";
    else if (!this.#slopes) this.slope.textContent = `∂ score / ∂ this unit: being computed${sayShare(this.lab.gradientsDone)}.`;
    else if (last && !this.#slopes.has(name)) this.slope.textContent = "The score is read before the softmax, which this unit belongs to.";
    else this.slope.textContent = saySlope(this.#gradOf(name)?.data[at] ?? 0, targetName(this.lab));
  }
}

/** @param {number | null} share */
function sayShare(share) {
  return share === null ? "" : `, ${Math.round(100 * share)}\u00a0%`;
}

/** @param {string} text */
function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
