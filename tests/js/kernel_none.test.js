import assert from "node:assert/strict";
import test from "node:test";

// Before the modules are read: as in a page whose policy forbids WebAssembly.
Reflect.set(globalThis, "WebAssembly", null);
const { run } = await import("../../cnnviz/widgets/js/lib/ops.js");
const { kernel } = await import("../../cnnviz/widgets/js/lib/kernel.js");
const { tensor } = await import("../../cnnviz/widgets/js/lib/tensor.js");

test("without WebAssembly the plain routines compute", () => {
  assert.equal(kernel(), null);
  const args = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
  const ones = tensor([1, 16, 30, 30], Array(16 * 900).fill(1));
  const { output } = run("conv2d", [ones], { weight: tensor([16, 16, 3, 3], Array(2304).fill(0.5)) }, args);
  assert.ok(output.data.every((value) => value === 72));
  const products = run("linear", [tensor([1, 100], Array(100).fill(2))], { weight: tensor([100, 100], Array(10000).fill(3)) });
  assert.ok(products.output.data.every((value) => value === 600));
  const bent = run("relu6", [tensor([1, 3000], Array(3000).fill(9))]);
  assert.ok(bent.output.data.every((value) => value === 6));
  const pool = { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1], ceil_mode: false };
  assert.ok(run("max_pool2d", [ones], {}, pool).output.data.every((value) => value === 1));
});
