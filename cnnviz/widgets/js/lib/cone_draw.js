// The cone of one unit as SVG: a row of cells a level, the ways between them, and a bar a pixel for their number.

import { coneLevels, coneRows, coneTaps } from "./cone_chain.js";
import { SVG } from "./marks.js";

/** @import { ConeLayer, ConeRow } from "./cone_chain.js" */
/** @typedef {{pixels: number, layers: ConeLayer[], level: number, unit: number, width: number}} ConeView */

const CONE_PITCH = 56; // from row to row
export const CONE_BARS = 60; // beneath the pixels
const CELL = 18;
const TOP = 28; // the middle of the uppermost row
const MARGIN = 4; // pixels outside the picture that are drawn at most

/** How high the drawing of so many layers is. @param {number} layers */
export function coneHeight(layers) {
  return TOP + CONE_PITCH * layers + CELL / 2 + CONE_BARS;
}

/** The middle of a level's row. @param {number} level @param {number} layers */
export function coneMiddle(level, layers) {
  return TOP + CONE_PITCH * (layers - level);
}

/**
 * Where cells stand: above the middle of their field, and as wide as the jump from one to the next.
 * @param {number} pixels
 * @param {ConeLayer[]} layers
 * @param {number} width
 */
export function coneScale(pixels, layers, width) {
  const levels = coneLevels(pixels, layers);
  const margin = Math.min(MARGIN, Math.max(...levels.map(({ start }) => -start)));
  const zoom = width / (pixels + 2 * margin);
  /** @param {number} level @param {number} cell */
  const middle = (level, cell) => {
    const { start, size, jump } = levels[level];
    return zoom * (margin + start + cell * jump + size / 2);
  };
  return {
    levels,
    middle,
    /** @param {number} level */
    wide: (level) => zoom * levels[level].jump * 0.86,
    /** The cell nearest to a place. @param {number} level @param {number} x */
    cellAt(level, x) {
      const { jump, units } = levels[level];
      return Math.min(units - 1, Math.max(0, Math.round((x - middle(level, 0)) / (zoom * jump))));
    },
  };
}

/** @param {ConeView} view @returns {SVGSVGElement} */
export function drawCone({ pixels, layers, level, unit, width }) {
  const scale = coneScale(pixels, layers, width);
  const height = coneHeight(layers.length);
  const rows = coneRows(pixels, layers, level, unit);
  const svg = /** @type {SVGSVGElement} */ (document.createElementNS(SVG, "svg"));
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" })) {
    svg.setAttribute(name, `${value}`);
  }
  addPath(svg, "cnnviz-cone-shape", conePath(rows, scale, layers.length));
  addPath(svg, "cnnviz-cone-way", wayPath(rows, layers, scale));
  scale.levels.forEach(({ units }, at) => drawRow({ at, units, row: rows[at] }));
  drawBars();
  return svg;

  /** @param {{at: number, units: number, row: ConeRow | undefined}} level */
  function drawRow({ at, units, row }) {
    const kind = at === 0 ? "is-pixel" : at === level ? "is-top" : "is-between";
    const read = Array.from({ length: units }, (_, cell) => Boolean(row?.ways[cell]));
    addPath(svg, `cnnviz-cone-cell ${kind}`, cellPath(at, read.flatMap((yes, cell) => (yes ? [] : [cell]))));
    addPath(svg, `cnnviz-cone-cell is-read ${kind}`, cellPath(at, read.flatMap((yes, cell) => (yes ? [cell] : []))));
    if (row) addPath(svg, "cnnviz-cone-cell is-outside", cellPath(at, outside(row, units)));
  }

  /** @param {number} at @param {number[]} cells */
  function cellPath(at, cells) {
    const wide = scale.wide(at);
    const top = coneMiddle(at, layers.length) - CELL / 2;
    return cells.map((cell) => `M${place(scale.middle(at, cell) - wide / 2)} ${top}h${place(wide)}v${CELL}h${place(-wide)}z`).join("");
  }

  function drawBars() {
    const floor = height - 1;
    const most = Math.max(...rows[0].ways);
    const wide = scale.wide(0);
    const bars = [...rows[0].ways].flatMap((count, cell) => {
      const high = (count / most) * (CONE_BARS - 10);
      return count ? [`M${place(scale.middle(0, cell) - wide / 2)} ${floor}v${place(-high)}h${place(wide)}v${place(high)}z`] : [];
    });
    addPath(svg, "cnnviz-cone-bar", bars.join(""));
    addPath(svg, "cnnviz-cone-floor", `M0 ${floor}h${width}`);
  }
}

/** Cells of the span that are not in the map. @param {ConeRow} row @param {number} units */
function outside({ first, last }, units) {
  const before = Array.from({ length: Math.max(0, -first) }, (_, k) => first + k);
  const after = Array.from({ length: Math.max(0, last - units + 1) }, (_, k) => units + k);
  return [...before, ...after];
}

/** @param {ConeRow[]} rows @param {ReturnType<typeof coneScale>} scale @param {number} layers */
function conePath(rows, scale, layers) {
  const left = rows.map(({ first }, at) => [scale.middle(at, first) - scale.wide(at) / 2, coneMiddle(at, layers)]);
  const right = rows.map(({ last }, at) => [scale.middle(at, last) + scale.wide(at) / 2, coneMiddle(at, layers)]);
  return `M${[...left, ...right.reverse()].map((point) => point.map(place).join(" ")).join("L")}z`;
}

/** A line for every window's every cell, where a way leads through. @param {ConeRow[]} rows @param {ConeLayer[]} layers @param {ReturnType<typeof coneScale>} scale */
function wayPath(rows, layers, scale) {
  let path = "";
  for (let at = rows.length - 1; at > 0; at--) {
    const [from, to] = [at, at - 1].map((level) => coneMiddle(level, layers.length));
    rows[at].ways.forEach((count, unit) => {
      if (!count) return;
      for (const cell of coneTaps(unit, layers[at - 1])) {
        const x = [place(scale.middle(at, unit)), place(scale.middle(at - 1, cell))];
        path += `M${x[0]} ${from + CELL / 2}L${x[1]} ${to - CELL / 2}`;
      }
    });
  }
  return path;
}

/** @param {number} value */
function place(value) {
  return Math.round(10 * value) / 10;
}

/** @param {SVGSVGElement} svg @param {string} name @param {string} d */
function addPath(svg, name, d) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", name);
  path.setAttribute("d", d);
  svg.append(path);
}
