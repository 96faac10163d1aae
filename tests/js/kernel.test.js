import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { clip } from "../../cnnviz/widgets/js/lib/clip.js";
import { convKernels } from "../../cnnviz/widgets/js/lib/conv_kernels.js";
import { convolvePanels } from "../../cnnviz/widgets/js/lib/conv_panel.js";
import { convolveWasm, isForWasm } from "../../cnnviz/widgets/js/lib/conv_wasm.js";
import { kernel } from "../../cnnviz/widgets/js/lib/kernel.js";
import { isLinearForWasm, linearWasm } from "../../cnnviz/widgets/js/lib/linear_wasm.js";
import { isPoolForWasm, maxPoolWasm } from "../../cnnviz/widgets/js/lib/pool_wasm.js";
import { run } from "../../cnnviz/widgets/js/lib/ops.js";
import { sizeOf, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { built, NAMES, target } from "../../scripts/build_wasm.mjs";
import { assertNear, assertTensorNear, callOf, read, vectorFile } from "./vectors.js";

/** @import { ConvPlan } from "../../cnnviz/widgets/js/lib/conv_planes.js" */

/** A plan: groups, planes in a group, kernel, stride, dilation, the padded planes' size. @param {Partial<ConvPlan>} changes @returns {ConvPlan} */
function planOf(changes) {
  /** @type {ConvPlan} */
  const plan = { groups: 1, narrow: 1, wide: 1, kernel: [3, 3], stride: [1, 1], dilation: [1, 1], wideSize: [9, 11], narrowSize: [0, 0], ...changes };
  const { kernel, stride, dilation, wideSize } = plan;
  const places = (/** @type {number} */ axis) => Math.floor((wideSize[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  return { ...plan, narrowSize: [places(0), places(1)] };
}

/** @type {Record<string, ConvPlan>} */
const PLANS = {
  "3x3, ten planes of three": planOf({ narrow: 10, wide: 3 }),
  "more columns than the module takes at once": planOf({ narrow: 5, wide: 2, wideSize: [7, 90] }),
  "a single column": planOf({ narrow: 4, wide: 2, wideSize: [12, 3] }),
  "1x1, planes longer than a tile": planOf({ narrow: 6, wide: 7, kernel: [1, 1], wideSize: [13, 17] }),
  "1x1, planes of one pixel": planOf({ narrow: 9, wide: 5, kernel: [1, 1], wideSize: [1, 1] }),
  "1x1 with a stride": planOf({ narrow: 4, wide: 3, kernel: [1, 1], stride: [2, 2] }),
  "stride 2": planOf({ narrow: 8, wide: 3, stride: [2, 2], wideSize: [13, 14] }),
  "stride 3 and dilation 2": planOf({ narrow: 3, wide: 2, kernel: [2, 4], stride: [1, 3], dilation: [1, 2], wideSize: [6, 31] }),
  "dilation 3": planOf({ narrow: 5, wide: 2, dilation: [3, 3], wideSize: [11, 20] }),
  "depthwise 5x5": planOf({ groups: 7, kernel: [5, 5] }),
  "depthwise with stride 2": planOf({ groups: 6, stride: [2, 2], wideSize: [16, 17] }),
  "groups of several planes": planOf({ groups: 3, narrow: 5, wide: 2 }),
};

/** @param {number} length @param {(i: number) => number} value */
const numbers = (length, value) => Float32Array.from({ length }, (_, i) => value(i));

/** Small whole numbers, whose sums are exact in any order. @param {number} seed */
const whole = (seed) => (/** @type {number} */ i) => ((i * 7919 * seed) % 13) - 6;

/** @param {ConvPlan} plan @param {(seed: number) => (i: number) => number} value */
function bothWays(plan, value) {
  const planes = plan.groups * plan.narrow;
  const x = numbers(plan.groups * plan.wide * sizeOf(plan.wideSize), value(1));
  const weight = numbers(planes * plan.wide * sizeOf(plan.kernel), value(2));
  const bias = numbers(planes, value(3));
  const [plain, quick] = [0, 1].map(() => new Float32Array(planes * sizeOf(plan.narrowSize)));
  convolvePanels(plan, x, weight, bias, plain);
  convolveWasm(plan, x, weight, bias, quick);
  return { plain, quick };
}

for (const [name, plan] of Object.entries(PLANS)) {
  test(`a convolution in WebAssembly is the plain one: ${name}`, () => {
    const { plain, quick } = bothWays(plan, whole);
    assert.deepEqual(quick, plain);
  });

  test(`NaN and infinity go where they go in the plain one: ${name}`, () => {
    const strange = (/** @type {number} */ seed) => (/** @type {number} */ i) =>
      i % 17 === 3 * seed ? [NaN, Infinity, -Infinity][i % 3] : whole(seed)(i);
    const { plain, quick } = bothWays(plan, strange);
    assert.ok(plain.some(Number.isNaN));
    assert.deepEqual([...quick], [...plain]); // as arrays: in typed ones NaN is not NaN
  });
}

test("a smaller convolution after a larger one finds none of its numbers", () => {
  bothWays(PLANS["more columns than the module takes at once"], () => () => NaN);
  const { plain, quick } = bothWays(PLANS["a single column"], whole);
  assert.deepEqual(quick, plain);
});

for (const c of vectorFile("conv2d").cases) {
  test(`WebAssembly gives torch's numbers: conv2d, ${c.name}`, (t) => {
    convKernels.unshift({ name: "forced", fits: () => true, run: convolveWasm });
    t.after(() => convKernels.shift());
    assertTensorNear(callOf("conv2d", c).output, c.output, "output");
  });
}

for (const c of vectorFile("linear").cases) {
  test(`WebAssembly gives torch's numbers: linear, ${c.name}`, () => {
    const out = new Float32Array(sizeOf(c.output.shape));
    linearWasm(read(c.inputs[0]).data, read(c.params.weight), c.params.bias && read(c.params.bias).data, out);
    assertNear(out, c.output.data.map(Number), "output");
  });
}

for (const c of vectorFile("max_pool2d").cases) {
  test(`WebAssembly gives torch's numbers: max_pool2d, ${c.name}`, () => {
    const call = callOf("max_pool2d", c);
    call.output.data.fill(7);
    maxPoolWasm(call);
    assertTensorNear(call.output, c.output, "output");
  });
}

for (const [op, least, most] of /** @type {[string, number, number][]} */ ([["relu", 0, Infinity], ["relu6", 0, 6]])) {
  test(`WebAssembly gives torch's numbers, NaN and infinities too: ${op}`, () => {
    for (const c of vectorFile(op).cases) {
      const [given, wanted] = [read(c.inputs[0]).data, c.output.data.map(Number)];
      const many = Float32Array.from({ length: 2001 }, (_, i) => given[i % given.length]);
      const out = new Float32Array(many.length);
      clip(many, out, least, most);
      assertNear(out, [...out.keys()].map((i) => wanted[i % wanted.length]), c.name);
    }
  });
}

test("a weight larger than a part is multiplied whole", () => {
  const [outs, features] = [1025, 1030];
  const weight = tensor([outs, features], numbers(outs * features, whole(2)));
  const x = numbers(2 * features, whole(1));
  const wanted = Float32Array.from({ length: 2 * outs }, (_, at) => {
    const [row, o] = [Math.floor(at / outs), at % outs];
    return weight.data.subarray(o * features, (o + 1) * features).reduce((sum, w, i) => sum + w * x[row * features + i], 0);
  });
  const out = new Float32Array(2 * outs);
  linearWasm(x, weight, undefined, out);
  assert.deepEqual(out, wanted);
});

test("the module is there, and taken for what is worth the way", () => {
  assert.notEqual(kernel(), null);
  assert.deepEqual([isForWasm(planOf({})), isForWasm(planOf({ narrow: 16, wide: 16, wideSize: [30, 30] }))], [false, true]);
  const pool = { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1], ceil_mode: false };
  const pooled = [4, 64].map((side) => run("max_pool2d", [tensor([1, 1, side, side])], {}, pool));
  assert.deepEqual(pooled.map(isPoolForWasm), [false, true]);
  assert.deepEqual([isLinearForWasm(tensor([2, 3])), isLinearForWasm(tensor([100, 100]))], [false, true]);
});

test("building the modules again gives the same files", async () => {
  assert.deepEqual(NAMES, ["kernel", "unpack"]);
  for (const name of NAMES) assert.equal(await built(name), readFileSync(target(name), "utf8"));
});
