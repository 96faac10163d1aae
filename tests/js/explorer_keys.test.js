import assert from "node:assert/strict";
import test from "node:test";
import { keysOf } from "../../cnnviz/widgets/js/lib/explorer_keys.js";

test("only keys that do something are listed", () => {
  const listed = (/** @type {boolean} */ live, /** @type {boolean} */ deep) => keysOf({ live, deep }).map(([keys]) => keys);
  const recorded = ["arrows", "Page Up, Page Down", "Enter", "Escape", "?"];
  assert.deepEqual(listed(false, false), recorded);
  assert.deepEqual(listed(false, true), [...recorded.slice(0, -1), "/", "?"]);
  assert.deepEqual(listed(true, false), ["arrows", "Space", "e, u, Delete", "o", "Ctrl V", "Page Up, Page Down", "Enter", "x", "Escape", "?"]);
});

test("of what a key does only that is told which this figure has", () => {
  const told = new Map(keysOf({ live: false, deep: false }));
  assert.equal(told.get("Escape"), "on a layer's units: back to its row");
  assert.match(told.get("arrows") ?? "", /^on a layer: /);
  assert.match(new Map(keysOf({ live: true, deep: true })).get("Escape") ?? "", /; in the search: to the layer/);
});
