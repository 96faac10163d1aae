// What opens under the network: one unit, a layer's channels, two networks or pictures beside each other. Each panel is made when it is first asked for.

import { element } from "./element.js";
import { mountChannels } from "./panel_channels.js";
import { mountCompare } from "./panel_compare.js";
import { mountUnitPanel } from "./panel_unit.js";

/** @import { Lab } from "./lab.js" */
/** @import { CompareOptions } from "./panel_compare_view.js" */
/** @typedef {{goTo: (name: string) => void, pick: (picture: number) => void}} PanelEvents   goTo: the focus goes back to a layer */

export class ExplorerPanels {
  el = element("div", "cnnviz-explorer-panels");
  /** @type {ReturnType<typeof mountUnitPanel> | null} */ #unit = null;
  /** @type {ReturnType<typeof mountCompare> | null} */ #compared = null;
  /** @type {Record<string, AbortController>} of the panels that are made anew at each opening */ #ended = {};

  /**
   * @param {Lab} lab
   * @param {CompareOptions} compare  a second network of the same nodes, or this one's precision
   * @param {PanelEvents} events
   * @param {AbortSignal} signal
   */
  constructor(lab, compare, events, signal) {
    this.lab = lab;
    this.compare = compare;
    this.events = events;
    this.signal = signal;
    this.places = { compare: emptyPlace(), channels: emptyPlace(), unit: emptyPlace() };
    this.el.append(this.places.compare, this.places.channels, this.places.unit);
    signal.addEventListener("abort", () => Object.values(this.#ended).forEach((ended) => ended.abort()), { once: true });
  }

  /** @param {string} name of a node @param {number} at flat index of a cell of its output */
  openUnit(name, at) {
    if (!this.lab.calls.has(name)) return;
    this.#unit ??= mountUnitPanel(this.places.unit, this.lab, { closed: this.events.goTo }, this.signal);
    this.#unit.open(name, at);
  }

  /** @param {string} name of a node */
  openChannels(name) {
    const { place, signal } = this.#anew("channels");
    const closed = (/** @type {string} */ layer) => {
      place.hidden = true;
      this.events.goTo(layer);
    };
    mountChannels(place, this.lab, name, { open: this.openUnit.bind(this), pick: this.events.pick, closed }, signal);
    place.scrollIntoView({ block: "nearest" });
  }

  /** @param {() => void} closed */
  openCompare(closed) {
    const { place, signal } = this.#anew("compare");
    this.#compared = mountCompare(place, this.lab, { ...this.compare, closed: () => {
      place.hidden = true;
      closed();
    } }, signal);
    place.scrollIntoView({ block: "nearest" });
  }

  /** Another precision of the weights to compare with. @param {string} precision */
  round(precision) {
    this.compare.precision = precision;
    this.#compared?.round(precision);
  }

  /** An empty place in the old one's stead. @param {"channels" | "compare"} panel */
  #anew(panel) {
    this.#ended[panel]?.abort();
    this.#ended[panel] = new AbortController();
    const place = emptyPlace();
    place.hidden = false;
    this.places[panel].replaceWith(place);
    this.places[panel] = place;
    return { place, signal: this.#ended[panel].signal };
  }
}

function emptyPlace() {
  const place = element("section", "cnnviz-explorer-panel");
  place.hidden = true;
  return place;
}
