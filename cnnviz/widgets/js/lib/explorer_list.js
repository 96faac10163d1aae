// The layers of a network as rows that fold, with the rail at their left: which rows there are, where they stand, which
// one is current.

import { element } from "./element.js";
import { canBeSilent } from "./explorer_ablate.js";
import { LayerBand } from "./explorer_band.js";
import { blockHead } from "./explorer_block_head.js";
import { FEW_LAYERS, blockTree, blocksAround, openAtFirst, visibleRows } from "./explorer_blocks.js";
import { onRowKey } from "./explorer_list_keys.js";
import { railOf, railRows } from "./explorer_rail.js";
import { RailDrawing } from "./explorer_rail_draw.js";
import { roomAt, shareRoom } from "./explorer_rooms.js";
import { rowOptions } from "./explorer_rows.js";
import { RowSwitch } from "./explorer_switch.js";
import { sayShape } from "./explorer_shapes.js";
import { INPUT_NAME } from "./graph.js";

/** @import { Block, BlockRow } from "./explorer_blocks.js" */
/** @import { BandEvents } from "./explorer_band.js" */
/** @import { Rooms } from "./explorer_rooms.js" */
/** @import { ColourTable } from "./colour_scale.js" */
/** @import { Lab } from "./lab.js" */
/** @typedef {{block: Block, el: HTMLElement, band: LayerBand | null, name: HTMLElement, off: RowSwitch, depth: number}} ListRow   band: none, the head of an open block */
/** @typedef {Pick<BandEvents, "onUnit" | "onOpen" | "onChannels"> & {onScroll: () => void, onSwitch: (block: Block) => void, isOff: (block: Block) => boolean}} ListEvents */

const DOT = 14; // CSS pixels from a row's top to its dot
const AT_ONCE = 16; // are made at once, the others when they come near
const NEAR = "600px 0px";

export class LayerList {
  /** @type {ListRow[]} */ rows = [];
  /** @type {Map<string, ListRow>} those that were seen, by their blocks' ids */ #made = new Map();
  /** @type {ListRow | null} the tab stop */ #current = null;
  /** @type {(band: LayerBand) => void} */ #dressed = () => {};
  /** @type {Set<number>} */ #hits = new Set();
  #room = 0;
  /** @type {Rooms} */ #rooms = shareRoom(0, { deep: false, lanes: 0 });
  /** @type {number[]} */ #tops = [];

  /** @param {{lab: Lab, limit: number, classNames: string[]}} options @param {ListEvents} events @param {AbortSignal} signal */
  constructor({ lab, limit, classNames }, events, signal) {
    this.lab = lab;
    this.signal = signal;
    this.events = events;
    this.shapeOf = (/** @type {string} */ name) => lab.shapes.get(name) ?? [];
    this.source = { nodes: lab.nodes, shapeOf: this.shapeOf, limit, classNames };
    this.deep = lab.nodes.length > FEW_LAYERS;
    this.roots = blockTree(lab.nodes, (i) => this.shapeOf(lab.nodes[i].name));
    this.open = openAtFirst(this.roots);
    this.lanes = railOf(railRows(lab.nodes.map(({ name }, i) => ({ id: name, first: i, last: i })), lab.nodes, INPUT_NAME)).lanes;
    this.rail = this.deep || this.lanes > 1 ? new RailDrawing() : null;
    this.el = element("div", "cnnviz-rows");
    this.scroller = element("div", "cnnviz-scroller");
    this.scroller.classList.toggle("is-deep", this.deep);
    this.el.classList.toggle("is-deep", this.deep);
    this.scroller.append(this.el);
    this.input = element("div", "cnnviz-band-input cnnviz-quiet", `picture, ${sayShape(this.shapeOf(INPUT_NAME))}`);
    this.watcher = this.#watch();
    this.render();
    this.#listen();
  }

