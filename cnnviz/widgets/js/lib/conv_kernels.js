// Which routine computes a convolution, chosen in one place: the first of `convKernels` that fits the plan.
//
// The seam: `conv2d` pads a sample and calls `convolve`, and nothing else knows a routine. Another one is an entry in
// front of these, whose `fits` says when it is ready and worth its while. It gets planes already padded, C H W; the
// weight, O C/groups kh kw; the bias or undefined; and writes every cell of `out`, O H' W', without keeping any of
// them. The last entry fits every plan, so that each entry may be as particular as it likes.

import { convolve3x3, is3x3 } from "./conv_3x3.js";
import { convolveDepthwise, isDepthwise } from "./conv_depthwise.js";
import { convolvePanels } from "./conv_panel.js";
import { convolveWasm, isForWasm } from "./conv_wasm.js";

/** @import { ConvPlan } from "./conv_planes.js" */
/** @typedef {(plan: ConvPlan, padded: Float32Array, weight: Float32Array, bias: Float32Array | undefined, out: Float32Array) => void} Convolve */
/** @typedef {{name: string, fits: (plan: ConvPlan) => boolean, run: Convolve}} ConvKernel */

/** @type {ConvKernel[]} */
export const convKernels = [
  { name: "WebAssembly", fits: isForWasm, run: convolveWasm },
  { name: "depthwise", fits: isDepthwise, run: convolveDepthwise },
  { name: "3x3", fits: is3x3, run: convolve3x3 },
  { name: "panels", fits: () => true, run: convolvePanels },
];

/**
 * One sample's convolution, by the first routine that fits.
 * @type {Convolve}
 */
export function convolve(plan, padded, weight, bias, out) {
  const kernel = /** @type {ConvKernel} */ (convKernels.find(({ fits }) => fits(plan)));
  kernel.run(plan, padded, weight, bias, out);
}
