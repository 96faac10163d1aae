// What is switched off, so that nobody forgets it: in words beside the picture, with a button that restores it all, and
// what the network said before.

import { button } from "./controls.js";
import { element } from "./element.js";
import { silencingOf } from "./explorer_ablate.js";
import { offWords } from "./panel_ablation.js";

/** @import { Block } from "./explorer_blocks.js" */
/** @import { Lab } from "./lab.js" */
/** @import { Tensor } from "./tensor.js" */

export class SwitchedOff {
  /** @type {Set<Block>} switched by their rows */ #blocks = new Set();
  /** @type {{input: Tensor, shares: Float32Array | null} | null} of the picture with everything on */ #intact = null;

  /** @param {Lab} lab @param {() => void} restored @param {AbortSignal} signal */
  constructor(lab, restored, signal) {
    this.lab = lab;
    this.el = element("div", "cnnviz-off");
    this.words = element("p", "");
    const restore = () => {
      lab.restoreAll();
      restored();
    };
    this.el.append(this.words, button("restore all", restore, signal, "restore all: everything on again"));
    lab.on("ablate", () => this.show(), signal);
    this.show();
  }

  /** Whether all that switching a block off sets to zero is. @param {Block} block */
  has(block) {
    const { ablated, shapes, nodes } = this.lab;
    return silencingOf(block, nodes).names.every((name) => ablated.get(name)?.size === shapes.get(name)?.[1]);
  }

  /** Off, or on again. @param {Block} block */
  toggle(block) {
    const { lab } = this;
    const on = this.has(block);
    if (on) this.#blocks.delete(block);
    else this.#blocks.add(block);
    const channels = (/** @type {string} */ name) => Array.from({ length: on ? 0 : (lab.shapes.get(name)?.[1] ?? 0) }, (_, i) => i);
    lab.ablateAll(silencingOf(block, lab.nodes).names.map((name) => [name, channels(name)]));
  }

  /** What is off, in words; "": nothing. */
  say() {
    const blocks = [...this.#blocks].filter((block) => this.has(block)).map((block) => silencingOf(block, this.lab.nodes));
    const named = new Set(blocks.flatMap(({ names }) => names));
    return [...blocks.map(({ words }) => words), offWords(this.lab, named)].filter(Boolean).join("; ");
  }

  show() {
    const off = this.say();
    this.el.hidden = off === "";
    this.words.textContent = `Set to zero: ${off}.`;
  }

  /**
   * The probabilities of the last pass's picture with everything on; null where everything is on, or without classes.
   * @returns {Promise<Float32Array | null>}
   */
  async before() {
    const { lab } = this;
    const { input, picture } = lab;
    if (!lab.ablated.size) {
      this.#intact = { input, shares: lab.probabilities() };
      return null;
    }
    if (this.#intact?.input !== input) this.#intact = { input, shares: lab.probabilities(await lab.runOn(picture, {})) };
    return this.#intact.shares;
  }
}
