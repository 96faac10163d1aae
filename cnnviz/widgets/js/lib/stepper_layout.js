// How large the cells of each grid are drawn, so that all grids fit the width that there is. Knows no DOM.

/** @typedef {"map" | "kernel" | "vector" | "single"} GridKind */
/**
 * @typedef {object} GridNeed
 * @property {string} name
 * @property {GridKind} kind
 * @property {number} column   grids of one column stand above each other
 * @property {number} rows     with padding
 * @property {number} cols
 * @property {number} margin   CSS pixels beside the cells
 */

export const NARROW = 600; // CSS pixels of the figure below which grids are stacked
export const LEAST_GAP = 40; // CSS pixels between columns
const WIDE_GAP = 88; // at most, where there is room
const COLUMN = 104; // least width of a column: its title
const HEIGHT = 480;
const LEAST = 1;
const LEGIBLE = 28; // a kernel's numbers are edited: its cells stay this large as long as anything else can shrink
const LARGEST = { map: 40, kernel: 56, vector: 48, single: 44 };

/**
 * @param {GridNeed[]} needs
 * @param {number} width  CSS pixels
 * @param {number} beside CSS pixels that something else needs
 * @returns {Record<string, number>} CSS pixels of a cell, by grid
 */
export function fitCells(needs, width, beside = 0) {
  const narrow = width < NARROW;
  const groups = sizeGroups(needs);
  const cells = Object.fromEntries(needs.map((need) => [need.name, startCell(need, width)]));
  for (const group of groups) level(group, cells);
  if (narrow) return cells;
  for (let turns = 0; turns < 500 && totalWidth(needs, cells) + beside > width; turns++) {
    const scale = Math.max(...needs.filter(({ kind }) => kind === "map").map(({ name }) => cells[name]), 0) / LARGEST.map;
    const [widest] = [...groups].sort((a, b) => claim(b, cells, scale) - claim(a, cells, scale));
    if (cells[widest[0].name] <= LEAST) break;
    for (const { name } of widest) cells[name] -= 1;
  }
  for (const need of needs.filter(({ kind }) => kind === "kernel")) growInto(need, needs, cells, width - beside);
  return cells;
}

/**
 * A kernel takes what room is left over.
 * @param {GridNeed} need
 * @param {GridNeed[]} needs
 * @param {Record<string, number>} cells
 * @param {number} width
 */
function growInto(need, needs, cells, width) {
  const start = cells[need.name];
  const most = startCell(need, width);
  while (cells[need.name] < most && totalWidth(needs, cells) <= width) cells[need.name] += 1;
  if (totalWidth(needs, cells) > width) cells[need.name] = Math.max(start, cells[need.name] - 1);
}

/** @param {GridNeed[]} needs @returns {GridNeed[][]} */
function sizeGroups(needs) {
  /** @type {Map<string, GridNeed[]>} */
  const groups = new Map();
  for (const need of needs) groups.set(sizeGroup(need), [...(groups.get(sizeGroup(need)) ?? []), need]);
  return [...groups.values()];
}

/** Maps are drawn to one scale, unless one is tiny; so are vectors of one length. @param {GridNeed} need */
function sizeGroup({ kind, name, cols, rows }) {
  if (kind === "vector") return `${rows} x ${cols}`;
  return kind === "map" && Math.max(cols, rows) > 4 ? "maps" : name;
}

/** @param {GridNeed} need @param {number} width */
function startCell({ kind, rows, cols, margin }, width) {
  const fits = Math.min((width - margin) / cols, HEIGHT / rows);
  return Math.max(LEAST, Math.floor(Math.min(LARGEST[kind], fits)));
}

/** @param {GridNeed[]} group @param {Record<string, number>} cells */
function level(group, cells) {
  const least = Math.min(...group.map(({ name }) => cells[name]));
  for (const { name } of group) cells[name] = least;
}

/**
 * The widest that a grid may stand: what is wider even with the smallest cells is shown in part.
 * @param {GridNeed[]} needs
 * @param {number} width
 */
export function widestGrid(needs, width) {
  if (width < NARROW) return width;
  const columns = new Set(needs.map(({ column }) => column)).size;
  return Math.floor(width / columns - LEAST_GAP);
}

/**
 * The gap between columns that the width leaves.
 * @param {GridNeed[]} needs
 * @param {Record<string, number>} cells
 * @param {number} width
 * @param {number} beside
 */
export function columnGap(needs, cells, width, beside) {
  const gaps = new Set(needs.map(({ column }) => column)).size - 1 + (beside ? 1 : 0);
  const left = width - totalWidth(needs, cells) - beside;
  return Math.min(WIDE_GAP, LEAST_GAP + Math.max(0, Math.floor(left / Math.max(1, gaps))));
}

/**
 * Who has to shrink: the widest; a kernel by the maps' scale, as long as its numbers stay legible.
 * @param {GridNeed[]} group
 * @param {Record<string, number>} cells
 * @param {number} scale  of the maps, 1 at their largest
 */
function claim(group, cells, scale) {
  const [{ kind, name, rows, cols }] = group;
  if (cells[name] <= LEAST || rows * cols === 1) return 0;
  const width = groupWidth(group, cells);
  if (kind !== "kernel") return width;
  return cells[name] > LEGIBLE && cells[name] / LARGEST.kernel > scale ? Infinity : width / 4;
}

/** @param {GridNeed} need @param {Record<string, number>} cells */
const gridWidth = ({ name, cols, margin }, cells) => cols * cells[name] + margin;

/** @param {GridNeed[]} group @param {Record<string, number>} cells */
const groupWidth = (group, cells) => Math.max(...group.map((need) => gridWidth(need, cells)));

/** @param {GridNeed[]} needs @param {Record<string, number>} cells */
function totalWidth(needs, cells) {
  /** @type {Map<number, number>} */
  const columns = new Map();
  for (const need of needs) {
    columns.set(need.column, Math.max(columns.get(need.column) ?? COLUMN, gridWidth(need, cells)));
  }
  return [...columns.values()].reduce((sum, column) => sum + column, 0) + LEAST_GAP * (columns.size - 1);
}
