// Histograms that grow with what they are given: one a channel, all numbers counted once, none kept. Knows no DOM.

export const BINS = 128; // over -reach to reach

export class GrowingHistograms {
  #counts;
  #reach;

  /** @param {number} channels */
  constructor(channels) {
    this.#counts = new Uint32Array(channels * BINS);
    this.#reach = new Float64Array(channels); // powers of two, above every magnitude so far; 0: nothing yet
  }

  /**
   * Count some numbers; NaN and infinity are left out.
   * @param {number} channel
   * @param {Float32Array} values
   * @param {number} largest  their largest finite magnitude
   */
  add(channel, values, largest) {
    this.#grow(channel, largest);
    const width = (2 * this.#reach[channel]) / BINS; // a power of two: no bin's edge is rounded
    const first = channel * BINS + BINS / 2;
    for (const value of values) if (Number.isFinite(value)) this.#counts[first + Math.floor(value / width)] += 1;
  }

  /** @param {number} channel @param {number} largest */
  #grow(channel, largest) {
    const least = largest > 0 ? 2 ** (Math.floor(Math.log2(largest)) + 1) : 2 ** -20;
    if (!this.#reach[channel]) this.#reach[channel] = least;
    while (this.#reach[channel] < least) {
      this.#halve(this.#counts.subarray(channel * BINS, (channel + 1) * BINS));
      this.#reach[channel] *= 2;
    }
  }

  /** Two bins become one, and all of them the middle half. @param {Uint32Array} counts */
  #halve(counts) {
    const old = counts.slice();
    counts.fill(0);
    old.forEach((count, i) => (counts[BINS / 4 + (i >> 1)] += count));
  }

  /**
   * A channel's histogram from its first to its last bin that holds something.
   * @param {number} channel
   * @returns {{edges: number[], counts: number[]}}  one edge more than counts
   */
  of(channel) {
    const all = Array.from(this.#counts.subarray(channel * BINS, (channel + 1) * BINS));
    const first = all.findIndex(Boolean);
    if (first < 0) return { edges: [], counts: [] };
    const end = all.findLastIndex(Boolean) + 1;
    const edge = (/** @type {number} */ i) => ((2 * i) / BINS - 1) * this.#reach[channel];
    return {
      edges: Array.from({ length: end - first + 1 }, (_, i) => edge(first + i)),
      counts: all.slice(first, end),
    };
  }
}
