import assert from "node:assert/strict";
import test from "node:test";
import { runGraph } from "../../cnnviz/widgets/js/lib/graph.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @import { GraphNode } from "../../cnnviz/widgets/js/lib/graph.js" */

/** @param {string} name @param {string} op @param {string[]} inputs @returns {GraphNode} */
const plain = (name, op, inputs) => ({ name, op, args: {}, params: {}, inputs });

/** @param {string} name @param {string} input @param {number[]} weight @returns {GraphNode} */
function scaling(name, input, weight) {
  const args = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
  return { name, op: "conv2d", args, params: { weight: tensor([1, 1, 1, 1], weight) }, inputs: [input] };
}

/** A block with a way round it: relu(2x) + x, then times `last`. @param {number} last */
const block = (last) => [
  scaling("double", "input", [2]),
  plain("cut", "relu", ["double"]),
  plain("sum", "add", ["cut", "input"]),
  scaling("last", "sum", [last]),
];
const picture = tensor([1, 1, 1, 3], [-1, 0, 2]);

test("a graph with two branches gives every node's numbers, in order", () => {
  const calls = runGraph(block(10), picture);
  assert.deepEqual([...calls.keys()], ["double", "cut", "sum", "last"]);
  const numbers = [...calls.values()].map(({ output }) => [...output.data]);
  assert.deepEqual(numbers, [[-2, 0, 4], [0, 0, 4], [-1, 0, 6], [-10, 0, 60]]);
});

test("an input that is not computed yet is named, with those that are", () => {
  assert.throws(() => runGraph([plain("a", "relu", ["b"]), plain("b", "relu", ["input"])], picture), {
    message: 'node a needs inputs computed before it, got "b": choose from input',
  });
});

test("two nodes of one name are refused", () => {
  assert.throws(() => runGraph([plain("a", "relu", ["input"]), plain("a", "relu", ["a"])], picture), {
    message: /runGraph needs a name of its own for every node, got "a" again/,
  });
});

test("an operation that refuses says at which node", () => {
  assert.throws(() => runGraph([plain("cut", "relu", ["input"]), plain("last", "median", ["cut"])], picture), {
    message: /^node last: run needs an operation of the vocabulary, got "median": choose from conv2d, /,
  });
});
