// One channel over all pictures: its histogram, the pictures that it answers to most, and its switch.

import { button } from "./controls.js";
import { element } from "./element.js";
import { sayPercent } from "./explorer_words.js";
import { formatNumber, plural } from "./numbers.js";
import { switchChannels } from "./panel_ablation.js";
import { drawBars, withoutZeros } from "./panel_bars.js";
import { patchOf } from "./panel_field.js";
import { rovingButtons } from "./panel_rove.js";
import { PictureThumb } from "./panel_thumb.js";

/** @import { Lab } from "./lab.js" */
/** @import { ChannelStatistics, Peak } from "./panel_stats.js" */
/** @import { Triaged } from "./panel_triage.js" */

const TOP_PICTURES = 6;

export class ChannelDetail {
  /** @type {(() => void)[]} */ #draws = [];
  /** @type {Triaged | null} */ #one = null;
  /** @type {AbortController | null} */ #shown = null;

  /**
   * @param {Lab} lab
   * @param {string} name
   * @param {"channel" | "unit"} noun
   * @param {(peak: Peak, channel: number) => void} opened  the unit where a picture's map is largest
   * @param {AbortSignal} signal
   */
  constructor(lab, name, noun, opened, signal) {
    this.lab = lab;
    this.name = name;
    this.noun = noun;
    this.opened = opened;
    this.el = element("section", "cnnviz-channel");
    this.el.hidden = true;
    this.title = element("div", "cnnviz-channel-title");
    this.title.setAttribute("role", "heading");
    this.title.setAttribute("aria-level", "4");
    this.why = element("p", "cnnviz-quiet");
    this.bars = element("div", "");
    this.words = element("p", "cnnviz-quiet");
    this.pictures = element("div", "cnnviz-top");
    this.toggle = button("", () => this.#switch(), signal);
    this.toggle.hidden = !lab.live;
    this.settle = rovingButtons(this.pictures, signal);
    const left = element("div", "");
    left.append(this.bars, this.words);
    const right = element("div", "");
    right.append(element("p", "cnnviz-quiet", "Where its number is largest, picture by picture:"), this.pictures);
    const body = element("div", "cnnviz-channel-body");
    body.append(left, right);
    this.el.append(this.title, this.why, body, this.toggle);
    signal.addEventListener("abort", () => this.#shown?.abort(), { once: true });
  }

  /** @param {Triaged} one @param {ChannelStatistics} statistics */
  show(one, statistics) {
    this.#one = one;
    this.#shown?.abort();
    this.#shown = new AbortController();
    this.el.hidden = false;
    this.title.textContent = `${this.noun} ${one.channel} of ${this.name}`;
    this.why.textContent = `${one.why}.`;
    this.#showBars(one, statistics);
    const peaks = statistics.topPictures(one.channel).slice(0, TOP_PICTURES);
    const items = peaks.map((peak) => this.#picture(peak, one.channel, /** @type {AbortController} */ (this.#shown).signal));
    this.pictures.replaceChildren(...items.map(({ el }) => el));
    this.#draws = items.map(({ draw }) => draw);
    this.settle(0);
    this.draw();
    this.mark();
  }

  /** @param {Triaged} one @param {ChannelStatistics} statistics */
  #showBars({ channel, least, most, mean, zeros, positive }, statistics) {
    const histogram = statistics.histograms.of(channel);
    const total = histogram.counts.reduce((a, b) => a + b, 0);
    const pictures = plural(statistics.pictures, "picture");
    const label = `histogram of ${plural(total, "number")} over ${pictures}`;
    this.bars.replaceChildren(drawBars(withoutZeros(histogram, Math.round(zeros * total)), label));
    const silent = zeros > 0 ? ` ${sayPercent(zeros)} are exactly 0 and stand in no bar.` : "";
    this.words.textContent = `${plural(total, "number")} over ${pictures}: ${formatNumber(least)} to ${formatNumber(most)}, mean ${formatNumber(mean)}, above zero ${sayPercent(positive)}.${silent}`;
  }

  /** @param {Peak} peak @param {number} channel @param {AbortSignal} signal */
  #picture(peak, channel, signal) {
    const { lab, name } = this;
    const thumb = new PictureThumb();
    const words = `picture ${peak.picture + 1}: ${formatNumber(peak.value)}`;
    const el = button("", () => this.opened(peak, channel), signal, `${words}; open the unit`);
    el.append(thumb.el, element("span", "", words));
    const [, , height = 1, width = 1] = lab.shapes.get(name) ?? [];
    const { box } = patchOf(lab, name, channel * height * width + peak.at);
    return { el, draw: () => thumb.show(lab.pictures[peak.picture], box) };
  }

  /** In the theme's colours. */
  draw() {
    for (const one of this.#draws) one();
  }

  /** Whether it is on. */
  mark() {
    if (!this.#one) return;
    const off = this.lab.ablated.get(this.name)?.has(this.#one.channel) ?? false;
    this.toggle.textContent = `${this.noun} ${this.#one.channel}: switch it ${off ? "on" : "off"}`;
  }

  #switch() {
    if (!this.#one) return;
    const { channel } = this.#one;
    switchChannels(this.lab, this.name, [channel], !this.lab.ablated.get(this.name)?.has(channel));
  }
}
