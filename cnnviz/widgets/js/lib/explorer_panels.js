// What opens under the network: one unit, a layer's channels. Each panel is made when it is first asked for.

import { element } from "./grid.js";
import { mountChannels } from "./panel_channels.js";
import { mountUnitPanel } from "./panel_unit.js";

/** @import { Lab } from "./lab.js" */
/** @typedef {{goTo: (name: string) => void, pick: (picture: number) => void}} PanelEvents   goTo: the focus goes back to a layer */

export class ExplorerPanels {
  el = element("div", "cnnviz-explorer-panels");
  /** @type {ReturnType<typeof mountUnitPanel> | null} */ #unit = null;
  /** @type {AbortController | null} of the channels that are open */ #channels = null;

  /** @param {Lab} lab @param {PanelEvents} events @param {AbortSignal} signal */
  constructor(lab, events, signal) {
    this.lab = lab;
    this.events = events;
    this.signal = signal;
    this.places = { unit: element("section", "cnnviz-explorer-panel"), channels: element("section", "cnnviz-explorer-panel") };
    this.places.channels.hidden = this.places.unit.hidden = true;
    this.el.append(this.places.channels, this.places.unit);
    signal.addEventListener("abort", () => this.#channels?.abort(), { once: true });
  }

  /** @param {string} name of a node @param {number} at flat index of a cell of its output */
  openUnit(name, at) {
    if (!this.lab.calls.has(name)) return;
    this.#unit ??= mountUnitPanel(this.places.unit, this.lab, { closed: this.events.goTo }, this.signal);
    this.#unit.open(name, at);
  }

  /** @param {string} name of a node */
  openChannels(name) {
    this.#channels?.abort();
    this.#channels = new AbortController();
    const place = element("section", "cnnviz-explorer-panel");
    this.places.channels.replaceWith(place);
    this.places.channels = place;
    const hooks = {
      open: this.openUnit.bind(this),
      pick: this.events.pick,
      closed: (/** @type {string} */ layer) => {
        place.hidden = true;
        this.events.goTo(layer);
      },
    };
    mountChannels(place, this.lab, name, hooks, this.#channels.signal);
    place.scrollIntoView({ block: "nearest" });
  }
}
