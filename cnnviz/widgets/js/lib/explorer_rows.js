// What each row of the explorer says and shows: a layer, a folded block, the head of an open one. Knows no DOM.

import { FEW_LAYERS } from "./explorer_blocks.js";
import { mapsOf, sayShape } from "./explorer_shapes.js";
import { countParameters, sayBlock, sayChange, sayCount, sayOperation } from "./explorer_words.js";

/** @import { Block } from "./explorer_blocks.js" */
/** @import { BandOptions } from "./explorer_band.js" */
/** @import { GraphNode } from "./graph.js" */
/** @typedef {{nodes: GraphNode[], shapeOf: (name: string) => number[], limit: number, classNames: string[]}} RowSource */

/** Operations on one number, or on the order of numbers: after a layer they need little room. */
const SMALL_STEPS = new Set(
  ("relu relu6 leaky_relu prelu elu gelu silu mish hardswish hardsigmoid hardtanh softplus sigmoid tanh scale batch_norm group_norm " +
    "layer_norm identity flatten reshape permute slice constant").split(" "),
);

/**
 * @param {Block} block
 * @param {RowSource} source
 * @returns {BandOptions}
 */
export function rowOptions(block, source) {
  const node = source.nodes[block.last];
  const shape = source.shapeOf(node.name);
  const last = block.last === source.nodes.length - 1;
  const shared = { block, node, shape, limit: source.limit, unitNames: last && mapsOf(shape).vector ? source.classNames : [] };
  const own = block.children.length ? blockWords(block, source) : leafWords(block, node, source);
  return { ...shared, ...own, words: own.words.replace(/ (?=×)|(?<=×) |(?<=[a-z]) (?=\d)/g, "\u00a0") }; // "stride 2" and "3 × 3" are never broken in two
}

/** @param {Block} block @param {RowSource} source @returns {Pick<BandOptions, "title" | "words" | "sizes" | "cost" | "small">} */
function blockWords(block, { nodes, shapeOf }) {
  const own = nodes.slice(block.first, block.last + 1);
  const inner = block.children.filter(({ children }) => children.length).map(({ first, last }) => nodes.slice(first, last + 1));
  const parameters = countParameters(own);
  return {
    // A number alone says too little: "layer1.0".
    title: /^\d+$/.test(block.label) ? block.name.split(".").slice(-2).join(".") : block.label,
    words: sayBlock(own, inner),
    sizes: sayChange(shapeOf(own[0].inputs[0]), shapeOf(own[own.length - 1].name)),
    cost: parameters ? `, ${sayCount(parameters)} parameters` : "",
    small: "strip",
  };
}

/** @param {Block} block @param {GraphNode} node @param {RowSource} source @returns {Pick<BandOptions, "title" | "words" | "sizes" | "cost" | "small">} */
function leafWords({ label, name }, node, { nodes, shapeOf }) {
  const title = /^\d+$/.test(label) || label === node.op ? "" : label;
  const around = name.slice(0, name.length - label.length);
  const near = node.inputs.map((from) => (around && from.startsWith(around) ? from.slice(around.length) : from));
  const small = nodes.length > FEW_LAYERS && SMALL_STEPS.has(node.op) ? "line" : "strip";
  return { title, words: sayOperation({ ...node, inputs: near }), sizes: sayShape(shapeOf(node.name)), cost: "", small };
}
