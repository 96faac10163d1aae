// A map over a picture, as the pixels of a canvas; knows no DOM.

/** @import { Rgb } from "./draw.js" */
/** @import { Tensor } from "./tensor.js" */

const DIM = 0.6; // the picture under a map: the hue must show on white too

/**
 * RGBA of a dimmed grey copy of the picture, over which the map's hue lies as thickly as its shade says.
 * @param {Tensor} pictures  (N, 1 or 3, H, W), 0 to 255
 * @param {number} picture
 * @param {Float32Array | null} shades  (H, W), 0 to 255; null: the picture alone, in its colours
 * @param {Rgb} hue
 * @param {number} opacity  of the largest shade, 0 to 1
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function overlayPixels(pictures, picture, shades, hue, opacity) {
  const [, channels, height, width] = pictures.shape;
  const area = height * width;
  const from = picture * channels * area;
  const channel = (/** @type {number} */ c, /** @type {number} */ i) =>
    pictures.data[from + Math.min(c, channels - 1) * area + i];
  const rgba = new Uint8ClampedArray(4 * area);
  for (let i = 0; i < area; i += 1) {
    const grey = DIM * (0.299 * channel(0, i) + 0.587 * channel(1, i) + 0.114 * channel(2, i));
    const cover = shades ? (opacity * shades[i]) / 255 : 0;
    for (let c = 0; c < 3; c += 1) {
      const below = shades ? grey : channel(c, i);
      rgba[4 * i + c] = below + (hue[c] - below) * cover;
    }
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}

/**
 * What a stage is, in words.
 * @param {string[]} layers  in the order in which they become random
 * @param {number} stage
 */
export function stageText(layers, stage) {
  if (stage === 0) return "the network as it is";
  return `${stage} of ${layers.length} layers random, from the top: the newest is ${layers[stage - 1]}`;
}

/** A rank correlation as text; null where a map is the same everywhere. @param {number | null} value */
export function likenessText(value) {
  return value === null ? "an empty map" : value.toFixed(2).replace("-", "−").replace(/^−(0\.00)$/, "$1");
}
