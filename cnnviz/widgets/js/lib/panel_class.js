// The class whose score is asked about: the likeliest, or one that the reader chooses. All panels share it.

import { select } from "./controls.js";
import { byProbability } from "./explorer_words.js";

/** @import { Lab } from "./lab.js" */

const LIKELY = 10; // of many classes, so many stand first

/** The class that gradients are of. @param {Lab} lab @returns {string} its name */
export function targetName(lab) {
  const target = lab.target ?? lab.likeliest();
  return lab.classNames[target] ?? `output ${target}`;
}

/**
 * @param {Lab} lab
 * @param {AbortSignal} signal
 * @returns {{el: HTMLElement, show: () => void}}
 */
export function classChoice(lab, signal) {
  const choose = (/** @type {string} */ value) => (lab.target = value === "" ? null : Number(value));
  const { el, show } = select("score of", choose, signal);
  return {
    el,
    show() {
      const probabilities = lab.live ? lab.probabilities() : null;
      if (!probabilities) return void (el.hidden = true);
      const order = byProbability(probabilities);
      const listed = [...order.slice(0, LIKELY), ...[...order.slice(LIKELY)].sort((a, b) => a - b)];
      const named = listed.map((i) => /** @type {[string, string]} */ ([String(i), lab.classNames[i]]));
      show([["", `the likeliest: ${lab.classNames[lab.likeliest()]}`], ...named], lab.target === null ? "" : String(lab.target));
    },
  };
}
