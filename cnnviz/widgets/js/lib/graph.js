// A network as a list of operations, run in order.

import { refuse } from "./ops_check.js";
import { run } from "./ops.js";
import { sizeOf } from "./tensor.js";

/** @import { Call, Params } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/**
 * @typedef {object} GraphNode
 * @property {string} name
 * @property {string} op
 * @property {Record<string, any>} args
 * @property {Params} params
 * @property {string[]} inputs  names of nodes before it, or "input" for the network's own
 */

/** How a node's `inputs` name what the network is given; graph.py says the same. */
export const INPUT_NAME = "input";

/**
 * Every node's call by its name, in order.
 * @param {GraphNode[]} nodes  in the order in which they run
 * @param {Tensor} input
 * @returns {Map<string, Call>}
 */
export function runGraph(nodes, input) {
  const calls = new Map();
  const steps = passSteps(nodes, input, calls);
  while (!steps.next().done);
  return calls;
}

/**
 * The same in steps, one a node, between which other things can happen; each gives the name of the node computed.
 * @param {GraphNode[]} nodes
 * @param {Tensor} input
 * @param {Map<string, Call>} calls  is filled
 * @param {{ablated?: Map<string, Set<number>>, kept?: Map<string, Call>, spare?: Map<string, Tensor>}} [options]  channels
 *   (axis 1) to set to zero in a node's output before others read it; calls of an earlier pass that still hold; outputs
 *   of one that is no longer needed, to be written over
 * @returns {Generator<string, void, void>}
 */
export function* passSteps(nodes, input, calls, { ablated, kept, spare } = {}) {
  for (const node of nodes) {
    const call = kept?.get(node.name) ?? runNode(node, calls, input, spare?.get(node.name)?.data);
    const silent = ablated?.get(node.name);
    if (silent) silence(call.output, silent);
    calls.set(node.name, call);
    yield node.name;
  }
}

/**
 * Set channels (axis 1) to zero, in place.
 * @param {Tensor} values
 * @param {Iterable<number>} channels
 */
export function silence({ shape: [batch, count, ...plane], data }, channels) {
  const size = sizeOf(plane);
  for (let n = 0; n < batch; n++) {
    for (const channel of channels) data.fill(0, (n * count + channel) * size, (n * count + channel + 1) * size);
  }
}

/**
 * What a node reads, of the tensors that are there.
 * @param {GraphNode} node
 * @param {Map<string, Call>} calls
 * @param {Tensor} input
 */
export function inputsOf({ name, inputs }, calls, input) {
  return inputs.map((from) => {
    const tensor = from === INPUT_NAME ? input : calls.get(from)?.output;
    if (tensor) return tensor;
    const known = [INPUT_NAME, ...calls.keys()].join(", ");
    return refuse(`node ${name}`, "inputs computed before it", JSON.stringify(from), `choose from ${known}`);
  });
}

/**
 * @param {GraphNode} node
 * @param {Map<string, Call>} calls
 * @param {Tensor} input
 * @param {Float32Array} [spare]
 */
function runNode(node, calls, input, spare) {
  const { name, op, args, params } = node;
  if (name === INPUT_NAME || calls.has(name)) {
    const todo = `rename one ("${INPUT_NAME}" is the network's own input)`;
    refuse("runGraph", "a name of its own for every node", `${JSON.stringify(name)} again`, todo);
  }
  const read = inputsOf(node, calls, input);
  try {
    return run(op, read, params, args, spare);
  } catch (error) {
    throw new Error(`node ${name}: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}
