// One map, or one picture with a patch outlined, as a small canvas.

import { element } from "./element.js";
import { paintPicture, placeWindow } from "./panel_patch.js";
import { sheetLayout, sheetPixels } from "./sheet.js";

/** @import { ColourTable } from "./colour_scale.js" */
/** @import { PatchBox } from "./panel_patch.js" */
/** @import { Picture } from "./pixels.js" */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values  height * width
 * @param {{height: number, width: number}} map
 * @param {ColourTable} table
 * @param {number} end  of the colour scale
 */
export function paintMap(canvas, values, { height, width }, table, end) {
  canvas.width = width;
  canvas.height = height;
  const pixels = new Uint32Array(width * height);
  sheetPixels(sheetLayout({ count: 1, height, width }, 1, 0), values, Float64Array.of(end), table.shades, pixels);
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
}

/** A picture with a window on it. */
export class PictureThumb {
  constructor() {
    this.el = element("span", "cnnviz-patch-whole");
    this.canvas = document.createElement("canvas");
    this.window = element("span", "cnnviz-patch-window");
    this.el.append(this.canvas, this.window);
  }

  /** @param {Picture} picture @param {PatchBox | null} box */
  show(picture, box) {
    paintPicture(this.canvas, picture, { top: 0, left: 0, bottom: picture.height - 1, right: picture.width - 1 });
    this.window.hidden = box === null;
    if (box) placeWindow(this.window, picture, box);
  }
}
