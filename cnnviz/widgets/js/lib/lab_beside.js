// Who computes for a lab what takes long: a worker; where none can start, or after it has ended, the page in slices.

import { RemoteRunner, startLabWorker, WorkerEnded } from "./lab_remote.js";
import { SlicedRunner } from "./lab_slices.js";

/** @import { LabEngine } from "./lab_engine.js" */
/** @import { Runner } from "./lab_slices.js" */
/**
 * @typedef {object} BesideOptions
 * @property {LabEngine} engine       of the page
 * @property {number[]} inputShape
 * @property {string} [source]        the text of this very module, to start a worker with
 * @property {AbortSignal} [signal]   ends the worker
 * @property {(page: Runner) => Promise<unknown>} ended  the worker has: the page's runner is to know what is on the board
 */

export class LabBeside {
  /** @type {Promise<Runner> | null} */ #runner = null;

  /** @param {BesideOptions} options */
  constructor(options) {
    this.options = options;
  }

  /** @returns {Promise<Runner>} */
  start() {
    this.#runner ??= this.#start();
    return this.#runner;
  }

  async #start() {
    const { engine, inputShape, source, signal } = this.options;
    if (!source) return new SlicedRunner(engine);
    try {
      return new RemoteRunner(await startLabWorker(source, signal), engine.nodes, inputShape);
    } catch {
      return new SlicedRunner(engine);
    }
  }

  /**
   * The answer of the worker, or, if that ends before it has answered, of the page.
   * @template T
   * @param {(runner: Runner) => Promise<T>} question
   * @returns {Promise<T>}
   */
  async ask(question) {
    const asked = this.start();
    try {
      return await question(await asked);
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      if (this.#runner === asked) this.#runner = this.#fallBack();
      return this.ask(question);
    }
  }

  async #fallBack() {
    const page = new SlicedRunner(this.options.engine);
    await this.options.ended(page);
    return page;
  }
}
