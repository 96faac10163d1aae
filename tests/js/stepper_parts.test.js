import assert from "node:assert/strict";
import test from "node:test";
import { cellNumbers } from "../../cnnviz/widgets/js/lib/cell_numbers.js";
import { formatCell, formatNumber } from "../../cnnviz/widgets/js/lib/numbers.js";
import { mixRgb, parseHex, readableOn, scaleFor } from "../../cnnviz/widgets/js/lib/draw.js";
import { boxAround, outlinePath } from "../../cnnviz/widgets/js/lib/outline.js";
import { farthestFromZero, indexIn, placeIn, planeOf, planeWith, wrapAt } from "../../cnnviz/widgets/js/lib/plane.js";
import { fitKernel, flipKernels, presets } from "../../cnnviz/widgets/js/lib/presets.js";
import { columnGap, fitCells } from "../../cnnviz/widgets/js/lib/stepper_layout.js";
import { parseNumber } from "../../cnnviz/widgets/js/lib/stepper_edit.js";

/** @import { GridNeed } from "../../cnnviz/widgets/js/lib/stepper_layout.js" */

test("numbers are short when exact, else two decimals or two significant digits, with a true minus", () => {
  const written = [0, 1, -0.5, 0.85, 1 / 3, -1 / 3, 0.999, 1234.56, 0.0123, -0.00456, 1e-5, NaN, -Infinity, Math.fround(0.1)].map(formatNumber);
  assert.deepEqual(written, ["0", "1", "−0.5", "0.85", "0.33", "−0.33", "0.999", "1234.56", "0.012", "−0.0046", "1e−5", "NaN", "−∞", "0.1"]);
});

test("a cell's number fits its room, and a remainder is not an exact zero", () => {
  assert.deepEqual([0, 1, -0.346, 0.004, 12.3, -123].map((v) => formatCell(v, 5)), ["0", "1.0", "−0.35", "0.0", "12", "−123"]);
  assert.equal(formatCell(-0.346, 4), "−0.3");
});

/** @param {string} text */
const widthInEm = (text) => [...text].reduce((sum, letter) => sum + (letter === "." ? 0.32 : letter === "−" ? 0.84 : 0.64), 0);
/** @param {number[]} values @param {number} size */
const writtenIn = (values, size) => values.map(cellNumbers(Float32Array.from(values), size, widthInEm).text);

test("the numbers of a grid all have as many decimals, an exact zero none", () => {
  assert.deepEqual(writtenIn([0.1, 0.12, -0.434, 0, 1], 44), ["0.10", "0.12", "−0.43", "0", "1.00"]);
  assert.deepEqual(writtenIn([-1, 0, 2], 44), ["−1", "0", "2"]);
  assert.deepEqual(writtenIn([0.5, -1, 0], 44), ["0.5", "−1.0", "0"]);
  assert.deepEqual(writtenIn([12.34, -0.5, NaN, Infinity], 44), ["12.3", "−0.5", "NaN", "∞"]);
  assert.deepEqual(writtenIn([0.0512, -0.004, 0.00001], 56), ["0.051", "−0.004", "0.000"]);
  assert.deepEqual(writtenIn([123.4, -7.7], 44), ["123", "−8"]);
  assert.deepEqual(writtenIn([4.3e-10, -6e-11], 48), ["4e−10", "−6e−11"]);
});

test("small cells give up a decimal before their numbers become too small to read, and no number touches its cell's frame", () => {
  assert.deepEqual(writtenIn([-0.434, 1.2], 24), ["−0.4", "1.2"]);
  for (const size of [22, 26, 33, 44, 56]) {
    for (const values of [[-0.434, 1.27], [0.1, 0.87], [-123, 5], [99.4, -99.4]]) {
      const { font, text } = cellNumbers(Float32Array.from(values), size, widthInEm);
      assert.ok(font >= 6 && font <= 16);
      for (const value of values) assert.ok(font * widthInEm(text(value)) <= size - 5, `${text(value)} at ${font} in ${size}`);
    }
  }
});

test("a number keeps clear of the thick line around its cell wherever its type stays legible", () => {
  for (const [size, values] of /** @type {[number, number[]][]} */ ([[36, [-0.476, 0.4]], [38, [-0.228, 0.4]], [44, [-0.0053]], [44, [0.0731]]])) {
    const { font, text } = cellNumbers(Float32Array.from(values), size, widthInEm);
    const wide = Math.max(...values.map((value) => font * widthInEm(text(value))));
    assert.ok(font >= 8.5, `${font}`);
    assert.ok(wide <= size - 9 + 1e-9, `${text(values[0])} is ${wide} wide in ${size}`);
  }
});

test("a figure begins with the number farthest from zero; of several with the one in the middle; NaN is none", () => {
  const plane = planeOf([1, 1, 3, 3], 0, 0);
  assert.equal(farthestFromZero(plane, Float32Array.from([1, -5, 0, 2, 3, 4, 0, 0, 0])), 1);
  assert.equal(farthestFromZero(plane, Float32Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1])), 4);
  assert.equal(farthestFromZero(plane, Float32Array.from([NaN, Infinity, 0, 2, 0, 0, 0, 0, 0])), 3);
  assert.equal(farthestFromZero(planeOf([1, 2, 3, 3], 0, 1), Float32Array.from({ length: 18 }, (_, i) => (i === 3 || i === 14 ? 9 : 0))), 5);
});

test("a negative value makes the scale diverge symmetrically about zero", () => {
  const ends = { negative: parseHex("#0000ff"), positive: parseHex("#ff0000"), paper: parseHex("#ffffff") };
  const palette = /** @type {any} */ ({ ...ends, ink: parseHex("#000000") });
  const scale = scaleFor(Float32Array.from([-1, 0, 4]), parseHex("#00ff00"), palette);
  assert.deepEqual([scale.low, scale.high], [-4, 4]);
  assert.deepEqual(scale.colour(0), palette.paper);
  assert.deepEqual(scale.colour(-4)[2], 255);
});

