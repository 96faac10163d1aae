import assert from "node:assert/strict";
import test from "node:test";
import { runGraph } from "../../cnnviz/widgets/js/lib/graph.js";
import { Lab } from "../../cnnviz/widgets/js/lib/lab.js";
import { networkInput } from "../../cnnviz/widgets/js/lib/lab_pictures.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { plain, smallNet, smallPicture, uneven } from "./small_net.js";

/** @import { LabEvent, LabOptions } from "../../cnnviz/widgets/js/lib/lab.js" */

const SCALE = [1 / 255, 2 / 255];
const SHIFT = [0, -0.5];
const classNames = ["cat", "dog", "bird"];
const pictures = [smallPicture(1), smallPicture(2)];

/** @param {Partial<LabOptions>} [changes] */
const labOf = (changes) => new Lab({ nodes: smallNet, pictures, scale: SCALE, shift: SHIFT, classNames, ...changes });

/** @param {Lab} lab @param {string} name */
const numbers = (lab, name) => [...(lab.calls.get(name)?.output.data ?? [])];

/** @param {Lab} lab */
function heard(lab) {
  /** @type {string[]} */
  const events = [];
  for (const name of /** @type {LabEvent[]} */ (["run", "ablate", "target"])) lab.on(name, () => events.push(name));
  return events;
}

test("a pixel becomes the network's input by its channel's scale and shift", () => {
  const { shape, data } = networkInput({ channels: 2, height: 1, width: 2, data: Uint8Array.of(0, 255, 0, 255) }, SCALE, SHIFT);
  assert.deepEqual([shape, [...data]], [[1, 2, 1, 2], [0, 1, -0.5, 1.5]]);
  const grey = networkInput({ channels: 2, height: 1, width: 1, data: Uint8Array.of(2, 4) }, [2], [1]);
  assert.deepEqual([...grey.data], [5, 9]);
});

test("shapes are known before the first pass", () => {
  const { shapes } = labOf();
  assert.deepEqual([shapes.get("input"), shapes.get("sum"), shapes.get("scores")], [[1, 2, 5, 5], [1, 4, 5, 5], [1, 3]]);
});

test("showing a picture gives the calls that runGraph gives", () => {
  const lab = labOf();
  const events = heard(lab);
  lab.show(pictures[1], 1);
  const wanted = runGraph(smallNet, networkInput(pictures[1], SCALE, SHIFT));
  assert.deepEqual(lab.calls, wanted);
  assert.deepEqual([lab.pictureIndex, lab.picture, events], [1, pictures[1], ["run"]]);
});

test("a channel set to zero is zero for all who read it, and what does not depend on it is not computed anew", () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  const before = new Map(lab.calls);
  lab.ablate("left", [1, 3]);
  const [bent, left, sum] = ["bent", "left", "sum"].map((name) => numbers(lab, name));
  assert.ok(left.slice(25, 50).every((value) => value === 0) && left.slice(75).every((value) => value === 0));
  assert.ok(left.slice(0, 25).every((value) => value !== 0));
  assert.deepEqual(sum.slice(25, 50), bent.slice(25, 50));
  assert.deepEqual([...lab.calls].filter(([name, call]) => call === before.get(name)).map(([name]) => name), ["stem", "bent"]);
});

test("a pass leaves the last one's numbers alone, and writes over those of the one before", () => {
  const lab = labOf();
  const seen = [0, 1, 0].map((index) => {
    lab.show(pictures[index], index);
    return { scores: lab.calls.get("scores")?.output.data, copy: numbers(lab, "scores") };
  });
  assert.deepEqual([...(seen[1].scores ?? [])], seen[1].copy);
  assert.equal(seen[2].scores, seen[0].scores);
  assert.deepEqual(seen[2].copy, seen[0].copy);
});

test("numbers that a pass takes over are not written over", () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  const stem = numbers(lab, "stem");
  for (const channels of [[0], [1], [2], []]) lab.ablate("left", channels);
  assert.deepEqual(numbers(lab, "stem"), stem);
  assert.deepEqual(lab.calls, runGraph(smallNet, lab.input));
});

test("ablating and restoring in any order ends where it began", () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  const begin = numbers(lab, "scores");
  lab.ablate("curve", [0]);
  lab.ablate("stem", [1, 2]);
  lab.ablate("curve", []);
  assert.notDeepEqual(numbers(lab, "scores"), begin);
  assert.deepEqual([...lab.ablated], [["stem", new Set([1, 2])]]);
  lab.restoreAll();
  assert.deepEqual(numbers(lab, "scores"), begin);
});

test("units of a vector are set to zero, too", () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  lab.ablate("scores", [2]);
  assert.equal(numbers(lab, "scores")[2], 0);
});

test("ablating tells of it, then of the new numbers", () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  const events = heard(lab);
  lab.ablate("left", [0]);
  assert.deepEqual(events, ["ablate", "run"]);
});

test("a channel or a node that is not there is refused", () => {
  const lab = labOf();
  assert.throws(() => lab.ablate("left", [4]), { message: "lab.ablate needs channels of left, 0 to 3, got 4: leave it out" });
  assert.throws(() => lab.ablate("right", [0]), { message: "lab.ablate needs a node's name, got right: choose one of nodes" });
});

