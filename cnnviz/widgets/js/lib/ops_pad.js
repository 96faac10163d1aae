// pad: a frame around every plane, of one number or of the plane's own; a negative width crops.

import { movingOp } from "./moves.js";
import { checkImages, refuse } from "./ops_check.js";
import { checkPaddingFits, paddedSource } from "./ops_window.js";
import { sizeOf, unravel } from "./tensor.js";

/** @import { PaddingMode } from "./ops_window.js" */

const PAD_MODES = ["constant", "reflect", "replicate", "circular"];

export const padOp = movingOp("pad", {
  shape([input], _params, { padding, mode, value }) {
    checkPadArgs(padding, mode, value);
    checkImages("pad", input, "C");
    const [top, bottom, left, right] = padding;
    checkPaddingFits("pad", [[input[2], top, bottom], [input[3], left, right]], mode);
    const plane = [input[2] + top + bottom, input[3] + left + right];
    if (Math.min(...plane) < 1) {
      refuse("pad", "an output of at least 1x1 pixels", `${plane[0]}x${plane[1]}`, "crop less");
    }
    return [input[0], input[1], ...plane];
  },

  sources({ inputs: [{ shape }], args: { padding: [top, , left], mode }, output }) {
    const [, , height, width] = shape;
    const way = /** @type {PaddingMode} */ (mode === "constant" ? "zeros" : mode);
    const [, , high, wide] = output.shape;
    const rows = Array.from({ length: high }, (_, y) => paddedSource(y - top, height, way));
    const cols = Array.from({ length: wide }, (_, x) => paddedSource(x - left, width, way));
    const at = new Int32Array(output.data.length);
    for (let plane = 0, to = 0; plane < sizeOf(shape.slice(0, 2)); plane++) {
      for (const row of rows) for (const col of cols) at[to++] = row < 0 || col < 0 ? -1 : (plane * height + row) * width + col;
    }
    return { input: null, at };
  },

  padding: ({ args }) => args.value,

  place({ args: { padding: [top, , left] }, output }, at) {
    const [, channel, row, col] = unravel(at, output.shape);
    return { row: row - top, col: col - left, channel };
  },
});

/**
 * @param {any} padding
 * @param {any} mode
 * @param {any} value
 */
function checkPadArgs(padding, mode, value) {
  if (!PAD_MODES.includes(mode)) {
    refuse("pad", "a mode it knows", JSON.stringify(mode) ?? "nothing", `choose from ${PAD_MODES.join(", ")}`);
  }
  const least = mode === "constant" ? -Infinity : 0;
  const whole = Array.isArray(padding) && padding.every((width) => Number.isInteger(width) && width >= least);
  if (!whole || padding.length !== 4) {
    const needed = `padding as 4 whole numbers${least ? "" : " of at least 0"}`;
    refuse("pad", needed, JSON.stringify(padding) ?? "nothing", "give [top, bottom, left, right]; only constant crops");
  }
  if (typeof value !== "number") refuse("pad", "value as a number", JSON.stringify(value) ?? "nothing", "torch takes 0");
}
