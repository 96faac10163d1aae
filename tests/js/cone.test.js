import assert from "node:assert/strict";
import test from "node:test";
import { coneChanged, coneLevels, coneRefusal, coneRows } from "../../cnnviz/widgets/js/lib/cone_chain.js";
import { coneScale } from "../../cnnviz/widgets/js/lib/cone_draw.js";
import { coneLayerWords, coneSentence } from "../../cnnviz/widgets/js/lib/cone_words.js";

/** @import { ConeLayer } from "../../cnnviz/widgets/js/lib/cone_chain.js" */

/** Kernels with stride 1 and no padding. @param {number[]} kernels @returns {ConeLayer[]} */
const plain = (...kernels) => kernels.map((kernel) => [kernel, 1, 1, 0]);
/** @type {ConeLayer[]} */
const resnetStem = [[7, 2, 1, 3], [3, 2, 1, 1], [3, 1, 1, 1]];

/** @param {number} pixels @param {ConeLayer[]} layers @param {number} level @param {number} unit */
const said = (pixels, layers, level, unit) => coneSentence(pixels, layers, level, unit).map(({ text }) => text).join("");

test("a stride widens what the layers after it add", () => {
  assert.deepEqual(coneLevels(40, resnetStem).map(({ size, jump, start, units }) => [size, jump, start, units]), [
    [1, 1, 0, 40],
    [7, 2, -3, 20],
    [11, 4, -5, 10],
    [19, 4, -9, 10],
  ]);
});

test("the ways through layers of 3 are the trinomial coefficients", () => {
  const [pixels] = coneRows(9, plain(3, 3, 3, 3), 4, 0);
  assert.deepEqual([...pixels.ways], [1, 4, 10, 16, 19, 16, 10, 4, 1]);
});

test("the span of the pixels is the field of the recursions, for every unit of every layer", () => {
  const levels = coneLevels(40, resnetStem);
  for (const level of [1, 2, 3]) {
    for (let unit = 0; unit < levels[level].units; unit++) {
      const { size, jump, start } = levels[level];
      const [{ first, last }] = coneRows(40, resnetStem, level, unit);
      assert.deepEqual([first, last], [start + unit * jump, start + unit * jump + size - 1]);
    }
  }
});

test("no way leads through padding", () => {
  const [pixels] = coneRows(4, [[3, 1, 1, 1]], 1, 0);
  assert.deepEqual([pixels.first, pixels.last, ...pixels.ways], [-1, 1, 1, 1, 0, 0]);
});

test("a kernel that grows keeps padding that kept the size, and other padding no wider than the window", () => {
  assert.deepEqual(coneChanged([[3, 1, 1, 1]], 0, 0, 5), [[5, 1, 1, 2]]);
  assert.deepEqual(coneChanged([[3, 1, 1, 1]], 0, 2, 4), [[3, 1, 4, 4]]);
  assert.deepEqual(coneChanged([[5, 1, 1, 3]], 0, 0, 2), [[2, 1, 1, 1]]);
  assert.deepEqual(coneChanged([[3, 1, 1, 0]], 0, 0, 5), [[5, 1, 1, 0]]);
  assert.deepEqual(coneChanged([[3, 1, 1, 1]], 0, 3, 0), [[3, 1, 1, 0]]);
});

test("a chain that leaves no unit is refused with the layer and what it needs", () => {
  assert.equal(coneRefusal(8, plain(3, 3)), "");
  assert.equal(coneRefusal(8, plain(5, 5)), "layer 2 has no unit left: its window needs 5 cells, and there are 4");
});

test("numbers outside of the figure's are refused by name", () => {
  assert.equal(coneRefusal(8, plain(0)), "kernel is a whole number from 1 to 11");
  assert.equal(coneRefusal(8, [[3, 5, 1, 0]]), "stride is a whole number from 1 to 4");
  assert.equal(coneRefusal(8, [[3, 1, 1.5, 0]]), "dilation is a whole number from 1 to 8");
  assert.equal(coneRefusal(8, [[3, 1, 1, NaN]]), "padding is a whole number from 0 to 80");
  assert.match(coneRefusal(8, [[3, 1, 1, 3]]), /^padding is at most 2 here/);
  assert.equal(coneRefusal(8, []), "a chain has 1 to 6 layers");
});

test("the sentence is the layer's own arithmetic", () => {
  assert.equal(said(40, resnetStem, 3, 4), "Unit 4 of layer 3: field 11 + (3 − 1) · 4 = 19 pixels, 7 to 25; jump 4 · 1 = 4.");
});

test("the sentence tells what lies outside and what no way leads to", () => {
  /** @type {ConeLayer[]} */
  const gaps = [[3, 1, 2, 2], [3, 1, 2, 2]];
  assert.match(said(16, gaps, 2, 8), /field 5 \+ 2 · \(3 − 1\) · 1 = 9 pixels, 4 to 12; .* No way leads to 4 pixels in it\.$/);
  assert.match(said(16, gaps, 2, 0), /, −4 to 4; .* 4 pixels of it lie outside the picture\. No way leads to 2 pixels in it\.$/);
  assert.match(said(16, [[3, 1, 1, 1]], 1, 0), / 1 pixel of it lies outside the picture\.$/);
});

test("a layer's words leave out what is 1", () => {
  assert.equal(coneLayerWords([3, 1, 1, 1]), "kernel 3");
  assert.equal(coneLayerWords([5, 2, 4, 0]), "kernel 5, stride 2, dilation 4");
});

test("a unit stands above the middle of its field, and is found there", () => {
  const { middle, cellAt } = coneScale(40, resnetStem, 480); // 4 pixels of margin on each side, 10 CSS pixels each
  assert.equal(middle(0, 0), 45);
  assert.equal(middle(3, 2), 10 * (4 - 9 + 2 * 4 + 19 / 2));
  for (const unit of [0, 3, 9]) assert.equal(cellAt(3, middle(3, unit)), unit);
  assert.deepEqual([cellAt(3, -100), cellAt(3, 1e4)], [0, 9]);
});
