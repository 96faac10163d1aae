// A network's blocks, read from its nodes' dotted names, and the rows that are seen when some of them are folded.

import { mapsOf, sayPlane } from "./explorer_shapes.js";

/**
 * @typedef {object} Block   consecutive nodes; one node alone is a leaf
 * @property {string} id        of a leaf its node's name; of a block its path and "/"
 * @property {string} name      the dotted path
 * @property {string} label     what the name adds to the block around it
 * @property {number} first     index of its first node
 * @property {number} last
 * @property {Block[]} children  none: a leaf
 */
/** @typedef {{block: Block, depth: number, head: boolean}} BlockRow   head: an open block, its children follow */

/** So many rows are seen at once: a smaller network is all open, a deeper one is folded to about as many. */
export const FEW_LAYERS = 14;
const MOST_ROWS_OPENED = 18; // by opening the block that nearly everything lies in

/**
 * @param {{name: string}[]} nodes  in the order in which they run
 * @param {(i: number) => number[]} shapeOf  of a node's output
 * @returns {Block[]}
 */
export function blockTree(nodes, shapeOf) {
  /** @type {Map<string, number>} */
  const used = new Map();
  const idOf = (/** @type {string} */ path) => {
    const times = used.get(path) ?? 0; // one module can run at two places
    used.set(path, times + 1);
    return times ? `${path}/${times}` : `${path}/`;
  };
  /** @param {number} first @param {number} last @param {string} inside @returns {Block[]} */
  const grow = (first, last, inside) => {
    const found = runs(nodes, first, last, inside).map(([from, to, path]) => {
      if (from === to) return leaf(nodes[from].name, from, inside);
      const children = grow(from, to, `${path}.`);
      if (children.length === 1) return { ...children[0], label: children[0].name.slice(inside.length) };
      return { id: idOf(path), name: path, label: path.slice(inside.length), first: from, last: to, children };
    });
    return found.length > FEW_LAYERS ? stages(found, inside, shapeOf, idOf) : found;
  };
  return grow(0, nodes.length - 1, "");
}

/** @param {string} name @param {number} at @param {string} inside @returns {Block} */
function leaf(name, at, inside) {
  return { id: name, name, label: name.slice(inside.length) || name, first: at, last: at, children: [] };
}

/**
 * Nodes that follow one another and whose names go on with the same part.
 * @param {{name: string}[]} nodes @param {number} first @param {number} last @param {string} inside
 */
function runs(nodes, first, last, inside) {
  /** @type {[from: number, to: number, path: string][]} */
  const found = [];
  for (let from = first; from <= last; ) {
    const rest = nodes[from].name.slice(inside.length);
    const dot = rest.indexOf(".");
    const path = inside + (dot < 0 ? rest : rest.slice(0, dot));
    let to = from;
    while (dot >= 0 && to < last && nodes[to + 1].name.startsWith(`${path}.`)) to++;
    found.push([from, to, path]);
    from = to + 1;
  }
  return found;
}

/**
 * A long run without blocks of its own is divided where its maps change their size.
 * @param {Block[]} children @param {string} inside @param {(i: number) => number[]} shapeOf @param {(path: string) => string} idOf
 */
function stages(children, inside, shapeOf, idOf) {
  const size = (/** @type {Block} */ { last }) => sayPlane(shapeOf(last));
  /** @type {Block[][]} */
  const groups = [];
  for (const child of children) {
    const group = groups.at(-1);
    if (group && size(group[0]) === size(child)) group.push(child);
    else groups.push([child]);
  }
  if (groups.length < 2) return children;
  return groups.flatMap((group) => {
    if (group.length < 3) return group;
    const label = mapsOf(shapeOf(group[0].last)).vector ? "vectors" : `maps of ${size(group[0])}`;
    return { id: idOf(`${inside}${label}`), name: `${inside}${label}`, label, first: group[0].first, last: group[group.length - 1].last, children: group };
  });
}

/** Every block and leaf, outer ones first. @param {Block[]} roots @returns {Block[]} */
export function allBlocks(roots) {
  return roots.flatMap((block) => [block, ...allBlocks(block.children)]);
}

/**
 * What is open before the reader has touched anything: all of a small network; of a deep one the blocks that most of it
 * lies in, as long as the rows are few.
 * @param {Block[]} roots
 * @returns {Set<string>} ids
 */
export function openAtFirst(roots) {
  const count = roots.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (count <= FEW_LAYERS) return new Set(allBlocks(roots).map(({ id }) => id));
  /** @type {Set<string>} */
  const open = new Set();
  for (let rows = visibleRows(roots, open); ; rows = visibleRows(roots, open)) {
    const main = rows.find(({ block, head }) => !head && block.children.length && 2 * (block.last - block.first + 1) > count);
    const most = rows.length < 5 ? Infinity : MOST_ROWS_OPENED;
    if (!main || rows.length + main.block.children.length > most) return open;
    open.add(main.block.id);
  }
}

/**
 * @param {Block[]} roots
 * @param {Set<string>} open  ids of blocks
 * @param {number} [depth]
 * @returns {BlockRow[]}
 */
export function visibleRows(roots, open, depth = 0) {
  return roots.flatMap((block) => {
    const head = block.children.length > 0 && open.has(block.id);
    const row = { block, depth, head };
    return head ? [row, ...visibleRows(block.children, open, depth + 1)] : [row];
  });
}

/** The blocks around a node, outermost first. @param {Block[]} roots @param {number} at @returns {Block[]} */
export function blocksAround(roots, at) {
  const around = roots.find(({ first, last, children }) => children.length && first <= at && at <= last);
  return around ? [around, ...blocksAround(around.children, at)] : [];
}
