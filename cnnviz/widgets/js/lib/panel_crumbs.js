// The reader's trail as a list of buttons: each leads back.

import { button } from "./controls.js";
import { element } from "./grid.js";
import { rovingButtons } from "./panel_rove.js";

export class Crumbs {
  /** @type {AbortController | null} */ #shown = null;

  /** @param {(index: number) => void} chosen @param {AbortSignal} signal */
  constructor(chosen, signal) {
    this.chosen = chosen;
    this.el = element("nav", "cnnviz-trail");
    this.el.setAttribute("aria-label", "the way here");
    this.list = element("ol", "");
    this.el.append(this.list);
    this.settle = rovingButtons(this.el, signal);
    signal.addEventListener("abort", () => this.#shown?.abort(), { once: true });
  }

  /** @param {{short: string, full: string}[]} stops the last is where the reader is */
  show(stops) {
    this.#shown?.abort();
    const shown = new AbortController();
    this.#shown = shown;
    const items = stops.map(({ short, full }, i) => {
      const item = element("li", "");
      const last = i === stops.length - 1;
      const one = button(short, () => this.chosen(i), shown.signal, last ? full : `back to ${full}`);
      if (last) one.setAttribute("aria-current", "step");
      item.append(one);
      return item;
    });
    this.list.replaceChildren(...items);
    this.el.hidden = stops.length < 2;
    this.settle(stops.length - 1);
  }
}
