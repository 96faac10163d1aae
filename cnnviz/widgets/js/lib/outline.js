// The outline of a set of cells: a window, a dilated window, wrapped rows or whatever else an operation reads.

/** @typedef {[row: number, col: number]} Cell */

/**
 * An SVG path around the union of cells of one unit, relative to `origin`: every edge that no neighbour shares.
 * @param {Cell[]} cells
 * @param {Cell} origin
 * @returns {string}
 */
export function outlinePath(cells, origin) {
  const inside = new Set(cells.map(([r, c]) => `${r},${c}`));
  /** @param {number} r @param {number} c */
  const has = (r, c) => inside.has(`${r},${c}`);
  let path = "";
  for (const key of inside) {
    const [r, c] = key.split(",").map(Number);
    const y = r - origin[0];
    const x = c - origin[1];
    if (!has(r - 1, c)) path += `M${x} ${y}h1`;
    if (!has(r + 1, c)) path += `M${x} ${y + 1}h1`;
    if (!has(r, c - 1)) path += `M${x} ${y}v1`;
    if (!has(r, c + 1)) path += `M${x + 1} ${y}v1`;
  }
  return path;
}

/**
 * The smallest box around cells.
 * @param {Cell[]} cells
 * @returns {{top: number, left: number, rows: number, cols: number}}
 */
export function boxAround(cells) {
  let top = Infinity;
  let left = Infinity;
  let bottom = -Infinity;
  let right = -Infinity;
  for (const [r, c] of cells) {
    top = Math.min(top, r);
    left = Math.min(left, c);
    bottom = Math.max(bottom, r);
    right = Math.max(right, c);
  }
  return { top, left, rows: bottom - top + 1, cols: right - left + 1 };
}
