// The page's side of a lab's worker: starts it, asks, and puts the answers together as calls.

import { inputsOf } from "./graph.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Runner } from "./lab_slices.js" */
/** @import { Answer, Named, Question } from "./lab_worker.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {Pick<Worker, "postMessage" | "addEventListener">} LabLine */
/** @typedef {{resolve: (values: Named | null) => void, reject: (error: Error) => void, progress?: (share: number) => void}} Waiting */

// A page from file:// may not make a worker of a module, nor hand it one: the worker makes it of the text that it is
// sent. (The word stands apart since the joiner of modules refuses whatever looks like an import that it cannot follow.)
const LOAD = "import";
const STARTER = `onmessage = ({ data }) => {
  onmessage = null;
  ${LOAD}(URL.createObjectURL(new Blob([data], { type: "text/javascript" }))).catch((error) => {
    postMessage({ kind: "failed", id: -1, message: String(error) });
  });
};`;

/**
 * A worker that evaluates `source` and has said that it listens. Rejects where none can start: a page's security
 * policy may forbid it, and old browsers' workers have no modules.
 * @param {string} source
 * @param {AbortSignal} [signal]  ends it
 * @returns {Promise<Worker>}
 */
export function startLabWorker(source, signal) {
  const address = URL.createObjectURL(new Blob([STARTER], { type: "text/javascript" }));
  const started = new Promise((resolve, reject) => {
    const worker = new Worker(address);
    const failed = () => {
      worker.terminate();
      reject(new Error("the worker did not start"));
    };
    const answered = (/** @type {MessageEvent} */ { data }) => (data.kind === "ready" ? resolve(worker) : failed());
    signal?.addEventListener("abort", () => worker.terminate(), { once: true });
    worker.addEventListener("message", answered, { once: true });
    worker.addEventListener("error", failed, { once: true });
    worker.postMessage(source);
  });
  return started.finally(() => URL.revokeObjectURL(address));
}

/** It ran out of memory, say: what was asked of it must be asked elsewhere. */
export class WorkerEnded extends Error {}

/** @implements {Runner} */
export class RemoteRunner {
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  /** @type {Map<string, Call>} the worker's last pass of the board, as it keeps it too */ #mirror = new Map();
  /** @type {Record<string, Params> | null} the other parameters that the worker has */ #sent = null;
  /** @type {Tensor | null} */ #input = null;
  #asked = 0;
  #ended = false;

  /**
   * @param {LabLine} line
   * @param {GraphNode[]} nodes
   * @param {number[]} inputShape
   */
  constructor(line, nodes, inputShape) {
    this.line = line;
    this.nodes = nodes;
    line.addEventListener("message", (event) => this.#hear(/** @type {MessageEvent} */ (event).data));
    line.addEventListener("error", () => this.#giveUp());
    this.#say({ kind: "network", nodes: nodes.map(bare), inputShape });
  }

  /** @type {Runner["run"]} */
  async run(input, ablated, progress) {
    const known = input === this.#input;
    this.#input = input;
    const values = await this.#ask((id) => ({ kind: "run", id, ablated, ...(!known && { input }) }), progress);
    if (values) this.#mirror = this.#callsOf(values, input, this.nodes, this.#mirror);
    return values && this.#mirror;
  }

  /** @type {Runner["gradients"]} */
  async gradients(target, progress) {
    const values = await this.#ask((id) => ({ kind: "gradients", id, target }), progress);
    return values && new Map(values);
  }

  /** @type {Runner["runOn"]} */
  async runOn(input, ablated, params, progress) {
    const other = Object.keys(params ?? {}).length > 0;
    if (params && other) this.#send(params);
    const values = await this.#ask((id) => ({ kind: "runOn", id, input, ablated, other }), progress);
    const nodes = this.nodes.map((node) => ({ ...node, params: params?.[node.name] ?? node.params }));
    return this.#callsOf(values ?? [], input, nodes, new Map());
  }

  /** Once, until there are others. @param {Record<string, Params>} params */
  #send(params) {
    if (params === this.#sent) return;
    this.#sent = params;
    this.#say({ kind: "params", params });
  }

  /** @param {Named} values @param {Tensor} input @param {GraphNode[]} nodes @param {Map<string, Call>} kept */
  #callsOf(values, input, nodes, kept) {
    const fresh = new Map(values);
    /** @type {Map<string, Call>} */
    const calls = new Map();
    for (const node of nodes) {
      const { name, op, args, params } = node;
      const output = fresh.get(name);
      const call = output && { op, args, params, inputs: inputsOf(node, calls, input), output };
      calls.set(name, call ?? /** @type {Call} */ (kept.get(name)));
    }
    return calls;
  }

  /** @param {(id: number) => Question} question @param {(share: number) => void} [progress] @returns {Promise<Named | null>} */
  #ask(question, progress) {
    const id = this.#asked++;
    if (this.#ended) return Promise.reject(new WorkerEnded("the worker has ended"));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, progress });
      this.#say(question(id));
    });
  }

  /** @param {Question} question */
  #say(question) {
    this.line.postMessage(question);
  }

  /** @param {Answer} answer */
  #hear(answer) {
    if (answer.kind === "ready") return;
    const waiting = this.#waiting.get(answer.id);
    if (answer.kind === "progress") return waiting?.progress?.(answer.share);
    this.#waiting.delete(answer.id);
    if (answer.kind === "values") waiting?.resolve(answer.values);
    else waiting?.reject(new Error(answer.message));
  }

  #giveUp() {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(new WorkerEnded("the worker has ended"));
    this.#waiting.clear();
  }
}

/** Only what the worker computes with. @param {GraphNode} node @returns {GraphNode} */
function bare({ name, op, args, params, inputs }) {
  return { name, op, args, params, inputs };
}
