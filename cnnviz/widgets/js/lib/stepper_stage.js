// The grids side by side: what each shows, how large, and the marks on them.

import { element } from "./element.js";
import { Grid } from "./grid.js";
import { formatNumber } from "./numbers.js";
import { placeName, planeOf } from "./plane.js";
import { linkPlace } from "./explain.js";
import { gradientOf, gridLabel, inputIndex, tensorsOf } from "./scene.js";
import { inputName } from "./sentence.js";
import { argumentWords, floorWords, inOrder, paddingRing, planeSize } from "./scene_words.js";
import { columnGap, fitCells, LEAST_GAP, widestGrid } from "./stepper_layout.js";

/** @import { GridContent } from "./grid.js" */
/** @import { Cell } from "./outline.js" */
/** @import { Explained } from "./explain.js" */
/** @import { Link, Role } from "./sentence.js" */
/** @import { StepperFigure } from "./stepper_figure.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Tensor } from "./tensor.js" */
/** @import { GridKind, GridNeed } from "./stepper_layout.js" */

/** @typedef {{name: string, role: Role, column: number, content: GridContent}} Part */

const FEW_ROWS = 8; // of a vector that another may stand under
const WORD_LETTER = 7.8; // CSS pixels: about
const VALUES = "values"; // the input's numbers beside its gradient, where no parameter explains the slopes

export class StepperStage {
  /** @param {string} id */
  constructor(id) {
    this.el = element("div", "cnnviz-stage");
    this.el.id = id;
    this.el.tabIndex = 0;
    this.el.setAttribute("role", "application");
    /** @type {Map<string, Grid>} */
    this.grids = new Map();
    /** @type {HTMLElement | null} */
    this.veil = null;
    this.layout = "";
    this.caption = element("div", "cnnviz-caption");
    this.operation = element("div", "");
    this.arguments = element("div", "");
    this.caption.append(this.operation, this.arguments);
  }

  /** @param {HTMLElement | null} veil */
  cover(veil) {
    this.veil = veil;
  }

  /**
   * Draw all grids for the figure's state and width.
   * @param {StepperFigure} figure
   * @returns {string} what must be said beside them
   */
  arrange(figure) {
    const { scene, state, width, zoom, palette } = figure;
    const parts = placed(partsOf(figure));
    const words = argumentWords(state.args);
    this.operation.textContent = parts.some(({ role }) => role === "parameter") ? "" : state.op.replaceAll("_", " ");
    this.arguments.textContent = words.join("\u00a0· ");
    this.figure = figure;
    const longest = Math.ceil(WORD_LETTER * Math.max(0, ...[this.operation.textContent, ...words].map(({ length }) => length)));
    const beside = this.#build(parts, scene.inputs.length) ? longest + LEAST_GAP : 0;
    this.caption.style.width = beside && !figure.narrow ? `${longest}px` : "";
    const needs = parts.map(needOf);
    const cells = fitCells(needs, width, beside);
    this.el.style.columnGap = `${columnGap(needs, cells, width, beside)}px`;
    const widest = widestGrid(needs, width);
    for (const { name, content } of parts) {
      const grid = /** @type {Grid} */ (this.grids.get(name));
      const { kind, rows, cols, margin } = /** @type {GridNeed} */ (needs.find((need) => need.name === name));
      const zoomed = zoom > 1 && (kind === "map" || kind === "vector");
      grid.show(content, zoomed ? Math.round(cells[name] * zoom) : cells[name], palette);
      grid.crop(zoomed || cols > widest ? { width: figure.narrow ? widest : Math.min(widest, cols * cells[name] + margin), height: rows * cells[name] + 16 } : null);
    }
    const keys = "Arrow keys move, space plays, question mark lists the keys.";
    this.el.setAttribute("aria-label", `${parts.map(({ content }) => `${content.label} ${content.size}`).join(", ")}. ${keys}`);
    return floorWords(scene, state.args);
  }

