// What a unit sees: the picture with its patch outlined, and the patch enlarged beside it.

import { picturePixels } from "./colour_scale.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";

/** @import { FieldBox } from "./explorer_field.js" */
/** @import { Picture } from "./pixels.js" */
/** @typedef {Pick<FieldBox, "top" | "left" | "bottom" | "right">} PatchBox  pixels, both ends included */

export class PatchView {
  /** @type {PatchBox | null} */ #box = null;
  /** @type {Picture | null} */ #picture = null;

  constructor() {
    this.el = element("figure", "cnnviz-patch");
    this.whole = document.createElement("canvas");
    this.crop = document.createElement("canvas");
    this.frame = element("div", "cnnviz-patch-whole");
    this.window = element("div", "cnnviz-patch-window");
    this.close = element("div", "cnnviz-patch-crop");
    this.words = element("figcaption", "cnnviz-quiet");
    this.frame.append(this.whole, this.window);
    this.close.append(this.crop);
    this.el.append(this.frame, this.close, this.words);
  }

  /** @param {Picture} picture @param {PatchBox | null} box @param {string} words */
  show(picture, box, words) {
    this.#picture = picture;
    this.#box = box;
    this.words.textContent = words;
    this.draw();
  }

  /** In the theme's colours. */
  draw() {
    const picture = this.#picture;
    if (!picture) return;
    paintPicture(this.whole, picture, { top: 0, left: 0, bottom: picture.height - 1, right: picture.width - 1 });
    const part = this.#box !== null && !seesAll(this.#box, picture);
    this.window.hidden = this.#box === null;
    this.close.hidden = !part;
    if (!this.#box) return;
    if (part) paintPicture(this.crop, picture, this.#box);
    placeWindow(this.window, picture, this.#box);
  }
}

/**
 * Part of a picture on a canvas, one pixel a pixel.
 * @param {HTMLCanvasElement} canvas  in the page: it has the theme's colours
 * @param {Picture} picture
 * @param {PatchBox} box
 */
export function paintPicture(canvas, picture, { top, left, bottom, right }) {
  const [height, width] = [bottom - top + 1, right - left + 1];
  canvas.width = width;
  canvas.height = height;
  canvas.style.aspectRatio = `${width} / ${height}`;
  const pixels = new Uint8ClampedArray(picturePixels(picture, readPalette(canvas)).buffer);
  const image = new ImageData(pixels, picture.width, picture.height);
  canvas.getContext("2d")?.putImageData(image, -left, -top, left, top, width, height);
}

/** @param {HTMLElement} el  lies over the picture @param {Picture} picture @param {PatchBox} box */
export function placeWindow(el, { height, width }, { top, left, bottom, right }) {
  el.style.top = `${(100 * top) / height}%`;
  el.style.left = `${(100 * left) / width}%`;
  el.style.height = `${(100 * (bottom - top + 1)) / height}%`;
  el.style.width = `${(100 * (right - left + 1)) / width}%`;
}

/** Then there is nothing to enlarge. @param {PatchBox} box @param {Picture} picture */
function seesAll({ top, left, bottom, right }, { height, width }) {
  return bottom - top + 1 === height && right - left + 1 === width;
}
