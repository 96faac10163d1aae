import assert from "node:assert/strict";
import { test } from "node:test";

import { occlusionStep } from "../../cnnviz/widgets/js/lib/tools_attribute.js";
import { COVER_GREY, coveredPicture, fallsByPixel, squarePlaces, squareWithin } from "../../cnnviz/widgets/js/lib/tools_cover.js";
import { coverBox, planesOf, resampledRgb } from "../../cnnviz/widgets/js/lib/tools_resize.js";

/** Grey pixels as red, green, blue, alpha. @param {number} width @param {number[]} levels */
const grey = (width, levels) => ({ width, height: levels.length / width, data: levels.flatMap((level) => [level, level, level, 255]) });
/** @param {ArrayLike<number>} rgb */
const reds = (rgb) => Array.from({ length: rgb.length / 3 }, (_, i) => Math.round(rgb[3 * i]));
const all = ({ width = 0, height = 0 }) => ({ left: 0, top: 0, width, height });

test("a wide picture loses its left and right, a tall one its top and bottom", () => {
  assert.deepEqual(coverBox({ width: 60, height: 20 }, { width: 28, height: 28 }), { left: 20, top: 0, width: 20, height: 20 });
  assert.deepEqual(coverBox({ width: 20, height: 60 }, { width: 10, height: 20 }), { left: 0, top: 10, width: 20, height: 40 });
});

test("a picture of the wanted size is not changed", () => {
  const image = grey(3, [1, 2, 3, 40, 50, 60]);
  assert.deepEqual(reds(resampledRgb(image, all(image), image)), [1, 2, 3, 40, 50, 60]);
});

test("shrunk to half, each pixel is the mean under a triangle, as Pillow's BILINEAR", () => {
  // Image.fromarray(np.uint8([[0, 0, 80, 240, 0, 0, 0, 8]])).resize((4, 1), Image.BILINEAR)
  const image = grey(8, [0, 0, 80, 240, 0, 0, 0, 8]);
  assert.deepEqual(reds(resampledRgb(image, all(image), { width: 4, height: 1 })), [11, 120, 30, 3]);
});

test("a part's edge mixes what lies beside it, as Pillow's box", () => {
  // Image.fromarray(np.uint8([[0, 100, 200, 40, 0, 8]])).resize((2, 1), Image.BILINEAR, box=(0.5, 0, 4.5, 1))
  const image = grey(6, [0, 100, 200, 40, 0, 8]);
  const part = { left: 0.5, top: 0, width: 4, height: 1 };
  assert.deepEqual(reds(resampledRgb(image, part, { width: 2, height: 1 })), [100, 70]);
});

test("enlarged, one colour stays that colour to the edges", () => {
  const image = grey(2, [70, 70, 70, 70]);
  assert.deepEqual(reds(resampledRgb(image, all(image), { width: 5, height: 3 })), new Array(15).fill(70));
});

test("one channel is the luma of ITU-R 601 as Pillow's L has it, three are planes", () => {
  const rgb = Float64Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30);
  assert.deepEqual([...planesOf(rgb, 1)], [76, 150, 29, 18]);
  assert.deepEqual([...planesOf(rgb, 3)], [255, 0, 0, 10, 0, 255, 0, 20, 0, 0, 255, 30]);
});

test("a square stays inside the picture, and is no larger than it", () => {
  const picture = { height: 8, width: 10 };
  assert.deepEqual(squareWithin({ row: -3, col: 9, side: 4 }, picture), { row: 0, col: 6, side: 4 });
  assert.deepEqual(squareWithin({ row: 2.4, col: 2.6, side: 20 }, picture), { row: 0, col: 2, side: 8 });
});

test("a square is grey in every channel, and the picture itself is untouched", () => {
  const picture = { channels: 2, height: 2, width: 2, data: new Uint8Array(8) };
  const covered = coveredPicture(picture, { row: 0, col: 1, side: 2 });
  assert.deepEqual([...covered.data], [0, COVER_GREY, 0, COVER_GREY, 0, COVER_GREY, 0, COVER_GREY]);
  assert.ok(picture.data.every((value) => value === 0));
});

test("squares reach both far edges and leave no pixel out", () => {
  const places = squarePlaces({ height: 3, width: 5 }, 3, 2);
  assert.deepEqual(places.map(({ row, col }) => [row, col]), [[0, 0], [0, 2]]);
  const falls = fallsByPixel({ height: 7, width: 7 }, squarePlaces({ height: 7, width: 7 }, 3, 3), new Array(9).fill(1));
  assert.ok(falls.every((fall) => fall === 1));
});

test("a pixel's fall is the mean over the squares that cover it", () => {
  const falls = fallsByPixel({ height: 1, width: 3 }, [{ row: 0, col: 0, side: 2 }, { row: 0, col: 1, side: 2 }], [1, 5]);
  assert.deepEqual([...falls], [1, 3, 5]);
});

test("squares overlap by half, but not where every place takes long", () => {
  assert.deepEqual([occlusionStep(7, false), occlusionStep(1, false), occlusionStep(7, true)], [3, 1, 7]);
});
