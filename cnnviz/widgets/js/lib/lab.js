// The laboratory of a figure: a network, a picture on its board, what is set to zero, and everything computed from
// them. Panels read from it and listen to it; it knows no DOM.

import { INPUT_NAME, inputsOf } from "./graph.js";
import { LabEngine, scoringNodes } from "./lab_engine.js";
import { refuse } from "./ops_check.js";
import { run } from "./ops.js";
import { sizeOf, tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Ablated, Steps } from "./lab_engine.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {"run" | "busy" | "ablate" | "target"} LabEvent */
/**
 * @typedef {object} LabOptions
 * @property {GraphNode[]} nodes       in the order in which they run; a recorded one has op "recorded"
 * @property {Picture[]} pictures
 * @property {number[]} scale          a pixel's number * scale + shift is the network's input; one number a channel,
 * @property {number[]} shift          or one for all
 * @property {string[]} classNames     none: the network does not classify
 * @property {Record<string, Tensor>} [records]  recorded outputs of all pictures, by node: then nothing is computed
 * @property {string} [source]         the text of this very module, to start a worker with
 * @property {AbortSignal} [signal]    ends the worker
 */

const WARM_PASSES = 4; // until the page's compiler has made the loops fast

export class Lab {
  /** @type {Map<string, Call>} of the last pass that came to its end */ calls = new Map();
  /** @type {Ablated} channels (units of a vector) that are set to zero in a node's output */ ablated = new Map();
  /** @type {number | null} the share done of a long run, 0 to 1 */ busy = null;
  /** @type {Tensor} what `calls` were computed of */ input;
  /** @type {Picture} on the board */ picture;
  pictureIndex = -1;
  #events = new EventTarget();
  /** @type {number | null} */ #target = null;
  /** @type {Map<number, Promise<Map<string, Tensor>>>} by target, of the last pass */ #gradients = new Map();
  /** @type {LabEngine | null} none: recorded */ #engine = null;

  /** @param {LabOptions} options */
  constructor({ nodes, pictures, scale, shift, classNames, records }) {
    this.nodes = nodes;
    this.pictures = pictures;
    this.classNames = classNames;
    this.live = !records;
    this.records = records ?? {};
    this.scale = scale;
    this.shift = shift;
    this.picture = pictures[0];
    this.input = networkInput(this.picture, scale, shift);
    if (this.live) this.#engine = new LabEngine(nodes, this.input.shape);
    /** @type {Map<string, number[]>} with a batch axis of 1; the input's too */
    this.shapes = this.#engine?.shapes ?? recordedShapes(nodes, this.records, this.input.shape);
  }

  /** Class of which gradients are; null: the likeliest. */
  get target() {
    return this.#target;
  }

