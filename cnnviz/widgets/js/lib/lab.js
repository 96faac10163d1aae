// The laboratory of a figure: a network, a picture on its board, what is set to zero, and everything computed from
// them. Panels read from it and listen to it; it knows no DOM.

import { LabBeside } from "./lab_beside.js";
import { LabEngine, sharesOf, strongestChannel } from "./lab_engine.js";
import { networkInput, recordedCalls, recordedShapes } from "./lab_pictures.js";
import { atOnce } from "./lab_slices.js";
import { refuse } from "./ops_check.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Ablated } from "./lab_engine.js" */
/** @import { Records } from "./lab_pictures.js" */
/** @import { Runner } from "./lab_slices.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {"run" | "busy" | "gradients" | "ablate" | "target" | "trouble"} LabEvent */
/** @typedef {{same?: boolean, progress?: (share: number) => unknown}} BesideRun  same: other parameters of the same channels; progress: 0 to 1, where it is long */
/**
 * @typedef {object} LabOptions
 * @property {GraphNode[]} nodes       in the order in which they run; a recorded one has op "recorded"
 * @property {Picture[]} pictures
 * @property {number[]} scale          a pixel's number * scale + shift is the network's input; one number a channel,
 * @property {number[]} shift          or one for all
 * @property {string[]} classNames     none: the network does not classify
 * @property {Records} [records]       recorded outputs of all pictures, by node: then nothing is computed
 * @property {string} [source]         the text of this very module, to start a worker with
 * @property {AbortSignal} [signal]    ends the worker
 */

const LONG_WORK = 30e6; // multiply-adds of a pass that a page cannot wait for
const WARM_PASSES = 4; // until the page's compiler has made the loops fast

export class Lab {
  /**
   * Of the last pass that came to its end. The one after the next writes its tensors over: copy what is to stay.
   * @type {Map<string, Call>}
   */
  calls = new Map();
  /** @type {Tensor} what `calls` were computed of */ input;
  /** @type {Picture} on the board */ picture;
  /** Which of the pictures that is; -1: the reader's own. */ pictureIndex = -1;
  /** @type {Ablated} channels (units of a vector) that are set to zero in a node's output */ ablated = new Map();
  /** @type {number | null} the share done of a long run, 0 to 1 */ busy = null;
  /** @type {number | null} the share done of long gradients, 0 to 1 */ gradientsDone = null;
  /** @type {Map<string, number[]>} with a batch axis of 1; the input's too */ shapes;
  /** What went wrong beside the page, in words; "": nothing. */ trouble = "";
  /** @type {number | null} */ #target = null;
  /** @type {Map<number, Promise<Map<string, Tensor> | null>>} by target, of the last pass */ #gradients = new Map();
  /** @type {Promise<unknown>} the passes beside the board are computed one after another */ #beside = Promise.resolve();
  /** @type {Promise<unknown>} */ #running = Promise.resolve();
  /** @type {Tensor | null} none was shown yet */ #board = null;
  #turn = 0;
  #events = new EventTarget();
  #engine;
  #runner;
  #options;

