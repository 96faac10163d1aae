// What a lab computes, in steps of one node: the pass of the board's picture, of which only what changed is computed
// anew, passes of other pictures, and gradients. Runs in the page or in a worker; knows neither.

import { INPUT_NAME, passSteps } from "./graph.js";
import { backwardSteps } from "./graph_backward.js";
import { outputShape, run } from "./ops.js";
import { sizeOf, tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {Map<string, Set<number>>} Ablated  channels by the name of their node */
/** @typedef {{input: Tensor, ablated: Ablated, calls: Map<string, Call>}} Pass */
/** @template T @typedef {Generator<number, T, void>} Steps  between two nodes it gives the share that is done */

const LOGITS_OF = ["softmax", "log_softmax"];

export class LabEngine {
  /** @type {Pass | null} the last one that came to its end */ pass = null;
  /** @type {Pass | null} the one before it */ #before = null;
  #work;

  /**
   * @param {GraphNode[]} nodes
   * @param {number[]} inputShape
   */
  constructor(nodes, inputShape) {
    this.nodes = nodes;
    this.shapes = shapesOf(nodes, inputShape);
    this.#work = nodes.map((node) => workOf(node, this.shapes));
    this.work = this.#work.reduce((sum, one) => sum + one, 0);
  }

  /**
   * The picture of the board. The outputs of the pass before the last are written over.
   * @param {Tensor} input
   * @param {Ablated} ablated
   * @returns {Steps<Map<string, Call>>}
   */
  *run(input, ablated) {
    const kept = this.#kept(input, ablated);
    const pass = { input, ablated: new Map(ablated), calls: new Map() };
    const options = { ablated: pass.ablated, kept, spare: this.#spare() };
    yield* this.#counted(passSteps(this.nodes, input, pass.calls, options), kept);
    [this.#before, this.pass] = [this.pass, pass];
    return pass.calls;
  }

  /**
   * Another picture, or other parameters (by node), beside the board.
   * @param {Tensor} input
   * @param {Ablated} ablated
   * @param {Record<string, Params>} [params]
   * @returns {Steps<Map<string, Call>>}
   */
  *runOn(input, ablated, params = {}) {
    const nodes = this.nodes.map((node) => ({ ...node, params: params[node.name] ?? node.params }));
    const calls = new Map();
    yield* this.#counted(passSteps(nodes, input, calls, { ablated }), new Map());
    return calls;
  }

  /**
   * d(score)/d(each output) of the board's last pass; where scores are maps, of the sum of the target's.
   * @param {number} target  channel of the scores
   * @returns {Steps<Map<string, Tensor>>}
   */
  *gradients(target) {
    if (!this.pass) throw new Error("gradients needs a pass of the network, got none: call run first");
    const { calls, ablated } = this.pass;
    const found = new Map();
    const nodes = scoringNodes(this.nodes);
    const grad = oneHot(this.shapes.get(nodes[nodes.length - 1].name) ?? [], target);
    yield* this.#counted(backwardSteps(nodes, calls, grad, found, ablated), new Map());
    return found;
  }

  /** Calls of the last pass that hold for this one too. @param {Tensor} input @param {Ablated} ablated */
  #kept(input, ablated) {
    /** @type {Map<string, Call>} */
    const kept = new Map();
    if (this.pass?.input !== input) return kept;
    for (const { name, inputs } of this.nodes) {
      const holds = inputs.every((from) => from === INPUT_NAME || kept.has(from));
      const call = this.pass.calls.get(name);
      if (holds && call && sameChannels(ablated.get(name), this.pass.ablated.get(name))) kept.set(name, call);
    }
    return kept;
  }

  /** Outputs that only the pass before the last has. @returns {Map<string, Tensor>} */
  #spare() {
    const old = [...(this.#before?.calls ?? [])].filter(([name, call]) => call !== this.pass?.calls.get(name));
    return new Map(old.map(([name, { output }]) => [name, output]));
  }

  /** Names as shares of the work. @param {Generator<string, void, void>} steps @param {Map<string, Call>} kept @returns {Steps<void>} */
  *#counted(steps, kept) {
    const work = new Map(this.nodes.map(({ name }, i) => [name, kept.has(name) ? 0 : this.#work[i]]));
    const all = [...work.values()].reduce((sum, one) => sum + one, 0);
    let done = 0;
    for (const name of steps) {
      done += work.get(name) ?? 0;
      yield all ? done / all : 1;
    }
  }
}

/**
 * Every node's output shape by its name, and the input's.
 * @param {GraphNode[]} nodes
 * @param {number[]} inputShape
 */
function shapesOf(nodes, inputShape) {
  const shapes = new Map([[INPUT_NAME, inputShape]]);
  for (const { name, op, args, params, inputs } of nodes) {
    const sizes = Object.fromEntries(Object.entries(params).map(([param, { shape }]) => [param, shape]));
    const read = inputs.map((from) => shapes.get(from) ?? []);
    shapes.set(name, outputShape(op, read, sizes, args));
  }
  return shapes;
}

/**
 * How long a node takes: its multiply-adds, or the cells that it writes.
 * @param {GraphNode} node
 * @param {Map<string, number[]>} shapes
 */
function workOf({ name, op, params: { weight }, inputs }, shapes) {
  const outputs = sizeOf(shapes.get(name) ?? []);
  if (!weight || weight.shape.length < 2) return outputs;
  // A weight of (O, ...) enters O output cells a place; a transposed one's first axis is the input's.
  const places = op === "conv_transpose2d" ? sizeOf(shapes.get(inputs[0]) ?? []) : outputs;
  return (places * weight.data.length) / weight.shape[0];
}

/**
 * The nodes up to the scores: without a softmax at the end.
 * @param {GraphNode[]} nodes
 */
export function scoringNodes(nodes) {
  const { op, inputs } = nodes[nodes.length - 1];
  if (!LOGITS_OF.includes(op)) return nodes;
  return nodes.slice(0, nodes.findIndex(({ name }) => name === inputs[0]) + 1);
}

/**
 * The last output as shares of one; null where there is none.
 * @param {GraphNode[]} nodes
 * @param {Map<string, Call>} calls
 * @returns {Float32Array | null}
 */
export function sharesOf(nodes, calls) {
  const { name, op, args } = nodes[nodes.length - 1];
  const output = calls.get(name)?.output;
  if (!output || op === "softmax" || args.type === "Softmax") return output?.data.slice() ?? null;
  return run("softmax", [output], {}, { dim: -1 }).output.data;
}

/** The channel of the largest score; 0 before the first pass. @param {GraphNode[]} nodes @param {Map<string, Call>} calls */
export function strongestChannel(nodes, calls) {
  const [{ name }] = scoringNodes(nodes).slice(-1);
  const { shape, data } = calls.get(name)?.output ?? tensor([1, 1]);
  const best = data.reduce((top, value, i) => (value > data[top] ? i : top), 0);
  return Math.floor(best / sizeOf(shape.slice(2)));
}

/** One in every cell of a channel, else zero. @param {number[]} shape @param {number} channel */
function oneHot(shape, channel) {
  const grad = tensor(shape);
  const size = sizeOf(shape.slice(2));
  grad.data.fill(1, channel * size, (channel + 1) * size);
  return grad;
}

/** @param {Set<number> | undefined} a @param {Set<number> | undefined} b */
function sameChannels(a = new Set(), b = new Set()) {
  return a.size === b.size && [...a].every((channel) => b.has(channel));
}
