// A figure that is a lab alone, for test_lab.py: four convolutions that a page cannot wait for.

import { runGraph } from "./../../cnnviz/widgets/js/lib/graph.js";
import { backwardGraph } from "./../../cnnviz/widgets/js/lib/graph_backward.js";
import { Lab } from "./../../cnnviz/widgets/js/lib/lab.js";
import { serveLabIfWorker } from "./../../cnnviz/widgets/js/lib/lab_worker.js";
import { tensor } from "./../../cnnviz/widgets/js/lib/tensor.js";

serveLabIfWorker();

const uneven = (count) => Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898) / 8);
const conv = (name, input, channels) => ({
  name,
  op: "conv2d",
  args: { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1, padding_mode: "zeros" },
  params: { weight: tensor([32, channels, 3, 3], uneven(288 * channels)) },
  inputs: [input],
});
const nodes = [conv("a", "input", 3), conv("b", "a", 32), conv("c", "b", 32), conv("d", "c", 32)];
const pictures = [1, 2].map((seed) => {
  const data = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 31 * seed) % 256);
  return { channels: 3, height: 64, width: 64, data };
});

/** Whether both maps have the same numbers. */
function same(a, b) {
  return a.size === b.size && [...a].every(([name, { data }]) => data.every((value, i) => value === b.get(name).data[i]));
}

const outputs = (calls) => new Map([...calls].map(([name, { output }]) => [name, output]));

/** What a reader does, and whether every number is what the page computes at once. */
async function tour(lab) {
  const busy = [];
  lab.on("busy", () => busy.push(lab.busy));
  lab.show(pictures[0], 0);
  lab.show(pictures[1], 1);
  const gradients = await lab.gradients(5);
  const wanted = runGraph(nodes, lab.input);
  const grad = tensor([1, 32, 64, 64]);
  grad.data.fill(1, 5 * 4096, 6 * 4096);
  const pass = same(outputs(lab.calls), outputs(wanted));
  const slopes = same(gradients, backwardGraph(nodes, wanted, grad));
  lab.ablate("c", [1]);
  await lab.gradients(5);
  const silent = lab.calls.get("c").output.data.subarray(4096, 8192).every((value) => value === 0);
  const other = { b: { weight: tensor([32, 32, 3, 3], uneven(9216).reverse()) } };
  const changed = nodes.map((node) => ({ ...node, params: other[node.name] ?? node.params }));
  const beside = same(outputs(await lab.runOn(pictures[1], other)), outputs(runGraph(changed, lab.input)));
  return { pass, slopes, silent, beside, index: lab.pictureIndex, first: busy[0], last: busy.at(-1) };
}

function render({ model, el }) {
  el.textContent = "a lab"; // to be seen: the tests wait for that
  const ended = new AbortController();
  const options = { nodes, pictures, scale: [1 / 255], shift: [0], classNames: [], signal: ended.signal };
  window.tour = () => tour(new Lab({ ...options, source: model.get("_esm") }));
  window.end = () => ended.abort();
}

export default { render };
