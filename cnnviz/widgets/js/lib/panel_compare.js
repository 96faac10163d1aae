// Two of the same, side by side with their difference: this picture and another, this network and one with other
// parameters (another checkpoint), or this network and itself with its weights rounded.
//
//   mountCompare(el, lab, options, signal) -> { refresh(), round(precision), close() }
//
// `el`: an empty element inside the figure's root. options: `params` {node name: {parameter: Tensor}} of a second network
// of the same nodes, and its `label`; `precision`: of the rounded weights, "" for none at first; `layer`: the node shown
// first; `rounded(precision)`: the reader has chosen another; `closed()`. A is always what is on the board.
// `refresh()`: compute and draw anew; not needed after the lab's own events. `round(precision)`: B is this network so.

import { CompareView } from "./panel_compare_view.js";

/** @import { Lab } from "./lab.js" */
/** @import { CompareOptions } from "./panel_compare_view.js" */

/**
 * @param {HTMLElement} el
 * @param {Lab} lab
 * @param {CompareOptions} options
 * @param {AbortSignal} signal
 * @returns {{refresh: () => void, round: (precision: string) => void, close: () => void}}
 */
export function mountCompare(el, lab, options, signal) {
  const view = new CompareView(el, lab, options, signal);
  return { refresh: () => void view.refresh(), round: (precision) => view.round(precision), close: () => view.close() };
}
