// A histogram as SVG bars with its axis; exact zeros are told, not drawn.

import { formatNumber } from "./numbers.js";
import { niceDomain, plotScale } from "./plot.js";

const BARS_SVG = "http://www.w3.org/2000/svg";
const [BARS_WIDTH, BARS_HEIGHT, BARS_FOOT] = [360, 120, 22];
const MOST_BARS = 48;

/**
 * Neighbouring bins joined until there are few enough.
 * @param {{edges: number[], counts: number[]}} histogram
 * @param {number} most
 * @returns {{edges: number[], counts: number[]}}
 */
function joinedBins({ edges, counts }, most) {
  const each = Math.max(1, Math.ceil(counts.length / most));
  const starts = counts.map((_, i) => i).filter((i) => i % each === 0);
  return {
    edges: [...starts.map((i) => edges[i]), ...edges.slice(-1)],
    counts: starts.map((i) => counts.slice(i, i + each).reduce((a, b) => a + b, 0)),
  };
}

/**
 * The counts without so many zeros, which stand in the bin that begins at 0.
 * @param {{edges: number[], counts: number[]}} histogram
 * @param {number} zeros
 */
export function withoutZeros({ edges, counts }, zeros) {
  return { edges, counts: counts.map((count, i) => (edges[i] === 0 ? count - zeros : count)) };
}

/** @param {{edges: number[], counts: number[]}} histogram @param {string} label for a screen reader @returns {SVGElement} */
export function drawBars(histogram, label) {
  const { edges, counts } = joinedBins(histogram, MOST_BARS);
  const svg = shape("svg", { viewBox: `0 0 ${BARS_WIDTH} ${BARS_HEIGHT}`, class: "cnnviz-bars", role: "img", "aria-label": label });
  const axis = niceDomain(edges.length ? edges : [0, 1]);
  const across = plotScale(axis, 8, BARS_WIDTH - 8);
  const most = Math.max(1, ...counts);
  const floor = BARS_HEIGHT - BARS_FOOT;
  counts.forEach((count, i) => {
    const [from, to] = [across(edges[i]), across(edges[i + 1])];
    const height = (count / most) * (floor - 4);
    if (count) svg.append(shape("rect", { x: from, y: floor - Math.max(1, height), width: Math.max(1, to - from - 0.5), height: Math.max(1, height) }));
  });
  svg.append(shape("line", { x1: 0, x2: BARS_WIDTH, y1: floor + 0.5, y2: floor + 0.5 }));
  axis.ticks.forEach((tick, i) => {
    const anchor = i === 0 ? "start" : i === axis.ticks.length - 1 ? "end" : "middle";
    const place = { x: anchor === "start" ? 0 : anchor === "end" ? BARS_WIDTH : across(tick), y: BARS_HEIGHT - 5, "text-anchor": anchor };
    svg.append(shape("text", place, formatNumber(tick)));
  });
  return svg;

  /** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
  function shape(name, attributes, text = "") {
    const one = /** @type {SVGElement} */ (document.createElementNS(BARS_SVG, name));
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, `${value}`);
    one.textContent = text;
    return one;
  }
}
