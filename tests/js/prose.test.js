import assert from "node:assert/strict";
import { test } from "node:test";

import { proseBlocks, proseRuns } from "../../cnnviz/widgets/js/lib/prose.js";

test("backticks mark code", () => {
  assert.deepEqual(proseRuns("use `np.pad` here"), [
    { code: false, text: "use " },
    { code: true, text: "np.pad" },
    { code: false, text: " here" },
  ]);
});

test("a backtick without a partner is a backtick, and so are two with nothing between", () => {
  assert.deepEqual(proseRuns("a ` b"), [{ code: false, text: "a ` b" }]);
  assert.deepEqual(proseRuns("a `` b"), [{ code: false, text: "a `` b" }]);
});

test("a text without code is one run, and an empty one none", () => {
  assert.deepEqual(proseRuns("plain <b>text</b>"), [{ code: false, text: "plain <b>text</b>" }]);
  assert.deepEqual(proseRuns(""), []);
});

test("blank lines part paragraphs, and line breaks in them are spaces", () => {
  const blocks = proseBlocks("one\ntwo\n\n\nthree\n");
  assert.deepEqual(
    blocks.map(({ runs }) => runs[0].text),
    ["one two", "three"],
  );
});

test("lines that are all indented by four spaces stay as they are, without the indent", () => {
  const [block] = proseBlocks("    1 0\n      1\n");
  assert.deepEqual(block, { table: true, runs: [{ code: true, text: "1 0\n  1" }] });
});

test("no text has no blocks", () => {
  assert.deepEqual(proseBlocks(" \n\n "), []);
});
