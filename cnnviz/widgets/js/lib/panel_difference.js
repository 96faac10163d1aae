// Two passes through one layer, set against each other. Knows no DOM.

/**
 * @typedef {object} Difference
 * @property {Float32Array} data      A - B
 * @property {number} largest         magnitude; NaN where one side is no number
 * @property {number} at              its flat index
 * @property {number} mean            of the magnitudes
 * @property {Float64Array} channels  mean magnitude of each channel
 * @property {number[]} order         channels, the most different first
 */

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} count  channels
 * @returns {Difference}
 */
export function differenceOf(a, b, count) {
  const data = a.map((value, i) => value - b[i]);
  const size = data.length / count;
  const channels = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < data.length; i++) {
    channels[Math.floor(i / size)] += Math.abs(data[i]) / size;
    if (Math.abs(data[i]) > Math.abs(data[at]) || (Number.isNaN(data[i]) && !Number.isNaN(data[at]))) at = i;
  }
  const weight = (/** @type {number} */ c) => (Number.isNaN(channels[c]) ? Infinity : channels[c]);
  const order = Array.from(channels.keys()).sort((c, d) => (weight(c) === weight(d) ? c - d : weight(d) - weight(c)));
  const mean = channels.reduce((sum, one) => sum + one, 0) / count;
  return { data, largest: Math.abs(data[at]), at, mean, channels, order };
}

/**
 * Some channels of a layer, in the order given.
 * @param {Float32Array} data
 * @param {number} count  channels of the layer
 * @param {number[]} chosen
 * @returns {Float32Array}
 */
export function pickChannels(data, count, chosen) {
  const size = data.length / count;
  const picked = new Float32Array(chosen.length * size);
  chosen.forEach((c, i) => picked.set(data.subarray(c * size, (c + 1) * size), i * size));
  return picked;
}
