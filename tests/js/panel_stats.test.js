import assert from "node:assert/strict";
import test from "node:test";
import { differenceOf, pickChannels } from "../../cnnviz/widgets/js/lib/panel_difference.js";
import { BINS, GrowingHistograms } from "../../cnnviz/widgets/js/lib/panel_histogram.js";
import { rangeEndsOf, ChannelStatistics, classParts, isDead } from "../../cnnviz/widgets/js/lib/panel_stats.js";

const [PICTURES, COUNT, SIZE] = [3, 5, 12];
const noise = (/** @type {number} */ i) => Math.sin((i + 1) * 12.9898) * 2;

/** Channel 0 never above zero, 1 noise, 2 three times channel 1, 3 the opposite of 1, 4 the same number everywhere. */
const picture = (/** @type {number} */ p) => {
  const own = Array.from({ length: SIZE }, (_, i) => noise(p * SIZE + i));
  const channels = [own.map((v) => -Math.abs(v)), own, own.map((v) => 3 * v), own.map((v) => -v), own.map(() => 0.25)];
  return Float32Array.from(channels.flat());
};
const pictures = Array.from({ length: PICTURES }, (_, p) => picture(p));
const channelOver = (/** @type {number} */ c) => pictures.flatMap((data) => [...data.subarray(c * SIZE, (c + 1) * SIZE)]);

