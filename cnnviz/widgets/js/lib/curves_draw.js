// One panel of training curves as SVG: axes, lines with their names at the end, and the place that is read.

import { formatNumber } from "./numbers.js";
import { countDomain, linePath, niceDomain, plotScale, spreadLabels, valueAt } from "./plot.js";

/** @import { Series } from "./plot.js" */
/** @typedef {{width: number, height: number, xs: number[], xName: string}} PanelSize */
/** @typedef {{svg: SVGSVGElement, xAt: (pixel: number) => number, read: (x: number | null) => void}} CurvePanel */

const SVG_NAMES = "http://www.w3.org/2000/svg";
const MARGIN = { top: 30, bottom: 38, left: 46 };
const LETTER = 7.2; // about the width of a letter of the small type size
const LINE_HEIGHT = 16;

/** @param {string} panel @param {number} value @returns {string} accuracies as percent, everything else as it is */
export function curveNumber(panel, value) {
  if (!panel.includes("accuracy") || !Number.isFinite(value)) return formatNumber(value);
  return `${(100 * value).toFixed(1)} %`;
}

/** All ticks of an axis with as many decimals as one of them needs. @param {string} panel @param {number[]} ticks */
function tickTexts(panel, ticks) {
  if (panel.includes("accuracy")) return ticks.map((tick) => `${Math.round(1000 * tick) / 10} %`);
  const texts = ticks.map(formatNumber);
  const decimals = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  return texts.every((text) => !text.includes("e")) ? ticks.map((tick) => tick.toFixed(decimals).replace("-", "−")) : texts;
}

/**
 * @param {Element} parent
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function addShape(parent, name, attributes, text = "") {
  const shape = document.createElementNS(SVG_NAMES, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, `${value}`);
  shape.textContent = text;
  parent.append(shape);
  return shape;
}

/**
 * @param {string} panel its name, as in "loss"
 * @param {Series[]} series
 * @param {PanelSize} size
 * @returns {CurvePanel}
 */
export function drawCurvePanel(panel, series, { width, height, xs, xName }) {
  const svg = document.createElementNS(SVG_NAMES, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", `${width}`);
  svg.setAttribute("height", `${height}`);
  svg.setAttribute("aria-hidden", "true");
  const longest = Math.max(...series.map(({ name }) => name.length));
  const right = width - longest * LETTER - 14;
  const horizontal = countDomain(xs);
  const vertical = niceDomain(series.flatMap(({ y }) => y));
  const across = plotScale(horizontal, MARGIN.left + 6, right);
  const down = plotScale(vertical, height - MARGIN.bottom, MARGIN.top);
  addShape(svg, "text", { x: 0, y: 16, class: "cnnviz-curves-title" }, panel);
  drawAxes();
  series.forEach((one, i) => addShape(svg, "path", { d: linePath(one, across, down), class: `cnnviz-curve cnnviz-curve-${i}` }));
  drawNames();
  series.forEach(drawStrange);
  const reading = addShape(svg, "g", { class: "cnnviz-curves-reading" });
  return { svg, xAt: (pixel) => nearestOf(xs, pixel, across), read };

  function drawAxes() {
    const texts = tickTexts(panel, vertical.ticks);
    for (const [i, tick] of vertical.ticks.entries()) {
      const y = down(tick);
      addShape(svg, "line", { x1: MARGIN.left, x2: right, y1: y, y2: y, class: "cnnviz-curves-rule" });
      addShape(svg, "text", { x: MARGIN.left - 8, y, class: "cnnviz-curves-tick-y" }, texts[i]);
    }
    for (const tick of horizontal.ticks) {
      addShape(svg, "text", { x: across(tick), y: height - MARGIN.bottom + 18, class: "cnnviz-curves-tick-x" }, formatNumber(tick));
    }
    addShape(svg, "text", { x: right, y: height - 3, class: "cnnviz-curves-x-name" }, xName);
  }

  function drawNames() {
    const ends = series.map(({ y }) => y.findLast(Number.isFinite));
    const wanted = ends.map((y) => down(y ?? vertical.low));
    const placed = spreadLabels(wanted, LINE_HEIGHT, MARGIN.top, height - MARGIN.bottom);
    series.forEach(({ name, x }, i) => {
      if (ends[i] === undefined) return;
      addShape(svg, "text", { x: across(x[x.length - 1]) + 8, y: placed[i], class: `cnnviz-curve-name cnnviz-curve-name-${i}` }, name);
    });
  }

  /** NaN and infinity have no place on the axis: they stand at the top, by name. @param {Series} one */
  function drawStrange({ x, y }) {
    const first = y.findIndex((value) => !Number.isFinite(value));
    if (first < 0) return;
    const place = { x: across(x[first]), y: MARGIN.top + 10, class: "cnnviz-curves-strange" };
    addShape(svg, "text", place, formatNumber(y[first]));
  }

  /** @param {number | null} x */
  function read(x) {
    reading.replaceChildren();
    if (x === null) return;
    addShape(reading, "line", { x1: across(x), x2: across(x), y1: MARGIN.top, y2: height - MARGIN.bottom });
    series.forEach((one, i) => {
      const y = valueAt(one, x);
      if (y !== undefined && Number.isFinite(y)) addShape(reading, "circle", { cx: across(x), cy: down(y), r: 4, class: `cnnviz-curve-dot-${i}` });
    });
  }
}

/** @param {number[]} xs @param {number} pixel @param {(x: number) => number} across */
function nearestOf(xs, pixel, across) {
  return xs.reduce((best, x) => (Math.abs(across(x) - pixel) < Math.abs(across(best) - pixel) ? x : best), xs[0]);
}
