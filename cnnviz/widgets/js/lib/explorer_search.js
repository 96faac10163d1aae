// Which nodes a reader's words mean: by name, by operation, by shape. Knows no DOM.

import { sayOperation } from "./explorer_words.js";
import { sayShape } from "./explorer_shapes.js";

/** @import { WordedNode } from "./explorer_words.js" */

/** "64x56x56", "64 × 56 × 56" and "64, 56, 56" are one shape. @param {string} text */
function plainText(text) {
  return text.toLowerCase().replace(/(\d)\s*[x×,]\s*(?=\d)/g, "$1×");
}

/**
 * The nodes that every word of the query fits, in order.
 * @param {WordedNode[]} nodes
 * @param {(name: string) => number[]} shapeOf  of a node's output
 * @param {string} query
 * @returns {number[]} their indices; none for a query without words
 */
export function findNodes(nodes, shapeOf, query) {
  const wanted = plainText(query).split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  return nodes.flatMap((node, i) => {
    const words = sayOperation({ ...node, inputs: [] }); // a sum's inputs are other nodes' names
    const op = node.op.replace(/\dd$/, ""); // "conv2" means a layer of that name, not every conv2d
    const text = plainText([node.name, op, words, sayShape(shapeOf(node.name))].join(" "));
    return wanted.every((word) => text.includes(word) || word === node.op) ? [i] : [];
  });
}
