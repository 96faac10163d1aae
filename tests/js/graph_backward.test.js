import assert from "node:assert/strict";
import test from "node:test";
import { passSteps, runGraph } from "../../cnnviz/widgets/js/lib/graph.js";
import { backwardGraph } from "../../cnnviz/widgets/js/lib/graph_backward.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { plain, smallNet, uneven } from "./small_net.js";

/** @import { Call } from "../../cnnviz/widgets/js/lib/ops.js" */
/** @import { Tensor } from "../../cnnviz/widgets/js/lib/tensor.js" */

const nodes = smallNet.slice(0, -1);
const input = uneven([1, 2, 5, 5], 7);
const grad = tensor([1, 3], [1, -2, 0.5]);

/** The loss whose gradient by the scores is `grad`. @param {Tensor} x @param {Map<string, Set<number>>} [ablated] */
function loss(x, ablated) {
  /** @type {Map<string, Call>} */
  const calls = new Map();
  for (const _ of passSteps(nodes, x, calls, { ablated }));
  const scores = /** @type {Call} */ (calls.get("scores")).output;
  return { calls, value: scores.data.reduce((sum, score, i) => sum + score * grad.data[i], 0) };
}

/** @param {number} at @param {Map<string, Set<number>>} [ablated] */
function slopeByTrial(at, ablated) {
  const [less, more] = [-1, 1].map((way) => {
    const moved = tensor(input.shape, input.data.slice());
    moved.data[at] += way * 1e-2;
    return loss(moved, ablated).value;
  });
  return (more - less) / 2e-2;
}

test("the gradient by the picture is what a small change of each pixel does", () => {
  const found = backwardGraph(nodes, loss(input).calls, grad);
  const byPixel = found.get("input")?.data ?? [];
  for (let at = 0; at < 50; at++) assert.ok(Math.abs(byPixel[at] - slopeByTrial(at)) < 2e-3, `pixel ${at}`);
});

test("through channels that were set to zero nothing comes back", () => {
  const ablated = new Map([["bent", new Set([0, 2])], ["left", new Set([1])]]);
  const found = backwardGraph(nodes, loss(input, ablated).calls, grad, ablated);
  const zero = (/** @type {string} */ name, /** @type {number} */ channel) =>
    found.get(name)?.data.subarray(channel * 25, channel * 25 + 25).every((value) => value === 0);
  assert.deepEqual([zero("bent", 0), zero("bent", 1), zero("bent", 2), zero("left", 1)], [true, false, true, true]);
  const byPixel = found.get("input")?.data ?? [];
  for (let at = 0; at < 50; at++) assert.ok(Math.abs(byPixel[at] - slopeByTrial(at, ablated)) < 2e-3, `pixel ${at}`);
});

test("one tensor read twice by one node gets both parts", () => {
  const twice = [plain("double", "add", ["input", "input"])];
  const x = tensor([1, 3], [1, 2, 3]);
  const found = backwardGraph(twice, runGraph(twice, x), tensor([1, 3], [1, 10, 100]));
  assert.deepEqual([...(found.get("input")?.data ?? [])], [2, 20, 200]);
});

test("a node that the loss does not depend on has no gradient", () => {
  const side = [plain("aside", "tanh", ["input"]), plain("way", "relu", ["input"])];
  const x = tensor([1, 2], [1, -1]);
  const found = backwardGraph(side, runGraph(side, x), tensor([1, 2], [1, 1]));
  assert.deepEqual([...found.keys()], ["way", "input"]);
});

test("the gradient that is given stays as it was", () => {
  const given = tensor([1, 3], [1, -2, 0.5]);
  backwardGraph(nodes, loss(input).calls, given, new Map([["scores", new Set([0])]]));
  assert.deepEqual([...given.data], [1, -2, 0.5]);
});
