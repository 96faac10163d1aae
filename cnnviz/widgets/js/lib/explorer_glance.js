// Where the picture is out of sight, as beside the layers on a telephone: what the current unit sees of it, in small, at
// the edge of what is seen. A tap on it opens the unit.

import { button } from "./controls.js";
import { element } from "./element.js";
import { patchOf } from "./panel_field.js";
import { PictureThumb } from "./panel_thumb.js";

/** @import { LayerBand } from "./explorer_band.js" */
/** @import { Lab } from "./lab.js" */

const GLANCE_ROOM = 130; // CSS pixels at the lower edge that it may cover
const MOSTLY = 0.6; // of the picture is enough of it

export class Glance {
  /** Whether the picture itself is seen. */ #pictured = true;
  /** @type {{band: LayerBand, at: number} | null} the current unit */ #current = null;
  /** @type {() => void} */ #opens = () => {};

  /**
   * @param {Lab} lab
   * @param {HTMLElement} board  the picture itself
   * @param {(band: LayerBand, at: number) => void} opened
   * @param {AbortSignal} signal
   */
  constructor(lab, board, opened, signal) {
    this.lab = lab;
    this.opened = opened;
    this.above = element("div", "cnnviz-glance-edge is-above");
    this.below = element("div", "cnnviz-glance-edge is-below");
    this.thumb = new PictureThumb();
    this.unit = element("b", "");
    this.words = element("span", "cnnviz-quiet");
    this.el = this.#make(signal);
    const watcher = new IntersectionObserver((seen) => {
      this.#pictured = seen[seen.length - 1].intersectionRatio >= MOSTLY; // the last: a busy page hears of several at once
      this.#update();
    }, { threshold: MOSTLY });
    watcher.observe(board);
    signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  }

  /** @param {AbortSignal} signal */
  #make(signal) {
    const el = button("", () => this.#opens(), signal);
    el.className = "cnnviz-glance";
    el.hidden = true;
    el.tabIndex = -1; // Enter on the unit does the same
    const text = element("span", "cnnviz-glance-text");
    text.append(this.unit, this.words, element("u", "", clickTells(this.lab)));
    el.append(text);
    // The sheet keeps the focus, and with it the unit that a tap has chosen.
    el.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
    this.below.append(el);
    return el;
  }

  /** @param {LayerBand} band @param {number | null} at  the unit's flat index; null: none is current */
  show(band, at) {
    this.#current = at === null ? null : { band, at };
    this.#update();
  }

  #update() {
    this.el.hidden = !this.#current || this.#pictured;
    if (!this.#current || this.#pictured) return;
    const { lab } = this;
    const { band, at } = this.#current;
    const { box, words } = patchOf(lab, band.node.name, at);
    const bottom = band.sheet?.element.querySelector(".cnnviz-mark-current")?.getBoundingClientRect().bottom ?? 0;
    (bottom > window.innerHeight - GLANCE_ROOM ? this.above : this.below).append(this.el);
    this.#opens = () => this.opened(band, at);
    if (!this.thumb.el.parentElement) this.el.prepend(this.thumb.el);
    this.unit.textContent = band.unitText();
    this.words.textContent = words;
    this.thumb.show(lab.picture, box);
  }
}

/** What a click tells: of a recorded unit not its arithmetic. @param {Lab} lab */
function clickTells({ live }) {
  return live ? "how it is made" : "where it lies";
}

/** What to do with the layers, by finger or by mouse. @param {Lab} lab @param {boolean} deep  its rows are folded */
export function hintWords(lab, deep) {
  const first = lab.live ? "to see what it looks at" : "to read its number";
  if (matchMedia("(hover: none)").matches) return `Tap ${deep ? "a row to open it, " : ""}a unit ${first}, and its number to see ${clickTells(lab)}.`;
  const open = deep ? "Open a row to see all of its maps. " : "";
  return `${open}Point at a unit ${first}; click it to see ${clickTells(lab)}.`;
}