test("numbers without a negative use one hue from zero, and bad numbers are counted apart", () => {
  const palette = /** @type {any} */ ({ paper: [255, 255, 255], ink: [0, 0, 0] });
  const scale = scaleFor(Float32Array.from([0, 2, NaN, Infinity]), [0, 255, 0], palette);
  assert.deepEqual([scale.low, scale.high, scale.bad], [0, 2, 2]);
});

test("the number on a full hue is readable in both themes", () => {
  for (const [paper, ink, hues] of [
    ["#fdfdfb", "#22252b", ["#2f6db5", "#7b4bb3", "#b8690b", "#d97c11"]],
    ["#16181c", "#e6e6e2", ["#7fb2ef", "#bb97e8", "#f0ad4e", "#6aa5ea", "#f0a040"]],
  ]) {
    const palette = /** @type {any} */ ({ paper: parseHex(String(paper)), ink: parseHex(String(ink)) });
    for (const hue of hues) {
      for (const share of [0.2, 0.5, 0.86]) {
        const on = mixRgb(palette.paper, parseHex(hue), share);
        assert.ok(contrast(readableOn(on, palette), on) >= 4.5, `${hue} at ${share}: ${contrast(readableOn(on, palette), on)}`);
      }
    }
  }
});

/** @param {number[]} a @param {number[]} b */
function contrast(a, b) {
  const light = (/** @type {number[]} */ rgb) => {
    const [r, g, k] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * k;
  };
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test("an outline has the edges that no neighbour shares", () => {
  const edges = (/** @type {[number, number][]} */ cells) => (outlinePath(cells, [0, 0]).match(/M/g) ?? []).length;
  assert.equal(edges([[0, 0]]), 4);
  assert.equal(edges([[0, 0], [0, 1]]), 6);
  assert.equal(edges([[0, 0], [2, 2]]), 8);
  assert.deepEqual(boxAround([[-1, 2], [3, 0]]), { top: -1, left: 0, rows: 5, cols: 3 });
});

test("vectors wrap into even rows where they can", () => {
  assert.deepEqual([1, 10, 12, 64, 100, 128, 784].map(wrapAt), [1, 10, 12, 8, 10, 16, 28]);
  assert.equal(wrapAt(127), 12);
});

test("places and indexes in a plane are each other's inverse", () => {
  for (const plane of [planeOf([2, 3, 4, 5], 1, 2), planeWith([4, 23], 50)]) {
    for (let at = plane.start; at < plane.start + plane.size; at++) {
      const [row, col] = placeIn(plane, at) ?? [];
      assert.equal(indexIn(plane, Number(row), Number(col)), at);
    }
    assert.equal(placeIn(plane, plane.start - 1), null);
    assert.equal(indexIn(plane, plane.rows, 0), -1);
  }
});

test("the presets are what their names say", () => {
  const sum = (/** @type {string} */ name) => presets[name].flat().reduce((a, b) => a + b, 0);
  for (const name of ["edge", "Sobel x", "Sobel y"]) assert.equal(sum(name), 0, `${name} is silent on a flat picture`);
  for (const name of ["identity", "blur", "sharpen", "emboss"]) assert.ok(Math.abs(sum(name) - 1) < 1e-9, `${name} keeps brightness`);
  assert.deepEqual(presets["Sobel y"], presets["Sobel x"][0].map((_, c) => presets["Sobel x"].map((row) => row[c])));
});

test("a kernel is laid into the middle of a larger one and cut by a smaller one", () => {
  assert.deepEqual(fitKernel([[7]], 3, 3), [0, 0, 0, 0, 7, 0, 0, 0, 0]);
  assert.deepEqual(fitKernel([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 1, 1), [5]);
});

test("flipping twice is nothing, and once reverses both axes", () => {
  const data = Float32Array.from({ length: 12 }, (_, i) => i);
  assert.deepEqual([...flipKernels(data, 6)].slice(0, 6), [5, 4, 3, 2, 1, 0]);
  assert.deepEqual(flipKernels(flipKernels(data, 6), 6), data);
});

/** @param {number} side @param {number} out @returns {GridNeed[]} */
const convNeeds = (side, out) => [
  { name: "input", kind: "map", column: 0, rows: side, cols: side, margin: 0 },
  { name: "weight", kind: "kernel", column: 1, rows: 3, cols: 3, margin: 0 },
  { name: "output", kind: "map", column: 2, rows: out, cols: out, margin: 0 },
];

test("all grids fit the width, wide and narrow, and maps share one scale", () => {
  for (const width of [340, 358, 599, 600, 736, 1068]) {
    for (const side of [5, 12, 28, 64]) {
      const needs = convNeeds(side, side - 2);
      const cells = fitCells(needs, width);
      const widths = needs.map(({ name, cols }) => cells[name] * cols);
      const total = width < 600 ? Math.max(...widths) : widths.reduce((a, b) => a + Math.max(b, 104), 80);
      assert.ok(total <= width, `${side} in ${width}: ${total}`);
      assert.equal(cells.input, cells.output);
      assert.ok(columnGap(needs, cells, width, 0) >= 40);
    }
  }
});

test("numbers are read as people write them", () => {
  assert.deepEqual(["1.5", "−2", "-2", "1,5", " 3 ", "NaN", "-inf"].map(parseNumber), [1.5, -2, -2, 1.5, 3, NaN, -Infinity]);
  assert.deepEqual(["", "one", "1.2.3"].map(parseNumber), [null, null, null]);
});
