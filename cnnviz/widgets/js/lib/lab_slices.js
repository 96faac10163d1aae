// Long work in slices, between which the page, or the worker, does other things.

/** @import { Ablated, LabEngine, Steps } from "./lab_engine.js" */
/** @import { Call, Params } from "./ops.js" */
/** @import { Tensor } from "./tensor.js" */
/**
 * Who computes what takes long. A newer picture on the board ends what is under way for the older one: null.
 * @typedef {object} Runner
 * @property {(input: Tensor, ablated: Ablated, progress: (share: number) => void) => Promise<Map<string, Call> | null>} run
 * @property {(target: number, progress?: (share: number) => void) => Promise<Map<string, Tensor> | null>} gradients  of the last pass of the board
 * @property {(input: Tensor, ablated: Ablated, params?: Record<string, Params>, progress?: (share: number) => void) => Promise<Map<string, Call>>} runOn
 */

/** Milliseconds after which other things have their turn. */
export const SLICE = 24;

/** @template T @param {Steps<T>} steps @returns {T} */
export function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * @template T
 * @param {Steps<T>} steps
 * @param {(share: number) => void} progress
 * @param {() => boolean} stale  asked after each slice; true ends the work
 * @param {number} [slice]  milliseconds
 * @returns {Promise<T | null>}
 */
export async function inSlices(steps, progress, stale, slice = SLICE) {
  let began = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - began < slice) continue;
    progress(value);
    await new Promise((resolve) => setTimeout(resolve));
    if (stale()) return null;
    began = performance.now();
  }
}

/** @implements {Runner} */
export class SlicedRunner {
  #newest = 0;

  /** @param {LabEngine} engine @param {number} [slice] */
  constructor(engine, slice = SLICE) {
    this.engine = engine;
    this.slice = slice;
  }

  /** @type {Runner["run"]} */
  run(input, ablated, progress) {
    const turn = ++this.#newest;
    return inSlices(this.engine.run(input, ablated), progress, () => turn !== this.#newest, this.slice);
  }

  /** @type {Runner["gradients"]} */
  gradients(target, progress = () => {}) {
    const turn = this.#newest;
    return inSlices(this.engine.gradients(target), progress, () => turn !== this.#newest, this.slice);
  }

  /** @type {Runner["runOn"]} */
  async runOn(input, ablated, params, progress = () => {}) {
    const calls = await inSlices(this.engine.runOn(input, ablated, params), progress, () => false, this.slice);
    return /** @type {Map<string, Call>} */ (calls);
  }
}