  #watch() {
    const root = this.deep ? this.scroller : null;
    return new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        this.rows.find(({ el }) => el === target)?.band?.setNear(isIntersecting);
      }
    }, { root, rootMargin: NEAR });
  }

  #listen() {
    const { signal } = this;
    const resized = new ResizeObserver(() => this.fit());
    resized.observe(this.el);
    this.scroller.addEventListener("scroll", () => this.events.onScroll(), { signal, passive: true });
    this.el.addEventListener("keydown", (event) => onRowKey(this, this.#rowOf(event.target), event), { signal });
    this.el.addEventListener("focusin", ({ target }) => this.#rove(this.#rowOf(target) ?? this.#current), { signal });
    this.el.addEventListener("pointerover", ({ target }) => this.rail?.point(this.#rowOf(target)?.block.id ?? null), { signal });
    this.el.addEventListener("pointerleave", () => this.rail?.point(null), { signal });
    signal.addEventListener("abort", () => {
      resized.disconnect();
      this.watcher.disconnect();
    }, { once: true });
  }

  /** @param {EventTarget | null} target */
  #rowOf(target) {
    return this.rows.find(({ el }) => el.contains(/** @type {Node} */ (target)));
  }

  get bands() {
    return [...this.#made.values()].flatMap(({ band }) => band ?? []);
  }

  /** Rows as the open blocks want them. */
  render() {
    for (const { band } of this.rows) band?.setNear(false);
    this.rows = visibleRows(this.roots, this.open).map((row) => this.#row(row));
    this.watcher.disconnect();
    this.rows.forEach(({ band, el }, i) => {
      if (!band) return;
      if (!this.deep || (this.#room === 0 && i < AT_ONCE)) band.setNear(true);
      if (this.deep) this.watcher.observe(el);
    });
    const above = this.rail ? [this.rail.svg, this.input] : [];
    this.el.replaceChildren(...above, ...this.rows.map(({ el }) => el));
    this.#mark();
    this.#rove(this.rows.find((row) => row === this.#current) ?? this.rows[0]);
    if (this.#room) this.#place();
  }

  /** @param {BlockRow} row */
  #row({ block, depth, head }) {
    const key = head ? `${block.id} head` : block.id;
    const row = this.#made.get(key) ?? (head ? this.#makeHead(block) : this.#makeBand(block));
    this.#made.set(key, row);
    row.depth = depth;
    row.el.style.setProperty("--depth", String(depth));
    if (this.#room) this.#fitRow(row);
    return row;
  }

  /** @param {Block} block @returns {ListRow} */
  #makeBand(block) {
    const { onUnit, onOpen, onChannels } = this.events;
    const events = {
      onUnit, onOpen, onChannels,
      onFold: (/** @type {LayerBand} */ _, /** @type {boolean} */ byKey) => this.toggle(row, byKey),
      onLeave: (/** @type {LayerBand} */ _, /** @type {number} */ down) => this.go(row, down),
    };
    const band = new LayerBand(rowOptions(block, this.source), events, this.signal);
    /** @type {ListRow} */
    const row = { block, el: band.el, band, name: band.name, off: this.#makeSwitch(block, band.el, band.head), depth: 0 };
    const open = this.open.has(block.id) && !block.children.length;
    band.setView(open ? "maps" : band.options.small);
    this.#dressed(band);
    return row;
  }

  /** @param {Block} block @returns {ListRow} */
  #makeHead(block) {
    const { el, name, head } = blockHead(rowOptions(block, this.source), () => this.toggle(row, true), this.signal);
    /** @type {ListRow} */
    const row = { block, el, band: null, name, off: this.#makeSwitch(block, el, head), depth: 0 };
    return row;
  }

  /** @param {Block} block @param {HTMLElement} el @param {HTMLElement} head */
  #makeSwitch(block, el, head) {
    const live = this.lab.live && canBeSilent(block, this.lab.nodes);
    const one = new RowSwitch(block, { el, head, live }, () => this.events.onSwitch(block), this.signal);
    one.show(this.events.isOff(block));
    return one;
  }

  /** Something was switched off or on. */
  markOff() {
    for (const { block, off } of this.#made.values()) off.show(this.events.isOff(block));
  }

  /** Every band in the theme's colours. @param {ColourTable} table @param {boolean} shared */
  dress(table, shared) {
    this.#dressed = (band) => {
      band.dress(table, shared);
      band.show(this.lab.calls.get(band.node.name));
    };
    for (const band of this.bands) this.#dressed(band);
  }

  /** New numbers. */
  paint() {
    for (const band of this.bands) band.show(this.lab.calls.get(band.node.name));
  }

  /** The width may have changed, or a height. */
  fit() {
    const now = this.el.clientWidth;
    if (!now) return;
    if (now !== this.#room) {
      this.#room = now;
      this.#measure();
      for (const row of this.rows) this.#fitRow(row);
    }
    this.#place();
  }

  #measure() {
    this.#rooms = shareRoom(this.#room, { deep: this.deep, lanes: this.rail ? this.lanes : 0 });
    const { rail, name, narrow } = this.#rooms;
    this.el.style.setProperty("--rail", `${rail}px`);
    this.el.style.setProperty("--name", `${name}px`);
    this.el.classList.toggle("is-narrow", narrow);
  }

  /** @param {ListRow} row */
  #fitRow({ band, depth }) {
    band?.fit(roomAt(this.#rooms, depth));
  }

  /** Draw the rail where the rows stand. */
  #place() {
    this.#tops = this.rows.map(({ el }) => el.offsetTop);
    this.scroller.classList.toggle("is-full", this.scroller.scrollHeight > this.scroller.clientHeight + 2);
    this.events.onScroll();
    if (!this.rail) return;
    const shown = this.rows.flatMap(({ block, band, el }, i) => {
      const middle = band?.view === "maps" || this.el.classList.contains("is-narrow") ? DOT : el.offsetHeight / 2;
      return band ? [{ ...block, mark: block.children.length ? "block" : "layer", y: this.#tops[i] + middle }] : [];
    });
    const marks = /** @type {import("./explorer_rail_draw.js").RailMark[]} */ (["input", ...shown.map(({ mark }) => mark)]);
    const heights = [this.input.offsetTop + DOT, ...shown.map(({ y }) => y)];
    this.rail.draw(railRows(shown, this.lab.nodes, INPUT_NAME), marks, heights, this.#rooms.rail - 8);
  }

  /** The rows that are in sight, as indices of nodes. */
  seen() {
    const [{ scrollTop, clientHeight }, tops] = [this.scroller, this.#tops];
    const inSight = this.rows.filter((_, i) => (tops[i + 1] ?? Infinity) > scrollTop && tops[i] < scrollTop + clientHeight);
    const [first, last] = [inSight[0], inSight[inSight.length - 1]];
    return { first: first?.block.first ?? 0, last: (last?.band ? last.block.last : last?.block.first) ?? 0, name: first?.block.name ?? "" };
  }

  /** Open or fold. @param {ListRow} row @param {boolean} byKey */
  toggle(row, byKey) {
    const { block, band } = row;
    const opens = band !== null && band.view !== "maps";
    if (opens) this.open.add(block.id);
    else this.open.delete(block.id);
    if (block.children.length) this.render();
    else band?.setView(opens ? "maps" : band.options.small);
    const now = this.rows.find((one) => one.block === block);
    this.#rove(now ?? null);
    if (byKey) this.focusRow(now);
  }

  /** The row that shows a node's output. @param {string} name */
  bandOf(name) {
    return this.rows.flatMap(({ band }) => band ?? []).find(({ node }) => node.name === name);
  }

  /** To a node, whatever it is folded into; focus it or only show it. @param {number} at @param {{focus?: boolean, open?: boolean}} [how] */
  goTo(at, { focus = false, open = true } = {}) {
    const around = open ? blocksAround(this.roots, at).filter(({ id }) => !this.open.has(id)) : [];
    for (const { id } of around) this.open.add(id);
    if (around.length) this.render();
    const row = this.rows.findLast(({ block }) => block.first <= at && at <= block.last);
    if (!row) return;
    if (this.deep) this.scroller.scrollTop = Math.max(0, row.el.offsetTop - 60);
    for (const { el } of this.rows) el.classList.toggle("is-found", el === row.el && !focus);
    this.#rove(row);
    if (focus) this.#target(row)?.focus({ preventScroll: this.deep });
  }

  /** Mark what a search has found. @param {number[]} hits indices of nodes */
  markHits(hits) {
    this.#hits = new Set(hits);
    this.#mark();
  }

  #mark() {
    for (const { el, block } of this.rows) {
      let hit = false;
      for (let i = block.first; i <= block.last && !hit; i++) hit = this.#hits.has(i);
      el.classList.toggle("is-hit", hit);
      if (!this.#hits.size) el.classList.remove("is-found");
    }
  }

  /** What has the focus in a row. @param {ListRow | undefined} row */
  #target(row) {
    return row?.band ? row.band.target : row?.name;
  }

  /** All rows are one tab stop: the one that had the focus last. @param {ListRow | null} row */
  #rove(row) {
    if (!row) return;
    this.#current = row;
    for (const one of this.rows) {
      one.name.tabIndex = -1;
      if (one.band?.sheet) one.band.sheet.element.tabIndex = -1;
    }
    this.#target(row)?.setAttribute("tabindex", "0");
  }

  /** To the tab stop. */
  focus() {
    this.focusRow(this.#current ?? undefined);
  }

  /** @param {ListRow | undefined} row */
  focusRow(row) {
    this.#target(row)?.focus();
  }

  /** To the row before or after. @param {ListRow} row @param {number} down */
  go(row, down) {
    this.focusRow(this.rows[this.rows.indexOf(row) + down]);
  }
}
