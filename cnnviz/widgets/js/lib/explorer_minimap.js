// A deep network in a narrow strip: one mark a node, what is seen of it outlined; a click or a key goes there.

import { sizeOf } from "./tensor.js";
import { SVG } from "./marks.js";

/** @import { GraphNode } from "./graph.js" */
/** @typedef {"weights" | "join" | "pool" | "point"} MapFamily */

const FAMILIES = /** @type {[MapFamily, RegExp][]} */ ([
  ["weights", /^(conv|linear)/],
  ["join", /^(add|sub|mul|div|cat)$/],
  ["pool", /pool|interpolate|mean|shuffle/],
]);
const MAP_WIDTH = 24; // units of the drawing; as wide as the strip
const HIT_WIDTH = 5;
const MARKS_MEAN = "The whole network, from its picture to its answer. Violet: has weights. Black or white: joins branches. Thick grey: changes the maps' size. Thin: each number alone. The longer, the more channels.";
const [MARK_HEIGHT, POINT_HEIGHT] = [0.76, 0.3]; // of a node's share: what changes each number alone is a thin line

/** @param {string} op @returns {MapFamily} */
function familyOf(op) {
  return FAMILIES.find(([, pattern]) => pattern.test(op))?.[0] ?? "point";
}

/**
 * How wide each node's mark is, 0 to 1: by the count of its channels, on a logarithmic scale.
 * @param {number[][]} shapes  with the batch's axis
 */
function markWidths(shapes) {
  const sizes = shapes.map((shape) => Math.log2(1 + sizeOf(shape.slice(1, 2))));
  const largest = Math.max(...sizes);
  return sizes.map((size) => 0.2 + (0.8 * size) / largest);
}

export class Minimap {
  /**
   * @param {GraphNode[]} nodes
   * @param {(name: string) => number[]} shapeOf
   * @param {(at: number) => void} goTo  a node's index
   * @param {AbortSignal} signal
   */
  constructor(nodes, shapeOf, goTo, signal) {
    this.nodes = nodes;
    this.goTo = goTo;
    this.seen = { first: 0, last: 0 };
    this.el = document.createElement("div");
    this.el.className = "cnnviz-minimap";
    this.el.tabIndex = 0;
    const said = { role: "slider", "aria-orientation": "vertical", "aria-label": "place in the network", "aria-valuemin": "1", "aria-valuemax": `${nodes.length}` };
    for (const [name, value] of Object.entries(said)) this.el.setAttribute(name, value);
    this.el.title = MARKS_MEAN;
    this.hits = document.createElementNS(SVG, "path");
    this.hits.setAttribute("class", "is-hit");
    this.window = document.createElement("div");
    this.window.className = "cnnviz-minimap-window";
    this.el.append(this.#draw(markWidths(nodes.map(({ name }) => shapeOf(name)))), this.window);
    this.#listen(signal);
  }

  /** @param {number[]} widths */
  #draw(widths) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${MAP_WIDTH} ${this.nodes.length}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    /** @type {Record<string, string>} */
    const paths = {};
    this.nodes.forEach(({ op }, i) => {
      const width = widths[i] * (MAP_WIDTH - 6);
      const family = familyOf(op);
      const height = family === "point" ? POINT_HEIGHT : MARK_HEIGHT;
      paths[family] = `${paths[family] ?? ""}M3 ${i + (1 - height) / 2}h${width}v${height}h${-width}z`;
    });
    for (const [family, d] of Object.entries(paths)) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", d);
      path.setAttribute("class", `is-${family}`);
      svg.append(path);
    }
    svg.append(this.hits);
    return svg;
  }

  /** What a search has found, over its mark. @param {number[]} hits indices of nodes */
  markHits(hits) {
    const x = MAP_WIDTH - 3 - HIT_WIDTH;
    this.hits.setAttribute("d", hits.map((i) => `M${x} ${i}h${HIT_WIDTH}v1h${-HIT_WIDTH}z`).join(""));
  }

  /** What is seen. @param {number} first index of a node @param {number} last @param {string} said */
  show(first, last, said) {
    this.seen = { first, last };
    const count = this.nodes.length;
    this.window.style.top = `${(100 * first) / count}%`;
    this.window.style.height = `${(100 * (last + 1 - first)) / count}%`;
    this.el.setAttribute("aria-valuenow", `${first + 1}`);
    this.el.setAttribute("aria-valuetext", said);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const lead = (/** @type {PointerEvent} */ { clientY }) => {
      const { top, height } = this.el.getBoundingClientRect();
      this.#to(Math.floor(((clientY - top) / height) * this.nodes.length));
    };
    this.el.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.el.setPointerCapture(event.pointerId);
      lead(event);
    }, { signal });
    this.el.addEventListener("pointermove", (event) => this.el.hasPointerCapture(event.pointerId) && lead(event), { signal });
    this.el.addEventListener("keydown", (event) => this.#onKey(event), { signal });
  }

  /** @param {number} at */
  #to(at) {
    this.goTo(Math.min(this.nodes.length - 1, Math.max(0, at)));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { first, last } = this.seen;
    const page = Math.max(1, last - first);
    const to = { ArrowDown: last + 1, ArrowUp: first - 1, PageDown: last + page, PageUp: first - page, Home: 0, End: this.nodes.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#to(to);
  }
}
