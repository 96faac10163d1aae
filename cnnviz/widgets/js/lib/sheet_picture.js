// A picture on a sheet of maps, as it looks. Knows no DOM.

import { packRgb } from "./colour_scale.js";
import { mapOrigin } from "./sheet.js";

/** @import { SheetLayout } from "./sheet.js" */

/**
 * Put a picture as it looks into a map's place: one plane from black to white, three are red, green and blue.
 * @param {SheetLayout} layout
 * @param {number} map
 * @param {ArrayLike<number>} planes  of the picture, 0 to `full`
 * @param {number} full
 * @param {Uint32Array} pixels  of the sheet
 * @param {number} strange  the colour of NaN and infinity
 */
export function layPicture(layout, map, planes, full, pixels, strange) {
  const { height, width, pixelWidth } = layout;
  const size = height * width;
  const { x, y } = mapOrigin(layout, map);
  const level = (/** @type {number} */ value) => Math.round((255 * Math.min(Math.max(value, 0), full)) / full);
  for (let i = 0; i < size; i++) {
    const [red, green, blue] = planes.length > size ? [planes[i], planes[i + size], planes[i + 2 * size]] : [planes[i], planes[i], planes[i]];
    const finite = Number.isFinite(red + green + blue);
    const at = (y + Math.floor(i / width)) * pixelWidth + x + (i % width);
    pixels[at] = finite ? packRgb(level(red), level(green), level(blue)) : strange;
  }
}
