// A network as the explorer runs it: its nodes, probabilities at the end, and how far back a unit sees. Knows no DOM.

import { INPUT_NAME } from "./graph.js";
import { terms } from "./ops.js";
import { fromTrait, placeOf, ravel, tensor, unravel } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Call, Term } from "./ops.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Packed, Tensor } from "./tensor.js" */
/** @typedef {{name: string, op: string, args: Record<string, any>, params: Record<string, Packed>, inputs: string[]}} SentNode */
/** @typedef {{top: number, left: number, bottom: number, right: number, channel: number}} FieldBox   both ends included */

/** @param {SentNode[]} sent @returns {GraphNode[]} */
export function readNodes(sent) {
  return sent.map((node) => ({
    ...node,
    params: Object.fromEntries(Object.entries(node.params).map(([name, packed]) => [name, fromTrait(packed)])),
  }));
}

/** @param {Packed} images uint8 (N, C, H, W) @returns {Picture[]} */
export function readPictures(images) {
  const { shape, data } = fromTrait(images);
  const [count, channels, height, width] = shape;
  const size = channels * height * width;
  return Array.from({ length: count }, (_, i) => ({
    channels,
    height,
    width,
    data: Uint8Array.from(data.subarray(i * size, (i + 1) * size)),
  }));
}

/** A picture's bytes as the network's input. @param {Uint8Array} data @param {number[]} shape @param {number} scale @param {number} shift */
export function inputOf(data, shape, scale, shift) {
  return tensor([1, ...shape], Float32Array.from(data, (value) => value * scale + shift));
}

/**
 * What a unit is made of in each of its node's inputs.
 * @param {Call} call
 * @param {number} at flat index of an output cell
 * @returns {{input: number, at: number}[]} cells of the inputs, padding left out
 */
export function sourcesOf(call, at) {
  return terms(call, at).terms.filter((term) => term.at >= 0);
}

/**
 * The part of the picture that a unit can see, through every layer before it.
 * @param {GraphNode[]} nodes in the order in which they run
 * @param {Map<string, Call>} calls
 * @param {string} name the unit's node
 * @param {number} at
 * @returns {FieldBox | null} in the picture's pixels, clipped to it; null if it sees none of it
 */
export function fieldOf(nodes, calls, name, at) {
  /** @type {Map<string, FieldBox>} */
  const boxes = new Map();
  const own = calls.get(name);
  if (!own) return null;
  boxes.set(name, boxOfCell(own.output.shape, at));
  for (const node of nodes.toReversed()) {
    const box = boxes.get(node.name);
    const call = calls.get(node.name);
    if (!box || !call) continue;
    // A window's corners reach as far as the whole window does.
    for (const corner of cornersOf(box, call.output.shape)) {
      for (const term of terms(call, corner).terms) widen(boxes, node.inputs[term.input], call.inputs[term.input], term);
    }
  }
  return boxes.get(INPUT_NAME) ?? null;
}

/** @param {number[]} shape @param {number} at @returns {FieldBox} */
function boxOfCell(shape, at) {
  const { row, col, channel } = placeOf(at, shape);
  return { top: row, left: col, bottom: row, right: col, channel };
}

/** @param {FieldBox} box @param {number[]} shape @returns {number[]} flat indices of its corners, each once */
function cornersOf({ top, left, bottom, right, channel }, shape) {
  const corners = [top, bottom].flatMap((row) =>
    [left, right].map((col) => (shape.length > 2 ? ravel([0, channel, row, col], shape) : col)),
  );
  return [...new Set(corners)];
}

/** @param {Map<string, FieldBox>} boxes @param {string} name @param {Tensor} input @param {Term} term */
function widen(boxes, name, { shape }, { at }) {
  if (at < 0) return;
  const { row, col, channel } = placeOf(at, shape);
  const box = boxes.get(name);
  if (!box) return void boxes.set(name, { top: row, left: col, bottom: row, right: col, channel });
  box.top = Math.min(box.top, row);
  box.left = Math.min(box.left, col);
  box.bottom = Math.max(box.bottom, row);
  box.right = Math.max(box.right, col);
}

/**
 * How a tensor is shown: its maps, or a vector's units as maps of one cell.
 * @param {number[]} shape with the batch's axis
 */
export function mapsOf(shape) {
  const [, count = 1, height = 1, width = 1] = shape;
  return { count, height, width, vector: shape.length < 4 };
}

/** @param {number[]} shape @param {number} flat @returns {number} the channel that a stepper shows it in */
export function channelOf(shape, flat) {
  return unravel(flat, shape)[1] ?? 0;
}