  /** @param {LabOptions} options */
  constructor(options) {
    const { nodes, pictures, scale, shift, classNames, records } = options;
    this.#options = options;
    this.nodes = nodes;
    this.pictures = pictures;
    this.classNames = classNames;
    this.live = !records;
    this.picture = pictures[0];
    this.input = networkInput(this.picture, scale, shift);
    this.#engine = records ? null : new LabEngine(nodes, this.input.shape);
    this.#runner = this.#engine && this.#makeRunner(this.#engine);
    this.shapes = this.#engine?.shapes ?? recordedShapes(nodes, records ?? {}, this.input.shape);
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

  /** Whether a pass takes so long that it is computed beside the page. */
  get long() {
    return (this.#engine?.work ?? 0) > LONG_WORK;
  }

  /** At idle: the first interaction is then as quick as all others. */
  warmUp() {
    const engine = this.#engine;
    if (this.long) void this.#runner?.start();
    else for (let i = 0; engine && i < WARM_PASSES; i++) atOnce(engine.runOn(this.input, this.ablated));
  }

  /**
   * Put a picture on the board.
   * @param {Picture} picture
   * @param {number} [index]  which of the pictures it is; -1: the reader's own
   */
  show(picture, index = -1) {
    this.#refuseUnrecorded(index);
    this.picture = picture;
    this.pictureIndex = index;
    this.#board = this.#inputOf(picture);
    this.#compute();
  }

  /**
   * Set these channels of a node's output to zero, and no others; [] restores it.
   * @param {string} name
   * @param {number[]} channels
   */
  ablate(name, channels) {
    this.ablateAll([[name, channels]]);
  }

  /** The same of several nodes, in one pass. @param {[name: string, channels: number[]][]} changes */
  ablateAll(changes) {
    this.#needsLive("ablate");
    for (const [name, channels] of changes) {
      const [, count = 0] = this.shapes.get(name) ?? refuse("lab.ablate", "a node's name", name, "choose one of nodes");
      const wrong = channels.find((channel) => !(channel >= 0 && channel < count));
      if (wrong !== undefined) refuse("lab.ablate", `channels of ${name}, 0 to ${count - 1}`, `${wrong}`, "leave it out");
    }
    for (const [name, channels] of changes) {
      if (channels.length) this.ablated.set(name, new Set(channels));
      else this.ablated.delete(name);
    }
    this.#changed();
  }

  restoreAll() {
    this.ablated.clear();
    this.#changed();
  }

  /** A pass's probabilities, one a class; null without classes. @param {Map<string, Call>} [calls] the last pass's @returns {Float32Array | null} */
  probabilities(calls = this.calls) {
    return this.classNames.length ? sharesOf(this.nodes, calls) : null;
  }

  /** The channel of the last pass's largest score. @returns {number} */
  likeliest() {
    return strongestChannel(this.nodes, this.calls);
  }

  /**
   * d(score of the target, before the softmax)/d(each node's output, and "input"), where the score depends on it.
   * Computed once for a pass; a run under way is awaited first.
   * @param {number | null} [target]
   * @returns {Promise<Map<string, Tensor>>}
   */
  async gradients(target = this.#target) {
    const engine = this.#needsLive("gradients");
    while (this.busy !== null) await this.#running;
    const one = target ?? this.likeliest();
    const found = this.#gradients.get(one) ?? this.#gradientsOf(engine, one);
    this.#gradients.set(one, found);
    const values = await found;
    if (values) return values;
    this.#gradients.delete(one); // A newer picture came meanwhile.
    return this.gradients(target);
  }

  /**
   * Another picture's calls, or those with other parameters by node; the board stays as it is. What is set to zero is
   * so here too, but not in the other parameters' network, unless they are the `same` ones, rounded: there a channel is
   * something else.
   * @param {Picture} picture
   * @param {Record<string, Params>} [params]
   * @param {BesideRun} [options]
   * @returns {Promise<Map<string, Call>>}
   */
  async runOn(picture, params, { same = false, progress } = {}) {
    const input = this.#inputOf(picture);
    const [engine, runner] = [this.#engine, this.#runner];
    if (!engine || !runner) return this.#recorded(input, this.pictures.indexOf(picture));
    const ablated = params && !same ? new Map() : new Map(this.ablated);
    if (!this.long) return atOnce(engine.runOn(input, ablated, params));
    const calls = this.#beside.then(() => runner.ask((one) => one.runOn(input, ablated, params, progress)));
    this.#beside = calls.catch(() => {});
    return calls;
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
    if (this.#board) this.#compute();
  }

  /** @param {Picture} picture */
  #inputOf(picture) {
    return networkInput(picture, this.#options.scale, this.#options.shift);
  }

  /** The picture on the board, anew where something has changed: the engine knows by the identity of its input. */
  #compute() {
    const [engine, runner, input] = [this.#engine, this.#runner, this.#board ?? this.input];
    if (runner && this.long) this.#running = this.#computeBeside(runner, input);
    else if (engine) this.#settle(input, atOnce(engine.run(input, this.ablated)));
    else this.#settle(input, this.#recorded(input, this.pictureIndex));
  }

  /** @param {LabBeside} runner @param {Tensor} input */
  async #computeBeside(runner, input) {
    const turn = ++this.#turn;
    const progress = (/** @type {number} */ share) => turn === this.#turn && this.#setBusy(share);
    if (this.trouble) this.#say("");
    this.#setBusy(0);
    try {
      const calls = await runner.ask((one) => one.run(input, this.ablated, progress));
      if (turn !== this.#turn || !calls) return; // A newer one is under way.
      this.busy = null;
      this.#settle(input, calls);
    } catch (error) {
      if (turn === this.#turn) this.#say(`This picture could not be computed: ${/** @type {Error} */ (error).message}.`);
    } finally {
      if (turn === this.#turn) this.#setBusy(null);
    }
  }

  /** @param {string} trouble */
  #say(trouble) {
    this.trouble = trouble;
    this.#emit("trouble");
  }

  /** @param {number | null} share */
  #setBusy(share) {
    this.busy = share;
    this.#emit("busy");
  }

  /** @param {Tensor} input @param {Map<string, Call>} calls */
  #settle(input, calls) {
    this.input = input;
    this.calls = calls;
    this.#gradients.clear();
    this.#emit("run");
  }

  /** @param {LabEngine} engine @param {number} target */
  async #gradientsOf(engine, target) {
    if (!this.#runner || !this.long) return atOnce(engine.gradients(target));
    try {
      return await this.#runner.ask((one) => one.gradients(target, (share) => this.#setGradients(share)));
    } finally {
      this.#setGradients(null);
    }
  }

  /** @param {number | null} share */
  #setGradients(share) {
    this.gradientsDone = share;
    this.#emit("gradients");
  }

  /** @param {LabEngine} engine */
  #makeRunner(engine) {
    const { source, signal } = this.#options;
    const ended = async (/** @type {Runner} */ page) => {
      this.#say("The worker of this figure has ended (its memory was full, perhaps). The page computes by itself now, and may stutter.");
      if (this.calls.size) await page.run(this.input, this.ablated, () => {});
    };
    return new LabBeside({ engine, inputShape: this.input.shape, source, signal, ended });
  }

  /** @param {Tensor} input @param {number} index */
  #recorded(input, index) {
    this.#refuseUnrecorded(index);
    return recordedCalls(this.nodes, this.#options.records ?? {}, input, index);
  }

  /** @param {number} index */
  #refuseUnrecorded(index) {
    if (this.live || index >= 0) return;
    refuse("lab", "one of the pictures that were recorded", "another", "record the network with that picture");
  }

  /** @param {string} what @returns {LabEngine} */
  #needsLive(what) {
    const needed = "a network whose operations the page knows";
    return this.#engine ?? refuse(`lab.${what}`, needed, "a recorded one", "see which layer cnnviz.to_graph names");
  }
}
