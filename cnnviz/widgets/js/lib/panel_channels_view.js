// The channels' panel as it stands in the page: views with their counts, the list, one channel, what is switched off.

import { announcer } from "./announce.js";
import { colourTable } from "./colour_scale.js";
import { button, choice } from "./controls.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";
import { mapsOf, partNoun } from "./explorer_shapes.js";
import { sayLayer } from "./explorer_words.js";
import { formatNumber, plural } from "./numbers.js";
import { AblationView, switchChannels } from "./panel_ablation.js";
import { ChannelDetail } from "./panel_channel_detail.js";
import { ChannelList } from "./panel_channel_list.js";
import { classChoice, targetName } from "./panel_class.js";
import { escapeCloses } from "./panel_rove.js";
import { classParts } from "./panel_stats.js";
import { surveyLayer } from "./panel_survey.js";
import { throttled } from "./panel_throttle.js";
import { triage, triageOrder } from "./panel_triage.js";
import { scaleEnds } from "./sheet.js";
import { followTheme } from "./theme.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Lab } from "./lab.js" */
/** @import { ChannelStatistics, Peak } from "./panel_stats.js" */
/** @import { Triaged, TriageView as View } from "./panel_triage.js" */
/** @typedef {{open?: (name: string, at: number) => void, pick?: (i: number) => void, closed?: (name: string) => void}} ChannelHooks */

/** @type {[View, string][]} */
const TRIAGE_VIEWS = [["class", "for the class"], ["largest", "largest"], ["dead", "dead"], ["saturated", "saturated"], ["alike", "near-duplicates"], ["order", "in order"]];

export class TriageView {
  /** @type {ChannelStatistics | null} */ #statistics = null;
  /** @type {Triaged[]} */ #all = [];
  /** @type {Float64Array | null} */ #parts = null;
  /** @type {number | null} */ #chosen = null;
  #asked = 0;
  #closing = new AbortController(); // a long survey ends with the panel
  /** @type {View} */ #view;

  /** @param {HTMLElement} el @param {Lab} lab @param {string} name @param {ChannelHooks} hooks @param {AbortSignal} signal */
  constructor(el, lab, name, hooks, signal) {
    this.el = el;
    this.lab = lab;
    this.name = name;
    this.hooks = hooks;
    this.signal = signal;
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement);
    this.node = /** @type {GraphNode} */ (lab.nodes.find((one) => one.name === name));
    this.maps = mapsOf(lab.shapes.get(name) ?? [1]);
    this.noun = partNoun(this.maps);
    this.#view = this.#asksClass ? "class" : "largest";
    this.choice = classChoice(lab, signal);
    this.progress = document.createElement("progress");
    this.words = element("p", "cnnviz-triage-words");
    this.views = choice(`which ${this.noun}s`, TRIAGE_VIEWS, (view) => this.#turn(/** @type {View} */ (view)), signal);
    this.list = new ChannelList(this.noun, (channel) => this.#choose(channel), signal);
    this.detail = new ChannelDetail(lab, name, this.noun, (peak, channel) => this.#open(peak, channel), signal);
    this.switches = this.#makeSwitches();
    this.say = announcer(el, signal);
    this.title = element("div", "cnnviz-title", `the ${this.noun}s of ${sayLayer(this.node)}`);
    this.ablation = new AblationView(lab, { say: (text) => this.say(text), restored: () => this.title.focus() }, signal);
    this.#build();
    this.#listen();
    void this.#survey();
  }

  get #asksClass() {
    return this.lab.live && this.lab.classNames.length > 0;
  }

  #build() {
    const { el, title } = this;
    el.classList.add("cnnviz-triage");
    el.setAttribute("role", "region");
    title.setAttribute("role", "heading");
    title.setAttribute("aria-level", "3");
    title.tabIndex = -1;
    el.setAttribute("aria-label", title.textContent ?? "");
    const head = element("div", "cnnviz-unit-head");
    head.append(title, this.choice.el, button("close", () => this.close(), this.signal, `close the ${this.noun}s`));
    this.progress.max = this.lab.pictures.length;
    this.progress.setAttribute("aria-label", "pictures done");
    el.append(head, this.words, this.progress, this.views.el, this.list.el, this.switches.el, this.detail.el, this.ablation.el);
    for (const one of [this.views.el, this.switches.el]) one.hidden = true;
    title.focus({ preventScroll: true });
  }

  #listen() {
    const { el, lab, signal } = this;
    escapeCloses(el, () => this.close(), signal);
    const later = throttled(() => this.refresh(), signal);
    for (const event of /** @type {const} */ (["run", "target", "ablate"])) lab.on(event, later, signal);
    followTheme(el, () => this.#dress(), signal);
    signal.addEventListener("abort", () => el.replaceChildren(), { once: true });
  }

