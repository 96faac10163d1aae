import assert from "node:assert/strict";
import test from "node:test";
import { packRgb } from "../../cnnviz/widgets/js/lib/colour_scale.js";
import {
  boundingRects,
  cellAtPixel,
  cellOfFlat,
  fitSheet,
  flatOfCell,
  mapOrigin,
  neighbourCell,
  scaleEnds,
  scaleOf,
  sheetLayout,
  sheetPixels,
  wholeGroups,
} from "../../cnnviz/widgets/js/lib/sheet.js";
import { layPicture } from "../../cnnviz/widgets/js/lib/sheet_picture.js";

const layout = sheetLayout({ count: 5, height: 3, width: 4 }, 3, 2);

test("a sheet of five 3x4 maps, three in a row, is 16 by 8 pixels with gaps of two", () => {
  assert.deepEqual([layout.columns, layout.rows, layout.pixelWidth, layout.pixelHeight], [3, 2, 16, 8]);
});

test("every value's cell is found again from its pixel and from its index", () => {
  for (let flat = 0; flat < 5 * 3 * 4; flat++) {
    const cell = cellOfFlat(layout, flat);
    const { x, y } = mapOrigin(layout, cell.map);
    assert.deepEqual(cellAtPixel(layout, x + cell.col + 0.7, y + cell.row + 0.2), cell);
    assert.equal(flatOfCell(layout, cell), flat);
  }
});

test("gaps, the empty place after the last map and everything outside hold no cell", () => {
  assert.equal(cellAtPixel(layout, 4.5, 0), null);
  assert.equal(cellAtPixel(layout, 0, 3.5), null);
  assert.equal(cellAtPixel(layout, 13, 6), null);
  assert.equal(cellAtPixel(layout, -0.5, 0), null);
  assert.equal(cellAtPixel(layout, 16, 0), null);
});

test("a step over a map's edge lands in the neighbouring map, and the sheet's edge holds", () => {
  assert.deepEqual(neighbourCell(layout, { map: 0, row: 1, col: 3 }, 0, 1), { map: 1, row: 1, col: 0 });
  assert.deepEqual(neighbourCell(layout, { map: 4, row: 0, col: 2 }, -1, 0), { map: 1, row: 2, col: 2 });
  assert.deepEqual(neighbourCell(layout, { map: 0, row: 1, col: 1 }, 0, 1), { map: 0, row: 1, col: 2 });
  assert.deepEqual(neighbourCell(layout, { map: 0, row: 0, col: 0 }, -1, 0), { map: 0, row: 0, col: 0 });
  assert.deepEqual(neighbourCell(layout, { map: 4, row: 0, col: 3 }, 0, 1), { map: 4, row: 0, col: 3 });
});

test("a sheet never exceeds its room", () => {
  for (const room of [300, 340, 470, 760, 1100]) {
    for (const count of [1, 3, 8, 16, 64, 784]) {
      for (const side of [1, 3, 5, 7, 14, 28, 32, 64, 224, 512]) {
        const maps = { count, height: side, width: side };
        const { cell, columns, gap } = fitSheet(maps, room);
        const { pixelWidth } = sheetLayout(maps, columns, gap);
        assert.ok(pixelWidth * cell <= room + 1e-9, `${count} maps of ${side} in ${room}: ${pixelWidth * cell}`);
        assert.ok(cell > 0);
      }
    }
  }
});

test("a layer with smaller maps is never drawn larger than the layer before", () => {
  for (const zoom of [1, 1.5, 2]) {
    const drawn = [64, 32, 16, 8, 4].map((side) => side * fitSheet({ count: 8, height: side, width: side }, 760, zoom).cell);
    assert.deepEqual(drawn, drawn.toSorted((a, b) => b - a), String(drawn));
  }
});

test("ten logits get cells wide enough for their numbers", () => {
  assert.ok(fitSheet({ count: 10, height: 1, width: 1 }, 340).cell >= 22);
});

test("scale ends are each map's largest magnitude, or all maps', without NaN and infinity", () => {
  const values = [1, -3, NaN, 0.5, 0, 0, -Infinity, 2];
  assert.deepEqual([...scaleEnds(values, 4, false)], [3, 0.5, 0, 2]);
  assert.deepEqual([...scaleEnds(values, 4, true)], [3, 3, 3, 3]);
});

test("one pass tells the ends and whether a value is below zero, minus infinity too", () => {
  assert.deepEqual(scaleOf([1, -3, 2, 0], 2, false), { ends: Float64Array.of(3, 2), signed: true });
  assert.deepEqual(scaleOf([1, 0, NaN, Infinity], 2, true), { ends: Float64Array.of(1, 1), signed: false });
  assert.deepEqual(scaleOf([1, -Infinity], 1, true), { ends: Float64Array.of(1), signed: true });
});

test("pixels take the table's colour: ends, zero, strange, and nothing in the gaps", () => {
  const two = sheetLayout({ count: 2, height: 1, width: 2 }, 2, 1);
  const table = Uint32Array.from([10, 11, 12, 13, 14, 99]);
  const pixels = new Uint32Array(5);
  sheetPixels(two, [-2, 0, 2, NaN], Float64Array.of(2, 2), table, pixels);
  assert.deepEqual([...pixels], [10, 12, 0, 14, 99]);
  sheetPixels(two, [0, 0, Infinity, -1], Float64Array.of(0, 2), table, pixels);
  assert.deepEqual([...pixels], [12, 12, 0, 99, 11]);
});

test("a window is one rectangle a map, and padding is left out", () => {
  const cells = [-1, 0, 1].flatMap((row) => [0, 1].flatMap((map) => [2, 3].map((col) => ({ map, row, col }))));
  assert.deepEqual(boundingRects(layout, cells), [
    { x: 2, y: 0, width: 2, height: 2 },
    { x: 8, y: 0, width: 2, height: 2 },
  ]);
});

test("a vector that fills several rows is one rectangle, and a part of it one a row", () => {
  const vector = sheetLayout({ count: 9, height: 1, width: 1 }, 3, 0);
  const all = Array.from({ length: 9 }, (_, map) => ({ map, row: 0, col: 0 }));
  assert.deepEqual(boundingRects(vector, all), [{ x: 0, y: 0, width: 3, height: 3 }]);
  assert.deepEqual(boundingRects(vector, all.slice(2, 5)), [
    { x: 2, y: 0, width: 1, height: 1 },
    { x: 0, y: 1, width: 2, height: 1 },
  ]);
});

test("a row holds whole groups, unless even one is too wide", () => {
  assert.deepEqual([wholeGroups(10, 3), wholeGroups(9, 3), wholeGroups(2, 3), wholeGroups(7, 1)], [9, 9, 2, 7]);
});

test("a picture is laid as it looks into its map's place, and what is no number in the wrong hue", () => {
  const layout = sheetLayout({ count: 2, height: 1, width: 3 }, 2, 1);
  const pixels = new Uint32Array(layout.pixelWidth);
  layPicture(layout, 1, [0, 0.5, 1], 1, pixels, 7);
  assert.deepEqual([...pixels], [0, 0, 0, 0, packRgb(0, 0, 0), packRgb(128, 128, 128), packRgb(255, 255, 255)]);
  layPicture(layout, 0, [255, 0, NaN, 0, 10, 0, 0, 0, 20], 255, pixels, 7);
  assert.deepEqual([...pixels.slice(0, 3)], [packRgb(255, 0, 0), packRgb(0, 10, 0), 7]);
});
