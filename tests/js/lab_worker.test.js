import assert from "node:assert/strict";
import test from "node:test";
import { runGraph } from "../../cnnviz/widgets/js/lib/graph.js";
import { backwardGraph } from "../../cnnviz/widgets/js/lib/graph_backward.js";
import { Lab } from "../../cnnviz/widgets/js/lib/lab.js";
import { LabEngine } from "../../cnnviz/widgets/js/lib/lab_engine.js";
import { networkInput } from "../../cnnviz/widgets/js/lib/lab_pictures.js";
import { RemoteRunner } from "../../cnnviz/widgets/js/lib/lab_remote.js";
import { inSlices, SLICE, SlicedRunner } from "../../cnnviz/widgets/js/lib/lab_slices.js";
import { serveLab } from "../../cnnviz/widgets/js/lib/lab_worker.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { conv, plain, smallNet, smallPicture, uneven } from "./small_net.js";

/** @import { Answer, Question } from "../../cnnviz/widgets/js/lib/lab_worker.js" */
/** @import { Call } from "../../cnnviz/widgets/js/lib/ops.js" */

const inputs = [1, 2].map((seed) => networkInput(smallPicture(seed), [1 / 255], [0]));
const NONE = new Map();
const quiet = () => {};

/** Four convolutions of 37 million multiply-adds: too long for a page to wait. */
const slowNet = [
  conv("a", "input", [32, 2, 3, 3]),
  ...["b", "c", "d", "e"].map((name, i) => conv(name, "abcd"[i], [32, 32, 3, 3])),
  plain("mean", "adaptive_avg_pool2d", ["e"], { output_size: [1, 1] }),
  plain("scores", "flatten", ["mean"], { start_dim: 1, end_dim: -1 }),
];
const slowPictures = [1, 2, 3].map((seed) => {
  const data = Uint8Array.from({ length: 2 * 64 * 64 }, (_, i) => (i * 31 * seed) % 256);
  return { channels: 2, height: 64, width: 64, data };
});
const slowInputs = slowPictures.map((picture) => networkInput(picture, [1 / 255], [0]));

/** A runner whose worker is at the other end of a channel, and all that is said. @param {import("node:test").TestContext} t */
function remote(t, nodes = smallNet, shape = inputs[0].shape) {
  const { port1, port2 } = new MessageChannel();
  /** @type {Question[]} */
  const asked = [];
  /** @type {Answer[]} */
  const answered = [];
  port1.addEventListener("message", ({ data }) => answered.push(data));
  port2.addEventListener("message", ({ data }) => asked.push(data));
  const runner = new RemoteRunner(/** @type {any} */ (port1), nodes, shape);
  serveLab(/** @type {any} */ (port2), 0); // every node is a slice
  for (const port of [port1, port2]) port.start();
  t.after(() => port1.close());
  return { runner, asked, answered };
}

test("a worker's pass is the page's, with the page's own tensors as inputs", async (t) => {
  const { runner } = remote(t);
  const calls = await runner.run(inputs[0], NONE, quiet);
  assert.deepEqual(calls, runGraph(smallNet, inputs[0]));
  assert.equal(calls?.get("stem")?.inputs[0], inputs[0]);
  assert.equal(calls?.get("sum")?.inputs[0], calls?.get("bent")?.output);
});

test("after a channel was set to zero only what changed is sent, and the picture not again", async (t) => {
  const { runner, asked, answered } = remote(t);
  const before = await runner.run(inputs[0], NONE, quiet);
  const after = await runner.run(inputs[0], new Map([["left", new Set([1])]]), quiet);
  const [last] = answered.slice(-1);
  assert.deepEqual(last.kind === "values" && last.values?.map(([name]) => name), ["left", "sum", "curve", "flat", "scores", "probabilities"]);
  assert.equal(after?.get("bent"), before?.get("bent"));
  assert.ok(after?.get("left")?.output.data.subarray(25, 50).every((value) => value === 0));
  assert.deepEqual(asked.filter(({ kind }) => kind === "run").map((one) => "input" in one), [true, false]);
});

test("a worker's gradients are the page's", async (t) => {
  const { runner } = remote(t);
  const ablated = new Map([["left", new Set([1])]]);
  const calls = await runner.run(inputs[0], ablated, quiet);
  const wanted = backwardGraph(smallNet.slice(0, -1), calls ?? new Map(), tensor([1, 3], [0, 0, 1]), ablated);
  assert.deepEqual(await runner.gradients(2), wanted);
});

