// A plane is what a grid shows of a tensor: one map of (N, C, H, W), or one vector of (N, F) wrapped into rows.

/** @import { Cell } from "./outline.js" */

/**
 * @typedef {object} Plane
 * @property {number} rows
 * @property {number} cols
 * @property {number} start   flat index of its first cell in the tensor
 * @property {number} size    how many cells: rows * cols, or fewer when the last row of a vector is short
 * @property {boolean} vector
 */

/** @param {number} n @returns {number} how many cells of a vector of n stand in a row */
export function wrapAt(n) {
  if (n <= 12) return Math.max(n, 1);
  const root = Math.sqrt(n);
  for (let cols = Math.ceil(root); cols <= 2 * root; cols++) {
    if (n % cols === 0) return cols;
  }
  return Math.ceil(root);
}

/** @param {number[]} shape @returns {boolean} whether the tensor's last two axes are a map's rows and columns */
export function isMap(shape) {
  return shape.length >= 3;
}

/**
 * The plane of a tensor of `shape` that the cell with flat index `at` lies in.
 * @param {number[]} shape
 * @param {number} at
 * @returns {Plane}
 */
export function planeWith(shape, at) {
  const cols = shape[shape.length - 1] ?? 1;
  const size = isMap(shape) ? cols * shape[shape.length - 2] : cols;
  const start = Math.floor(at / size) * size;
  if (isMap(shape)) return { rows: shape[shape.length - 2], cols, start, size, vector: false };
  const wrapped = wrapAt(size);
  return { rows: Math.ceil(size / wrapped), cols: wrapped, start, size, vector: true };
}

/** The plane of sample `n`, channel `c`, where the tensor has such axes. @param {number[]} shape @param {number} n @param {number} c */
export function planeOf(shape, n, c) {
  const before = shape.slice(0, isMap(shape) ? -2 : -1); // the axes before a plane's own
  const size = shape.slice(before.length).reduce((product, length) => product * length, 1);
  const index = before.length === 2 ? n * before[1] + c : before.length === 1 ? n : 0;
  return planeWith(shape, index * size);
}

/** @param {Plane} plane @param {number} at flat index in the tensor @returns {Cell | null} its place, if it lies in the plane */
export function placeIn(plane, at) {
  const k = at - plane.start;
  return k < 0 || k >= plane.size ? null : [Math.floor(k / plane.cols), k % plane.cols];
}

/** @param {Plane} plane @param {number} row @param {number} col @returns {number} flat index in the tensor, or -1 */
export function indexIn(plane, row, col) {
  const k = row * plane.cols + col;
  return row < 0 || col < 0 || col >= plane.cols || k >= plane.size ? -1 : plane.start + k;
}

/** "row 2, column 3", or "index 7" of a vector. @param {Plane} plane @param {number} at */
export function placeName(plane, at) {
  if (plane.vector) return `index ${at - plane.start}`;
  const [row, col] = placeIn(plane, at) ?? [NaN, NaN];
  return `row ${row}, column ${col}`;
}

/**
 * The place of the number that is farthest from zero; of several, the one nearest to the plane's middle.
 * @param {Plane} plane
 * @param {Float32Array} data  of the whole tensor
 * @returns {number} counted row by row
 */
export function farthestFromZero({ rows, cols, start, size }, data) {
  let best = 0;
  let most = -1;
  let least = Infinity;
  for (let k = 0; k < size; k++) {
    const value = Math.abs(data[start + k]);
    if (!(value >= most) || value === Infinity) continue;
    const away = Math.hypot(Math.floor(k / cols) - (rows - 1) / 2, (k % cols) - (cols - 1) / 2);
    if (value === most && away >= least) continue;
    [best, most, least] = [k, value, away];
  }
  return best;
}
