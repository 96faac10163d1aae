// The marks above a grid: outlines that CSS slides from place to place.

/** @typedef {"window" | "current" | "linked" | "cursor" | "hot"} Mark */

export const SVG = "http://www.w3.org/2000/svg";

/** From the lowest to the uppermost. @type {Mark[]} */
export const MARKS = ["window", "linked", "current", "cursor", "hot"];

/** @param {SVGSVGElement} svg @param {Mark} kind */
export function makeMark(svg, kind) {
  const group = document.createElementNS(SVG, "g");
  const path = document.createElementNS(SVG, "path");
  const halo = document.createElementNS(SVG, "path"); // an outline on cells of its own colour would not be seen
  const dot = document.createElementNS(SVG, "circle");
  group.setAttribute("class", `cnnviz-mark is-${kind} is-off`);
  halo.setAttribute("class", "cnnviz-halo");
  dot.setAttribute("r", "2.5");
  group.append(halo, path, ...(kind === "current" ? [dot] : []));
  svg.append(group);
  return { group, path, halo, dot };
}