test("other parameters are sent once", async (t) => {
  const { runner, asked } = remote(t);
  const params = { scores: { weight: uneven([3, 100], 11) } };
  const nodes = smallNet.map((node) => (node.name === "scores" ? { ...node, params: params.scores } : node));
  for (const input of inputs) assert.deepEqual(await runner.runOn(input, NONE, params), runGraph(nodes, input));
  assert.deepEqual(await runner.runOn(inputs[0], NONE), runGraph(smallNet, inputs[0]));
  assert.equal(asked.filter(({ kind }) => kind === "params").length, 1);
});

test("a worker keeps the last of other parameters, and computes each question with its own", async (t) => {
  const { runner, asked } = remote(t);
  const others = [11, 13].map((seed) => ({ scores: { weight: uneven([3, 100], seed) } }));
  const networks = others.map(({ scores }) => smallNet.map((node) => (node.name === "scores" ? { ...node, params: scores } : node)));
  const made = await Promise.all([0, 1, 0].map((i) => runner.runOn(inputs[0], NONE, others[i])));
  assert.deepEqual(made, [0, 1, 0].map((i) => runGraph(networks[i], inputs[0])));
  assert.equal(asked.filter(({ kind }) => kind === "params").length, 3);
});

test("gradients and other passes tell how far they are", async (t) => {
  const { runner } = remote(t);
  await runner.run(inputs[0], NONE, quiet);
  for (const begin of [
    (/** @type {(share: number) => void} */ progress) => runner.gradients(0, progress),
    (/** @type {(share: number) => void} */ progress) => runner.runOn(inputs[1], NONE, undefined, progress),
  ]) {
    /** @type {number[]} */
    const shares = [];
    await begin((share) => shares.push(share));
    assert.ok(shares.length > 3 && shares.every((share, i) => share >= (shares[i - 1] ?? 0) && share <= 1), `${shares}`);
  }
});

test("a newer picture ends the older one's pass and gradients, and is computed whole", async (t) => {
  const { runner, answered } = remote(t, slowNet, slowInputs[0].shape);
  await runner.run(slowInputs[0], NONE, quiet);
  /** @type {number[]} */
  const shares = [];
  const all = await Promise.all([
    runner.gradients(0),
    runner.run(slowInputs[1], NONE, quiet),
    runner.run(slowInputs[2], NONE, (share) => shares.push(share)),
  ]);
  assert.deepEqual(all, [null, null, runGraph(slowNet, slowInputs[2])]);
  assert.ok(shares.length > 0 && shares.every((share, i) => share > (shares[i - 1] ?? 0) && share <= 1), `${shares}`);
  assert.equal(answered.filter((one) => one.kind === "values" && !one.values).length, 2);
});

test("what goes wrong in the worker is said in the page", async (t) => {
  const { runner } = remote(t);
  await assert.rejects(() => runner.gradients(0), { message: "gradients needs a pass of the network, got none: call run first" });
});

test("a worker that ends is told to all who wait", async () => {
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {};
  const line = { postMessage: quiet, addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => (listeners[type] = listener) };
  const waiting = new RemoteRunner(/** @type {any} */ (line), smallNet, inputs[0].shape).run(inputs[0], NONE, quiet);
  listeners.error({});
  await assert.rejects(waiting, { message: "the worker has ended" });
});

/** A worker that starts, and ends as soon as it is asked something. */
class ShortLived extends EventTarget {
  /** @param {string | Question} said */
  postMessage(said) {
    const answer = typeof said === "string" ? new MessageEvent("message", { data: { kind: "ready" } }) : "id" in said && new Event("error");
    if (answer) setTimeout(() => this.dispatchEvent(answer));
  }

  terminate() {}
}

test("a lab whose worker ends says so, and goes on in the page with what was asked", async (t) => {
  const known = globalThis.Worker;
  globalThis.Worker = /** @type {any} */ (ShortLived);
  t.after(() => (globalThis.Worker = known));
  const lab = new Lab({ nodes: slowNet, pictures: slowPictures, scale: [1 / 255], shift: [0], classNames: [], source: "x" });
  /** @type {string[]} */
  const troubles = [];
  lab.on("trouble", () => troubles.push(lab.trouble));
  lab.show(slowPictures[1], 1);
  const gradients = await lab.gradients(0);
  assert.deepEqual(lab.calls, runGraph(slowNet, slowInputs[1]));
  assert.deepEqual(gradients, backwardGraph(slowNet, lab.calls, tensor([1, 32], [1, ...Array(31).fill(0)])));
  assert.equal(troubles.length, 1);
  assert.match(troubles[0], /^The worker of this figure has ended/);
});

