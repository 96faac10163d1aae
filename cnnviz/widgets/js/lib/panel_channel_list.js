// A layer's channels as a list of buttons, each with its map of this picture and why it stands where it does.

import { button } from "./controls.js";
import { element } from "./element.js";
import { rovingButtons } from "./panel_rove.js";
import { paintMap } from "./panel_thumb.js";

/** @import { ColourTable } from "./colour_scale.js" */
/** @import { Triaged } from "./panel_triage.js" */
/** @typedef {{data: Float32Array, height: number, width: number, end: number, table: ColourTable}} ChannelMaps  end: of the scale */
/** @typedef {{channel: number, button: HTMLButtonElement, canvas: HTMLCanvasElement, why: HTMLElement}} ChannelItem */

const AT_FIRST = 24;

export class ChannelList {
  /** @type {ChannelItem[]} */ #items = [];
  /** @type {AbortController | null} */ #shown = null;
  #limit = AT_FIRST;

  /**
   * @param {"channel" | "unit"} noun
   * @param {(channel: number) => void} chosen
   * @param {AbortSignal} signal
   */
  constructor(noun, chosen, signal) {
    this.noun = noun;
    this.chosen = chosen;
    this.el = element("div", "cnnviz-channels");
    this.list = element("ul", "");
    this.more = button("", () => this.#showAll(), signal);
    this.el.append(this.list, this.more);
    this.settle = rovingButtons(this.list, signal);
    /** @type {Triaged[]} */ this.all = [];
    signal.addEventListener("abort", () => this.#shown?.abort(), { once: true });
  }

  /** @param {Triaged[]} all in order @param {(one: Triaged) => string} why */
  show(all, why) {
    this.all = all;
    this.why = why;
    const listed = all.slice(0, this.#limit);
    if (listed.map(({ channel }) => channel).join() !== this.#items.map(({ channel }) => channel).join()) this.#build(listed);
    this.#items.forEach((item, i) => (item.why.textContent = why(listed[i])));
    this.more.hidden = all.length <= this.#limit;
    this.more.textContent = `all ${all.length}`;
  }

  #showAll() {
    this.#limit = Infinity;
    const first = this.#items.length;
    if (this.why) this.show(this.all, this.why);
    this.#items[first]?.button.focus();
  }

  /** @param {Triaged[]} listed */
  #build(listed) {
    const focused = this.#items.find((item) => item.button === document.activeElement)?.channel;
    this.#shown?.abort();
    const shown = new AbortController();
    this.#shown = shown;
    this.#items = listed.map(({ channel }) => this.#item(channel, shown.signal));
    this.list.replaceChildren(...this.#items.map((item) => {
      const row = element("li", "");
      row.append(item.button);
      return row;
    }));
    this.settle();
    if (focused !== undefined) this.#items.find(({ channel }) => channel === focused)?.button.focus({ preventScroll: true });
  }

  /** @param {number} channel @param {AbortSignal} signal @returns {ChannelItem} */
  #item(channel, signal) {
    const one = button("", () => this.chosen(channel), signal);
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    const text = element("span", "cnnviz-channel-text");
    const why = element("span", "cnnviz-quiet");
    text.append(element("span", "", `${this.noun} ${channel}`), document.createTextNode(" "), why);
    one.append(canvas, text);
    return { channel, button: one, canvas, why };
  }

  /** Which is looked at, and which are off. @param {number | null} chosen @param {Set<number>} off */
  mark(chosen, off) {
    for (const { channel, button: one } of this.#items) {
      one.setAttribute("aria-pressed", String(channel === chosen));
      one.classList.toggle("is-off", off.has(channel));
      one.querySelector(".cnnviz-channel-text > span")?.replaceChildren(`${this.noun} ${channel}${off.has(channel) ? ", off" : ""}`);
    }
  }

  /** @param {ChannelMaps} maps of the picture on the board */
  paint({ data, height, width, end, table }) {
    const size = height * width;
    for (const { channel, canvas } of this.#items) {
      paintMap(canvas, data.subarray(channel * size, (channel + 1) * size), { height, width }, table, end);
    }
  }
}
