// The stepper as an anywidget: its traits are the figure's state.

import { keepKeys } from "./lib/notebook.js";
import { mountStepper } from "./lib/stepper_view.js";
import { stepperDefaults } from "./lib/stepper_state.js";
import { fromTrait } from "./lib/tensor.js";

/** @import { Packed, Tensor } from "./lib/tensor.js" */
/** @typedef {{get(name: string): any, set(name: string, value: any): void, on(events: string, f: () => void): void, off(events: string, f: () => void): void, save_changes(): void}} Model */

const NAMES = ["op", "args", "params", "inputs", ...Object.keys(stepperDefaults)];
const SAVE = 250; // milliseconds: a kernel need not hear of every cell that is played

/** @param {any} value @returns {value is Packed} */
const isPacked = (value) => value?.data?.byteLength !== undefined;

/** Packed arrays become tensors, at any depth. @param {any} value @returns {any} */
function unpacked(value) {
  if (isPacked(value)) return fromTrait(value);
  if (Array.isArray(value) && value.some(isPacked)) return value.map(unpacked);
  if (value && Object.values(value).some(isPacked)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpacked(one)]));
  }
  return value;
}

/** The other way. @param {any} value @returns {any} */
function packed(value) {
  if (value?.data instanceof Float32Array) {
    const { shape, data } = /** @type {Tensor} */ (value);
    return { shape, dtype: "float32", data: new DataView(data.buffer, data.byteOffset, data.byteLength) };
  }
  if (Array.isArray(value)) return value.map(packed);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, packed(one)]));
  return value;
}

/** @param {{model: Model, el: HTMLElement}} context */
function render({ model, el }) {
  const abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saving;
  let ours = false; // the change comes from this figure: it need not be told
  const figure = mountStepper(
    el,
    /** @type {any} */ (Object.fromEntries(NAMES.map((name) => [name, unpacked(model.get(name))]))),
    abort.signal,
    (changes) => {
      ours = true;
      for (const [name, value] of Object.entries(changes)) model.set(name, packed(value));
      ours = false;
      saving ??= setTimeout(() => {
        saving = undefined;
        model.save_changes();
      }, SAVE);
    },
  );
  keepKeys(el, abort.signal);
  for (const name of NAMES) {
    const changed = () => {
      if (!ours) figure.show({ [name]: unpacked(model.get(name)) });
    };
    model.on(`change:${name}`, changed);
    abort.signal.addEventListener("abort", () => model.off(`change:${name}`, changed), { once: true });
  }
  return () => {
    clearTimeout(saving);
    abort.abort();
  };
}

export default { render };
