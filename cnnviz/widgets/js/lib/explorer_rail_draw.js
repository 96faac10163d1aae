// The rail beside the rows, drawn: a line for each tensor, a dot for each row, a ring for a folded block.

import { railOf } from "./explorer_rail.js";
import { SVG } from "./marks.js";

/** @import { Rail, RailRow } from "./explorer_rail.js" */
/** @typedef {"layer" | "block" | "input"} RailMark */

const LANE_WIDTH = 11; // CSS pixels
const RAIL_MARGIN = 7; // from the edges to the outer lanes' middles
const BEND = 18;

/** How wide a rail of so many lanes is drawn. @param {number} lanes @param {number} most CSS pixels */
export function railWidth(lanes, most) {
  return Math.min(most, 2 * RAIL_MARGIN + (lanes - 1) * LANE_WIDTH);
}

export class RailDrawing {
  svg = document.createElementNS(SVG, "svg");
  /** @type {RailRow[]} */ #rows = [];
  /** @type {Rail} */ #rail = { dots: [], lines: [], lanes: 1 };
  /** @type {SVGElement[]} by row, of the tensors that leave it */ #paths = [];

  constructor() {
    this.svg.classList.add("cnnviz-rail");
    this.svg.setAttribute("aria-hidden", "true");
  }

  /**
   * @param {RailRow[]} rows
   * @param {RailMark[]} marks  one a row
   * @param {number[]} heights  of each row's dot
   * @param {number} width
   */
  draw(rows, marks, heights, width) {
    this.#rows = rows;
    this.#rail = railOf(rows);
    const step = Math.min(LANE_WIDTH, (width - 2 * RAIL_MARGIN) / Math.max(1, this.#rail.lanes - 1));
    const x = (/** @type {number} */ lane) => RAIL_MARGIN + lane * step;
    const parts = rows.map(() => "");
    for (const { gap, from, to, source, ends } of this.#rail.lines) {
      parts[source] += between(x(from), heights[gap - 1], x(to), heights[gap], ends);
    }
    this.#paths = parts.map((d) => railShape("path", { d }));
    const dots = rows.map((_, i) => makeDot(marks[i], x(this.#rail.dots[i]), heights[i]));
    this.svg.replaceChildren(...this.#paths, ...dots);
    this.svg.setAttribute("width", `${width}`);
    this.svg.setAttribute("height", `${heights[heights.length - 1] + 8}`);
  }

  /** Show what a row reads; null: nothing. @param {string | null} id */
  point(id) {
    const sources = this.#rows.find((row) => row.id === id)?.reads ?? [];
    this.#paths.forEach((path, i) => path.classList.toggle("is-read", sources.includes(this.#rows[i].id)));
  }
}

/** A way in merges just above its dot, a way round leaves just below. @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {boolean} ends */
function between(x1, y1, x2, y2, ends) {
  if (x1 === x2) return `M${x1} ${y1}V${y2}`;
  const bend = Math.min(BEND, y2 - y1);
  if (ends) return `M${x1} ${y1}V${y2 - bend}C${x1} ${y2 - bend / 2} ${x2} ${y2 - bend / 2} ${x2} ${y2}`;
  return `M${x1} ${y1}C${x1} ${y1 + bend / 2} ${x2} ${y1 + bend / 2} ${x2} ${y1 + bend}V${y2}`;
}

/** @param {RailMark} mark @param {number} cx @param {number} cy */
function makeDot(mark, cx, cy) {
  const r = { layer: 3, block: 4.5, input: 3.5 }[mark];
  return railShape("circle", { cx, cy, r, class: `is-${mark}` });
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function railShape(name, attributes) {
  const shape = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, `${value}`);
  return shape;
}
