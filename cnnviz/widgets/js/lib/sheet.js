// Many small maps laid out on one sheet: where each cell is, and its colour. Knows no DOM.

/**
 * @typedef {object} SheetLayout   everything in image pixels: one cell is one pixel
 * @property {number} count        how many maps
 * @property {number} height       of one map
 * @property {number} width
 * @property {number} gap          between maps that stand side by side
 * @property {number} gapDown      between rows of maps
 * @property {number} columns      maps in a row
 * @property {number} rows
 * @property {number} pixelWidth   of the sheet
 * @property {number} pixelHeight
 */
/** @typedef {{map: number, row: number, col: number}} SheetCell */
/** @typedef {{x: number, y: number, width: number, height: number}} SheetRect */

const LEAST_CELL = 4; // CSS pixels of a vector's cell: still a pointer's target
const MOST_CELL = 40;
const VECTOR_ROWS = 4;
const WIDE_NUMBER = 22; // CSS pixels of a cell that holds a number
const GAP_WIDTH = 4; // CSS pixels between two maps, about

/**
 * @param {{count: number, height: number, width: number}} maps
 * @param {number} columns
 * @param {number} gap
 * @param {number} [gapDown]
 * @returns {SheetLayout}
 */
export function sheetLayout({ count, height, width }, columns, gap, gapDown = gap) {
  const across = Math.max(1, Math.min(columns, count));
  const rows = Math.max(1, Math.ceil(count / across));
  return {
    count,
    height,
    width,
    gap,
    gapDown,
    columns: across,
    rows,
    pixelWidth: across * (width + gap) - gap,
    pixelHeight: rows * (height + gapDown) - gapDown,
  };
}

/**
 * How large to draw a cell, and how many maps stand in a row, so that maps can be read and `room` is never exceeded.
 * Small maps are enlarged, and a layer that shrinks its maps still looks smaller than the layer before.
 * @param {{count: number, height: number, width: number}} maps
 * @param {number} room   CSS pixels across
 * @param {number} [zoom] 1 where room is scarce, more where it is plenty
 * @returns {{cell: number, columns: number, gap: number}} cell in CSS pixels, gap in cells
 */
export function fitSheet({ count, height, width }, room, zoom = 1) {
  if (height === 1 && width === 1) return fitVector(count, room);
  const cell = Math.min(cellFor(Math.max(height, width), zoom), room / width);
  const gap = Math.max(1, Math.round(GAP_WIDTH / cell));
  return { cell, gap, columns: evenColumns(count, Math.max(1, Math.floor((room / cell + gap) / (width + gap)))) };
}

/**
 * One row of maps so high, as many as the room holds; a vector's units in as many rows as the height holds.
 * @param {{count: number, height: number, width: number}} maps
 * @param {number} room  CSS pixels across
 * @param {number} tall  CSS pixels
 * @returns {{cell: number, columns: number, gap: number, count: number}} count: how many there is room for
 */
export function fitStrip({ count, height, width }, room, tall) {
  if (height === 1 && width === 1) return fitVectorStrip(count, room, tall);
  const most = Math.min(tall / height, room / width);
  const cell = most < 1 ? most : Math.floor(most);
  const gap = Math.max(1, Math.round(GAP_WIDTH / cell));
  const columns = Math.max(1, Math.floor((room / cell + gap) / (width + gap)));
  return { cell, gap, columns, count: Math.min(count, columns) };
}

/** @param {number} count @param {number} room @param {number} tall */
function fitVectorStrip(count, room, tall) {
  let cell = Math.max(LEAST_CELL, Math.min(tall, MOST_CELL, Math.floor(room / count)));
  const rowsAt = (/** @type {number} */ size) => Math.ceil(count / Math.floor(room / size));
  if (rowsAt(cell) > 1 || cell < WIDE_NUMBER) {
    cell = WIDE_NUMBER;
    while (cell > LEAST_CELL && rowsAt(cell) * cell > tall) cell -= 1;
  }
  const columns = Math.max(1, Math.floor(room / cell));
  return { cell, gap: 0, columns, count: Math.min(count, columns * Math.max(1, Math.floor(tall / cell))) };
}

