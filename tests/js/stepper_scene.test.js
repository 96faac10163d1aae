import assert from "node:assert/strict";
import test from "node:test";
import { feeds } from "../../cnnviz/widgets/js/lib/ops.js";
import { explain } from "../../cnnviz/widgets/js/lib/explain.js";
import { makeScene, steppedPlane, targetsOf, tensorsOf } from "../../cnnviz/widgets/js/lib/scene.js";
import { longestSentences } from "../../cnnviz/widgets/js/lib/longest_sentence.js";
import { argumentWords, floorWords, inOrder, paddingRing, planeSize } from "../../cnnviz/widgets/js/lib/scene_words.js";
import { planeOf, placeIn } from "../../cnnviz/widgets/js/lib/plane.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { callOf, vectorFile, vectorOps } from "./vectors.js";

/** @import { Scene, View } from "../../cnnviz/widgets/js/lib/scene.js" */

/** @type {View} */
const VIEW = { sample: 0, channel: 0, inputChannel: 0, cell: 0, backward: false, target: "input", room: 9 };

/** @param {number[]} shape @param {(i: number) => number} number */
const filled = (shape, number) => tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => number(i)));

/** @param {number} side @param {Record<string, any>} args @param {number} [kernel] @returns {Scene} */
function convScene(side, args, kernel = 3) {
  const all = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros", ...args };
  const inputs = [filled([1, 1, side, side], (i) => i)];
  return makeScene({ op: "conv2d", args: all, inputs, params: { weight: filled([1, 1, kernel, kernel], (i) => i - 4) } }, false);
}

for (const op of vectorOps) {
  for (const c of vectorFile(op).cases) {
    test(`${op}: ${c.name}: every target can be stepped through, and its marks lie in the planes`, () => {
      const call = callOf(op, c);
      if (!call.output.data.length) return;
      const scene = makeScene({ ...call }, true);
      const tensors = tensorsOf(scene);
      for (const [backward, target] of /** @type {[boolean, string][]} */ ([[false, "input"], ...targetsOf(scene).map((t) => [true, t])])) {
        const view = { ...VIEW, backward, target };
        const { grid, plane } = steppedPlane(scene, view);
        if (!plane.size) continue;
        for (const k of [0, plane.size >> 1, plane.size - 1]) {
          const found = explain(scene, view, grid, plane.start + k);
          assert.deepEqual(found.windows[grid], [placeIn(plane, plane.start + k)]);
          for (const [name, own] of Object.entries(found.planes)) {
            assert.ok(own.start >= 0 && own.start + own.size <= tensors[name].data.length, `${name} of ${grid} ${k}`);
          }
          for (const [r, q] of found.windows.output ?? []) assert.ok(r >= 0 && q >= 0 && r < found.planes.output.rows && q < found.planes.output.cols);
        }
      }
    });

    test(`${op}: ${c.name}: an input cell's outputs are those whose window holds it`, () => {
      const call = callOf(op, c);
      const scene = makeScene({ ...call }, false);
      if (!call.inputs[0]?.data.length) return;
      const at = call.inputs[0].data.length >> 1;
      const inPlane = feeds(call, 0, at).filter((out) => placeIn(planeOf(call.output.shape, 0, 0), out));
      const { windows } = explain(scene, VIEW, "input", at);
      assert.equal(windows.output.length, inPlane.length);
    });
  }
}

test("a window over padding is marked outside the plane", () => {
  const { windows } = explain(convScene(5, { padding: [1, 1, 1, 1] }), VIEW, "output", 0);
  assert.deepEqual(windows.input[0], [-1, -1]);
  assert.equal(windows.input.length, 9);
});

test("dilation marks only the cells that are read", () => {
  const { windows } = explain(convScene(7, { dilation: [2, 2] }), VIEW, "output", 0);
  assert.deepEqual(windows.input, [0, 2, 4].flatMap((r) => [0, 2, 4].map((q) => [r, q])));
});

test("a linear layer's weight is shown by the row of the current output", () => {
  const inputs = [filled([1, 6], (i) => i)];
  const scene = makeScene({ op: "linear", args: {}, inputs, params: { weight: filled([4, 6], (i) => i), bias: filled([4], (i) => i) } }, false);
  const { planes } = explain(scene, VIEW, "output", 2);
  assert.equal(planes.weight.start, 12);
  assert.deepEqual([planes.bias.start, planes.bias.size], [2, 1]);
});

