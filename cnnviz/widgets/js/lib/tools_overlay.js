// A map over a picture as the pixels of a canvas; knows no DOM.

import { packRgb } from "./colour_scale.js";
import { mixRgb } from "./draw.js";

/** @import { Palette, Rgb } from "./draw.js" */
/** @import { Picture } from "./pixels.js" */

const PHOTO = 0.6; // how bright a photograph is under a map: the hues must show on white too
const DRAWING = 0.55; // how far from paper to ink a drawing's full ink goes

/**
 * A grey copy of the picture; over it orange where a value is positive and blue where it is negative, as thickly as
 * its share of `end` says.
 * @param {Picture} picture
 * @param {Float32Array} values  height * width
 * @param {number} end           of the colours
 * @param {number} strength      of the full colour, 0 to 1
 * @param {Palette} palette
 * @returns {ArrayBuffer} four bytes a pixel
 */
export function mapOverPicture(picture, values, end, strength, palette) {
  const grey = greyOf(picture, palette);
  const { positive, negative, wrong } = palette;
  const pixels = new Uint32Array(values.length);
  values.forEach((value, i) => {
    const share = end > 0 ? Math.min(1, Math.abs(value) / end) : 0;
    const hue = value < 0 ? negative : positive;
    pixels[i] = Number.isFinite(value) ? packRgb(...mixRgb(grey(i), hue, strength * share)) : packRgb(...wrong);
  });
  return pixels.buffer;
}

/** @param {Picture} picture @param {Palette} palette @returns {(i: number) => Rgb} */
function greyOf({ channels, height, width, data }, { paper, ink }) {
  if (channels === 1) return (i) => mixRgb(paper, ink, (DRAWING * data[i]) / 255);
  const size = height * width;
  return (i) => {
    const level = Math.round(PHOTO * (0.299 * data[i] + 0.587 * data[i + size] + 0.114 * data[i + 2 * size]));
    return [level, level, level];
  };
}