  #makeSwitches() {
    const { lab, name, signal } = this;
    const el = element("div", "cnnviz-row");
    const turn = (/** @type {number[]} */ channels) => switchChannels(lab, name, channels, !this.#areOff(channels));
    const listed = button("", () => turn(this.#listed().map(({ channel }) => channel)), signal);
    const whole = button("", () => turn(Array.from({ length: this.maps.count }, (_, i) => i)), signal);
    el.append(listed, whole);
    return { el, listed, whole };
  }

  /** @param {number[]} channels */
  #areOff(channels) {
    const off = this.lab.ablated.get(this.name);
    return channels.every((channel) => off?.has(channel));
  }

  #showSwitches() {
    const listed = this.#listed().map(({ channel }) => channel);
    const { count } = this.maps;
    this.switches.listed.textContent = `switch these ${listed.length} ${this.#areOff(listed) ? "on" : "off"}`;
    this.switches.listed.hidden = listed.length === 0 || listed.length === count;
    this.switches.whole.textContent = `switch the whole layer ${this.lab.ablated.get(this.name)?.size === count ? "on" : "off"}`;
  }

  async #survey() {
    const count = this.lab.pictures.length;
    const tell = (/** @type {number} */ done) => {
      this.progress.value = done;
      this.words.textContent = `Running the pictures: ${done} of ${count}.`;
    };
    tell(0);
    const found = await surveyLayer(this.lab, this.name, tell, AbortSignal.any([this.signal, this.#closing.signal]));
    if (!found || this.signal.aborted) return;
    this.#statistics = found;
    this.#all = triage(found.summaries(), this.node, this.lab.nodes);
    this.progress.hidden = true;
    this.views.el.hidden = false;
    this.switches.el.hidden = !this.lab.live;
    this.refresh();
    this.say(this.words.textContent ?? "");
  }

  /** The channels of the view, in its order. */
  #listed() {
    return triageOrder(this.#all, this.#view, this.#parts);
  }

  /** With the numbers of now. */
  refresh() {
    if (!this.#statistics) return;
    this.choice.show();
    this.#show();
    void this.#askParts();
  }

  /** How much each channel adds to the class's score. */
  async #askParts() {
    if (!this.#asksClass) return;
    const asked = ++this.#asked;
    const gradient = (await this.lab.gradients()).get(this.name);
    const output = this.lab.calls.get(this.name)?.output;
    if (asked !== this.#asked || this.signal.aborted || !output) return;
    this.#parts = gradient ? classParts(output.data, gradient.data, this.maps.count) : null;
    this.#show();
  }

  #show() {
    const listed = this.#listed();
    const off = this.lab.ablated.get(this.name) ?? new Set();
    this.words.textContent = this.#sentence();
    this.#showViews();
    this.list.show(listed, (one) => this.#why(one));
    this.list.mark(this.#chosen, off);
    this.detail.mark();
    this.#showSwitches();
    this.#paint();
  }

  /** @param {Triaged} one */
  #why({ channel, why }) {
    if (this.#view !== "class" || !this.#parts) return why;
    const part = this.#parts[channel];
    if (part === 0) return "adds nothing";
    return `${part < 0 ? "takes" : "adds"} ${formatNumber(Math.abs(part))}`;
  }

  #sentence() {
    const of = (/** @type {"dead" | "saturated" | "alike"} */ kind) => this.#all.filter((one) => one[kind]).length;
    const pictures = plural(this.lab.pictures.length, "picture");
    return `${plural(this.maps.count, this.noun)} over ${pictures}: ${of("dead")} dead, ${of("saturated")} saturated, ${of("alike")} near-duplicates.`;
  }

  #showViews() {
    this.views.show(this.#view);
    for (const [i, [view, text]] of TRIAGE_VIEWS.entries()) {
      const one = /** @type {HTMLButtonElement} */ (this.views.el.children[i]);
      const counted = view === "dead" || view === "saturated" || view === "alike";
      const count = triageOrder(this.#all, view, this.#parts).length;
      one.textContent = counted ? `${text} ${count}` : view === "class" ? `for ${targetName(this.lab)}` : text;
      one.disabled = counted && count === 0;
      one.hidden = view === "class" && !this.#asksClass;
    }
  }

  /** @param {View} view */
  #turn(view) {
    this.#view = view;
    this.#show();
  }

  /** @param {number} channel */
  #choose(channel) {
    if (!this.#statistics) return;
    this.#chosen = channel;
    this.detail.show(this.#all[channel], this.#statistics);
    this.detail.el.scrollIntoView({ block: "nearest" });
    this.list.mark(channel, this.lab.ablated.get(this.name) ?? new Set());
    this.say(`${this.detail.title.textContent}: ${this.detail.why.textContent} ${this.detail.words.textContent}`);
  }

  /** The unit where a picture's map is largest. @param {Peak} peak @param {number} channel */
  #open({ picture, at }, channel) {
    if (this.hooks.pick) this.hooks.pick(picture);
    else this.lab.show(this.lab.pictures[picture], picture);
    this.hooks.open?.(this.name, channel * this.maps.height * this.maps.width + at);
  }

  #dress() {
    this.table = colourTable(readPalette(this.el));
    this.#paint();
    this.detail.draw();
  }

  #paint() {
    const output = this.lab.calls.get(this.name)?.output;
    if (!output || !this.table) return;
    const [end] = scaleEnds(output.data, this.maps.count, true);
    const { height, width } = this.maps;
    this.list.paint({ data: output.data, height, width, end, table: this.table });
  }

  close() {
    if (this.el.hidden) return;
    this.el.hidden = true;
    this.#closing.abort();
    if (this.hooks.closed) this.hooks.closed(this.name);
    else this.opener?.focus();
  }
}
