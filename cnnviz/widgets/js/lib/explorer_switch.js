// The switch in a row's head: sets what the row stands for to zero, and back.

import { button } from "./controls.js";

/** @import { Block } from "./explorer_blocks.js" */

export class RowSwitch {
  /**
   * @param {Block} block
   * @param {{el: HTMLElement, head: HTMLElement, live: boolean}} row  live: its network can be computed anew
   * @param {() => void} pressed
   * @param {AbortSignal} signal
   */
  constructor(block, { el, head, live }, pressed, signal) {
    this.block = block;
    this.row = el;
    this.pressed = live ? pressed : null;
    this.el = button("", pressed, signal);
    this.el.classList.add("cnnviz-band-off", "cnnviz-link");
    this.el.tabIndex = -1; // x on the row does the same
    if (live) head.append(this.el);
  }

  /** @param {boolean} off */
  show(off) {
    const text = off ? "switch on" : "switch off";
    this.el.textContent = text;
    this.el.setAttribute("aria-label", `${text} ${this.block.name}`);
    this.row.classList.toggle("is-off", off);
  }
}
