// A convolution in which an output channel reads one input channel (depthwise): too few products for a panel to pay,
// so that each weight is read once for four neighbouring cells of a row.

import { tapOffsets } from "./conv_panel.js";

/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { Convolve } from "./conv_kernels.js" */

/**
 * Whether `convolveDepthwise` is the quicker way.
 * @param {ConvPlan} plan
 */
export function isDepthwise({ wide, narrow }) {
  return wide === 1 && narrow < 4;
}

/** @type {Convolve} */
export function convolveDepthwise(plan, padded, weight, bias, out) {
  const { groups, narrow, stride: [sh], narrowSize: [rows, cols], wideSize: [high, broad] } = plan;
  const taps = tapOffsets(plan);
  for (let o = 0; o < groups * narrow; o++) {
    const kernel = weight.subarray(o * taps.length, (o + 1) * taps.length);
    const plane = Math.floor(o / narrow) * high;
    for (let y = 0; y < rows; y++) {
      const row = out.subarray((o * rows + y) * cols, (o * rows + y + 1) * cols);
      slideRow(padded, (plane + y * sh) * broad, plan.stride[1], taps, kernel, bias ? bias[o] : 0, row);
    }
  }
}

/**
 * One row of an output plane.
 * @param {Float32Array} x
 * @param {number} from   where the row's first window stands
 * @param {number} step   from one window to the next
 * @param {Int32Array} taps
 * @param {Float32Array} w
 * @param {number} bias
 * @param {Float32Array} row
 */
function slideRow(x, from, step, taps, w, bias, row) {
  let to = 0;
  for (; to + 4 <= row.length; to += 4, from += 4 * step) {
    let a = bias, b = bias, c = bias, d = bias;
    for (let k = 0; k < taps.length; k++) {
      const at = from + taps[k];
      const factor = w[k];
      a += factor * x[at];
      b += factor * x[at + step];
      c += factor * x[at + 2 * step];
      d += factor * x[at + 3 * step];
    }
    row[to] = a;
    row[to + 1] = b;
    row[to + 2] = c;
    row[to + 3] = d;
  }
  for (; to < row.length; to++, from += step) {
    let sum = bias;
    for (let k = 0; k < taps.length; k++) sum += w[k] * x[from + taps[k]];
    row[to] = sum;
  }
}