test("a picture that cannot be computed is said, and the one before stays", async () => {
  const lab = new Lab({ nodes: slowNet, pictures: slowPictures, scale: [1 / 255], shift: [0], classNames: [], source: "" });
  lab.show(slowPictures[0], 0);
  await lab.gradients(0);
  const before = lab.calls;
  const told = new Promise((resolve) => lab.on("trouble", () => resolve(lab.trouble)));
  lab.show({ ...slowPictures[1], channels: 1, data: slowPictures[1].data.subarray(4096) }, 1);
  assert.match(await told, /^This picture could not be computed: .*channels/);
  assert.equal(lab.calls, before);
});

test("slices tell what is done, and end when what they compute is no longer wanted", async () => {
  function* slow() {
    for (const share of [0.25, 0.5, 0.75]) {
      for (const end = performance.now() + 26; performance.now() < end; );
      yield share;
    }
    return "whole";
  }
  /** @type {number[]} */
  const shares = [];
  assert.equal(await inSlices(slow(), (share) => shares.push(share), () => false), "whole");
  assert.deepEqual(shares, [0.25, 0.5, 0.75]);
  assert.equal(await inSlices(slow(), quiet, () => true), null);
});

test("where no worker starts, a lab computes long passes in slices: the page is free, the newest picture counts", async (t) => {
  let clock = 0;
  t.mock.method(performance, "now", () => (clock += SLICE)); // however quick the machine, each step is a slice
  const lab = new Lab({ nodes: slowNet, pictures: slowPictures, scale: [1 / 255], shift: [0], classNames: [], source: "x" });
  assert.equal(lab.long, true);
  /** @type {(number | null)[]} */
  const busy = [];
  let runs = 0;
  lab.on("busy", () => busy.push(lab.busy));
  lab.on("run", () => runs++);
  const other = lab.runOn(slowPictures[0]);
  lab.show(slowPictures[0], 0);
  lab.show(slowPictures[2], 2);
  assert.deepEqual([lab.calls.size, lab.busy], [0, 0]);
  /** @type {(number | null)[]} */
  const done = [];
  lab.on("gradients", () => done.push(lab.gradientsDone));
  const gradients = await lab.gradients(0);
  assert.deepEqual([runs, lab.busy, busy[0], busy.at(-1)], [1, null, 0, null]);
  assert.ok(done.length > 1 && done.slice(0, -1).every((share, i) => Number(share) > (done[i - 1] ?? 0)), `${done}`);
  assert.equal(done.at(-1), null);
  assert.deepEqual(lab.calls, runGraph(slowNet, slowInputs[2]));
  assert.deepEqual(gradients, backwardGraph(slowNet, lab.calls, tensor([1, 32], [1, ...Array(31).fill(0)])));
  assert.deepEqual(await other, runGraph(slowNet, slowInputs[0]));
});

test("work is counted in multiply-adds, and the share of a step by them", () => {
  const engine = new LabEngine(slowNet, slowInputs[0].shape);
  const one = 64 * 64 * 32 * 32 * 9;
  assert.ok(Math.abs(engine.work - (one / 16 + 4 * one)) < 100);
  const shares = [...engine.run(slowInputs[0], NONE)];
  assert.ok(Math.abs(shares[1] - (1 / 16 + 1) / (4 + 1 / 16)) < 1e-3);
  assert.equal(shares.at(-1), 1);
});

test("a sliced run without pauses is a run at once", async () => {
  /** @type {Map<string, Call> | null} */
  const calls = await new SlicedRunner(new LabEngine(smallNet, inputs[0].shape)).run(inputs[0], NONE, quiet);
  assert.deepEqual(calls, runGraph(smallNet, inputs[0]));
});

test("every entry of a figure touches no page before it renders, so that a worker can evaluate it", async () => {
  assert.equal(typeof (await import("../../cnnviz/widgets/js/explorer.js")).default.render, "function");
});
