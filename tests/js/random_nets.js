// Networks from a file, run forwards and backwards as the page does: `node random_nets.js FILE plain|kernel`, for
// tests/graphs/in_the_page.py, which writes FILE.json and FILE.bin, and reads what is written to FILE.out.json and .bin.

import { readFileSync, writeFileSync } from "node:fs";

/** @import { GraphNode } from "../../cnnviz/widgets/js/lib/graph.js" */
/** @import { Tensor } from "../../cnnviz/widgets/js/lib/tensor.js" */
/** @typedef {{shape: number[], at: number}} Packed  at: its first number's place in the file of numbers */
/** @typedef {{name: string, op: string, args: Record<string, any>, inputs: string[], params: Record<string, Packed>}} PackedNode */
/** @typedef {{nodes: PackedNode[], input: Packed, target: number}} Net */

const [, , file, way] = process.argv;
// Before the modules are read: as in a page whose policy forbids WebAssembly.
if (way === "plain") Reflect.set(globalThis, "WebAssembly", null);
const { runGraph } = await import("../../cnnviz/widgets/js/lib/graph.js");
const { backwardGraph } = await import("../../cnnviz/widgets/js/lib/graph_backward.js");
const { convKernels } = await import("../../cnnviz/widgets/js/lib/conv_kernels.js");
const { convolveWasm } = await import("../../cnnviz/widgets/js/lib/conv_wasm.js");
const { tensor, sizeOf } = await import("../../cnnviz/widgets/js/lib/tensor.js");
// However small: the networks' convolutions mostly are.
if (way === "kernel") convKernels.unshift({ name: "forced", fits: () => true, run: convolveWasm });

const bytes = readFileSync(`${file}.bin`);
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
/** @type {Float32Array[]} */
const found = [];
let length = 0;

/** @param {Packed} packed */
const read = ({ shape, at }) => tensor(shape, numbers.slice(at, at + sizeOf(shape)));

/** @param {Iterable<[string, Tensor]>} tensors @returns {Record<string, Packed>} */
function written(tensors) {
  /** @type {Record<string, Packed>} */
  const all = {};
  for (const [name, { shape, data }] of tensors) {
    all[name] = { shape, at: length };
    length += data.length;
    found.push(data);
  }
  return all;
}

/** @param {Net} net */
function run({ nodes: packed, input, target }) {
  const nodes = packed.map((node) => {
    const params = Object.fromEntries(Object.entries(node.params).map(([name, value]) => [name, read(value)]));
    return /** @type {GraphNode} */ ({ ...node, params });
  });
  const calls = runGraph(nodes, read(input));
  const outputs = [...calls].map(([name, { output }]) => /** @type {[string, Tensor]} */ ([name, output]));
  const grad = tensor(outputs[outputs.length - 1][1].shape);
  grad.data[target] = 1;
  return { values: written(outputs), gradients: written(backwardGraph(nodes, calls, grad)) };
}

/** @type {Net[]} */
const nets = JSON.parse(readFileSync(`${file}.json`, "utf8"));
const answers = nets.map((net) => {
  try {
    return run(net);
  } catch (error) {
    return { error: /** @type {Error} */ (error).message };
  }
});
writeFileSync(`${file}.out.json`, JSON.stringify(answers));
writeFileSync(`${file}.out.bin`, Buffer.concat(found.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))));
