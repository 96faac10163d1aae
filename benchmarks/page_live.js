// What is timed in the page, joined to one module by cnnviz.widgets._base.bundle. Each function gives milliseconds.

import { colourTable } from "./../cnnviz/widgets/js/lib/colour_scale.js";
import { readPalette } from "./../cnnviz/widgets/js/lib/draw.js";
import { LayerBand } from "./../cnnviz/widgets/js/lib/explorer_band.js";
import { kernel } from "./../cnnviz/widgets/js/lib/kernel.js";
import { Lab } from "./../cnnviz/widgets/js/lib/lab.js";
import { serveLabIfWorker } from "./../cnnviz/widgets/js/lib/lab_worker.js";
import { fromTrait, sizeOf, tensor } from "./../cnnviz/widgets/js/lib/tensor.js";

serveLabIfWorker();

/** @typedef {import("./../cnnviz/widgets/js/lib/graph.js").GraphNode} GraphNode */

/** The nodes that benchmarks/networks.py wrote. @param {string} address @returns {Promise<GraphNode[]>} */
async function readNetwork(address) {
  const nodes = await (await fetch(address)).json();
  const param = (/** @type {{shape: number[], data: string}} */ { shape, data }) =>
    fromTrait({ shape, dtype: "float32", data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)) });
  return nodes.map((/** @type {any} */ node) => ({
    ...node,
    params: Object.fromEntries(Object.entries(node.params).map(([name, packed]) => [name, param(packed)])),
  }));
}

/** @param {number} side */
function pictureOf(side) {
  return { channels: 3, height: side, width: side, data: Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 131) % 256) };
}

/**
 * Tiny VGG's pass, ready to be timed; the same numbers for every contender.
 * @param {boolean} plain  without WebAssembly
 */
async function tinyVgg(plain) {
  const { WebAssembly } = globalThis;
  if (plain) Reflect.set(globalThis, "WebAssembly", null);
  const found = kernel();
  Reflect.set(globalThis, "WebAssembly", WebAssembly);
  if (plain !== (found === null)) throw new Error(`WebAssembly ${plain ? "was used" : "is not there"}`);
  const pictures = [pictureOf(64)];
  const nodes = await readNetwork("tiny_vgg.json");
  const lab = new Lab({ nodes, pictures, scale: [1 / 255], shift: [0], classNames: nodes.map(({ name }) => name) });
  const run = () => {
    lab.show(pictures[0], 0);
    return lab.probabilities();
  };
  return { input: lab.input.data, run };
}

/**
 * Passes of EfficientNet-Lite0's layers in a worker: each one's time, and the longest that the page was kept waiting.
 * @param {string} source  of this module
 * @param {number} rounds
 */
async function lite0InWorker(source, rounds) {
  const pictures = [pictureOf(224)];
  const nodes = await readNetwork("lite0.json");
  const lab = new Lab({ nodes, pictures, scale: [1 / 255], shift: [0], classNames: [], source });
  const times = [];
  const waited = watchPage();
  for (let i = 0; i < rounds; i++) {
    const done = new Promise((resolve) => lab.on("run", () => resolve(null), AbortSignal.timeout(60_000)));
    const begin = performance.now();
    lab.show(pictures[0], 0);
    await done;
    times.push(performance.now() - begin);
  }
  const cells = [...lab.calls.values()].reduce((sum, { output }) => sum + sizeOf(output.shape), 0);
  return { times: times.slice(1), waited: waited(), cells, first: times[0] };
}

/** The longest time between two turns of the page until the answer is asked for. */
function watchPage() {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  }, 4);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

/**
 * Milliseconds of each of so many times that an explorer's row shows new numbers, its own colour scale found anew: 64
 * maps of 30 x 30.
 * @param {number} rounds
 */
function redraws(rounds) {
  const shape = [1, 64, 30, 30];
  const node = { name: "maps", op: "relu", args: {}, params: {}, inputs: ["input"] };
  const block = { id: "maps", name: "maps", label: "maps", first: 0, last: 0, children: [] };
  const words = { title: "", words: "", sizes: "", cost: "", unitNames: [] };
  const events = { onUnit() {}, onOpen() {}, onLeave() {}, onFold() {}, onChannels() {} };
  const band = new LayerBand({ block, node, shape, ...words, limit: 64, small: "maps" }, events, new AbortController().signal);
  document.body.append(band.el);
  band.fit({ rest: 1100, strip: 1100, zoom: 1 });
  band.setNear(true);
  band.dress(colourTable(readPalette(document.body)), true);
  if (band.sheet?.layout.count !== 64) throw new Error("not all 64 maps are drawn");
  const calls = [1, 2].map((seed) => ({ ...node, inputs: [], output: tensor(shape, Float32Array.from({ length: 57600 }, (_, i) => Math.sin(i * seed))) }));
  return Array.from({ length: rounds }, (_, i) => {
    const begin = performance.now();
    band.show(/** @type {any} */ (calls[i % 2]));
    return performance.now() - begin;
  });
}

export default { tinyVgg, lite0InWorker, redraws };
