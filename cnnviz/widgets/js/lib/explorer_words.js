// What the explorer says: an operation in a few words, shapes, units, and what the network thinks it sees.

import { sayShape } from "./explorer_shapes.js";
import { formatNumber, plural } from "./numbers.js";

/** @import { SheetCell } from "./sheet.js" */

/** @param {number[]} pair @returns {string} */
const times = (pair) => pair.join(" × ");
/** @param {number[]} values @param {number} plain */
const unlike = (values, plain) => values.some((value) => value !== plain);
/** @param {number[]} values */
const short = (values) => (values.every((value) => value === values[0]) ? `${values[0]}` : times(values));

/** @type {Record<string, string | ((args: Record<string, any>, params: Record<string, {shape: number[]}>) => string)>} */
const NAMES = {
  conv2d: ({ groups }, { weight }) => `${groups > 1 && weight.shape[1] === 1 ? "depthwise " : ""}convolution ${times(weight.shape.slice(2))}`,
  conv_transpose2d: (_, { weight }) => `transposed convolution ${times(weight.shape.slice(2))}`,
  max_pool2d: ({ kernel_size }) => `max pooling ${times(kernel_size)}`,
  avg_pool2d: ({ kernel_size }) => `average pooling ${times(kernel_size)}`,
  adaptive_avg_pool2d: ({ output_size }) => `average pooling to ${times(output_size)}`,
  adaptive_max_pool2d: ({ output_size }) => `max pooling to ${times(output_size)}`,
  linear: "linear (fully connected)",
  relu: "ReLU",
  relu6: "ReLU6",
  leaky_relu: "leaky ReLU",
  prelu: "PReLU",
  elu: "ELU",
  gelu: "GELU",
  silu: "SiLU",
  mish: "Mish",
  hardswish: "hard swish",
  hardsigmoid: "hard sigmoid",
  hardtanh: ({ min_val, max_val }) => `clamp ${min_val === null ? "" : `from ${min_val} `}${max_val === null ? "" : `to ${max_val}`}`.trim(),
  softplus: "softplus",
  sigmoid: "sigmoid",
  tanh: "tanh",
  softmax: "softmax",
  log_softmax: "log softmax",
  batch_norm: "batch norm",
  group_norm: ({ num_groups }) => `group norm, ${plural(num_groups, "group")}`,
  layer_norm: "layer norm",
  flatten: "flatten",
  add: "sum",
  sub: "difference",
  mul: "product",
  div: "quotient",
  scale: ({ factor, offset }) => `times ${formatNumber(factor)}${offset ? `, plus ${formatNumber(offset)}` : ""}`,
  constant: "constant",
  cat: "concatenation",
  pad: ({ mode }) => `padding${mode === "constant" ? "" : `, ${mode}`}`,
  interpolate: ({ size, mode }) => `${mode} resizing to ${times(size)}`,
  mean: ({ dim }) => `mean over ${dim.length === 2 ? "the map" : `axis ${dim.join(", ")}`}`,
  permute: ({ dims }) => `axes in the order ${dims.join(", ")}`,
  reshape: "reshape",
  slice: ({ dim, start, stop }) => `slice ${start} to ${stop} of axis ${dim}`,
  pixel_shuffle: ({ upscale_factor }) => `pixel shuffle by ${upscale_factor}`,
  identity: "unchanged",
};

const PADDED_SIDES = ["above", "below", "at the left", "at the right"];

/** "1"; "0 × 2" rows and columns; "1 below and at the right". @param {number[]} padding  [top, bottom, left, right] */
function sayPadding(padding) {
  const [top, bottom, left, right] = padding;
  if (padding.length !== 4) return short(padding);
  if (top === bottom && left === right) return short([top, left]);
  const sizes = [...new Set(padding)].filter((size) => size !== 0);
  return sizes.map((size) => `${size} ${PADDED_SIDES.filter((_, i) => padding[i] === size).join(" and ")}`).join(", ");
}

/** @typedef {{name: string, op: string, args: Record<string, any>, params: Record<string, {shape: number[]}>, inputs: string[]}} WordedNode */

/**
 * @param {Omit<WordedNode, "name">} node
 * @returns {string} such as "convolution 3 × 3, stride 2"
 */
export function sayOperation({ op, args, params, inputs }) {
  if (op === "recorded") return args.type ?? "recorded";
  const named = NAMES[op] ?? op;
  const details = [typeof named === "string" ? named : named(args, params)];
  const { stride, kernel_size, dilation, groups, padding } = args;
  if (op === "add" && inputs.length === 2) details[0] = `sum of ${inputs.join(" and ")}`;
  if (stride && (kernel_size ? times(stride) !== times(kernel_size) : unlike(stride, 1))) details.push(`stride ${short(stride)}`);
  if (padding && op !== "pad" && unlike(padding, 0)) details.push(`padding ${sayPadding(padding)}`);
  if (dilation && unlike(dilation, 1)) details.push(`dilation ${short(dilation)}`);
  if (groups > 1 && !details[0].startsWith("depthwise")) details.push(`${groups} groups`);
  return details.join(", ");
}

/**
 * A layer's name, unless it is only its number, and what it does.
 * @param {WordedNode} node
 */
export function sayLayer(node) {
  const own = /^\d+$/.test(node.name) || node.name === node.op ? "" : `${node.name}: `;
  return own + sayOperation(node);
}

/** As short as it is read: "940", "12.3 k", "4.65 M". @param {number} count */
export function sayCount(count) {
  if (count < 1e4) return `${count}`;
  const [size, unit] = count < 999_500 ? [1e3, "k"] : [1e6, "M"];
  return `${Number((count / size).toPrecision(3))}\u00a0${unit}`;
}

/** @param {WordedNode[]} nodes @returns {number} how many numbers training sets */
export function countParameters(nodes) {
  const sizes = nodes.flatMap(({ params }) => ["weight", "bias"].flatMap((name) => params[name] ?? []));
  return sizes.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

/**
 * What a block holds: "3 residual blocks, 12 convolutions"; of a few layers their names.
 * @param {WordedNode[]} nodes
 * @param {WordedNode[][]} inner  the nodes of each block in it
 */
export function sayBlock(nodes, inner) {
  const [convolutions, linear] = ["conv", "linear"].map((op) => nodes.filter((node) => node.op.startsWith(op)).length);
  if (!inner.length && nodes.length <= 3) return nodes.map((node) => sayOperation(node).replace(/^sum of .*/, "sum")).join("; ");
  const words = inner.length > 1 ? [sayInner(nodes, inner)] : [];
  if (convolutions) words.push(plural(convolutions, "convolution"));
  if (linear) words.push(plural(linear, "linear layer"));
  if (inner.length < 2 && nodes.some(isResidual)) words.push("residual");
  return words.join(", ") || plural(nodes.length, "layer");
}

/** @param {WordedNode[]} nodes @param {WordedNode[][]} inner */
function sayInner(nodes, inner) {
  const ends = nodes[nodes.length - 1];
  if (ends.op === "cat") return `${ends.inputs.length} branches joined`;
  return plural(inner.length, inner.every((own) => own.some(isResidual)) ? "residual block" : "block");
}

/** @param {WordedNode} node */
function isResidual({ op, inputs }) {
  return op === "add" && inputs.length === 2;
}

/** From what a block reads to what it gives. @param {number[]} from @param {number[]} to */
export function sayChange(from, to) {
  return from.join() === to.join() ? sayShape(to) : `${sayShape(from)} → ${sayShape(to)}`;
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
