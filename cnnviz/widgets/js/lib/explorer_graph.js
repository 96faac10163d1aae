// What Python sends of a network, read: its nodes, the pictures, what was recorded. Knows no DOM.

import { fromTrait } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Packed, Tensor } from "./tensor.js" */
/** @typedef {{name: string, op: string, args: Record<string, any>, params: Record<string, Packed>, inputs: string[]}} SentNode */

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

/** @param {Record<string, Packed>} records @returns {Record<string, Tensor> | undefined} nothing where nothing was recorded */
export function readRecords(records) {
  const read = Object.entries(records).map(([name, packed]) => [name, fromTrait(packed)]);
  return read.length ? Object.fromEntries(read) : undefined;
}
