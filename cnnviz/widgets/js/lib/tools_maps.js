// From gradients to one number a pixel: which pixels a score rests on, as cnnviz.attribution has it. Knows no DOM.

import { run } from "./ops.js";
import { sizeOf, tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Tensor } from "./tensor.js" */

/**
 * Of each pixel the channel's gradient that is largest in size, with its sign.
 * @param {Tensor} gradient  (1, C, H, W), of the input
 * @returns {Float32Array} H * W
 */
export function gradientMap({ shape: [, channels, height, width], data }) {
  const size = height * width;
  const map = data.slice(0, size);
  for (let at = size; at < channels * size; at++) {
    if (Math.abs(data[at]) > Math.abs(map[at % size])) map[at % size] = data[at];
  }
  return map;
}

/**
 * Gradient times input, summed over the channels: the share of the score that a linear network would give each pixel.
 * @param {Tensor} gradient  (1, C, H, W)
 * @param {Tensor} input     (1, C, H, W)
 * @returns {Float32Array} H * W
 */
export function productMap({ shape: [, channels, height, width], data }, input) {
  const size = height * width;
  const map = new Float32Array(size);
  for (let at = 0; at < channels * size; at++) map[at % size] += data[at] * input.data[at];
  return map;
}

/**
 * Grad-CAM: a layer's maps, each weighted by the mean of its gradient, summed; what is negative is 0. The small map is
 * enlarged to the picture by bilinear interpolation.
 * @param {Tensor} maps      (1, C, h, w)
 * @param {Tensor} gradient  (1, C, h, w)
 * @param {[height: number, width: number]} size  of the picture
 * @returns {Float32Array} height * width
 */
export function gradCamMap({ shape: [, channels, h, w], data }, gradient, size) {
  const count = h * w;
  const sums = new Float64Array(count);
  for (let c = 0; c < channels; c++) {
    const first = c * count;
    const weight = gradient.data.subarray(first, first + count).reduce((sum, value) => sum + value, 0) / count;
    for (let i = 0; i < count; i++) sums[i] += weight * data[first + i];
  }
  const small = tensor([1, 1, h, w], sums.map((sum) => Math.max(0, sum)));
  return run("interpolate", [small], {}, { size, mode: "bilinear", align_corners: false, scale: null }).output.data;
}

/**
 * The layers that have maps of more than one pixel, in the order in which they run.
 * @param {GraphNode[]} nodes
 * @param {Map<string, number[]>} shapes
 * @returns {string[]}
 */
export function layersWithMaps(nodes, shapes) {
  const maps = (/** @type {GraphNode} */ { name, inputs }) => {
    const shape = shapes.get(name) ?? [];
    return inputs.length > 0 && shape.length === 4 && sizeOf(shape.slice(2)) > 1;
  };
  return nodes.filter(maps).map(({ name }) => name);
}

/**
 * What the colours end at: the size that `share` of the numbers stay below; where that is 0, the largest.
 * @param {Float32Array} values
 * @param {number} share
 */
export function colourEnd(values, share) {
  const sizes = values.map(Math.abs).filter((size) => size < Infinity).sort();
  const place = share * (sizes.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sizes[below] ?? 0, sizes[Math.min(below + 1, sizes.length - 1)] ?? 0];
  return low + (high - low) * (place - below) || (sizes.at(-1) ?? 0);
}

/** The index of the largest number (in size). @param {Float32Array} values */
export function strongestPixel(values) {
  return values.reduce((top, value, i) => (Math.abs(value) > Math.abs(values[top]) ? i : top), 0);
}