test("probabilities are the softmax of the scores, whether or not the network has one", () => {
  const [lab, bare] = [labOf(), labOf({ nodes: smallNet.slice(0, -1) })];
  for (const one of [lab, bare]) one.show(pictures[0], 0);
  assert.deepEqual(lab.probabilities(), bare.probabilities());
  const exps = numbers(bare, "scores").map(Math.exp);
  const wanted = exps.map((value) => value / (exps[0] + exps[1] + exps[2]));
  bare.probabilities()?.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-6));
  assert.equal(labOf({ classNames: [] }).probabilities(), null);
});

test("another pass has its own probabilities, and leaves the board's", async () => {
  const [lab, other] = [labOf(), labOf()];
  lab.show(pictures[0], 0);
  other.show(pictures[1], 1);
  const board = lab.probabilities();
  assert.deepEqual(lab.probabilities(await lab.runOn(pictures[1])), other.probabilities());
  assert.notDeepEqual(other.probabilities(), board);
  assert.deepEqual(lab.probabilities(), board);
});

test("gradients are of the likeliest class's score, or of the target's", async () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  const scores = numbers(lab, "scores");
  const best = scores.indexOf(Math.max(...scores));
  assert.equal(lab.likeliest(), best);
  const byScore = (await lab.gradients()).get("scores")?.data;
  assert.deepEqual([...(byScore ?? [])], [0, 1, 2].map((i) => Number(i === best)));
  const events = heard(lab);
  lab.target = 2;
  lab.target = 2;
  assert.deepEqual(events, ["target"]);
  assert.deepEqual([...((await lab.gradients()).get("scores")?.data ?? [])], [0, 0, 1]);
});

test("gradients are computed once for a pass, and anew after the next", async () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  const first = await lab.gradients(1);
  assert.equal(await lab.gradients(1), first);
  lab.ablate("stem", [0]);
  const second = await lab.gradients(1);
  assert.notEqual(second, first);
  assert.ok(second.get("stem")?.data.subarray(0, 25).every((value) => value === 0));
});

test("another picture or other parameters leave the board alone", async () => {
  const lab = labOf();
  lab.show(pictures[0], 0);
  lab.ablate("left", [0]);
  const board = lab.calls;
  const other = await lab.runOn(pictures[1]);
  assert.ok(other.get("left")?.output.data.subarray(0, 25).every((value) => value === 0));
  const params = { scores: { weight: uneven([3, 100], 11) } };
  const changed = await lab.runOn(pictures[0], params);
  const wanted = runGraph(smallNet.map((node) => (node.name === "scores" ? { ...node, params: params.scores } : node)), lab.input);
  assert.deepEqual(changed, wanted);
  const same = await lab.runOn(pictures[0], params, { same: true });
  assert.ok(same.get("left")?.output.data.subarray(0, 25).every((value) => value === 0));
  assert.notDeepEqual(same.get("scores")?.output, lab.calls.get("scores")?.output);
  assert.deepEqual([lab.calls, lab.pictureIndex], [board, 0]);
});

/** Recorded of both pictures: 2 x 3 and 4 numbers. */
const records = { maps: tensor([2, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), out: tensor([2, 3], [1, 2, 3, 4, 5, 6]) };
const recorded = [
  { ...plain("maps", "recorded", ["input"], { type: "Conv2d" }) },
  { ...plain("out", "recorded", ["maps"], { type: "Linear" }) },
];

test("a recorded network shows what was recorded of the given pictures", async () => {
  const lab = labOf({ nodes: recorded, records });
  lab.show(pictures[1], 1);
  assert.deepEqual([lab.live, numbers(lab, "maps"), numbers(lab, "out")], [false, [6, 7, 8, 9, 10, 11], [4, 5, 6]]);
  assert.equal(lab.calls.get("out")?.inputs[0], lab.calls.get("maps")?.output);
  assert.deepEqual(lab.shapes.get("maps"), [1, 1, 2, 3]);
  assert.deepEqual([...((await lab.runOn(pictures[0])).get("out")?.output.data ?? [])], [1, 2, 3]);
  assert.ok(Math.abs((lab.probabilities()?.[2] ?? 0) - 0.665241) < 1e-5);
});

test("a recorded network refuses what would have to be computed", async () => {
  const lab = labOf({ nodes: recorded, records });
  lab.show(pictures[0], 0);
  assert.throws(() => lab.show(smallPicture(3)), { message: /lab needs one of the pictures that were recorded, got another/ });
  assert.throws(() => lab.ablate("maps", [0]), { message: /lab.ablate needs a network whose operations the page knows/ });
  await assert.rejects(() => lab.gradients(), { message: /lab.gradients needs a network whose operations the page knows/ });
  assert.throws(() => labOf({ nodes: recorded, records: { maps: records.maps } }), { message: /Lab needs a record of out, got none/ });
});

test("a listener is gone with its signal", () => {
  const lab = labOf();
  const ended = new AbortController();
  let count = 0;
  lab.on("run", () => count++, ended.signal);
  lab.show(pictures[0], 0);
  ended.abort();
  lab.show(pictures[1], 1);
  assert.equal(count, 1);
});
