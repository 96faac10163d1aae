// A choice of small pictures: one tab stop, arrows choose.

import { picturePixels } from "./colour_scale.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";

/** @import { Picture } from "./pixels.js" */

const PICKER_STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 });

export class Picker {
  /** @type {{el: HTMLElement, canvas: HTMLCanvasElement, picture: Picture}[]} */ #items = [];

  /**
   * @param {Picture[]} pictures
   * @param {(i: number) => void} chosen
   * @param {AbortSignal} signal
   */
  constructor(pictures, chosen, signal) {
    this.chosen = chosen;
    this.el = element("div", "cnnviz-picker");
    this.el.setAttribute("role", "radiogroup");
    this.el.setAttribute("aria-label", "pictures to start from");
    this.#items = pictures.map((picture, i) => this.#add(picture, i));
    this.el.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.el.addEventListener("click", (event) => {
      const i = this.#items.findIndex(({ el }) => el.contains(/** @type {Node} */ (event.target)));
      if (i >= 0) chosen(i);
    }, { signal });
  }

  /** A picture that the reader has brought, after all others. @param {Picture} picture @param {string} name @returns {number} its place */
  add(picture, name) {
    const item = this.#add(picture, this.#items.length);
    item.el.setAttribute("aria-label", `your picture: ${name}`);
    item.el.title = name;
    this.#items.push(item);
    this.draw();
    return this.#items.length - 1;
  }

  /** @param {Picture} picture @param {number} i */
  #add(picture, i) {
    const el = element("div", "cnnviz-thumb");
    el.setAttribute("role", "radio");
    el.setAttribute("aria-label", `picture ${i + 1}`);
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    el.append(canvas);
    this.el.append(el);
    return { el, canvas, picture };
  }

  /** In the theme's colours. */
  draw() {
    const palette = readPalette(this.el);
    for (const { canvas, picture } of this.#items) {
      const pixels = new Uint8ClampedArray(picturePixels(picture, palette).buffer);
      canvas.getContext("2d")?.putImageData(new ImageData(pixels, picture.width, picture.height), 0, 0);
    }
  }

  /** @param {number} index -1 where the picture is the reader's own */
  show(index) {
    this.#items.forEach(({ el }, i) => {
      el.setAttribute("aria-checked", String(i === index));
      el.tabIndex = i === Math.max(0, index) ? 0 : -1;
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const now = this.#items.findIndex(({ el }) => el === document.activeElement);
    const count = this.#items.length;
    const step = PICKER_STEPS[event.key];
    const to = { Home: 0, End: count - 1, " ": now, Enter: now }[event.key] ?? (step && (now + step + count) % count);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.chosen(to);
    this.#items[to].el.focus();
  }
}
