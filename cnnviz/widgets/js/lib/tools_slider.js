// A number chosen by a slider, with its name before it and its value in words after it.

import { element } from "./element.js";

/**
 * @param {string} label
 * @param {{min: number, max: number, step: number}} range
 * @param {(value: number) => void} changed
 * @param {AbortSignal} signal
 */
export function slider(label, range, changed, signal) {
  const el = element("label", "cnnviz-field cnnviz-slider", label);
  const input = document.createElement("input");
  Object.assign(input, { type: "range", min: `${range.min}`, max: `${range.max}`, step: `${range.step}`, className: "cnnviz-scrubber" });
  const words = element("span", "");
  el.append(input, words);
  input.addEventListener("input", () => changed(Number(input.value)), { signal });
  return {
    el,
    /** @param {number} value @param {string} text */
    show(value, text) {
      input.value = String(value);
      input.setAttribute("aria-valuetext", text);
      words.textContent = text;
    },
  };
}
