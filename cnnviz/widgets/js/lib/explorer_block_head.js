// The head of an open block: its name and what it holds, above its layers.

import { button } from "./controls.js";
import { element } from "./element.js";

/** @import { BandOptions } from "./explorer_band.js" */

/**
 * @param {BandOptions} options
 * @param {() => void} folded  the reader folds it
 * @param {AbortSignal} signal
 * @returns {{el: HTMLElement, name: HTMLElement, head: HTMLElement}}
 */
export function blockHead({ block, title, words, sizes, cost }, folded, signal) {
  const el = element("section", "cnnviz-band is-head");
  el.dataset.block = block.name;
  const name = button("", folded, signal);
  name.className = "cnnviz-band-name";
  name.title = `${block.name}: ${sizes}${cost}`;
  name.setAttribute("aria-expanded", "true");
  name.append(element("b", "", title), " ", element("span", "", words));
  const size = element("span", "cnnviz-band-shape", sizes);
  size.append(element("span", "", cost));
  const head = element("div", "cnnviz-band-head");
  head.append(name, size);
  el.append(head);
  return { el, name, head };
}
