// What the explorer says: an operation in a few words, shapes, units, and what the network thinks it sees.

import { formatNumber } from "./numbers.js";

/** @import { SheetCell } from "./sheet.js" */

/** @param {number[]} pair @returns {string} */
const times = (pair) => pair.join(" × ");
/** @param {number[]} values @param {number} plain */
const unlike = (values, plain) => values.some((value) => value !== plain);
/** @param {number[]} values */
const short = (values) => (values.every((value) => value === values[0]) ? `${values[0]}` : times(values));

/** @type {Record<string, (args: Record<string, any>, params: Record<string, {shape: number[]}>) => string>} */
const NAMES = {
  conv2d: (_, { weight }) => `convolution ${times(weight.shape.slice(2))}`,
  conv_transpose2d: (_, { weight }) => `transposed convolution ${times(weight.shape.slice(2))}`,
  max_pool2d: ({ kernel_size }) => `max pooling ${times(kernel_size)}`,
  avg_pool2d: ({ kernel_size }) => `average pooling ${times(kernel_size)}`,
  adaptive_avg_pool2d: ({ output_size }) => `average pooling to ${times(output_size)}`,
  linear: () => "linear (fully connected)",
  relu: () => "ReLU",
  leaky_relu: () => "leaky ReLU",
  sigmoid: () => "sigmoid",
  tanh: () => "tanh",
  silu: () => "SiLU",
  softmax: () => "softmax",
  batch_norm: () => "batch norm",
  flatten: () => "flatten",
  add: () => "sum",
  identity: () => "unchanged",
};

/**
 * @param {{op: string, args: Record<string, any>, params: Record<string, {shape: number[]}>, inputs: string[]}} node
 * @returns {string} such as "convolution 3 × 3, stride 2"
 */
export function sayOperation({ op, args, params, inputs }) {
  const details = [NAMES[op]?.(args, params) ?? op];
  const { stride, kernel_size, dilation, groups, padding } = args;
  if (op === "add") details[0] = `sum of ${inputs.join(" and ")}`;
  if (stride && (kernel_size ? times(stride) !== times(kernel_size) : unlike(stride, 1))) details.push(`stride ${short(stride)}`);
  if (padding && unlike(padding, 0)) details.push(`padding ${short(padding)}`);
  if (dilation && unlike(dilation, 1)) details.push(`dilation ${short(dilation)}`);
  if (groups > 1) details.push(`${groups} groups`);
  return details.join(", ");
}

/**
 * A layer's name, unless it is only its number, and what it does.
 * @param {Parameters<typeof sayOperation>[0] & {name: string}} node
 */
export function sayLayer(node) {
  const own = /^\d+$/.test(node.name) || node.name === node.op ? "" : `${node.name}: `;
  return own + sayOperation(node);
}

/** @param {number[]} shape with the batch's axis @returns {string} without it */
export function sayShape(shape) {
  return times(shape.slice(1));
}

/** @param {SheetCell} cell @param {boolean} vector */
export function sayCell({ map, row, col }, vector) {
  return vector ? `unit ${map}` : `channel ${map}, row ${row}, column ${col}`;
}

/** @param {number} share 0 to 1 @returns {string} such as "93 %", "0.4 %" */
export function sayPercent(share) {
  if (!Number.isFinite(share)) return formatNumber(share);
  const percent = 100 * share;
  const unit = "\u00a0%"; // never alone on a line
  if (percent > 99.5 && percent < 100) return `>\u00a099${unit}`;
  if (percent > 0 && percent < 0.1) return `<\u00a00.1${unit}`;
  return (percent >= 1 || percent === 0 ? `${Math.round(percent)}` : percent.toFixed(1)) + unit;
}

/**
 * The classes, the likeliest first.
 * @param {ArrayLike<number>} probabilities
 * @returns {number[]} their indices
 */
export function byProbability(probabilities) {
  const weight = (/** @type {number} */ i) => (Number.isNaN(probabilities[i]) ? -1 : probabilities[i]);
  return Array.from(probabilities, (_, i) => i).sort((a, b) => weight(b) - weight(a));
}

/**
 * @param {ArrayLike<number>} probabilities
 * @param {(i: number) => string} className
 * @returns {string} the verdict as a screen reader says it
 */
export function sayVerdict(probabilities, className) {
  const [first, second] = byProbability(probabilities);
  if (!Number.isFinite(probabilities[first])) return "The network's answer is not a number.";
  const best = `The network says: ${className(first)}, ${sayPercent(probabilities[first])}`;
  const next = second !== undefined && probabilities[second] >= 0.01;
  return next ? `${best}; then ${className(second)}, ${sayPercent(probabilities[second])}.` : `${best}.`;
}