/** @param {import("../../cnnviz/widgets/js/lib/panel_stats.js").Bounds | null} [bounds] */
const measured = (bounds = null) => {
  const statistics = new ChannelStatistics(COUNT, bounds);
  for (const data of pictures) statistics.add(data);
  return statistics;
};
/** @param {number[]} a @param {number[]} b */
const cosine = (a, b) => {
  const dot = (/** @type {number[]} */ x, /** @type {number[]} */ y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const near = (/** @type {number} */ a, /** @type {number} */ b) => assert.ok(Math.abs(a - b) < 1e-9 * (1 + Math.abs(b)), `${a} is not ${b}`);

test("a channel's ends, mean and shares are those of its numbers over all pictures", () => {
  for (const found of measured().summaries()) {
    const values = channelOver(found.channel);
    assert.equal(found.least, Math.min(...values));
    assert.equal(found.most, Math.max(...values));
    near(found.mean, values.reduce((a, b) => a + b) / values.length);
    near(found.positive, values.filter((v) => v > 0).length / values.length);
    near(found.zeros, values.filter((v) => v === 0).length / values.length);
  }
});

test("the channel that is most like another has the largest cosine over all pictures and places", () => {
  const found = measured().summaries();
  for (const { channel, like } of found) {
    const others = [0, 1, 2, 3, 4].filter((c) => c !== channel);
    const best = Math.max(...others.map((c) => cosine(channelOver(channel), channelOver(c))));
    near(like?.cosine ?? NaN, best);
    near(cosine(channelOver(channel), channelOver(like?.channel ?? -1)), best);
  }
  near(found[1].like?.cosine ?? NaN, 1);
  assert.equal(found[1].like?.channel, 2);
});

test("fewer than sixteen numbers a channel say nothing about likeness", () => {
  const statistics = new ChannelStatistics(COUNT, null);
  statistics.add(pictures[0]);
  assert.ok(statistics.summaries().every(({ like }) => like === null));
});

test("dead is the same number everywhere, or, before or after a ReLU, never above zero", () => {
  const dead = (/** @type {boolean} */ rectified) => measured().summaries().filter((one) => isDead(one, rectified)).map(({ channel }) => channel);
  assert.deepEqual(dead(true), [0, 4]);
  assert.deepEqual(dead(false), [4]);
});

test("NaN and infinity are counted apart and change no other number", () => {
  const statistics = measured();
  const strange = Float32Array.from({ length: COUNT * SIZE }, (_, i) => (i % 2 ? NaN : -Infinity));
  const before = statistics.summaries();
  statistics.add(strange);
  statistics.summaries().forEach((now, c) => {
    assert.equal(now.strange, SIZE);
    assert.equal(now.most, before[c].most);
    near(now.mean, before[c].mean);
  });
});

test("what lies within a hundredth of the range's end counts as at its end", () => {
  const share = (/** @type {number[]} */ values, /** @type {string} */ op, args = {}) => {
    const statistics = new ChannelStatistics(1, rangeEndsOf({ op, args }));
    statistics.add(Float32Array.from(values));
    return statistics.summaries()[0].bounded;
  };
  assert.equal(share([0.001, 0.5, 0.999, 0.98], "sigmoid"), 0.5);
  assert.equal(share([-0.99, 0, 0.97, 0.985], "tanh"), 0.5);
  assert.equal(share([0, 0, 6, 5.99], "relu6"), 0.5);
  assert.equal(share([-2, 0, 4, 3.9], "hardtanh", { min_val: -2, max_val: 4 }), 0.5);
  assert.equal(share([7, 900, -3, 0], "relu"), 0);
});

test("the top pictures of a channel are those with its largest number, at its place", () => {
  const top = measured().topPictures(1);
  const peaks = pictures.map((data) => Math.max(...data.subarray(SIZE, 2 * SIZE)));
  assert.deepEqual(top.map(({ value }) => value), [...peaks].sort((a, b) => b - a));
  for (const { picture: p, value, at } of top) assert.equal(pictures[p][SIZE + at], value);
});

test("a channel's part in a score is gradient times activation, summed over its map", () => {
  const gradient = Float32Array.from({ length: COUNT * SIZE }, (_, i) => noise(7 * i));
  const parts = classParts(pictures[0], gradient, COUNT);
  for (let c = 0; c < COUNT; c++) {
    let sum = 0;
    for (let i = c * SIZE; i < (c + 1) * SIZE; i++) sum += gradient[i] * pictures[0][i];
    near(parts[c], sum);
  }
});

test("a histogram that grew counts as one made with its last bins at once", () => {
  const histograms = new GrowingHistograms(2);
  const rounds = [0.01, 0.3, 5, 40].map((scale, r) => Float32Array.from({ length: 50 }, (_, i) => scale * noise(50 * r + i)));
  for (const values of rounds) histograms.add(1, values, Math.max(...values.map(Math.abs)));
  const { edges, counts } = histograms.of(1);
  const all = rounds.flatMap((values) => [...values]);
  const expected = counts.map((_, i) => all.filter((v) => v >= edges[i] && v < edges[i + 1]).length);
  assert.deepEqual(counts, expected);
  assert.equal(counts.reduce((a, b) => a + b), all.length);
  assert.ok(counts.length > BINS / 4);
  assert.deepEqual(histograms.of(0), { edges: [], counts: [] });
});

test("a histogram holds zero alone, powers of two, and leaves out what is no number", () => {
  const histograms = new GrowingHistograms(1);
  histograms.add(0, Float32Array.of(0, 0, NaN), 0);
  assert.deepEqual(histograms.of(0).counts, [2]);
  histograms.add(0, Float32Array.of(4, -4, 0, Infinity), 4);
  const { edges, counts } = histograms.of(0);
  assert.equal(counts.reduce((a, b) => a + b), 5);
  assert.deepEqual([counts.at(0), counts.at(-1)], [1, 1]);
  assert.ok(edges[0] === -4 && (edges.at(-2) ?? NaN) === 4);
});

test("a difference tells its largest and mean magnitude, its place, and the channels by theirs", () => {
  const [a, b] = [picture(0), picture(1)];
  const { data, largest, at, mean, channels, order } = differenceOf(a, b, COUNT);
  const sizes = [...a].map((v, i) => Math.abs(Math.fround(v - b[i])));
  assert.deepEqual([...data].map(Math.abs), sizes);
  assert.equal(largest, Math.max(...sizes));
  assert.equal(sizes[at], largest);
  near(mean, sizes.reduce((x, y) => x + y) / sizes.length);
  for (let c = 0; c < COUNT; c++) near(channels[c], sizes.slice(c * SIZE, (c + 1) * SIZE).reduce((x, y) => x + y) / SIZE);
  assert.deepEqual(order.map((c) => channels[c]), [...channels].sort((x, y) => y - x));
});

test("a difference that is no number is the largest, and its channel the first", () => {
  const a = Float32Array.of(1, 9, NaN, 2, 30, 3);
  const { largest, at, order } = differenceOf(a, new Float32Array(6), 3);
  assert.ok(Number.isNaN(largest));
  assert.equal(at, 2);
  assert.deepEqual(order, [1, 2, 0]);
});

test("chosen channels stand in the order in which they were chosen", () => {
  assert.deepEqual([...pickChannels(Float32Array.of(1, 2, 3, 4, 5, 6), 3, [2, 0])], [5, 6, 1, 2]);
});