  /**
   * Columns are made anew only when other grids are needed.
   * @param {Part[]} parts
   * @param {number} middle  the operation's column
   * @returns {boolean} whether the operation's words have a column of their own
   */
  #build(parts, middle) {
    const alone = parts.some(({ column }) => column > middle) && !parts.some(({ column }) => column === middle);
    const worded = this.operation.textContent !== "" || this.arguments.textContent !== "";
    const layout = [worded, ...parts.map(({ name, column }) => `${name}@${column}`)].join();
    if (layout !== this.layout) this.#fill(parts, worded ? middle : -1, alone);
    this.layout = layout;
    return alone && worded;
  }

  /** @param {Part[]} parts @param {number} words the column of the operation's words, -1: there are none @param {boolean} alone */
  #fill(parts, words, alone) {
    this.grids = new Map(parts.map(({ name, role }) => [name, new Grid(name, role)]));
    /** @type {HTMLElement[]} */
    const columns = [];
    for (const { name, column } of parts) {
      columns[column] ??= element("div", "cnnviz-column");
      columns[column].append(/** @type {Grid} */ (this.grids.get(name)).el);
    }
    if (words >= 0 && alone) columns[words] = element("div", "cnnviz-column is-middle");
    if (words >= 0) (columns[words] ?? columns[0]).append(this.caption);
    if (words >= 0 && !columns[words]) this.grids.get("output")?.el.before(this.caption);
    this.el.replaceChildren(...columns.filter(Boolean));
    if (this.veil) this.grids.get("output")?.el.append(this.veil);
  }

  /**
   * Begin a step: the windows start to move.
   * @param {Explained} explained
   * @param {string} stepped  grid whose current cell moves when they have arrived
   * @param {number} motion   milliseconds
   */
  move(explained, stepped, motion) {
    this.el.classList.toggle("is-still", motion === 0);
    this.el.style.setProperty("--cnnviz-motion", `${motion}ms`);
    for (const [name, grid] of this.grids) {
      this.#showPlane(grid, explained);
      grid.mark("linked", []);
      grid.mark("cursor", []);
      const cells = explained.windows[name] ?? [];
      if (name !== stepped) grid.mark("window", cells);
      if (cells.length) grid.follow(cells[cells.length >> 1]);
    }
  }

  /** A step may need another plane: the next row of a weight. @param {Grid} grid @param {Explained} explained */
  #showPlane(grid, { planes }) {
    const { scene, stepped, palette } = /** @type {StepperFigure} */ (this.figure);
    const name = grid.name === VALUES && stepped ? stepped.grid : grid.name;
    const plane = planes[name];
    const { content, cell } = grid;
    if (!plane || !content || (plane.start === content.plane.start && plane.size === content.plane.size)) return;
    const { shape } = tensorsOf(scene)[name];
    grid.show({ ...content, plane, size: sizeWords(grid.role, plane, shape, content.gradient) }, cell, palette);
  }

  /**
   * End a step: the current cell, and which cells are revealed.
   * @param {string} stepped
   * @param {Cell} cell
   * @param {number} shown
   */
  settle(stepped, cell, shown) {
    for (const [name, grid] of this.grids) {
      const current = name === stepped || (name === VALUES && stepped.startsWith("input"));
      grid.mark("current", current ? [cell] : []);
      if (name === stepped) grid.mark("window", []);
      grid.reveal(name === stepped ? shown : Infinity);
    }
  }

  /**
   * Show what a cell that is pointed at has to do with the others.
   * @param {Explained} found
   * @param {{grid: string, row: number, col: number}} pointed
   * @param {string} stepped
   * @param {boolean} kept  the windows of the current cell stay: the cell is one of them
   */
  preview(found, pointed, stepped, kept) {
    for (const [name, grid] of this.grids) {
      const cells = found.windows[name] ?? [];
      if (name === pointed.grid) grid.mark("linked", [[pointed.row, pointed.col]]);
      else if (name === stepped || pointed.grid !== stepped) grid.mark("linked", cells);
      if (pointed.grid === stepped && name !== stepped) grid.mark("window", cells);
      else if (!kept && name !== "output") grid.mark("window", []);
    }
  }

  /** Light up the cells of a number in the sentence. @param {Link[]} links */
  hot(links) {
    for (const [name, grid] of this.grids) {
      if (!grid.content) continue;
      const { plane } = grid.content;
      const own = links.filter((link) => link.grid === name).map((link) => linkPlace(link, plane));
      grid.mark("hot", own.filter((cell) => cell !== null));
    }
  }

  /** What the cells of a number in the sentence are called. @param {Link[]} links @returns {string} */
  nameOf([first, ...more]) {
    const content = this.grids.get(first.grid)?.content;
    if (!content) return "";
    if (more.length) return `${more.length + 1} cells of ${content.label}`;
    return `${content.label} ${first.at < 0 ? "padding" : placeName(content.plane, first.at)}`;
  }

  /** Where the keyboard's cursor is. @param {{grid: string, row: number, col: number} | null} cursor */
  cursor(cursor) {
    for (const [name, grid] of this.grids) grid.mark("cursor", cursor?.grid === name ? [[cursor.row, cursor.col]] : []);
  }

  /** Write the number that is pointed at below its grid. @param {{grid: string, row: number, col: number, at: number} | null} pointed */
  read(pointed) {
    for (const [name, grid] of this.grids) {
      const content = /** @type {GridContent} */ (grid.content);
      const { plane, data, ring } = content;
      if (pointed?.grid !== name) grid.readout.textContent = "";
      else if (pointed.at >= 0) grid.readout.textContent = `${placeName(plane, pointed.at)}: ${formatNumber(data[pointed.at])}`;
      else grid.readout.textContent = `padding: ${formatNumber(ring?.value(pointed.row, pointed.col) ?? 0)}`;
    }
  }
}

