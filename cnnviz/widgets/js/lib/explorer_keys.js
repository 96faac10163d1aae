// The keys of the explorer, behind one button.

import { button } from "./controls.js";
import { element } from "./element.js";

/** @typedef {"live" | "deep"} Needs  the network can be computed anew; it has a search and a strip */

/** @type {[keys: string, what: ([words: string] | [words: string, needs: Needs])[]][]} */
const EXPLORER_KEYS = [
  ["arrows", [
    ["on the picture: move the pen", "live"],
    ["on a layer: move from unit to unit, over its edges to the next map or layer"],
    ["on a folded row: to the next row, right opens, left folds"],
  ]],
  ["Space", [["on the picture: draw a dot; with Shift and arrows: draw a line", "live"]]],
  ["e, u, Delete", [["on the picture: pen or eraser, undo, clear", "live"]]],
  ["o", [["on the picture: a grey square that hides a part; arrows move it, + and − size it", "live"]]],
  ["Ctrl V", [["a picture from the clipboard", "live"]]],
  ["Page Up, Page Down", [["the row before, the row after"]]],
  ["Enter", [["on a row: open or fold it"], ["on a unit: see how it is made, Escape closes"], ["in the search: to the next hit", "deep"]]],
  ["x", [["on a row: set the layer's or the block's output to zero; again: back on", "live"]]],
  ["Escape", [["on a layer's units: back to its row"], ["in the search: to the layer that Enter went to", "deep"]]],
  ["/", [["search the layers", "deep"]]],
  ["?", [["these keys"]]],
];

/**
 * The keys that do something in this figure.
 * @param {Record<Needs, boolean>} has
 * @returns {[keys: string, what: string][]}
 */
export function keysOf(has) {
  const told = EXPLORER_KEYS.map(([keys, what]) => [keys, what.filter(([, needs]) => !needs || has[needs]).map(([words]) => words).join("; ")]);
  return /** @type {[string, string][]} */ (told.filter(([, what]) => what));
}

/**
 * @param {HTMLElement} root where `?` works
 * @param {Record<Needs, boolean>} has
 * @param {AbortSignal} signal
 * @returns {{button: HTMLElement, list: HTMLElement}}
 */
export function explorerKeys(root, has, signal) {
  const list = element("div", "cnnviz-keys");
  list.hidden = true;
  list.append(...keysOf(has).flatMap(([key, what]) => [element("kbd", "", key), element("span", "", what)]));
  const toggle = () => {
    list.hidden = !list.hidden;
    fold.setAttribute("aria-expanded", String(!list.hidden));
  };
  const fold = button("keys", toggle, signal);
  fold.setAttribute("aria-expanded", "false");
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "?" && !target.closest("input:not([type=checkbox]), select, .cnnviz-stepper")) toggle();
  };
  root.addEventListener("keydown", onKey, { signal });
  return { button: fold, list };
}
