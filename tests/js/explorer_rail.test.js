import assert from "node:assert/strict";
import test from "node:test";
import { railOf, railRows } from "../../cnnviz/widgets/js/lib/explorer_rail.js";

/** @param {Record<string, string[]>} reads */
const rows = (reads) => Object.entries(reads).map(([id, sources]) => ({ id, reads: sources }));

test("a chain is one straight lane", () => {
  const { dots, lines, lanes } = railOf(rows({ input: [], a: ["input"], b: ["a"] }));
  assert.deepEqual(dots, [0, 0, 0]);
  assert.deepEqual(lines, [
    { gap: 1, from: 0, to: 0, source: 0, ends: true },
    { gap: 2, from: 0, to: 0, source: 1, ends: true },
  ]);
  assert.equal(lanes, 1);
});

test("a way round a block moves aside and comes back, and the main way stays straight", () => {
  const { dots, lines, lanes } = railOf(rows({ input: [], a: ["input"], b: ["a"], sum: ["b", "input"] }));
  assert.deepEqual(dots, [0, 0, 0, 0]);
  assert.deepEqual(lines.filter(({ source }) => source === 0), [
    { gap: 1, from: 0, to: 0, source: 0, ends: true },
    { gap: 1, from: 0, to: 1, source: 0, ends: false },
    { gap: 2, from: 1, to: 1, source: 0, ends: false },
    { gap: 3, from: 1, to: 0, source: 0, ends: true },
  ]);
  assert.equal(lanes, 2);
});

test("parallel branches stand side by side and meet in the lane of the first", () => {
  const { dots } = railOf(
    rows({ input: [], a: ["input"], b1: ["input"], b2: ["b1"], c: ["input"], all: ["a", "b2", "c"] }),
  );
  assert.deepEqual(dots, [0, 0, 1, 1, 2, 0]);
});

test("a shortcut with layers of its own runs in the lane beside", () => {
  const { dots } = railOf(rows({ input: [], a: ["input"], b: ["a"], short: ["input"], sum: ["b", "short"] }));
  assert.deepEqual(dots, [0, 0, 0, 1, 0]);
});

test("no two tensors pass between the same rows in the same lane, in random networks", () => {
  let seed = 7;
  const random = (/** @type {number} */ below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (let trial = 0; trial < 200; trial++) {
    const network = Array.from({ length: 2 + random(30) }, (_, i) => ({
      id: `${i}`,
      reads: [...new Set(Array.from({ length: Math.min(i, 1 + random(3)) }, () => `${Math.max(0, i - 1 - random(6))}`))],
    }));
    const { dots, lines } = railOf(network);
    for (let row = 1; row < network.length; row++) {
      const passing = lines.filter(({ gap, ends }) => gap === row && !ends).map(({ to }) => to);
      assert.equal(new Set([...passing, dots[row]]).size, passing.length + 1, `row ${row} of ${JSON.stringify(network)}`);
      // Every tensor that is read arrives, from where it was in the gap above.
      for (const id of network[row].reads) {
        const line = lines.find(({ gap, ends, source }) => gap === row && ends && source === Number(id));
        assert.ok(line);
        const above = lines.find(({ gap, ends, source }) => gap === row - 1 && !ends && source === Number(id));
        assert.equal(line.from, Number(id) === row - 1 ? dots[row - 1] : above?.to);
      }
    }
  }
});

test("a folded block reads what its nodes read of the others, each once", () => {
  const nodes = [
    { name: "a", inputs: ["input"] },
    { name: "b.x", inputs: ["a"] },
    { name: "b.y", inputs: ["b.x", "a"] },
    { name: "c", inputs: ["b.y", "input"] },
  ];
  const folded = [{ id: "a", first: 0, last: 0 }, { id: "b/", first: 1, last: 2 }, { id: "c", first: 3, last: 3 }];
  assert.deepEqual(railRows(folded, nodes, "input"), rows({ input: [], a: ["input"], "b/": ["a"], c: ["b/", "input"] }));
});
