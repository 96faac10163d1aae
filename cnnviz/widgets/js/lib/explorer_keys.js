// The keys of the explorer, behind one button.

import { button } from "./controls.js";
import { element } from "./grid.js";

/** @type {[keys: string, what: string][]} */
const EXPLORER_KEYS = [
  ["arrows", "on the picture: move the pen; on a layer: move from unit to unit, over its edges to the next map or layer; on a folded row: to the next row, right opens, left folds"],
  ["Space", "on the picture: draw a dot; with Shift and arrows: draw a line"],
  ["e, u, Delete", "on the picture: pen or eraser, undo, clear"],
  ["o", "on the picture: a grey square that hides a part; arrows move it, + and - size it"],
  ["Ctrl V", "a picture from the clipboard"],
  ["Page Up, Page Down", "the row before, the row after"],
  ["Enter", "on a row: open or fold it; on a unit: see how it is made, Escape closes; in the search: to the next hit"],
  ["x", "on a row: set the layer's or the block's output to zero; again: back on"],
  ["Escape", "on a layer's units: back to its row; in the search: to the layer that Enter went to"],
  ["/", "search the layers"],
  ["?", "these keys"],
];

/**
 * @param {HTMLElement} root where `?` works
 * @param {AbortSignal} signal
 * @returns {{button: HTMLElement, list: HTMLElement}}
 */
export function explorerKeys(root, signal) {
  const list = element("div", "cnnviz-keys");
  list.hidden = true;
  list.append(...EXPLORER_KEYS.flatMap(([key, what]) => [element("kbd", "", key), element("span", "", what)]));
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
