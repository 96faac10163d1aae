// What a line plot needs to know: ticks, domains, paths, and where labels go. Knows no DOM.

/** @typedef {{panel: string, name: string, x: number[], y: number[]}} Series */
/** @typedef {{low: number, high: number, ticks: number[]}} PlotDomain */

/**
 * Round numbers that hold every finite value, with about `wanted` ticks between them.
 * @param {number[]} values
 * @param {number} wanted
 * @returns {PlotDomain} 0 to 1 where there is no finite value
 */
export function niceDomain(values, wanted = 4) {
  const finite = values.filter(Number.isFinite);
  if (!finite.length) return { low: 0, high: 1, ticks: [0, 0.5, 1] };
  let low = Math.min(...finite);
  let high = Math.max(...finite);
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const step = niceStep((high - low) / wanted);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => roundTo(step, (first + i) * step));
  return { low: ticks[0], high: ticks[ticks.length - 1], ticks };
}

/** 1, 2 or 5 times a power of ten, at least `rough`. @param {number} rough */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** 0.30000000000000004 is meant as 0.3. @param {number} step @param {number} value */
function roundTo(step, value) {
  return Number(value.toFixed(Math.max(0, -Math.floor(Math.log10(step)))));
}

/**
 * Ticks of an axis that counts epochs or steps: whole numbers if the data are whole.
 * @param {number[]} values
 * @param {number} wanted
 * @returns {PlotDomain} its ends are the data's ends, not rounded
 */
export function countDomain(values, wanted = 5) {
  const nice = niceDomain(values, wanted);
  const finite = values.filter(Number.isFinite);
  let [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  if (low === high) [low, high] = [low - 1, high + 1];
  const whole = finite.every(Number.isInteger);
  return { low, high, ticks: nice.ticks.filter((t) => t >= low && t <= high && (!whole || Number.isInteger(t))) };
}

/**
 * @param {PlotDomain} domain
 * @param {number} from pixel of domain.low
 * @param {number} to pixel of domain.high
 * @returns {(value: number) => number}
 */
export function plotScale({ low, high }, from, to) {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/**
 * The line through the finite points; it breaks where a value is NaN or infinite, and a lone point is a dot.
 * @param {Series} series
 * @param {(x: number) => number} across
 * @param {(y: number) => number} down
 * @returns {string} an SVG path
 */
export function linePath({ x, y }, across, down) {
  let path = "";
  let open = false;
  for (let i = 0; i < y.length; i++) {
    const fine = Number.isFinite(y[i]);
    if (fine) path += `${open ? "L" : "M"}${across(x[i]).toFixed(1)} ${down(y[i]).toFixed(1)}`;
    if (fine && !open && !Number.isFinite(y[i + 1])) path += "h0";
    open = fine;
  }
  return path;
}

/**
 * The place in an increasing list whose value is nearest.
 * @param {number[]} sorted
 * @param {number} value
 * @returns {number} -1 for an empty list
 */
export function nearestIndex(sorted, value) {
  let best = -1;
  for (let i = 0; i < sorted.length; i++) {
    if (best < 0 || Math.abs(sorted[i] - value) < Math.abs(sorted[best] - value)) best = i;
  }
  return best;
}

/**
 * Move labels apart that would overlap, keeping their order and staying inside.
 * @param {number[]} wanted  where each label's middle should be
 * @param {number} apart     least distance of two
 * @param {number} least
 * @param {number} most
 * @returns {number[]}
 */
export function spreadLabels(wanted, apart, least, most) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = [...wanted];
  let below = -Infinity;
  for (const i of order) below = placed[i] = Math.max(wanted[i], below + apart, least);
  let above = Infinity;
  for (const i of order.reverse()) above = placed[i] = Math.min(placed[i], above - apart, most);
  return placed;
}

/**
 * Every x at which some series has a value, in order.
 * @param {Series[]} series
 */
export function allX(series) {
  return [...new Set(series.flatMap(({ x }) => x))].sort((a, b) => a - b);
}

/** The value of a series at an x, if it has one. @param {Series} series @param {number} at */
export function valueAt({ x, y }, at) {
  const i = x.indexOf(at);
  return i < 0 ? undefined : y[i];
}
