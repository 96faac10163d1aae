// The search field of a deep network: hits are marked as the reader types, Enter goes from one to the next.

import { element } from "./element.js";
import { findNodes } from "./explorer_search.js";

/** @import { GraphNode } from "./graph.js" */
/**
 * @typedef {object} FindEvents
 * @property {(hits: number[]) => void} onHits    indices of nodes
 * @property {(at: number) => void} onGo          to one of them
 * @property {() => void} onLeave                 Escape in an empty field, or at a hit
 * @property {(text: string) => void} say
 */

export class FindField {
  /** @type {number[]} */ hits = [];
  #now = -1;

  /**
   * @param {GraphNode[]} nodes
   * @param {(name: string) => number[]} shapeOf
   * @param {FindEvents} events
   * @param {AbortSignal} signal
   */
  constructor(nodes, shapeOf, events, signal) {
    this.events = events;
    this.el = element("div", "cnnviz-find");
    this.input = document.createElement("input");
    this.input.type = "search";
    this.input.placeholder = `search ${nodes.length} layers`;
    this.input.setAttribute("aria-label", "search layers by name, operation or shape");
    this.status = element("span", "cnnviz-quiet");
    this.find = () => findNodes(nodes, shapeOf, this.input.value);
    this.input.addEventListener("input", () => this.#search(), { signal });
    this.input.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.el.append(this.input, this.status);
  }

  #search() {
    this.hits = this.find();
    this.#now = -1;
    this.#tell();
    this.events.onHits(this.hits);
  }

  #leave() {
    this.input.value = "";
    this.#search();
    this.events.onLeave();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape" && (!this.input.value || this.#now >= 0)) this.#leave();
    if (event.key !== "Enter" || !this.hits.length) return;
    event.preventDefault();
    const count = this.hits.length;
    this.#now = event.shiftKey ? (Math.max(this.#now, 0) + count - 1) % count : (this.#now + 1) % count;
    this.#tell();
    this.events.onGo(this.hits[this.#now]);
  }

  #tell() {
    const count = this.hits.length;
    const found = this.#now < 0 ? `${count || "none"}` : `${this.#now + 1} of ${count}`;
    this.status.textContent = this.input.value.trim() ? found : "";
    if (this.input.value.trim() && this.#now < 0) this.events.say(count ? `${count} found; Enter goes to the first` : "none found");
  }
}
