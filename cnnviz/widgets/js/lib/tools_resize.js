// A picture of any size made one that a network reads: its middle in the wanted shape, resampled, grey for one channel.
// Knows no DOM.

/** @typedef {{width: number, height: number}} PictureSize */
/** @typedef {{left: number, top: number, width: number, height: number}} PictureBox */
/** @typedef {{from: number, weights: Float64Array}} PixelMix  the pixels along an axis that one new pixel is mixed from */

/**
 * The largest part around a picture's middle that has the wanted shape.
 * @param {PictureSize} from
 * @param {PictureSize} to
 * @returns {PictureBox}
 */
export function coverBox(from, to) {
  const factor = Math.min(from.width / to.width, from.height / to.height);
  const [width, height] = [to.width * factor, to.height * factor];
  return { left: (from.width - width) / 2, top: (from.height - height) / 2, width, height };
}

/**
 * A part of an image at another size: each new pixel is the mean of those it covers, weighted by a triangle twice as
 * wide (Pillow's BILINEAR), so that nothing fine is skipped where the image shrinks.
 * @param {PictureSize & {data: ArrayLike<number>}} image  red, green, blue, alpha of each pixel
 * @param {PictureBox} box
 * @param {PictureSize} to
 * @returns {Float64Array} three numbers a pixel
 */
export function resampledRgb({ width, height, data }, box, to) {
  const across = pixelMixes(box.left, box.width, to.width, width);
  const down = pixelMixes(box.top, box.height, to.height, height);
  const narrow = new Float64Array(3 * height * to.width);
  mixAlongRows(data, width, 4, height, across, narrow);
  const result = new Float64Array(3 * to.height * to.width);
  const row = 3 * to.width;
  down.forEach(({ from, weights }, y) => {
    for (let k = 0; k < weights.length; k++) {
      const start = (from + k) * row;
      for (let i = 0; i < row; i++) result[y * row + i] += weights[k] * narrow[start + i];
    }
  });
  return result;
}

/** @param {ArrayLike<number>} data @param {number} width @param {number} step numbers a pixel @param {number} height @param {PixelMix[]} mixes @param {Float64Array} out */
function mixAlongRows(data, width, step, height, mixes, out) {
  for (let y = 0, to = 0; y < height; y++) {
    for (const { from, weights } of mixes) {
      for (let c = 0; c < 3; c++, to++) {
        let sum = 0;
        for (let k = 0, at = (y * width + from) * step + c; k < weights.length; k++, at += step) sum += weights[k] * data[at];
        out[to] = sum;
      }
    }
  }
}

/** @param {number} start of the part @param {number} length @param {number} count of new pixels @param {number} size of the image @returns {PixelMix[]} */
function pixelMixes(start, length, count, size) {
  const scale = length / count;
  const reach = Math.max(1, scale);
  return Array.from({ length: count }, (_, i) => {
    const centre = start + (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(size, Math.floor(centre + reach + 0.5));
    const weights = Float64Array.from({ length: end - from }, (_, k) => Math.max(0, 1 - Math.abs(from + k + 0.5 - centre) / reach));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { from, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * Planes of bytes, as a picture has them; one channel is the luma of ITU-R 601, as Pillow's "L".
 * @param {Float64Array} rgb  three numbers a pixel
 * @param {number} channels   1 or 3
 * @returns {Uint8Array}
 */
export function planesOf(rgb, channels) {
  const count = rgb.length / 3;
  const planes = new Uint8Array(channels * count);
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => Math.round(rgb[3 * i + c]));
    if (channels === 1) planes[i] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
    else [r, g, b].forEach((value, c) => (planes[c * count + i] = value));
  }
  return planes;
}
