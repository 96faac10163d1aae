// What a layer's channels do over a set of pictures: dead, saturated, alike, strong for a class. Knows no DOM.

import { GrowingHistograms } from "./panel_histogram.js";

/**
 * @typedef {object} ChannelSummary
 * @property {number} channel
 * @property {number} least      over all pictures and places; NaN and infinity left out
 * @property {number} most
 * @property {number} mean
 * @property {number} positive   share above zero, 0 to 1
 * @property {number} zeros      share that is exactly zero
 * @property {number} bounded    share at an end of the operation's range
 * @property {number} strange    how many NaN and infinite numbers
 * @property {{channel: number, cosine: number} | null} like   the channel that is most like it
 */
/** @typedef {{picture: number, value: number, at: number}} Peak   at: place in the map, row by row */
/** @typedef {{low: number, high: number}} Bounds  -Infinity or Infinity where there is none */

export const ALIKE = 0.99; // cosine from which two channels' maps are near-duplicates
export const SATURATED = 0.9; // share of a channel's numbers at an end of its range
const AT_END = 0.01; // of the range: this near counts as at its end
const LEAST_NUMBERS = 16; // numbers a channel: fewer say nothing about likeness
const CONSTANT = 1e-6; // of the largest magnitude: a smaller spread is rounding

export class ChannelStatistics {
  pictures = 0;
  #size = 0;
  #gram;
  /** @type {Peak[][]} one list a channel */ #peaks;

  /**
   * @param {number} count   channels
   * @param {Bounds | null} bounds
   */
  constructor(count, bounds) {
    this.count = count;
    this.bounds = bounds;
    this.histograms = new GrowingHistograms(count);
    this.#gram = new Float64Array(count * count);
    this.#peaks = Array.from({ length: count }, () => []);
    const column = () => new Float64Array(count);
    this.columns = { least: column().fill(Infinity), most: column().fill(-Infinity), sum: column(), positive: column(), zeros: column(), bounded: column(), strange: column() };
  }

  /** One picture's maps. @param {Float32Array} data  count * size numbers */
  add(data) {
    const size = data.length / this.count;
    this.#size = size;
    const maps = Array.from({ length: this.count }, (_, c) => data.subarray(c * size, (c + 1) * size));
    maps.forEach((map, c) => this.#addMap(c, map));
    this.#addProducts(maps);
    this.pictures += 1;
  }

  /** @param {number} c @param {Float32Array} map */
  #addMap(c, map) {
    const { least, most, sum, positive, zeros, bounded, strange } = this.columns;
    const { low, high } = endsOf(this.bounds);
    let largest = 0;
    let best = 0;
    for (let i = 0; i < map.length; i++) {
      const value = map[i];
      if (!Number.isFinite(value)) {
        strange[c] += 1;
        continue;
      }
      if (value < least[c]) least[c] = value;
      if (value > most[c]) most[c] = value;
      sum[c] += value;
      if (value > 0) positive[c] += 1;
      else if (value === 0) zeros[c] += 1;
      if (value <= low || value >= high) bounded[c] += 1;
      if (Math.abs(value) > largest) largest = Math.abs(value);
      if (!(value <= map[best])) best = i;
    }
    this.histograms.add(c, map, largest);
    this.#peaks[c].push({ picture: this.pictures, value: map[best], at: best });
  }

  /** @param {Float32Array[]} maps */
  #addProducts(maps) {
    for (let a = 0; a < maps.length; a++) {
      for (let b = a; b < maps.length; b++) this.#gram[a * maps.length + b] += dotProduct(maps[a], maps[b]);
    }
  }

  /** The pictures by how strongly a channel answers, the strongest first. @param {number} channel @returns {Peak[]} */
  topPictures(channel) {
    return [...this.#peaks[channel]].sort((a, b) => b.value - a.value);
  }

  /** @returns {ChannelSummary[]} */
  summaries() {
    const total = this.#size * this.pictures;
    const { least, most, sum, positive, zeros, bounded, strange } = this.columns;
    return Array.from({ length: this.count }, (_, c) => {
      const finite = Math.max(1, total - strange[c]);
      const shares = { mean: sum[c] / finite, positive: positive[c] / finite, zeros: zeros[c] / finite, bounded: bounded[c] / finite };
      const like = total >= LEAST_NUMBERS ? this.#mostLike(c) : null;
      return { channel: c, least: least[c], most: most[c], strange: strange[c], ...shares, like };
    });
  }

  /** @param {number} c @returns {{channel: number, cosine: number} | null} */
  #mostLike(c) {
    const own = this.#gram[c * this.count + c];
    /** @type {{channel: number, cosine: number} | null} */
    let best = null;
    for (let other = 0; other < this.count; other++) {
      const length = Math.sqrt(own * this.#gram[other * this.count + other]);
      if (other === c || !(length > 0)) continue;
      const cosine = this.#gram[Math.min(c, other) * this.count + Math.max(c, other)] / length;
      if (!best || cosine > best.cosine) best = { channel: other, cosine };
    }
    return best;
  }
}

/** @param {Bounds | null} bounds @returns {Bounds} what counts as at an end */
function endsOf(bounds) {
  if (!bounds) return { low: -Infinity, high: Infinity };
  const { low, high } = bounds;
  const near = AT_END * (Number.isFinite(high - low) ? high - low : Math.abs(Number.isFinite(high) ? high : low));
  return { low: low + near, high: high - near };
}

/** @param {Float32Array} a @param {Float32Array} b */
function dotProduct(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * The ends of an operation's range at which nothing more changes; null where it has none.
 * @param {{op: string, args: Record<string, any>}} node
 * @returns {Bounds | null}
 */
export function rangeEndsOf({ op, args }) {
  if (op === "sigmoid" || op === "hardsigmoid") return { low: 0, high: 1 };
  if (op === "tanh") return { low: -1, high: 1 };
  if (op === "relu6") return { low: -Infinity, high: 6 }; // its zeros are the business of "dead"
  if (op !== "hardtanh") return null;
  return { low: args.min_val ?? -Infinity, high: args.max_val ?? Infinity };
}

/**
 * Whether a channel says nothing on any picture.
 * @param {ChannelSummary} summary
 * @param {boolean} rectified  a ReLU makes it or reads it: what is below zero is lost
 */
export function isDead({ least, most }, rectified) {
  const spread = most - least;
  return (rectified && most <= 0) || !(spread > CONSTANT * Math.max(Math.abs(least), Math.abs(most)));
}

/**
 * How much each channel adds to a class's score on one picture, to first order: gradient times activation, summed.
 * @param {Float32Array} output
 * @param {Float32Array} gradient  of the score by it
 * @param {number} count  channels
 * @returns {Float64Array}
 */
export function classParts(output, gradient, count) {
  const size = output.length / count;
  return Float64Array.from({ length: count }, (_, c) =>
    dotProduct(output.subarray(c * size, (c + 1) * size), gradient.subarray(c * size, (c + 1) * size)),
  );
}
