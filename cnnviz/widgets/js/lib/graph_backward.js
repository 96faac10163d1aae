// Gradients through a whole network: from one by its last output to those by every output before it.

import { silence } from "./graph.js";
import { gradients } from "./ops.js";
import { tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Call } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */

/**
 * The gradient of a loss by every node's output, and by "input"; a node that the loss does not depend on is left out.
 * @param {GraphNode[]} nodes        in the order in which they ran, up to the one that the loss is of
 * @param {Map<string, Call>} calls  of their run
 * @param {Tensor} grad              of the loss by the last node's output
 * @param {Map<string, Set<number>>} [ablated]  channels that were set to zero: nothing comes back through them
 * @returns {Map<string, Tensor>}
 */
export function backwardGraph(nodes, calls, grad, ablated) {
  const found = new Map();
  const steps = backwardSteps(nodes, calls, grad, found, ablated);
  while (!steps.next().done);
  return found;
}

/**
 * The same in steps, one a node, from the last to the first; each gives the name of the node that was passed.
 * @param {GraphNode[]} nodes
 * @param {Map<string, Call>} calls
 * @param {Tensor} grad
 * @param {Map<string, Tensor>} found  is filled
 * @param {Map<string, Set<number>>} [ablated]
 * @returns {Generator<string, void, void>}
 */
export function* backwardSteps(nodes, calls, grad, found, ablated) {
  found.set(nodes[nodes.length - 1].name, grad);
  for (const { name, inputs } of [...nodes].reverse()) {
    const own = found.get(name);
    if (own) {
      const silent = ablated?.get(name);
      // Copied: an operation may have handed the same numbers to two inputs.
      const open = silent ? silenced(own, silent) : own;
      found.set(name, open);
      const call = /** @type {Call} */ (calls.get(name));
      gradients(call, open, false).inputs.forEach((part, i) => addPart(found, inputs[i], part));
    }
    yield name;
  }
}

/**
 * @param {Tensor} grad
 * @param {Set<number>} channels
 */
function silenced({ shape, data }, channels) {
  const copy = tensor(shape, data.slice());
  silence(copy, channels);
  return copy;
}

/**
 * A tensor that several nodes read gets a part from each.
 * @param {Map<string, Tensor>} found
 * @param {string} name
 * @param {Tensor} part
 */
function addPart(found, name, part) {
  const before = found.get(name);
  if (!before) found.set(name, part);
  else found.set(name, tensor(part.shape, part.data.map((value, i) => value + before.data[i])));
}
