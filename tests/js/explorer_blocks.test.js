import assert from "node:assert/strict";
import test from "node:test";
import { allBlocks, blockTree, blocksAround, openAtFirst, visibleRows } from "../../cnnviz/widgets/js/lib/explorer_blocks.js";

/** @import { Block } from "../../cnnviz/widgets/js/lib/explorer_blocks.js" */

/** @param {string[]} names @param {(i: number) => number[]} [shapeOf] */
const tree = (names, shapeOf = () => [1, 4, 8, 8]) => blockTree(names.map((name) => ({ name })), shapeOf);
/** @param {Block[]} blocks @returns {any} names in brackets */
const outline = (blocks) => blocks.map(({ label, children }) => (children.length ? [label, outline(children)] : label));
const residual = (/** @type {string} */ path) => ["conv1", "bn1", "relu", "conv2", "bn2", "add", "relu_1"].map((name) => `${path}.${name}`);
const RESNET = [
  ...["conv1", "bn1", "relu", "maxpool"],
  ...[1, 2, 3, 4].flatMap((layer) => [0, 1].flatMap((block) => residual(`layer${layer}.${block}`))),
  ...["avgpool", "flatten", "fc"],
];

test("dotted names are blocks, in the order in which they run", () => {
  const names = ["stem", "layer1.0.conv", "layer1.0.add", "layer1.1.conv", "layer1.1.add", "fc"];
  assert.deepEqual(outline(tree(names)), ["stem", ["layer1", [["0", ["conv", "add"]], ["1", ["conv", "add"]]]], "fc"]);
});

test("a block of one child is that child, with the whole of its name", () => {
  assert.deepEqual(outline(tree(["body.0.conv", "body.0.relu", "fc.0"])), [["body.0", ["conv", "relu"]], "fc.0"]);
});

test("a module that runs at two places is two blocks of one name", () => {
  const roots = tree(["enc.a", "enc.b", "mid", "enc.a_1", "enc.b_1"]);
  assert.deepEqual(outline(roots), [["enc", ["a", "b"]], "mid", ["enc", ["a_1", "b_1"]]]);
  assert.equal(new Set(allBlocks(roots).map(({ id }) => id)).size, 7);
});

test("the leaves are all nodes in order, whatever the names", () => {
  const leaves = allBlocks(tree(RESNET)).filter(({ children }) => !children.length);
  assert.deepEqual(leaves.map(({ id }) => id), RESNET);
  assert.deepEqual(leaves.map(({ first }) => first), RESNET.map((_, i) => i));
});

test("a long run without blocks is divided where its maps change their size", () => {
  const sizes = [32, 32, 32, 32, 16, 16, 16, 16, 16, 8, 8, 8, 8, 8];
  const shapeOf = (/** @type {number} */ i) => (i < 14 ? [1, 4, sizes[i], sizes[i]] : [1, 10]);
  const names = Array.from({ length: 16 }, (_, i) => `${i}`);
  const roots = tree(names, shapeOf);
  assert.deepEqual(roots.map(({ label, children }) => [label, children.length]), [
    ["maps of 32 × 32", 4], ["maps of 16 × 16", 5], ["maps of 8 × 8", 5], ["14", 0], ["15", 0],
  ]);
});

test("a small network is all open", () => {
  const roots = tree(["0.0", "0.1", "1"]);
  assert.deepEqual([...openAtFirst(roots)], ["0/", "0.0", "0.1", "1"]);
});

test("a deep network is folded to about a dozen rows", () => {
  const roots = tree(RESNET);
  assert.deepEqual([...openAtFirst(roots)], []);
  assert.equal(visibleRows(roots, openAtFirst(roots)).length, 11);
});

test("the block that nearly all of a network lies in is open", () => {
  const roots = tree(RESNET.map((name) => `backbone.${name}`).concat("head"));
  const rows = visibleRows(roots, openAtFirst(roots));
  assert.deepEqual(rows.slice(0, 2).map(({ block, head, depth }) => [block.id, head, depth]), [
    ["backbone/", true, 0], ["backbone.conv1", false, 1],
  ]);
});

test("the rows of folded and open blocks hold every node once", () => {
  const roots = tree(RESNET);
  for (const open of [[], ["layer1/"], ["layer1/", "layer1.0/", "layer4/"], ["layer1.0/"]]) {
    const rows = visibleRows(roots, new Set(open)).filter(({ head }) => !head);
    assert.deepEqual(rows.flatMap(({ block }) => RESNET.slice(block.first, block.last + 1)), RESNET);
  }
});

test("the blocks around a node are found from outside in", () => {
  const at = RESNET.indexOf("layer2.1.add");
  assert.deepEqual(blocksAround(tree(RESNET), at).map(({ id }) => id), ["layer2/", "layer2.1/"]);
  assert.deepEqual(blocksAround(tree(RESNET), 0), []);
});
