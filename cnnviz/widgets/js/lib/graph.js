// A network as a list of operations, run in order.

import { refuse } from "./ops_check.js";
import { run } from "./ops.js";

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
  for (const node of nodes) calls.set(node.name, runNode(node, calls, input));
  return calls;
}

/**
 * @param {GraphNode} node
 * @param {Map<string, Call>} calls
 * @param {Tensor} input
 */
function runNode({ name, op, args, params, inputs }, calls, input) {
  if (name === INPUT_NAME || calls.has(name)) {
    const todo = `rename one ("${INPUT_NAME}" is the network's own input)`;
    refuse("runGraph", "a name of its own for every node", `${JSON.stringify(name)} again`, todo);
  }
  const read = inputs.map((from) => {
    const tensor = from === INPUT_NAME ? input : calls.get(from)?.output;
    if (tensor) return tensor;
    const known = [INPUT_NAME, ...calls.keys()].join(", ");
    return refuse(`node ${name}`, "inputs computed before it", JSON.stringify(from), `choose from ${known}`);
  });
  try {
    return run(op, read, params, args);
  } catch (error) {
    throw new Error(`node ${name}: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}
