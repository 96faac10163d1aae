import assert from "node:assert/strict";
import { test } from "node:test";

import { likenessText, overlayPixels, stageText } from "../../cnnviz/widgets/js/lib/attribution_pixels.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

const HUE = /** @type {[number, number, number]} */ ([200, 100, 0]);

test("without a map the picture keeps its colours", () => {
  const pictures = tensor([2, 3, 1, 2], [0, 0, 0, 0, 0, 0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual([...overlayPixels(pictures, 1, null, HUE, 1)], [10, 30, 50, 255, 20, 40, 60, 255]);
});

test("a picture of one channel is grey", () => {
  assert.deepEqual([...overlayPixels(tensor([1, 1, 1, 1], [70]), 0, null, HUE, 1)], [70, 70, 70, 255]);
});

test("a map's largest shade at full strength is the hue, shade 0 the dimmed grey", () => {
  const pixels = overlayPixels(tensor([1, 1, 1, 2], [100, 100]), 0, Float32Array.of(255, 0), HUE, 1);
  assert.deepEqual([...pixels], [200, 100, 0, 255, 60, 60, 60, 255]);
});

test("strength and shade multiply", () => {
  const half = overlayPixels(tensor([1, 1, 1, 1], [0]), 0, Float32Array.of(127.5), HUE, 0.5);
  assert.deepEqual([...half], [50, 25, 0, 255]);
});

test("a stage is told by how many layers are random, and which was the last", () => {
  assert.equal(stageText(["fc", "conv"], 0), "the network as it is");
  assert.equal(stageText(["fc", "conv"], 1), "1 of 2 layers random, from the top: the newest is fc");
});

test("a correlation has two decimals, a true minus sign, and a word where there is none", () => {
  assert.deepEqual([0.456, -0.5, -0.001, 1, null].map(likenessText), ["0.46", "−0.50", "0.00", "1.00", "an empty map"]);
});
