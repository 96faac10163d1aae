import assert from "node:assert/strict";
import test from "node:test";
import {
  allX,
  countDomain,
  linePath,
  nearestIndex,
  niceDomain,
  plotScale,
  spreadLabels,
  valueAt,
} from "../../cnnviz/widgets/js/lib/plot.js";

const same = (/** @type {number} */ v) => v;

test("ticks are round numbers that hold the data", () => {
  assert.deepEqual(niceDomain([0.37, 2.3]).ticks, [0, 0.5, 1, 1.5, 2, 2.5]);
  assert.deepEqual(niceDomain([0.61, 0.88]).ticks, [0.6, 0.7, 0.8, 0.9]);
  assert.deepEqual(niceDomain([0, 12000]).ticks, [0, 5000, 10000, 15000]);
});

test("a domain ignores NaN and infinity, and one value or none still has a width", () => {
  assert.deepEqual(niceDomain([NaN, 1, Infinity, 3]).ticks, niceDomain([1, 3]).ticks);
  for (const values of [[], [NaN], [0], [2.3], [-4]]) {
    const { low, high, ticks } = niceDomain(values);
    assert.ok(low < high && ticks.every(Number.isFinite), String(values));
    for (const v of values.filter(Number.isFinite)) assert.ok(low <= v && v <= high);
  }
});

test("an axis of epochs has whole ticks between its own ends", () => {
  assert.deepEqual(countDomain([1, 2, 3]), { low: 1, high: 3, ticks: [1, 2, 3] });
  assert.ok(countDomain([0.1, 0.2, 0.35]).ticks.length > 1);
});

test("a line breaks where a value is not a number and goes on after it", () => {
  const path = linePath({ panel: "", name: "", x: [0, 1, 2, 3, 4], y: [1, 2, NaN, 3, Infinity] }, same, same);
  assert.equal(path, "M0.0 1.0L1.0 2.0M3.0 3.0h0");
});

test("a scale sends the domain's ends to the pixels' ends", () => {
  const scale = plotScale({ low: 2, high: 4, ticks: [] }, 100, 0);
  assert.deepEqual([scale(2), scale(3), scale(4)], [100, 50, 0]);
});

test("the nearest place is found", () => {
  assert.equal(nearestIndex([1, 2, 4], 3.1), 2);
  assert.equal(nearestIndex([1, 2, 4], -9), 0);
  assert.equal(nearestIndex([], 1), -1);
});

test("labels are moved apart in their order and stay inside", () => {
  assert.deepEqual(spreadLabels([10, 50], 14, 0, 100), [10, 50]);
  assert.deepEqual(spreadLabels([12, 10], 14, 0, 100), [24, 10]);
  const low = spreadLabels([98, 99, 97], 14, 0, 100);
  assert.deepEqual(low, [86, 100, 72]);
});

test("series of different lengths share one axis", () => {
  const a = { panel: "loss", name: "train", x: [1, 2, 3], y: [3, 2, 1] };
  const b = { panel: "loss", name: "test", x: [2, 4], y: [2.5, 1.5] };
  assert.deepEqual(allX([a, b]), [1, 2, 3, 4]);
  assert.equal(valueAt(b, 2), 2.5);
  assert.equal(valueAt(b, 1), undefined);
});