test("what cannot be computed is said, and nothing else breaks", () => {
  const scene = convScene(5, { dilation: [9, 9] });
  assert.equal(scene.call, null);
  assert.match(scene.error, /conv2d needs at least 19x19 pixels under its window, got 5x5/);
  assert.deepEqual(Object.keys(tensorsOf(scene)), ["input", "weight"]);
});

test("a window that does not fit is floored, and the pixels it never sees are counted", () => {
  const scene = convScene(6, { stride: [2, 2] });
  const words = floorWords(scene, /** @type {any} */ (scene.call).args);
  assert.equal(words, "Rows and columns: (6 − 3) / 2 + 1 = 2.5; PyTorch rounds down: it makes 2. 11 pixels of the input are never seen (hatched).");
});

test("where every window fits there is nothing to say", () => {
  const scene = convScene(7, { stride: [2, 2] });
  assert.equal(floorWords(scene, /** @type {any} */ (scene.call).args), "");
});

for (const [mode, expected] of /** @type {[string, number][]} */ ([["zeros", 0], ["reflect", 6], ["replicate", 0], ["circular", 24]])) {
  test(`the corner of ${mode} padding shows the number that the window reads there`, () => {
    const scene = convScene(5, { padding: [1, 1, 1, 1], padding_mode: mode });
    const call = /** @type {any} */ (scene.call);
    const ring = paddingRing(call.args, call, call.inputs[0], planeOf([1, 1, 5, 5], 0, 0));
    assert.equal(ring?.value(-1, -1), expected);
    assert.equal(ring?.value(-1, -1), explain(scene, VIEW, "output", 0).tokens[2].text === "−0" ? 0 : expected);
  });
}

test("max pooling's padding shows what it counts as", () => {
  const args = { kernel_size: [2, 2], stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1], ceil_mode: false };
  const inputs = [filled([1, 1, 4, 4], (i) => i)];
  const scene = makeScene({ op: "max_pool2d", args, inputs, params: {} }, false);
  const call = /** @type {any} */ (scene.call);
  assert.equal(paddingRing(args, call, call.inputs[0], planeOf([1, 1, 4, 4], 0, 0))?.value(-1, -1), -Infinity);
});

test("a map of several says which channel it is, a kernel does not", () => {
  assert.equal(planeSize(planeOf([2, 3, 4, 5], 1, 2), [2, 3, 4, 5], true), "4 × 5, channel 2");
  assert.equal(planeSize(planeOf([1, 1, 4, 5], 0, 0), [1, 1, 4, 5], true), "4 × 5");
  assert.equal(planeSize(planeOf([8, 3, 3, 3], 1, 2), [8, 3, 3, 3]), "3 × 3");
});

test("an argument does not break over lines", () => {
  assert.deepEqual(argumentWords({ stride: [2, 2], padding: [0, 1], ceil_mode: true, groups: 1 }), ["stride\u00a02", "padding\u00a00,\u00a01", "ceil\u00a0mode"]);
});

test("room is kept for sentences at least as long as those of corner and middle", () => {
  const scene = convScene(8, { padding: [1, 1, 1, 1] });
  const { plane } = steppedPlane(scene, VIEW);
  const content = /** @type {any} */ ({ plane });
  const length = (/** @type {{text: string}[]} */ tokens) => tokens.reduce((sum, { text }) => sum + text.length, 0);
  const [longest] = longestSentences(scene, VIEW, [{ name: "output", content }]);
  for (const k of [0, 27, plane.size - 1]) assert.ok(length(longest) >= length(explain(scene, VIEW, "output", plane.start + k).tokens));
});

test("arguments and parameters stand in torch's order, however a page has stored them", () => {
  const names = (/** @type {Record<string, any>} */ named) => inOrder(named).map(([name]) => name);
  assert.deepEqual(names({ dilation: 1, padding: 0, stride: 1 }), ["stride", "padding", "dilation"]);
  assert.deepEqual(names({ bias: 0, eps: 1, running_mean: 0, weight: 1 }), ["weight", "bias", "running_mean", "eps"]);
});
