// One cell explained: which cells are marked, which planes show them, which sentence. Knows no DOM.

import { feedsSentence, gradientSentence, slopeSource } from "./gradient_sentence.js";
import { feeds, gradientTerms, paramFeeds, terms } from "./ops.js";
import { isMap, placeIn, placeName, planeOf, planeWith } from "./plane.js";
import { gridLabel, steppedPlane, targetCell, tensorsOf } from "./scene.js";
import { inputName, numberToken, plainToken, sentenceOf } from "./sentence.js";

/** @import { Call, Cell as Target, GradientPart, Term, Terms } from "./ops.js" */
/** @import { Cell } from "./outline.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Scene, View } from "./scene.js" */
/** @import { Link, Token } from "./sentence.js" */

const LOOKUPS = 40_000; // terms that may be read to find where slopes come from
const FEW_SOURCES = 9; // are found where that is not enough for all: about those that the sentence spells out

/**
 * One cell explained.
 * @typedef {object} Explained
 * @property {string} name                      "output row 2, column 3"
 * @property {Token[]} tokens
 * @property {Record<string, Cell[]>} windows   marked cells by grid
 * @property {Record<string, Plane>} planes     the planes that show them
 * @property {number[]} channels                input channels that have a part in it
 */

/**
 * Whatever cell the reader points at, explained in the view's direction.
 * @param {Scene} scene
 * @param {View} view
 * @param {string} grid
 * @param {number} at
 * @returns {Explained}
 */
export function explain(scene, view, grid, at) {
  const stepped = steppedPlane(scene, view);
  if (grid === "output") return explainOutput(scene, view, at);
  if (view.backward && grid === stepped.grid) return explainGradient(scene, view, grid, at);
  return explainFeeds(scene, view, grid, at);
}

/** @param {Scene} scene @param {View} view @param {number} at @returns {Explained} */
function explainOutput(scene, view, at) {
  const { made, shown, channel, channels, stored, planes } = readingOf(scene, view, at);
  const windows = termWindows(shown, planes, [...entriesOf(made), ...Object.values(stored)]);
  const own = placeIn(planes.output, at);
  if (own) windows.output = [own];
  const tokens = view.backward
    ? arrivingSentence(scene, at, shown)
    : sentenceOf(made, { channel, room: view.room, at, stored });
  return { name: cellName(scene, view, "output", at, planes.output), tokens, windows, planes, channels };
}

/** @param {Terms} made @returns {Link[]} */
const entriesOf = (made) => made.params.map(({ param, at }) => ({ grid: param, at }));

/** How an output cell is made, and the planes that show the part of it that the reader has chosen. @param {Scene} scene @param {View} view @param {number} at */
function readingOf(scene, view, at) {
  const made = terms(/** @type {Call} */ (scene.call), at);
  const channels = [...new Set(made.terms.map((term) => term.channel))];
  const first = made.terms[made.constants.own ?? 0] ?? made.terms[0];
  const channel = channels.includes(view.inputChannel) ? view.inputChannel : (first?.channel ?? 0);
  // Of several inputs all are shown: a repeated one may stand in another channel.
  const shown = made.terms.filter((term) => term.channel === channel || term.input !== first.input);
  const planes = planesFor(scene, view, shown, at);
  const stored = storedStatistics(scene, channel);
  for (const { grid, at: entry } of [...entriesOf(made), ...Object.values(stored)]) {
    if (!planes[grid] || scene.params[grid].shape.length === 1) planes[grid] = entryPlane(scene, view, grid, entry);
  }
  return { made, shown, channel, channels, stored, planes };
}

/** A parameter of one number a channel is shown by that number. @param {Scene} scene @param {View} view @param {string} param @param {number} at */
function entryPlane(scene, view, param, at) {
  const { shape } = scene.params[param];
  if (shape.length > 1 || (view.backward && view.target === param)) return planeWith(shape, at);
  return { rows: 1, cols: 1, start: at, size: 1, vector: true };
}

