// What switching a block off sets to zero. Knows no DOM.

import { INPUT_NAME } from "./graph.js";
import { plural } from "./numbers.js";

/** @import { Block } from "./explorer_blocks.js" */
/** @typedef {{name: string, op: string, inputs: string[]}} AblateNode */
/** @typedef {{names: string[], words: string}} Silencing   names: of the nodes whose outputs are set to zero, whole */

/** Operations after which a sum goes on as it is, or each of its numbers alone. */
const AFTER_SUM = /^(relu6?|leaky_relu|prelu|elu|gelu|silu|mish|hardswish|hardtanh|softplus|identity|scale|batch_norm|group_norm)$/;
/** A way round a block may bring the maps to another size, and has no nonlinearity. */
const WAY_ROUND = /^(conv2d|batch_norm|group_norm|avg_pool2d|max_pool2d|pad|slice|cat|constant|scale|mul|identity)$/;

/**
 * Of a residual block the branch that is added: what goes round it goes on. Of several such blocks all their branches.
 * Of anything else its output.
 * @param {Block} block
 * @param {AblateNode[]} nodes  of the whole network
 * @returns {Silencing}
 */
export function silencingOf(block, nodes) {
  if (!block.children.length) return { names: [block.name], words: `all of ${block.name}` };
  const branch = residualBranch(block, nodes);
  if (branch) return { names: [branch], words: `the branch of ${block.name}, which ends in ${branch}` };
  const inner = block.children.map((child) => residualBranch(child, nodes));
  if (inner.every((name) => name !== null)) {
    return { names: inner, words: `the branches of the ${plural(inner.length, "residual block")} in ${block.name}` };
  }
  const names = blockOutputs(block, nodes);
  return { names, words: names.length > 1 ? `the ${names.length} outputs of ${block.name}` : `the output of ${block.name}` };
}

/** All but the answer: probabilities that are zero say nothing. @param {Block} block @param {AblateNode[]} nodes */
export function canBeSilent({ last, children }, nodes) {
  return children.length > 0 || !nodes[last].op.endsWith("softmax");
}

/**
 * The last node of the branch that a residual block adds to what it reads; null for any other block.
 * @param {Block} block @param {AblateNode[]} nodes
 */
function residualBranch({ first, last, children }, nodes) {
  const own = new Map(nodes.slice(first, last + 1).map((node) => [node.name, node]));
  let end = children.length ? nodes[last] : undefined;
  while (end && AFTER_SUM.test(end.op)) end = own.get(end.inputs[0]);
  if (end?.op !== "add" || end.inputs.length !== 2) return null;
  const [branch, round] = end.inputs.map((name) => ({ name, way: wayTo(name, own) })).sort((a, b) => b.way.length - a.way.length);
  const direct = round.way.length < branch.way.length && round.way.every(({ op }) => WAY_ROUND.test(op));
  return direct ? branch.name : null;
}

/** What leads to a node inside its block, itself too. @param {string} name @param {Map<string, AblateNode>} own @returns {AblateNode[]} */
function wayTo(name, own) {
  const found = new Set();
  const waiting = [name];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const node = own.get(at);
    if (!node || found.has(node)) continue;
    found.add(node);
    waiting.push(...node.inputs.filter((from) => from !== INPUT_NAME));
  }
  return [...found];
}

/** Nodes of a block that others read, or that the network ends in. @param {Block} block @param {AblateNode[]} nodes */
function blockOutputs({ first, last }, nodes) {
  const outside = nodes.filter((_, i) => i < first || i > last).flatMap(({ inputs }) => inputs);
  const read = new Set([...outside, nodes[nodes.length - 1].name]);
  return nodes.slice(first, last + 1).map(({ name }) => name).filter((name) => read.has(name));
}
