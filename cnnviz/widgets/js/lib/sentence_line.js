// The sentence as linked spans: one tab stop; arrows go from number to number, and each number lights up its cells.

import { element } from "./element.js";

/** @import { Link, Token } from "./sentence.js" */

export class SentenceLine {
  /**
   * @param {(links: Link[], focused: boolean) => void} lit  the cells of the number that is pointed at or focused
   * @param {AbortSignal} signal
   */
  constructor(lit, signal) {
    this.lit = lit;
    this.el = element("div", "cnnviz-sentence");
    this.el.setAttribute("role", "group");
    this.el.setAttribute("aria-label", "the arithmetic of the current cell");
    /** @type {Token[]} */
    this.tokens = [];
    this.kept = "";
    this.chosen = 0; // which number has the tab stop
    const { el } = this;
    const resized = new ResizeObserver(([{ contentRect }]) => this.#keepHeight(contentRect.height));
    resized.observe(el);
    signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    el.addEventListener("pointerover", (event) => this.#light(event.target), { signal });
    el.addEventListener("pointerleave", () => this.#light(document.activeElement), { signal });
    el.addEventListener("focusin", (event) => this.#light(event.target, true), { signal });
    el.addEventListener("focusout", () => this.lit([], false), { signal });
    el.addEventListener("keydown", (event) => this.#walk(event), { signal });
  }

  /** @param {Token[]} tokens */
  show(tokens) {
    const focused = this.el.contains(document.activeElement);
    this.tokens = tokens;
    this.el.replaceChildren(...tokens.map(tokenSpan));
    const numbers = this.#numbers();
    this.chosen = Math.min(this.chosen, Math.max(0, numbers.length - 1));
    numbers[this.chosen]?.setAttribute("tabindex", "0");
    if (focused) numbers[this.chosen]?.focus();
  }

  /**
   * Keep room for the tallest of some sentences, so that what is below stays where it is; another width, another room.
   * @param {string} kept  what the room is kept for: nothing is measured twice
   * @param {() => Token[][]} sentences
   */
  reserve(kept, sentences) {
    if (kept === this.kept) return;
    this.kept = kept;
    const trials = sentences().map((tokens) => {
      const trial = element("div", "cnnviz-sentence is-measured");
      trial.setAttribute("aria-hidden", "true");
      trial.append(...tokens.map(tokenSpan));
      return trial;
    });
    this.el.parentElement?.append(...trials);
    const heights = trials.map(({ offsetHeight }) => offsetHeight); // all at once: the page is laid out once
    for (const trial of trials) trial.remove();
    this.el.style.minHeight = `${Math.max(0, ...heights)}px`;
  }

  /** A sentence longer than all that were foreseen: the line grows with it and does not shrink. @param {number} height */
  #keepHeight(height) {
    if (height > parseFloat(this.el.style.minHeight || "0")) this.el.style.minHeight = `${height}px`;
  }

  /**
   * Light up the numbers of a cell.
   * @param {{grid: string, at: number, row: number, col: number} | null} cell
   * @returns {boolean} whether the sentence has one
   */
  highlight(cell) {
    let found = false;
    this.tokens.forEach((token, i) => {
      const lit = cell !== null && (token.links ?? []).some((link) => isSameCell(link, cell));
      this.el.children[i]?.classList.toggle("is-lit", lit);
      found ||= lit;
    });
    return found;
  }

  /** @returns {HTMLElement[]} */
  #numbers() {
    return [...this.el.querySelectorAll("[data-token]")].map((el) => /** @type {HTMLElement} */ (el));
  }

  /** @param {EventTarget | null} target @param {boolean} [focused] */
  #light(target, focused = false) {
    const index = target instanceof HTMLElement && this.el.contains(target) ? target.dataset.token : undefined;
    this.lit(index === undefined ? [] : (this.tokens[Number(index)].links ?? []), focused);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    const numbers = this.#numbers();
    const next = Math.min(numbers.length - 1, Math.max(0, this.chosen + by));
    numbers[this.chosen]?.setAttribute("tabindex", "-1");
    numbers[next]?.setAttribute("tabindex", "0");
    numbers[next]?.focus();
    this.chosen = next;
    event.preventDefault();
  }
}

/** @param {Token} token @param {number} index */
function tokenSpan({ text, role, gradient, quiet, strong, links }, index) {
  const span = element("span", quiet ? "cnnviz-quiet" : role ? "cnnviz-value" : "", text);
  if (role) span.dataset.role = role;
  if (gradient) span.classList.add("is-gradient");
  if (strong) span.classList.add("is-strong");
  if (links?.length) {
    span.dataset.token = String(index);
    span.setAttribute("tabindex", "-1");
  }
  return span;
}

/** @param {Link} link @param {{grid: string, at: number, row: number, col: number}} cell */
function isSameCell(link, { grid, at, row, col }) {
  if (link.grid !== grid) return false;
  return at >= 0 ? link.at === at : link.row === row && link.col === col;
}