/** The planes that show some terms. @param {Scene} scene @param {View} view @param {Term[]} shown @param {number} at @returns {Record<string, Plane>} */
function planesFor(scene, view, shown, at) {
  const { output } = /** @type {Call} */ (scene.call);
  /** @type {Record<string, Plane>} */
  const planes = { output: planeWith(output.shape, at) };
  scene.inputs.forEach(({ shape }, i) => {
    const inside = shown.find((term) => term.input === i && term.at >= 0);
    planes[inputName(i)] = inside ? planeWith(shape, inside.at) : planeOf(shape, view.sample, shown[0]?.channel ?? 0);
  });
  for (const { param, paramAt } of shown) {
    if (param) planes[param] ??= planeWith(scene.params[param].shape, paramAt);
  }
  return planes;
}

/**
 * @param {Term[]} shown
 * @param {Record<string, Plane>} planes
 * @param {Link[]} entries  of parameters
 * @returns {Record<string, Cell[]>}
 */
function termWindows(shown, planes, entries) {
  /** @type {Record<string, Cell[]>} */
  const windows = {};
  for (const term of shown) (windows[inputName(term.input)] ??= []).push(termCell(term, planes[inputName(term.input)]));
  for (const { grid, at } of entries) {
    const cell = planes[grid] && placeIn(planes[grid], at);
    if (cell) (windows[grid] ??= []).push(cell);
  }
  return windows;
}

/**
 * Where a normalisation that is not training keeps its mean and variance.
 * @param {Scene} scene
 * @param {number} channel
 * @returns {Record<string, Link>}
 */
function storedStatistics({ call, params }, channel) {
  if (!params.running_mean || !params.running_var || call?.args.training !== false) return {};
  return { mean: { grid: "running_mean", at: channel }, variance: { grid: "running_var", at: channel } };
}

/** Where a term stands in its grid: padding has a place outside the plane. @param {Term} term @param {Plane} plane @returns {Cell} */
function termCell({ at, row, col }, plane) {
  if (!plane.vector) return [row, col];
  return placeIn(plane, at) ?? [row, col];
}

/** @param {Scene} scene @param {number} at @param {Term[]} shown @returns {Token[]} */
function arrivingSentence(scene, at, shown) {
  const links = shown.filter((term) => term.at >= 0).map((term) => ({ grid: inputName(term.input), at: term.at }));
  const grad = { ...numberToken(scene.grad.data[at], "output", [{ grid: "output", at }]), gradient: true };
  const count = { text: `${links.length} cells`, role: /** @type {const} */ ("input"), links };
  return [grad, plainToken(" arrives here and flows back, times each slope, to "), count, plainToken(" of the input")];
}

/** @param {Scene} scene @param {View} view @param {string} grid @param {number} at @returns {Explained} */
function explainGradient(scene, view, grid, at) {
  const call = /** @type {Call} */ (scene.call);
  const cell = targetCell(scene, grid, at);
  const { value, parts } = gradientTerms(call, scene.grad, cell);
  const plane = planeWith(tensorsOf(scene)[grid].shape, at);
  const output = planeOf(call.output.shape, view.sample, view.channel);
  const own = parts.filter(({ out }) => placeIn(output, out));
  const others = parts.filter(({ out }) => !placeIn(output, out));
  // The planes beside the target's are those of an output cell that it feeds.
  const beside = readingOf(scene, view, own[0]?.out ?? output.start).planes;
  const planes = { ...beside, output, [grid]: plane };
  const windows = partWindows(scene, cell, own, planes);
  windows[grid] = [/** @type {Cell} */ (placeIn(plane, at))];
  const tokens = gradientSentence(call, cell, value, { grid, room: view.room, own, others });
  return { name: `gradient of ${cellName(scene, view, grid, at, plane)}`, tokens, windows, planes, channels: channelsAround(scene, view) };
}

