import assert from "node:assert/strict";
import test from "node:test";
import {
  PictureHistory,
  beginStroke,
  blankPixels,
  shiftedPixels,
  strokeLine,
} from "../../cnnviz/widgets/js/lib/pixels.js";

/** @param {number} channels @param {number} height @param {number} width */
const blank = (channels, height, width) => ({
  channels,
  height,
  width,
  data: new Uint8Array(channels * height * width),
});
const centre = (/** @type {number} */ row, /** @type {number} */ col) => ({ x: col + 0.5, y: row + 0.5 });

test("a dab of radius one half fills one pixel and nothing else", () => {
  const picture = blank(1, 3, 3);
  strokeLine(picture, beginStroke(picture), centre(1, 1), centre(1, 1), { radius: 0.5, ink: [255] });
  assert.deepEqual([...picture.data], [0, 0, 0, 0, 255, 0, 0, 0, 0]);
});

test("a line covers every pixel it runs through, whatever the distance between the pointer's events", () => {
  const picture = blank(1, 1, 20);
  strokeLine(picture, beginStroke(picture), centre(0, 2), centre(0, 17), { radius: 0.5, ink: [200] });
  assert.deepEqual([...picture.data.slice(2, 18)], new Array(16).fill(200));
  assert.deepEqual([picture.data[1], picture.data[18]], [0, 0]);
});

test("going over the same place twice in one stroke changes nothing: soft edges stay soft", () => {
  const once = blank(1, 7, 7);
  const twice = blank(1, 7, 7);
  const brush = { radius: 1.2, ink: [255] };
  strokeLine(once, beginStroke(once), centre(3, 1), centre(3, 5), brush);
  const stroke = beginStroke(twice);
  strokeLine(twice, stroke, centre(3, 1), centre(3, 5), brush);
  strokeLine(twice, stroke, centre(3, 5), centre(3, 1), brush);
  assert.deepEqual(twice.data, once.data);
  assert.ok([...once.data].some((value) => value > 0 && value < 255));
});

test("every channel takes its own ink", () => {
  const picture = blank(3, 1, 1);
  strokeLine(picture, beginStroke(picture), centre(0, 0), centre(0, 0), { radius: 1, ink: [10, 20, 30] });
  assert.deepEqual([...picture.data], [10, 20, 30]);
});

test("a stroke that leaves the picture draws what lies inside and nothing wraps round", () => {
  const picture = blank(1, 3, 3);
  strokeLine(picture, beginStroke(picture), centre(1, 1), centre(1, 9), { radius: 0.5, ink: [255] });
  assert.deepEqual([...picture.data], [0, 0, 0, 0, 255, 255, 0, 0, 0]);
});

test("a shift moves every plane, drops what leaves and fills with the background", () => {
  const picture = { channels: 2, height: 2, width: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  assert.deepEqual([...shiftedPixels(picture, 0, 1, [90, 91])], [90, 1, 90, 3, 91, 5, 91, 7]);
  assert.deepEqual([...shiftedPixels(picture, -1, 0, [90, 91])], [3, 4, 90, 90, 7, 8, 91, 91]);
});

test("a blank picture has each channel's background", () => {
  assert.deepEqual([...blankPixels(blank(2, 1, 2), [7, 9])], [7, 7, 9, 9]);
});

test("undo gives back the pictures latest first, and remembers fifty", () => {
  const history = new PictureHistory();
  for (let i = 0; i < 60; i++) history.remember(Uint8Array.of(i));
  assert.equal(history.depth, 50);
  assert.deepEqual(history.undo(), Uint8Array.of(59));
  for (let i = 0; i < 49; i++) history.undo();
  assert.equal(history.undo(), undefined);
});