  set target(target) {
    if (target === this.#target) return;
    this.#target = target;
    this.#emit("target");
  }

  /** A few passes at idle: the first interaction is then as quick as all others. */
  warmUp() {
    const engine = this.#engine;
    for (let i = 0; engine && i < WARM_PASSES; i++) atOnce(engine.runOn(this.input, this.ablated));
  }

  /**
   * Put a picture on the board.
   * @param {Picture} picture
   * @param {number} [index]  which of the pictures it is; -1: the reader's own
   */
  show(picture, index = -1) {
    this.picture = picture;
    this.pictureIndex = index;
    this.#compute(networkInput(picture, this.scale, this.shift));
  }

  /**
   * Set these channels of a node's output to zero, and no others; [] restores it.
   * @param {string} name
   * @param {number[]} channels
   */
  ablate(name, channels) {
    this.#needsLive("ablate");
    const [, count = 0] = this.shapes.get(name) ?? refuse("lab.ablate", "a node's name", name, "choose one of nodes");
    const wrong = channels.find((channel) => !(channel >= 0 && channel < count));
    if (wrong !== undefined) refuse("lab.ablate", `channels of ${name}, 0 to ${count - 1}`, `${wrong}`, "leave it out");
    if (channels.length) this.ablated.set(name, new Set(channels));
    else this.ablated.delete(name);
    this.#changed();
  }

  restoreAll() {
    this.ablated.clear();
    this.#changed();
  }

  /** The last pass's probabilities, one a class; null without classes. @returns {Float32Array | null} */
  probabilities() {
    const last = this.nodes[this.nodes.length - 1];
    const output = this.calls.get(last.name)?.output;
    if (!output || !this.classNames.length) return null;
    if (last.op === "softmax" || last.args.type === "Softmax") return output.data;
    return run("softmax", [output], {}, { dim: -1 }).output.data;
  }

  /**
   * d(score of the target, before the softmax)/d(each node's output, and "input"), where the score depends on it.
   * Computed once for a pass. @param {number | null} [target]
   * @returns {Promise<Map<string, Tensor>>}
   */
  async gradients(target = this.#target) {
    const engine = this.#needsLive("gradients");
    const one = target ?? this.likeliest();
    const found = this.#gradients.get(one) ?? Promise.resolve(atOnce(engine.gradients(one)));
    this.#gradients.set(one, found);
    return found;
  }

  /** The channel of the largest score. @returns {number} */
  likeliest() {
    const { name } = scoringNodes(this.nodes)[scoringNodes(this.nodes).length - 1];
    const { shape, data } = this.calls.get(name)?.output ?? tensor([1, 1]);
    const best = data.reduce((top, value, i) => (value > data[top] ? i : top), 0);
    return Math.floor(best / sizeOf(shape.slice(2)));
  }

  /**
   * Another picture's calls, or those with other parameters by node; the board stays as it is. What is set to zero is
   * so here too, but not in the other parameters' network: there a channel is something else.
   * @param {Picture} picture
   * @param {Record<string, Params>} [params]
   * @returns {Promise<Map<string, Call>>}
   */
  async runOn(picture, params) {
    const input = networkInput(picture, this.scale, this.shift);
    const engine = this.#engine;
    if (!engine) return this.#recorded(input, this.pictures.indexOf(picture));
    return atOnce(engine.runOn(input, params ? new Map() : this.ablated, params));
  }

  /**
   * @param {LabEvent} event
   * @param {() => void} listener
   * @param {AbortSignal} [signal]
   */
  on(event, listener, signal) {
    this.#events.addEventListener(event, listener, { signal });
  }

  /** @param {LabEvent} event */
  #emit(event) {
    this.#events.dispatchEvent(new Event(event));
  }

  #changed() {
    this.#emit("ablate");
    if (this.calls.size) this.#compute(this.input);
  }

  /** @param {Tensor} input */
  #compute(input) {
    const engine = this.#engine;
    this.calls = engine ? atOnce(engine.run(input, this.ablated)).calls : this.#recorded(input, this.pictureIndex);
    this.input = input;
    this.#gradients.clear();
    this.#emit("run");
  }

  /** What was recorded of one picture, as calls. @param {Tensor} input @param {number} index @returns {Map<string, Call>} */
  #recorded(input, index) {
    if (index < 0) {
      const todo = "record the network with that picture";
      refuse("lab", "one of the pictures that were recorded", "another picture", todo);
    }
    const calls = new Map();
    for (const node of this.nodes) {
      const { shape, data } = this.records[node.name];
      const size = sizeOf(shape.slice(1));
      const output = tensor([1, ...shape.slice(1)], data.subarray(index * size, (index + 1) * size));
      calls.set(node.name, { ...node, inputs: inputsOf(node, calls, input), output });
    }
    return calls;
  }

  /** @param {string} what @returns {LabEngine} */
  #needsLive(what) {
    const needed = "a network whose operations the page knows";
    return this.#engine ?? refuse(`lab.${what}`, needed, "a recorded one", "see which layer cnnviz.to_graph names");
  }
}

/**
 * A picture's bytes as the network's input.
 * @param {Picture} picture
 * @param {number[]} scale  one number a channel, or one for all
 * @param {number[]} shift
 */
export function networkInput({ channels, height, width, data }, scale, shift) {
  const size = height * width;
  const numbers = Float32Array.from(data, (value, i) => {
    const channel = Math.floor(i / size);
    return value * (scale[channel] ?? scale[0]) + (shift[channel] ?? shift[0]);
  });
  return tensor([1, channels, height, width], numbers);
}

/** @param {GraphNode[]} nodes @param {Record<string, Tensor>} records @param {number[]} inputShape */
function recordedShapes(nodes, records, inputShape) {
  return new Map([[INPUT_NAME, inputShape], ...nodes.map(({ name }) => recordedShape(name, records[name]))]);
}

/** @param {string} name @param {Tensor | undefined} record @returns {[string, number[]]} */
function recordedShape(name, record) {
  if (!record) refuse("Lab", `a record of ${name}`, "none", "record every node that is shown");
  return [name, [1, ...record.shape.slice(1)]];
}

/** @template T @param {Steps<T>} steps @returns {T} */
export function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