/** @param {Scene} scene @param {View} view @returns {number[]} input channels joined with the shown output channel */
function channelsAround(scene, view) {
  const call = /** @type {Call} */ (scene.call);
  const { start, size } = planeOf(call.output.shape, view.sample, view.channel);
  const middle = terms(call, start + (size >> 1));
  return [...new Set(middle.terms.map((term) => term.channel))];
}

/**
 * @param {Scene} scene
 * @param {Target} cell
 * @param {GradientPart[]} own
 * @param {Record<string, Plane>} planes
 * @returns {Record<string, Cell[]>}
 */
function partWindows(scene, cell, own, planes) {
  const call = /** @type {Call} */ (scene.call);
  /** @type {Record<string, Cell[]>} */
  const windows = { output: [] };
  for (const { out } of own) windows.output.push(/** @type {Cell} */ (placeIn(planes.output, out)));
  const each = own.length ? terms(call, own[0].out).terms.length : 0;
  const looked = own.length * each > LOOKUPS ? own.slice(0, FEW_SOURCES) : own;
  for (const { out } of looked) {
    for (const link of slopeSource(call, cell, out).links) {
      const plane = planes[link.grid];
      const place = plane && linkPlace(link, plane);
      if (place) (windows[link.grid] ??= []).push(place);
    }
  }
  return windows;
}

/** Where a link's cell stands in a plane: padding has a place outside it. @param {Link} link @param {Plane} plane @returns {Cell | null} */
export function linkPlace({ at, row, col }, plane) {
  if (at < 0 && row !== undefined && col !== undefined) return [row, col];
  const inside = placeIn(plane, at);
  return inside && !plane.vector && row !== undefined && col !== undefined ? [row, col] : inside;
}

/** @param {Scene} scene @param {View} view @param {string} grid @param {number} at @returns {Explained} */
function explainFeeds(scene, view, grid, at) {
  const call = /** @type {Call} */ (scene.call);
  const tensors = tensorsOf(scene);
  const output = planeOf(call.output.shape, view.sample, view.channel);
  const cell = targetCell(scene, grid, at);
  const outs = "param" in cell ? paramFeeds(call, cell.param, at) : feeds(call, cell.input, at);
  const plane = planeWith(tensors[grid].shape, at);
  const role = scene.params[grid] ? "parameter" : "input";
  const start = numberToken(tensors[grid].data[at], role, [{ grid, at }]);
  const { parts } = gradientTerms(call, scene.grad, cell);
  const ordered = [...parts.filter(({ out }) => placeIn(output, out)), ...parts.filter(({ out }) => !placeIn(output, out))];
  const nameOf = (/** @type {number} */ out) => outputName(call, out, output);
  const tokens = feedsSentence(start, ordered, nameOf, view.room);
  const fed = outs.map((out) => placeIn(output, out)).filter((place) => place !== null);
  const windows = { output: fed, [grid]: [/** @type {Cell} */ (placeIn(plane, at))] };
  return { name: cellName(scene, view, grid, at, plane), tokens, windows, planes: {}, channels: [] };
}

/** @param {Call} call @param {number} out @param {Plane} shown */
function outputName({ output }, out, shown) {
  const plane = planeWith(output.shape, out);
  const name = placeName(plane, out);
  if (plane.start === shown.start || !isMap(output.shape)) return name;
  return `channel ${Math.floor(plane.start / plane.size) % output.shape[1]}, ${name}`;
}

/** @param {Scene} scene @param {View} view @param {string} grid @param {number} at @param {Plane} plane */
function cellName(scene, view, grid, at, plane) {
  const { shape } = tensorsOf(scene)[grid];
  const word = gridLabel(grid, shape);
  if (shape.length === 1) return `${word} ${at}`;
  const channel = shape.length === 4 && !scene.params[grid] && shape[1] > 1 ? `channel ${Math.floor(plane.start / plane.size) % shape[1]}, ` : "";
  return `${word} ${channel}${placeName(plane, at)}`;
}
