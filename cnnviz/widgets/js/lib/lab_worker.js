// The worker's side of a lab: the figure's whole module, evaluated in a worker, answers what lab_remote.js asks.

import { LabEngine } from "./lab_engine.js";
import { SLICE, SlicedRunner } from "./lab_slices.js";
import { tensor } from "./tensor.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Ablated } from "./lab_engine.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {{addEventListener: (type: "message", listener: (event: MessageEvent) => void) => void, postMessage: (message: Answer, transfer?: Transferable[]) => void}} LabPort */
/**
 * What the page asks. `network` comes first; `params`, the only ones that are kept, before a `runOn` with other ones; an
 * input that is left out is the last `run`'s.
 * @typedef {{kind: "network", nodes: GraphNode[], inputShape: number[]}
 *   | {kind: "params", params: Record<string, Params>}
 *   | {kind: "run", id: number, input?: Tensor, ablated: Ablated}
 *   | {kind: "gradients", id: number, target: number}
 *   | {kind: "runOn", id: number, input: Tensor, ablated: Ablated, other: boolean}} Question
 */
/** @typedef {[string, Tensor][]} Named */
/**
 * What the worker answers; `run`'s values are of the nodes computed anew, null: ended by a newer picture.
 * @typedef {{kind: "ready"} | {kind: "progress", id: number, share: number} | {kind: "failed", id: number, message: string}
 *   | {kind: "values", id: number, values: Named | null}} Answer
 */

/** An entry calls it at its top: in a worker it begins to listen, in a page it does nothing. */
export function serveLabIfWorker() {
  const scope = /** @type {any} */ (globalThis);
  if (typeof scope.WorkerGlobalScope === "function" && scope instanceof scope.WorkerGlobalScope) serveLab(scope);
}

/** @param {LabPort} port @param {number} [slice]  milliseconds after which the next question is heard */
export function serveLab(port, slice = SLICE) {
  const desk = new LabDesk(port, slice);
  port.addEventListener("message", ({ data }) => void desk.hear(data));
  port.postMessage({ kind: "ready" });
}

class LabDesk {
  /** @type {SlicedRunner} */ #runner;
  /** @type {LabEngine} */ #engine;
  /** @type {Tensor | undefined} */ #input;
  /** @type {Record<string, Params> | undefined} */ #params;
  #port;
  #slice;

  /** @param {LabPort} port @param {number} slice */
  constructor(port, slice) {
    this.#port = port;
    this.#slice = slice;
    this.#engine = new LabEngine([], []);
    this.#runner = new SlicedRunner(this.#engine);
  }

  /** @param {Question} question */
  async hear(question) {
    if (question.kind === "network") {
      this.#engine = new LabEngine(question.nodes, question.inputShape);
      this.#runner = new SlicedRunner(this.#engine, this.#slice);
    } else if (question.kind === "params") this.#params = question.params;
    else await this.#answer(question);
  }

  /** @param {Exclude<Question, {kind: "network" | "params"}>} question */
  async #answer(question) {
    const { id } = question;
    try {
      const values = await this.#values(question);
      const buffers = new Set((values ?? []).map(([, { data }]) => /** @type {ArrayBuffer} */ (data.buffer)));
      this.#port.postMessage({ kind: "values", id, values }, [...buffers]);
    } catch (error) {
      this.#port.postMessage({ kind: "failed", id, message: /** @type {Error} */ (error).message });
    }
  }

  /** @param {Exclude<Question, {kind: "network" | "params"}>} question @returns {Promise<Named | null>} */
  async #values(question) {
    const progress = (/** @type {number} */ share) => this.#port.postMessage({ kind: "progress", id: question.id, share });
    if (question.kind === "gradients") {
      const found = await this.#runner.gradients(question.target, progress);
      return found && copies([...found]);
    }
    if (question.kind === "run") return this.#run(question, progress);
    const { input, ablated, other } = question;
    const calls = await this.#runner.runOn(input, ablated, other ? this.#params : undefined, progress);
    return copies(outputsOf(calls, [...calls.keys()]));
  }

  /** @param {{input?: Tensor, ablated: Ablated}} question @param {(share: number) => void} progress */
  async #run({ input, ablated }, progress) {
    this.#input = input ?? this.#input;
    const before = this.#engine.pass?.calls;
    const calls = await this.#runner.run(/** @type {Tensor} */ (this.#input), ablated, progress);
    return calls && copies(outputsOf(calls, [...calls.keys()].filter((name) => calls.get(name) !== before?.get(name))));
  }
}

/** @param {Map<string, Call>} calls @param {string[]} names @returns {Named} */
function outputsOf(calls, names) {
  return names.map((name) => [name, /** @type {Call} */ (calls.get(name)).output]);
}

/** To be given away: what the next pass keeps stays here. @param {Named} values @returns {Named} */
function copies(values) {
  return values.map(([name, { shape, data }]) => [name, tensor(shape, data.slice())]);
}
