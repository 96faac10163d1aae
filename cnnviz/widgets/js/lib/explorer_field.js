// How far back a unit sees: the cells it is made of, and the part of the picture that reaches it. Knows no DOM.

import { INPUT_NAME } from "./graph.js";
import { slidings } from "./ops_window.js";
import { terms } from "./ops.js";
import { placeOf, ravel } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Call } from "./ops.js" */
/** @import { Sliding } from "./ops_window.js" */
/** @typedef {{top: number, left: number, bottom: number, right: number, channel: number}} FieldBox   both ends included */

/** Operations of which each unit reads every place: their terms are many, and need not be asked. */
const READS_EVERYTHING = new Set(["linear", "group_norm", "layer_norm"]);

/**
 * What a unit is made of in each of its node's inputs.
 * @param {Call} call
 * @param {number} at flat index of an output cell
 * @returns {{input: number, at: number}[]} cells of the inputs, padding left out
 */
export function sourcesOf(call, at) {
  if (call.op === "recorded") return [];
  return terms(call, at).terms.filter((term) => term.at >= 0);
}

/**
 * The part of the picture that a unit can see, through every layer before it.
 * @param {GraphNode[]} nodes in the order in which they run
 * @param {Map<string, Call>} calls
 * @param {string} name the unit's node
 * @param {number} at
 * @returns {FieldBox | null} in the picture's pixels, clipped to it; null if it sees none of it, or none is known
 */
export function fieldOf(nodes, calls, name, at) {
  const own = calls.get(name);
  if (!own) return null;
  const boxes = new Map([[name, boxOfCell(own.output.shape, at)]]);
  for (const node of nodes.toReversed()) {
    const box = boxes.get(node.name);
    const call = calls.get(node.name);
    if (!box || !call) continue;
    if (call.op === "recorded") return null;
    for (const { input, ...read } of reachOf(call, box)) widen(boxes, node.inputs[input], read);
  }
  return boxes.get(INPUT_NAME) ?? null;
}

/** @param {number[]} shape @param {number} at @returns {FieldBox} */
function boxOfCell(shape, at) {
  const { row, col, channel } = placeOf(at, shape);
  return { top: row, left: col, bottom: row, right: col, channel };
}

/**
 * What a box of a node's cells reads of its inputs.
 * @param {Call} call @param {FieldBox} box
 * @returns {(FieldBox & {input: number})[]}
 */
function reachOf(call, box) {
  if (READS_EVERYTHING.has(call.op)) return [{ input: 0, ...wholeOf(call.inputs[0].shape) }];
  if (call.op === "conv2d" && call.args.padding_mode === "zeros") return [{ input: 0, ...convolutionReach(call, box) }];
  // A window's corners reach as far as the whole window does.
  return cornersOf(box, call.output.shape).flatMap((corner) =>
    sourcesOf(call, corner).map((term) => ({ input: term.input, ...boxOfCell(call.inputs[term.input].shape, term.at) })),
  );
}

/** @param {number[]} shape @returns {FieldBox} */
function wholeOf(shape) {
  const rank = shape.length;
  return { top: 0, left: 0, bottom: rank > 2 ? shape[rank - 2] - 1 : 0, right: shape[rank - 1] - 1, channel: 0 };
}

/** By its window alone: its terms are as many as its weights. @param {Call} call @param {FieldBox} box @returns {FieldBox} */
function convolutionReach({ inputs, params: { weight }, args }, { top, left, bottom, right }) {
  const [rows, cols] = slidings(inputs[0].shape.slice(2), weight.shape.slice(2), args);
  const [first, last] = spanOf(rows, top, bottom);
  const [near, far] = spanOf(cols, left, right);
  return { top: first, bottom: last, left: near, right: far, channel: 0 };
}

/**
 * The places that the windows at both ends of a box read; of those that hang over an edge, the nearest inside.
 * @param {Sliding} sliding @param {number} from @param {number} to
 * @returns {[number, number]}
 */
function spanOf({ size, kernel, stride, before, dilation }, from, to) {
  const ends = [from, to].map((at) => {
    const first = at * stride - before;
    const last = first + dilation * (kernel - 1);
    const over = Math.max(0, Math.ceil((last - size + 1) / dilation));
    return [first + Math.max(0, Math.ceil(-first / dilation)) * dilation, last - over * dilation];
  });
  return [Math.min(ends[0][0], ends[1][0]), Math.max(ends[0][1], ends[1][1])];
}

/** @param {FieldBox} box @param {number[]} shape @returns {number[]} flat indices of its corners, each once */
function cornersOf({ top, left, bottom, right, channel }, shape) {
  const rank = shape.length;
  if (rank < 3) return [...new Set([left, right])];
  const planes = shape.slice(0, -2).map((_, axis) => (axis === rank - 3 ? Math.min(channel, shape[axis] - 1) : 0));
  return [...new Set([[top, left], [bottom, right]].map((place) => ravel([...planes, ...place], shape)))];
}

/** @param {Map<string, FieldBox>} boxes @param {string} name @param {FieldBox} read */
function widen(boxes, name, read) {
  if (read.top > read.bottom || read.left > read.right) return; // padding alone
  const box = boxes.get(name);
  if (!box) return void boxes.set(name, read);
  box.top = Math.min(box.top, read.top);
  box.left = Math.min(box.left, read.left);
  box.bottom = Math.max(box.bottom, read.bottom);
  box.right = Math.max(box.right, read.right);
}
