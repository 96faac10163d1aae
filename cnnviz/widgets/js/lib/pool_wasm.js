// The largest number under each window, in WebAssembly.

import { kernel, places } from "./kernel.js";
import { bringPhases, EIGHT, phasedRoom, phasedTaps } from "./kernel_rows.js";
import { sizeOf } from "./tensor.js";

/** @import { ConvPlan } from "./conv_planes.js" */
/** @import { KernelExports } from "./kernel.js" */
/** @import { Call } from "./ops.js" */

const LEAST_CELLS = 2_000; // compared cells below which the way into the module's memory costs more

/** Whether the module is there, and worth the way. @param {Call} call */
export function isPoolForWasm({ args: { kernel_size }, output }) {
  return kernel_size && sizeOf(kernel_size) * output.data.length >= LEAST_CELLS && kernel() !== null;
}

/** @param {Call} call */
export function maxPoolWasm(call) {
  const exports = /** @type {KernelExports} */ (kernel());
  const plan = poolPlan(call);
  const { groups: planes, narrowSize: [rows, cols], wideSize: [high, broad] } = plan;
  const padded = padLowest(call, plan);
  const taps = phasedTaps(plan);
  const pitch = Math.ceil(cols / EIGHT) * EIGHT;
  const { starts: [x, t, to], floats, whole } = places(exports, [phasedRoom(plan, padded), taps.length, planes * rows * pitch]);
  bringPhases(exports, plan, padded, floats, x);
  whole.set(taps, t / 4);
  const rowStep = 4 * plan.stride[0] * broad;
  exports.largest(x, 4 * high * broad, t, taps.length, to, planes, rows, rowStep, 4 * pitch);
  exports.pack(to, planes * rows, 4 * pitch, 4 * cols);
  call.output.data.set(floats.subarray(to / 4, to / 4 + call.output.data.length));
}

/** The windows as those of a convolution of each plane by itself. @param {Call} call @returns {ConvPlan} */
function poolPlan({ inputs: [{ shape }], args, output }) {
  const { kernel_size, stride, dilation = [1, 1], padding: [top, , left] } = args;
  const [batch, channels, ...size] = shape;
  const narrowSize = output.shape.slice(2);
  const wide = [top, left].map((before, axis) => {
    const reach = (narrowSize[axis] - 1) * stride[axis] + dilation[axis] * (kernel_size[axis] - 1) + 1;
    return Math.max(reach, before + size[axis]);
  });
  const sizes = /** @type {[number, number][]} */ ([narrowSize, wide]);
  const one = { groups: batch * channels, narrow: 1, wide: 1, kernel: kernel_size, stride, dilation };
  return { ...one, narrowSize: sizes[0], wideSize: sizes[1] };
}

/** The planes, with the lowest of all numbers around them as far as windows reach. @param {Call} call @param {ConvPlan} plan */
function padLowest({ inputs: [{ shape, data }], args: { padding: [top, , left] } }, { groups, wideSize: [high, broad] }) {
  const [height, width] = shape.slice(2);
  if (high === height && broad === width) return data;
  const padded = new Float32Array(groups * high * broad).fill(-Infinity);
  for (let row = 0; row < groups * height; row++) {
    const plane = Math.floor(row / height);
    const to = (plane * high + top + row - plane * height) * broad + left;
    padded.set(data.subarray(row * width, (row + 1) * width), to);
  }
  return padded;
}
