// What Python sends of a network, read: its nodes, the pictures, what was recorded. Knows no DOM.

import { readRecorded } from "./derived.js";
import { fromTrait } from "./tensor.js";

/** @import { Derived } from "./derived.js" */
/** @import { GraphNode } from "./graph.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Packed, Tensor } from "./tensor.js" */
/** @typedef {{name: string, op: string, args: Record<string, any>, params: Record<string, Packed>, inputs: string[]}} SentNode */

/** @typedef {{label?: string, params?: Record<string, Record<string, Packed>>}} SentCompared */

/** @param {SentNode[]} sent @returns {GraphNode[]} */
export function readNodes(sent) {
  return sent.map((node) => ({
    ...node,
    params: readParams(node.params),
  }));
}

/** @param {Record<string, Packed>} params @returns {Record<string, Tensor>} */
function readParams(params) {
  return Object.fromEntries(Object.entries(params).map(([name, packed]) => [name, fromTrait(packed)]));
}

/** A second network's parameters, by node; nodes that have none are as they were. @param {SentCompared} sent */
export function readCompared({ label, params }) {
  if (!params) return {};
  return { label, params: Object.fromEntries(Object.entries(params).map(([node, own]) => [node, readParams(own)])) };
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

/** @param {Record<string, Packed | Derived>} records @returns {Record<string, Tensor> | undefined} nothing where nothing was recorded */
export function readRecords(records) {
  return Object.keys(records).length ? readRecorded(records) : undefined;
}
