// Drawing on a small image: strokes with soft edges, shifting, undo. Knows no DOM.

/** @typedef {{channels: number, height: number, width: number, data: Uint8Array}} Picture   planes one after another */
/** @typedef {{radius: number, ink: number[]}} Brush   radius in pixels, one ink value (0 to 255) a channel */
/** @typedef {{base: Uint8Array, cover: Float32Array}} Stroke   the picture before it, and how much of each pixel it covers */
/** @typedef {{x: number, y: number}} PicturePoint   in pixels from the upper left corner; 0.5 is a pixel's centre */

const UNDO_DEPTH = 50;

/** @param {Picture} picture @returns {Stroke} */
export function beginStroke(picture) {
  return { base: picture.data.slice(), cover: new Float32Array(picture.height * picture.width) };
}

/**
 * Lead the brush along a line. A stroke that crosses itself stays as smooth as it was: each pixel remembers how much of
 * it is covered, and is mixed from the picture before the stroke.
 * @param {Picture} picture changed in place
 * @param {Stroke} stroke
 * @param {PicturePoint} from
 * @param {PicturePoint} to
 * @param {Brush} brush
 */
export function strokeLine(picture, stroke, from, to, { radius, ink }) {
  const { height, width } = picture;
  const reach = radius + 1;
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + reach));
  for (let row = top; row <= bottom; row++) {
    for (let col = left; col <= right; col++) {
      const distance = distanceToLine(col + 0.5, row + 0.5, from, to);
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const pixel = row * width + col;
      if (cover <= stroke.cover[pixel]) continue;
      stroke.cover[pixel] = cover;
      mixPixel(picture, stroke.base, pixel, cover, ink);
    }
  }
}

/** @param {Picture} picture @param {Uint8Array} base @param {number} pixel @param {number} cover @param {number[]} ink */
function mixPixel(picture, base, pixel, cover, ink) {
  const plane = picture.height * picture.width;
  for (let c = 0, i = pixel; c < picture.channels; c++, i += plane) {
    picture.data[i] = Math.round(base[i] + (ink[c] - base[i]) * cover);
  }
}

/** @param {number} x @param {number} y @param {PicturePoint} from @param {PicturePoint} to */
function distanceToLine(x, y, from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length)) : 0;
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

/**
 * @param {Picture} picture
 * @param {number} down  pixels; negative is up
 * @param {number} right
 * @param {number[]} background one value a channel, for the pixels that come in
 * @returns {Uint8Array} the shifted picture's data
 */
export function shiftedPixels({ channels, height, width, data }, down, right, background) {
  const shifted = new Uint8Array(data.length);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++, i++) {
        const r = row - down;
        const k = col - right;
        const inside = r >= 0 && r < height && k >= 0 && k < width;
        shifted[i] = inside ? data[(c * height + r) * width + k] : background[c];
      }
    }
  }
  return shifted;
}

/** @param {Picture} picture @param {number[]} background @returns {Uint8Array} */
export function blankPixels({ data }, background) {
  const plane = data.length / background.length;
  return Uint8Array.from(data, (_, i) => background[Math.floor(i / plane)]);
}

/** What undo brings back. */
export class PictureHistory {
  /** @type {Uint8Array[]} */
  #past = [];

  /** @param {Uint8Array} data the picture as it was; kept, so hand over a copy */
  remember(data) {
    this.#past.push(data);
    if (this.#past.length > UNDO_DEPTH) this.#past.shift();
  }

  forget() {
    this.#past.length = 0;
  }

  get depth() {
    return this.#past.length;
  }

  /** @returns {Uint8Array | undefined} */
  undo() {
    return this.#past.pop();
  }
}
