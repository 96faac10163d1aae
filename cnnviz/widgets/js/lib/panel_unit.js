// The unit panel: one unit, what it sees, what it is made of, what it does to the score; and the way down to the pixels.
//
//   mountUnitPanel(el, lab, hooks, signal) -> { open(name, at), refresh(), close() }
//
// `el`: an empty element inside the figure's root (which has the tokens and the theme); hidden while nothing is open.
// `open(name, at)`: a node's name and the flat index of a cell of its output; begins a new trail. `refresh()`: draw anew;
// not needed after the lab's own events. `close()`: as Escape does. hooks: `closed(name)`: it was closed, the node that
// was shown last (bring the focus back to it; without this hook the focus returns to where it was); `moved({name, at})`:
// another unit is shown. name "input": a pixel, at its place in the network's input.

import { UnitView } from "./panel_unit_view.js";

/** @import { Lab } from "./lab.js" */
/** @import { UnitHooks } from "./panel_unit_view.js" */

/**
 * @param {HTMLElement} el
 * @param {Lab} lab
 * @param {UnitHooks} hooks
 * @param {AbortSignal} signal
 * @returns {{open: (name: string, at: number) => void, refresh: () => void, close: () => void}}
 */
export function mountUnitPanel(el, lab, hooks, signal) {
  const view = new UnitView(el, lab, hooks, signal);
  return { open: (name, at) => view.open(name, at), refresh: () => view.refresh(), close: () => view.close() };
}
