// A convolution's gradient by its planes, and so a transposed convolution: again a convolution, of the narrow planes
// spread out with zeros between, with every kernel turned round. So whatever routine is quick for one is for the other.

import { convolve } from "./conv_kernels.js";

/** @import { ConvPlan } from "./conv_planes.js" */

/**
 * The wide planes: every narrow cell stamps its kernels at its place of the window.
 * @param {ConvPlan} plan
 * @param {Float32Array} narrow
 * @param {Float32Array} weight
 * @param {Float32Array | undefined} bias  of the wide planes
 */
export function stampPlanes(plan, narrow, weight, bias) {
  const { groups, wide, kernel: [kh, kw], dilation: [dh, dw], wideSize: [high, broad] } = plan;
  const out = new Float32Array(groups * wide * high * broad);
  /** @type {ConvPlan} */
  const turned = {
    ...plan,
    narrow: wide,
    wide: plan.narrow,
    stride: [1, 1],
    narrowSize: plan.wideSize,
    wideSize: [high + dh * (kh - 1), broad + dw * (kw - 1)],
  };
  convolve(turned, spreadPlanes(plan, turned, narrow), turnKernels(plan, weight), bias, out);
  return out;
}

/**
 * The narrow planes with their cells as far apart as the window's places, and room for a whole kernel around.
 * @param {ConvPlan} plan
 * @param {ConvPlan} turned
 * @param {Float32Array} planes
 */
function spreadPlanes({ narrowSize: [rows, cols], stride: [sh, sw], kernel: [kh, kw], dilation: [dh, dw] }, turned, planes) {
  const [high, broad] = turned.wideSize;
  const spread = new Float32Array(turned.groups * turned.wide * high * broad);
  for (let line = 0, from = 0; from < planes.length; line++) {
    const y = line % rows;
    const plane = (line - y) / rows;
    let to = (plane * high + dh * (kh - 1) + y * sh) * broad + dw * (kw - 1);
    for (let x = 0; x < cols; x++, to += sw) spread[to] = planes[from++];
  }
  return spread;
}

/**
 * weight[narrow, wide, i, j] as weight[wide, narrow, kh - 1 - i, kw - 1 - j], group by group.
 * @param {ConvPlan} plan
 * @param {Float32Array} weight
 */
function turnKernels({ groups, narrow, wide, kernel: [kh, kw] }, weight) {
  const size = kh * kw;
  const turned = new Float32Array(weight.length);
  for (let a = 0, from = 0; a < groups * narrow; a++) {
    const group = Math.floor(a / narrow);
    for (let b = 0; b < wide; b++) {
      const last = ((group * wide + b) * narrow + (a - group * narrow)) * size + size - 1;
      for (let k = 0; k < size; k++) turned[last - k] = weight[from++];
    }
  }
  return turned;
}