/** @param {StepperFigure} figure @returns {Part[]} */
function partsOf({ scene, state, explained, stepped }) {
  const { inputs, params, call } = scene;
  const planes = explained?.planes ?? {};
  const backward = state.backward && call !== null;
  const target = backward && stepped ? stepped.grid : "";
  /** @type {Part[]} */
  const parts = inputs.map((input, i) => {
    const name = inputName(i);
    const plane = planes[name] ?? planeOf(input.shape, Math.min(state.sample, input.shape[0] - 1), 0);
    const ring = paddingRing(state.args, call, input, plane);
    const gradient = target === name;
    const data = gradient ? gradientOf(scene, name).data : input.data;
    const unseen = i === 0 && !gradient ? scene.unseen : new Set();
    return part(name, "input", i, input.shape, { plane, data, ring: gradient ? null : ring, gradient, unseen });
  });
  const middle = inputs.length;
  for (const [name, { shape, data }] of inOrder(params)) {
    if (explained && !planes[name] && target !== name) continue; // it has no part in this: a running mean while training
    const gradient = target === name;
    const plane = gradient && stepped ? stepped.plane : (planes[name] ?? planeOf(shape, 0, 0));
    parts.push(part(name, "parameter", middle, shape, { plane, gradient, data: gradient ? gradientOf(scene, name).data : data }));
  }
  if (target.startsWith("input") && !Object.keys(params).length) parts.push(valuesPart(parts[inputIndex(target)], inputs[inputIndex(target)], middle));
  if (call) {
    const { shape, data } = call.output;
    const plane = planes.output ?? planeOf(shape, state.sample, state.channel);
    parts.push(part("output", "output", middle + 1, shape, { plane, data: backward ? scene.grad.data : data, gradient: backward }));
  }
  return parts;
}

/**
 * @param {string} name
 * @param {Role} role
 * @param {number} column
 * @param {number[]} shape
 * @param {Partial<GridContent> & Pick<GridContent, "plane" | "data" | "gradient">} content
 * @returns {Part}
 */
function part(name, role, column, shape, content) {
  const label = `${content.gradient ? "∂ " : ""}${gridLabel(name, shape)}`;
  const size = sizeWords(role, content.plane, shape, content.gradient);
  return { name, role, column, content: { ring: null, unseen: new Set(), shown: Infinity, label, size, ...content } };
}

/** What stands beside a grid's name; that a kernel can be edited is not seen otherwise. @param {Role} role @param {Plane} plane @param {number[]} shape @param {boolean} gradient */
function sizeWords(role, plane, shape, gradient) {
  const invites = role === "parameter" && shape.length === 4 && !gradient;
  return `${planeSize(plane, shape, role !== "parameter")}${invites ? ", edit me" : ""}`;
}

/** @param {Part} gradient @param {Tensor} input @param {number} column @returns {Part} the numbers whose gradient it shows */
function valuesPart({ name, content }, { shape, data }, column) {
  return { name: VALUES, role: "input", column, content: { ...content, data, gradient: false, label: gridLabel(name, shape) } };
}

/**
 * Vectors stand below each other: a weight under the input that it multiplies, cell under cell; where nothing is
 * multiplied, all that are one row. Tall ones stay side by side: a figure should not be higher than the screen.
 * @param {Part[]} parts
 * @returns {Part[]}
 */
function placed(parts) {
  const last = parts[parts.length - 1].column;
  if (!parts.every(({ content }) => content.plane.vector)) return parts;
  if (parts.every(({ content }) => content.plane.rows === 1 && content.plane.size > 1)) return parts.map((part) => ({ ...part, column: 0 }));
  const lined = parts.some(({ name }) => name === "weight") && parts[0].content.plane.rows <= FEW_ROWS;
  if (!lined) return parts;
  return parts.map((part) => ({ ...part, column: part.role === "input" || part.name === "weight" ? 0 : last }));
}

/** @param {Part} part @returns {GridNeed} */
function needOf({ name, role, column, content }) {
  const { plane, ring } = content;
  const rows = plane.rows + (ring ? ring.top + ring.bottom : 0);
  const cols = plane.cols + (ring ? ring.left + ring.right : 0);
  /** @type {GridKind} */
  const kind = plane.size === 1 && role === "parameter" ? "single" : plane.vector ? "vector" : role === "parameter" ? "kernel" : "map";
  return { name, kind, column, rows, cols, margin: Grid.margin(content) };
}
