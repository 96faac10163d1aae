import assert from "node:assert/strict";
import { test } from "node:test";

import { colourEnd, gradCamMap, gradientMap, layersWithMaps, productMap, strongestPixel } from "../../cnnviz/widgets/js/lib/tools_maps.js";
import { mapOverPicture } from "../../cnnviz/widgets/js/lib/tools_overlay.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { conv, plain } from "./small_net.js";

/** @import { Palette } from "../../cnnviz/widgets/js/lib/draw.js" */

const PALETTE = /** @type {Palette} */ ({
  paper: [200, 200, 200],
  ink: [0, 0, 0],
  positive: [250, 100, 0],
  negative: [0, 0, 250],
  wrong: [255, 0, 255],
});

test("the gradient of a pixel is that of the channel which is largest in size, with its sign", () => {
  const gradient = tensor([1, 3, 1, 3], [1, -2, 0, -3, 1, 0, 2, 1, 0]);
  assert.deepEqual([...gradientMap(gradient)], [-3, -2, 0]);
});

test("gradient times input is summed over the channels", () => {
  const map = productMap(tensor([1, 2, 1, 2], [1, -2, 3, 4]), tensor([1, 2, 1, 2], [5, 6, 7, -8]));
  assert.deepEqual([...map], [5 + 21, -12 - 32]);
});

test("Grad-CAM weights each map by its mean gradient and leaves out what is negative", () => {
  const maps = tensor([1, 2, 1, 2], [1, 2, 3, -4]);
  const gradient = tensor([1, 2, 1, 2], [2, 4, -1, -1]); // means 3 and -1
  assert.deepEqual([...gradCamMap(maps, gradient, [1, 2])], [0, 10]);
  const flipped = tensor([1, 2, 1, 2], [-1, 2, 3, -4]);
  assert.deepEqual([...gradCamMap(flipped, gradient, [1, 2])], [0, 10]);
});

test("a small map is enlarged as torch does, pixel centres in their places", () => {
  const map = gradCamMap(tensor([1, 1, 1, 2], [0, 1]), tensor([1, 1, 1, 2], [1, 1]), [1, 4]);
  assert.deepEqual([...map], [0, 0.25, 0.75, 1]);
});

test("layers with maps of one pixel, vectors and constants are not offered", () => {
  const nodes = [conv("stem", "input", [4, 2, 3, 3]), plain("fixed", "constant", []), plain("pool", "mean", ["stem"]), plain("flat", "flatten", ["pool"])];
  const shapes = new Map([["stem", [1, 4, 5, 5]], ["fixed", [1, 4, 5, 5]], ["pool", [1, 4, 1, 1]], ["flat", [1, 4]]]);
  assert.deepEqual(layersWithMaps(nodes, shapes), ["stem"]);
});

test("the colours end where numpy's quantile does", () => {
  const values = Float32Array.of(3, -1, 0, 2, -4);
  assert.equal(colourEnd(values, 1), 4);
  assert.equal(colourEnd(values, 0.5), 2);
  assert.ok(Math.abs(colourEnd(values, 0.9) - 3.6) < 1e-6); // np.quantile([0, 1, 2, 3, 4], 0.9)
});

test("where most is zero the colours end at the largest, and infinity does not count", () => {
  const few = new Float32Array(1000);
  few[7] = -5;
  assert.equal(colourEnd(few, 0.99), 5);
  assert.equal(colourEnd(Float32Array.of(Infinity, 2, NaN), 1), 2);
  assert.equal(colourEnd(new Float32Array(3), 0.99), 0);
});

test("the strongest pixel may be negative", () => {
  assert.equal(strongestPixel(Float32Array.of(1, -3, 2)), 1);
});

const channelsOf = (/** @type {ArrayBuffer} */ pixels) => Array.from({ length: pixels.byteLength / 4 }, (_, i) => [...new Uint8Array(pixels, 4 * i, 3)]);

test("a map is orange above zero, blue below, and the picture where it is zero", () => {
  const picture = { channels: 1, height: 1, width: 4, data: new Uint8Array(4) };
  const pixels = channelsOf(mapOverPicture(picture, Float32Array.of(2, -2, 0, NaN), 2, 1, PALETTE));
  assert.deepEqual(pixels, [PALETTE.positive, PALETTE.negative, PALETTE.paper, PALETTE.wrong]);
});

test("strength and share multiply, and what is beyond the end has full colour", () => {
  const picture = { channels: 1, height: 1, width: 2, data: new Uint8Array(2) };
  const pixels = channelsOf(mapOverPicture(picture, Float32Array.of(1, 90), 2, 0.5, PALETTE));
  assert.deepEqual(pixels, [[213, 175, 150], [225, 150, 100]]);
});

test("under a map a drawing goes from paper towards ink, a photograph is dimmed grey", () => {
  const zero = new Float32Array(1);
  const drawing = { channels: 1, height: 1, width: 1, data: Uint8Array.of(255) };
  assert.deepEqual(channelsOf(mapOverPicture(drawing, zero, 0, 1, PALETTE)), [[90, 90, 90]]);
  const photograph = { channels: 3, height: 1, width: 1, data: Uint8Array.of(255, 0, 0) };
  assert.deepEqual(channelsOf(mapOverPicture(photograph, zero, 0, 1, PALETTE)), [[46, 46, 46]]); // 0.6 * 0.299 * 255
});
