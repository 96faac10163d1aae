// The reader's trail as a list of buttons: each leads back.

import { button } from "./controls.js";
import { element } from "./element.js";
import { rovingButtons } from "./panel_rove.js";

const MOST_CRUMBS = 10;
const LAST_CRUMBS = 6; // that stay when a long way is folded, beside the first

/** @typedef {{short: string, full: string}} Crumb */

export class Crumbs {
  #unfolded = false;
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

  /** @param {Crumb[]} stops the last is where the reader is */
  show(stops) {
    if (stops.length < 2) this.#unfolded = false;
    const folded = stops.length > MOST_CRUMBS && !this.#unfolded ? stops.length - 1 - LAST_CRUMBS : 0;
    this.#shown?.abort();
    const shown = new AbortController();
    this.#shown = shown;
    const items = stops.map((stop, i) => this.#item(stop, i, i === stops.length - 1, shown.signal));
    if (folded) items.splice(1, folded, this.#fold(stops, folded, shown.signal));
    this.list.replaceChildren(...items);
    this.el.hidden = stops.length < 2;
    this.settle(items.length - 1);
  }

  /** @param {Crumb} stop @param {number} index @param {boolean} last @param {AbortSignal} signal */
  #item({ short, full }, index, last, signal) {
    const item = element("li", "");
    const one = button(short, () => this.chosen(index), signal, last ? full : `back to ${full}`);
    if (last) one.setAttribute("aria-current", "step");
    item.append(one);
    return item;
  }

  /** The middle of a long way, behind one button. @param {Crumb[]} stops @param {number} count @param {AbortSignal} signal */
  #fold(stops, count, signal) {
    const item = element("li", "");
    const unfold = () => {
      this.#unfolded = true;
      this.show(stops);
      this.list.querySelectorAll("button")[1]?.focus();
    };
    item.append(button(`… ${count} more`, unfold, signal, `show ${count} more stops of the way here`));
    return item;
  }
}
