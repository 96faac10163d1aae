// The quick way through a 3x3 convolution of stride 1: the nine weights of two output channels stay in variables, and
// each pixel is read once for both. A third quicker than `convolvePanels`, which does the same for any window.

import { fillBias } from "./conv_planes.js";

/** @import { Convolve } from "./conv_kernels.js" */
/** @import { ConvPlan } from "./conv_planes.js" */

/**
 * Whether `convolve3x3` can do it.
 * @param {ConvPlan} plan
 */
export function is3x3({ kernel, stride, dilation }) {
  return kernel.every((k) => k === 3) && stride.every((s) => s === 1) && dilation.every((d) => d === 1);
}

/** @type {Convolve} */
export function convolve3x3(plan, padded, weight, bias, out) {
  const sums = new Float64Array(out.length);
  fillBias(sums, plan.narrowSize[0] * plan.narrowSize[1], bias);
  gather3x3(plan, padded, weight, sums);
  out.set(sums);
}

/**
 * narrow[a] += wide[b] correlated with weight[a, b], two output planes a pass.
 * @param {ConvPlan} plan
 * @param {Float32Array} wide
 * @param {Float32Array} weight
 * @param {Float64Array} narrow  holds the bias, or zeros
 */
function gather3x3(plan, wide, weight, narrow) {
  const size = plan.narrowSize[0] * plan.narrowSize[1];
  // Where a group has an odd number of planes, the last one's partner is thrown away.
  const spare = new Float64Array(size);
  for (let group = 0; group < plan.groups; group++) {
    const end = (group + 1) * plan.narrow;
    for (let a = group * plan.narrow; a < end; a += 2) {
      const alone = a + 1 === end;
      const first = narrow.subarray(a * size, (a + 1) * size);
      const second = alone ? spare : narrow.subarray((a + 1) * size, (a + 2) * size);
      for (let b = 0; b < plan.wide; b++) {
        const kernelAt = (a * plan.wide + b) * 9;
        const secondAt = alone ? kernelAt : kernelAt + plan.wide * 9;
        addPair(plan, wide, group * plan.wide + b, weight, kernelAt, secondAt, first, second);
      }
    }
  }
}

/**
 * One input plane's part in two output planes.
 * @param {ConvPlan} plan
 * @param {Float32Array} wide
 * @param {number} plane
 * @param {Float32Array} w
 * @param {number} k  where the first output's kernel begins
 * @param {number} l  where the second's begins
 * @param {Float64Array} first
 * @param {Float64Array} second
 */
function addPair({ narrowSize: [rows, cols], wideSize: [high, broad] }, wide, plane, w, k, l, first, second) {
  // Written out: taking arrays apart costs as much again until the engine has compiled it.
  const a0 = w[k], a1 = w[k + 1], a2 = w[k + 2];
  const a3 = w[k + 3], a4 = w[k + 4], a5 = w[k + 5];
  const a6 = w[k + 6], a7 = w[k + 7], a8 = w[k + 8];
  const b0 = w[l], b1 = w[l + 1], b2 = w[l + 2];
  const b3 = w[l + 3], b4 = w[l + 4], b5 = w[l + 5];
  const b6 = w[l + 6], b7 = w[l + 7], b8 = w[l + 8];
  for (let y = 0, to = 0; y < rows; y++) {
    let p = (plane * high + y) * broad;
    let q = p + broad;
    let r = q + broad;
    let x0 = wide[p++], x1 = wide[p++], x3 = wide[q++], x4 = wide[q++], x6 = wide[r++], x7 = wide[r++];
    for (const end = to + cols; to < end; to++) {
      const x2 = wide[p++], x5 = wide[q++], x8 = wide[r++];
      first[to] += a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3 + a4 * x4 + a5 * x5 + a6 * x6 + a7 * x7 + a8 * x8;
      second[to] += b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3 + b4 * x4 + b5 * x5 + b6 * x6 + b7 * x7 + b8 * x8;
      x0 = x1; x1 = x2;
      x3 = x4; x4 = x5;
      x6 = x7; x7 = x8;
    }
  }
}
