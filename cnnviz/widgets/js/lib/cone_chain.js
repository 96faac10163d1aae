// A chain of windows along one axis: how far its units see, on how many ways, and why a chain is refused.

/** @typedef {[kernel: number, stride: number, dilation: number, padding: number]} ConeLayer */
/** @typedef {{size: number, jump: number, start: number, units: number}} ConeLevel  of units of a level; 0 is the picture */
/** @typedef {{first: number, last: number, ways: Float64Array}} ConeRow  first, last: also outside the row's cells */

export const CONE_FIELDS = ["kernel", "stride", "dilation", "padding"];
const LEAST = [1, 1, 1, 0];
const MOST = [11, 4, 8, 80];
export const MOST_CONE_LAYERS = 6;

/**
 * The recursions: in pixels, the size of a unit's field, the jump to its neighbour's, and where unit 0's begins.
 * @param {number} pixels
 * @param {ConeLayer[]} layers
 * @returns {ConeLevel[]} one more than there are layers
 */
export function coneLevels(pixels, layers) {
  const levels = [{ size: 1, jump: 1, start: 0, units: pixels }];
  for (const [kernel, stride, dilation, padding] of layers) {
    const { size, jump, start, units } = levels[levels.length - 1];
    const reach = dilation * (kernel - 1);
    levels.push({
      size: size + reach * jump,
      jump: jump * stride,
      start: start - padding * jump,
      units: Math.floor((units + 2 * padding - reach - 1) / stride) + 1,
    });
  }
  return levels;
}

/**
 * What one unit reads, level by level: the span of its field, and on how many ways it reaches each cell.
 * @param {number} pixels
 * @param {ConeLayer[]} layers
 * @param {number} level  from 1, the first layer
 * @param {number} unit
 * @returns {ConeRow[]} for the levels 0 to `level`
 */
export function coneRows(pixels, layers, level, unit) {
  const levels = coneLevels(pixels, layers);
  const ways = new Float64Array(levels[level].units);
  ways[unit] = 1;
  /** @type {ConeRow[]} */
  const rows = [{ first: unit, last: unit, ways }];
  for (let at = level; at > 0; at--) rows.unshift(coneBelow(rows[0], layers[at - 1], levels[at - 1].units));
  return rows;
}

/** The row beneath, of so many cells. @param {ConeRow} row @param {ConeLayer} layer @param {number} units @returns {ConeRow} */
function coneBelow({ first, last, ways }, [kernel, stride, dilation, padding], units) {
  const below = new Float64Array(units);
  ways.forEach((count, unit) => {
    for (const cell of coneTaps(unit, [kernel, stride, dilation, padding])) {
      if (count && cell >= 0 && cell < units) below[cell] += count;
    }
  });
  return { first: first * stride - padding, last: last * stride - padding + dilation * (kernel - 1), ways: below };
}

/** The cells that a unit's window lies on, in the margin too. @param {number} unit @param {ConeLayer} layer */
export function coneTaps(unit, [kernel, stride, dilation, padding]) {
  return Array.from({ length: kernel }, (_, tap) => unit * stride - padding + tap * dilation);
}

/**
 * What is wrong with a chain, or "".
 * @param {number} pixels
 * @param {ConeLayer[]} layers
 */
export function coneRefusal(pixels, layers) {
  if (layers.length < 1 || layers.length > MOST_CONE_LAYERS) return `a chain has 1 to ${MOST_CONE_LAYERS} layers`;
  const levels = coneLevels(pixels, layers);
  for (const [i, layer] of layers.entries()) {
    const [kernel, , dilation, padding] = layer;
    const wrong = layer.findIndex((value, k) => !Number.isInteger(value) || value < LEAST[k] || value > MOST[k]);
    if (wrong >= 0) return `${CONE_FIELDS[wrong]} is a whole number from ${LEAST[wrong]} to ${MOST[wrong]}`;
    const reach = dilation * (kernel - 1);
    if (padding > reach) return `padding is at most ${reach} here: more, and a window lies in the margin alone`;
    if (levels[i + 1].units < 1) {
      return `layer ${i + 1} has no unit left: its window needs ${reach + 1} cells, and there are ${levels[i].units + 2 * padding}`;
    }
  }
  return "";
}

/**
 * The chain with one number changed. Padding that kept the size goes on keeping it, and never passes the window.
 * @param {ConeLayer[]} layers
 * @param {number} at
 * @param {number} field  0 kernel, 1 stride, 2 dilation, 3 padding
 * @param {number} value
 * @returns {ConeLayer[]}
 */
export function coneChanged(layers, at, field, value) {
  const before = layers[at];
  const after = /** @type {ConeLayer} */ (before.with(field, value));
  const [was, reach] = [before, after].map(([kernel, , dilation]) => dilation * (kernel - 1));
  if (field !== 3) after[3] = 2 * before[3] === was && reach % 2 === 0 ? reach / 2 : Math.min(before[3], reach);
  return layers.with(at, after);
}
