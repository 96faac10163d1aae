// The channels of a layer over the figure's pictures: dead, saturated, alike, strong for a class; each with its histogram,
// its top pictures and its switch.
//
//   mountChannels(el, lab, name, hooks, signal) -> { refresh(), close() }
//
// `el`: an empty element inside the figure's root; `name`: the node. One layer a mount: for another, abort the signal and
// mount anew (what was computed of a layer stays with the lab). It runs all pictures beside the board and says how far it
// is. `refresh()`: draw anew; not needed after the lab's own events. hooks: `open(name, at)`: show this unit (of the
// picture that is on the board by then); `pick(i)`: put the i-th picture on the board (default: lab.show); `closed(name)`.

import { TriageView } from "./panel_channels_view.js";

/** @import { Lab } from "./lab.js" */
/** @import { ChannelHooks } from "./panel_channels_view.js" */

/**
 * @param {HTMLElement} el
 * @param {Lab} lab
 * @param {string} name
 * @param {ChannelHooks} hooks
 * @param {AbortSignal} signal
 * @returns {{refresh: () => void, close: () => void}}
 */
export function mountChannels(el, lab, name, hooks, signal) {
  const view = new TriageView(el, lab, name, hooks, signal);
  return { refresh: () => view.refresh(), close: () => view.close() };
}