/** As many columns as fill the same number of rows evenly: 16 maps are two rows of 8, not 13 and 3. @param {number} count @param {number} most */
function evenColumns(count, most) {
  return Math.ceil(count / Math.ceil(count / most));
}

/** The columns of a sheet whose maps belong together in groups. @param {number} columns @param {number} group */
export function wholeGroups(columns, group) {
  return columns < group ? columns : columns - (columns % group);
}

/** @param {number} side of a map, in cells @param {number} zoom */
function cellFor(side, zoom) {
  const cell = (zoom * (28 + Math.min(side, 36))) / side;
  return cell < 1 ? cell : Math.round(cell);
}

/** @param {number} count @param {number} room */
function fitVector(count, room) {
  let cell = Math.min(MOST_CELL, Math.floor(room / count));
  if (cell < WIDE_NUMBER) {
    cell = WIDE_NUMBER; // too narrow for numbers: then several rows of colour
    while (cell > LEAST_CELL && Math.ceil(count / Math.floor(room / cell)) > VECTOR_ROWS) cell -= 1;
  }
  return { cell, gap: 0, columns: Math.max(1, Math.floor(room / cell)) };
}

/**
 * @param {SheetLayout} layout
 * @param {number} x in image pixels, from the sheet's left
 * @param {number} y
 * @returns {SheetCell | null} null in a gap or beside the sheet
 */
export function cellAtPixel(layout, x, y) {
  const { width, height, gap, gapDown, columns, count } = layout;
  if (x < 0 || y < 0 || x >= layout.pixelWidth || y >= layout.pixelHeight) return null;
  const col = Math.floor(x) % (width + gap);
  const row = Math.floor(y) % (height + gapDown);
  const map = Math.floor(Math.floor(y) / (height + gapDown)) * columns + Math.floor(Math.floor(x) / (width + gap));
  return col >= width || row >= height || map >= count ? null : { map, row, col };
}

/**
 * @param {SheetLayout} layout
 * @param {number} map
 * @returns {{x: number, y: number}} the map's upper left pixel
 */
export function mapOrigin(layout, map) {
  const x = (map % layout.columns) * (layout.width + layout.gap);
  return { x, y: Math.floor(map / layout.columns) * (layout.height + layout.gapDown) };
}

/**
 * The cell one step away as the eye sees it: over a map's edge lies the neighbouring map.
 * @param {SheetLayout} layout
 * @param {SheetCell} cell
 * @param {number} down
 * @param {number} right
 * @returns {SheetCell} the same cell at the sheet's edge
 */
export function neighbourCell(layout, cell, down, right) {
  const { x, y } = mapOrigin(layout, cell.map);
  const toX = x + cell.col + overGap(cell.col, right, layout.width, layout.gap);
  const toY = y + cell.row + overGap(cell.row, down, layout.height, layout.gapDown);
  return cellAtPixel(layout, toX, toY) ?? cell;
}

/** @param {number} at @param {number} by @param {number} size @param {number} gap */
function overGap(at, by, size, gap) {
  return at + by < 0 || at + by >= size ? by + Math.sign(by) * gap : by;
}

/** @param {SheetLayout} layout @param {SheetCell} cell @returns {number} its index into the values */
export function flatOfCell(layout, { map, row, col }) {
  return (map * layout.height + row) * layout.width + col;
}

/** @param {SheetLayout} layout @param {number} flat @returns {SheetCell} */
export function cellOfFlat(layout, flat) {
  const { height, width } = layout;
  return {
    map: Math.floor(flat / (height * width)),
    row: Math.floor(flat / width) % height,
    col: flat % width,
  };
}

