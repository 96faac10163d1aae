// What a figure says beside its sentence: sizes, padding, what does not fit, what cannot be counted with.

import { formatNumber, plural } from "./numbers.js";
import { paddedSource, slidings } from "./ops_window.js";
import { terms } from "./ops.js";
import { isMap } from "./plane.js";

/** @import { Call } from "./ops.js" */
/** @import { Ring } from "./grid.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Tensor } from "./tensor.js" */

/** As torch names them: a saved page keeps its state in alphabetical order. */
const ORDER = [
  "kernel_size", "output_size", "size", "mode", "stride", "padding", "output_padding", "dilation", "groups", "padding_mode", "start_dim", "end_dim",
  "weight", "bias", "running_mean", "running_var",
];

/** The entries of arguments or parameters in the order in which torch names them; others after these. @template T @param {Record<string, T>} named @returns {[string, T][]} */
export function inOrder(named) {
  const place = (/** @type {string} */ name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.entries(named).sort(([a], [b]) => place(a) - place(b));
}

/**
 * "12 × 12", "10 numbers", "[3]" for one entry of a vector; which of several maps it is: "7 × 7, channel 2".
 * @param {Plane} plane
 * @param {number[]} shape
 * @param {boolean} [mapped]  whether its first two axes are images and channels
 */
export function planeSize(plane, shape, mapped = false) {
  if (mapped && shape.length === 4 && shape[1] > 1) {
    return `${plane.rows} × ${plane.cols}, channel ${Math.floor(plane.start / plane.size) % shape[1]}`;
  }
  if (plane.size === 1 && shape.length === 1) return `[${plane.start}]`;
  const more = shape.length === 2 && shape[0] > 1 ? `, row ${Math.floor(plane.start / plane.size)}` : "";
  return plane.vector ? `${plural(plane.size, "number")}${more}` : `${plane.rows} × ${plane.cols}`;
}

/**
 * The padding around a plane, with the numbers that stand in it; null where the operation pads nothing.
 * @param {Record<string, any>} args
 * @param {Call | null} call
 * @param {Tensor} input
 * @param {Plane} plane
 * @returns {Ring | null}
 */
export function paddingRing({ padding, padding_mode, mode = "zeros", value }, call, input, plane) {
  if (!Array.isArray(padding) || padding.length !== 4 || !isMap(input.shape)) return null;
  const [top, bottom, left, right] = padding;
  if (!(top + bottom + left + right > 0) || padding.some((width) => !(width >= 0))) return null;
  const way = padding_mode ?? (mode === "constant" ? "zeros" : mode);
  const outside = value ?? (call ? (terms(call, 0).terms.find((term) => term.at < 0)?.value ?? 0) : 0);
  return {
    top,
    bottom,
    left,
    right,
    value(row, col) {
      const r = paddedSource(row, plane.rows, way);
      const c = paddedSource(col, plane.cols, way);
      return r < 0 || c < 0 ? outside : input.data[plane.start + r * plane.cols + c];
    },
  };
}

/** "stride 2", "padding 1": an operation's arguments, none of which breaks over lines. @param {Record<string, any>} args */
export function argumentWords(args) {
  const meant = inOrder(args).filter(([name]) => !(name === "value" && args.mode !== "constant"));
  const words = meant.map(([name, value]) => argumentWord(name.replaceAll("_", " "), value));
  return words.filter(Boolean).map((word) => word.replaceAll(" ", "\u00a0"));
}

/** @param {string} name @param {any} value */
function argumentWord(name, value) {
  if (Array.isArray(value)) return `${name} ${value.every((n) => n === value[0]) ? value[0] : value.join(", ")}`;
  if (typeof value === "boolean") return value ? name : "";
  if (value === null || value === "zeros" || value === "none" || (name === "groups" && value === 1)) return "";
  return `${name} ${typeof value === "number" ? formatNumber(value) : value}`;
}

/** The window's height and width, from the arguments or the weight. @param {Scene} scene @param {Record<string, any>} args */
function windowSize({ params }, args) {
  return args.kernel_size ?? (params.weight?.shape.length === 4 ? params.weight.shape.slice(2) : null);
}

/**
 * What PyTorch does with a window that does not fit at the end, and which pixels are never seen; "" when all fits.
 * @param {Scene} scene
 * @param {Record<string, any>} args
 */
export function floorWords(scene, args) {
  const { call, inputs, unseen } = scene;
  const kernel = windowSize(scene, args);
  if (!call || !kernel || args.padding?.length !== 4) return "";
  const [, , height, width] = call.output.shape;
  const axes = slidings(inputs[0].shape.slice(2), kernel, args);
  const each = axes.map((axis, i) => axisWords(axis, [height, width][i]));
  const names = each[0] === each[1] ? ["Rows and columns", ""] : ["Rows", "Columns"];
  const words = names.flatMap((name, i) => (name && each[i] ? [`${name}: ${each[i]}`] : []));
  const planes = inputs[0].shape[0] * inputs[0].shape[1];
  const lost = unseen.size / planes;
  if (lost) words.push(`${plural(lost, "pixel")} of ${planes > 1 ? "each plane of " : ""}the input ${lost === 1 ? "is" : "are"} never seen (hatched).`);
  return words.join(" ");
}

/**
 * @param {ReturnType<typeof slidings>[number]} axis
 * @param {number} count
 */
function axisWords({ size, kernel, stride, before, after, dilation }, count) {
  const reach = dilation * (kernel - 1) + 1;
  const room = size + before + after - reach;
  if (room % stride === 0) return "";
  const exact = Number((room / stride + 1).toFixed(2));
  const pad = before + after ? ` + ${before + after}` : "";
  const rounded = count > exact ? "up (ceil_mode): the last window hangs over the edge, and has" : "down: it makes";
  return `(${size}${pad} − ${reach}) / ${stride} + 1 = ${exact}; PyTorch rounds ${rounded} ${count}.`;
}