/**
 * The largest magnitude of each map, or of all of them: what the colour scale ends at. NaN and infinity do not count.
 * @param {ArrayLike<number>} values
 * @param {number} count maps
 * @param {boolean} shared one scale for all maps
 * @returns {Float64Array} one end a map; 0 where every value is 0
 */
export function scaleEnds(values, count, shared) {
  return scaleOf(values, count, shared).ends;
}

/**
 * The same in one pass with whether any value is below zero (minus infinity is).
 * @param {ArrayLike<number>} values
 * @param {number} count
 * @param {boolean} shared
 * @returns {{ends: Float64Array, signed: boolean}}
 */
export function scaleOf(values, count, shared) {
  const ends = new Float64Array(count);
  const size = values.length / Math.max(1, count);
  let below = false;
  for (let map = 0; map < count; map++) {
    let [least, most] = [0, 0];
    for (let i = map * size; i < (map + 1) * size; i++) {
      const value = values[i];
      if (value > most && value < Infinity) most = value;
      else if (value < least) {
        below = true;
        if (value > -Infinity) least = value;
      }
    }
    ends[map] = Math.max(most, -least);
  }
  return { ends: shared ? ends.fill(ends.reduce((a, b) => Math.max(a, b), 0)) : ends, signed: below };
}

/**
 * Fill `pixels` (pixelWidth * pixelHeight, transparent in the gaps) with the values' colours.
 * @param {SheetLayout} layout
 * @param {ArrayLike<number>} values count * height * width
 * @param {Float64Array} ends from scaleEnds
 * @param {Uint32Array} table an odd number of colours, from -end through 0 to +end, then one for NaN and infinity
 * @param {Uint32Array} pixels
 */
export function sheetPixels(layout, values, ends, table, pixels) {
  const { count, height, width, pixelWidth } = layout;
  const middle = (table.length - 2) / 2;
  const strange = table[table.length - 1];
  let i = 0;
  for (let map = 0; map < count; map++) {
    const factor = ends[map] > 0 ? middle / ends[map] : 0;
    const { x, y } = mapOrigin(layout, map);
    for (let row = 0; row < height; row++) {
      let to = (y + row) * pixelWidth + x;
      for (let col = 0; col < width; col++, i++, to++) {
        const shade = values[i] * factor;
        const inside = shade >= -middle - 0.5 && shade <= middle + 0.5; // false for NaN and infinity
        pixels[to] = inside ? table[Math.round(shade) + middle] : strange;
      }
    }
  }
}

/**
 * The smallest rectangles that hold the given cells, one a map (or, for a vector, one a row of the sheet).
 * @param {SheetLayout} layout
 * @param {Iterable<SheetCell>} cells cells outside their map (padding) are left out
 * @returns {SheetRect[]} in image pixels
 */
export function boundingRects(layout, cells) {
  const vector = layout.width === 1 && layout.height === 1;
  /** @type {Map<number, number[]>} */
  const boxes = new Map();
  for (const { map, row, col } of cells) {
    if (row < 0 || col < 0 || row >= layout.height || col >= layout.width) continue;
    const { x, y } = mapOrigin(layout, map);
    const key = vector ? y : map;
    const box = boxes.get(key) ?? [Infinity, Infinity, -Infinity, -Infinity];
    boxes.set(key, [
      Math.min(box[0], x + col),
      Math.min(box[1], y + row),
      Math.max(box[2], x + col),
      Math.max(box[3], y + row),
    ]);
  }
  return mergeRows([...boxes.values()].map(([x, y, x2, y2]) => ({ x, y, width: x2 - x + 1, height: y2 - y + 1 })));
}

/**
 * Rectangles that stand exactly under one another become one.
 * @param {SheetRect[]} rects
 */
function mergeRows(rects) {
  /** @type {SheetRect[]} */
  const merged = [];
  for (const rect of rects) {
    const above = merged.at(-1);
    if (above && above.x === rect.x && above.width === rect.width && above.y + above.height === rect.y) {
      above.height += rect.height;
    } else merged.push({ ...rect });
  }
  return merged;
}
