// One row of the explorer: a layer, or a folded block with what it ends in: what it does, its maps, the number pointed at.

import { ScaleBar } from "./colour_scale.js";
import { button } from "./controls.js";
import { element } from "./element.js";
import { mapsOf, partNoun, sayShape } from "./explorer_shapes.js";
import { sayCell } from "./explorer_words.js";
import { Sheet } from "./maps.js";
import { formatCell, formatNumber } from "./numbers.js";
import { cellOfFlat, fitSheet, flatOfCell, scaleOf, sheetLayout } from "./sheet.js";

/** @import { Block } from "./explorer_blocks.js" */
/** @import { GraphNode } from "./graph.js" */
/** @import { ColourTable } from "./colour_scale.js" */
/** @import { Call } from "./ops.js" */
/** @import { SheetCell } from "./sheet.js" */
/** @typedef {"maps" | "strip" | "line"} BandView   all of the shown maps; a row of them; a low row beside the name */
/**
 * @typedef {object} BandOptions
 * @property {Block} block      the layer, or what is folded
 * @property {GraphNode} node   whose output is shown: its last
 * @property {number[]} shape   of that output
 * @property {string} title     its name, "" where the words say all
 * @property {string} words     what it does
 * @property {string} sizes     its output's size, or how it changes the size
 * @property {string} cost      ", 9344 parameters"
 * @property {string[]} unitNames  of a vector's units, where they have any
 * @property {number} limit     how many maps are shown at first
 * @property {BandView} small   how it is seen while it is not open
 */
/**
 * @typedef {object} BandEvents
 * @property {(band: LayerBand, at: number | null, by: "pointer" | "key" | "focus") => void} onUnit  the current unit
 * @property {(band: LayerBand, at: number) => void} onOpen     the reader wants to see how it is made
 * @property {(band: LayerBand, down: number) => void} onLeave  to the row before or after
 * @property {(band: LayerBand, byKey: boolean) => void} onFold  open, or fold again
 * @property {(band: LayerBand) => void} onChannels  the reader wants to see its channels, or a vector's units, compared
 */
/** @typedef {{rest: number, strip: number, zoom: number}} BandRoom   CSS pixels across for maps, and for a strip */

const NUMBER_ROOM = 4; // characters in a cell of a short vector
const TALL = { strip: 36, line: 18 }; // CSS pixels

export class LayerBand {
  /** @type {Sheet | null} made when it comes near what is seen */ sheet = null;
  /** @type {Call | null} */ call = null;
  near = false;
  #stale = true;
  /** @type {ColourTable | null} */ #table = null;
  /** @type {BandRoom} */ #room = { rest: 0, strip: 0, zoom: 1 };
  #shared = true;
  #signed = false;
  /** @type {Float64Array} */ #ends = new Float64Array(1);

  /** @param {BandOptions} options @param {BandEvents} events @param {AbortSignal} signal */
  constructor(options, events, signal) {
    this.options = options;
    this.events = events;
    this.signal = signal;
    this.node = options.node;
    this.maps = mapsOf(options.shape);
    this.limit = options.limit;
    /** @type {HTMLElement | null} */
    this.more = null;
    /** @type {BandView} */
    this.view = options.small;
    this.el = element("section", "cnnviz-band");
    this.el.dataset[options.block.children.length ? "block" : "layer"] = options.block.name;
    this.holder = element("div", "cnnviz-band-maps");
    this.scale = new ScaleBar();
    this.readout = button("", () => this.#open(), signal);
    this.name = this.#makeName();
    this.head = this.#makeHead();
    this.el.append(this.head, this.holder);
  }

  #makeName() {
    const { title, words, block } = this.options;
    const name = button("", () => {}, this.signal);
    name.className = "cnnviz-band-name";
    name.tabIndex = -1;
    name.title = `${block.name}: ${this.options.sizes}${this.options.cost}`;
    if (title) name.append(element("b", "", title), " ");
    name.append(element("span", "", words));
    // A click by key has no place on the screen.
    name.addEventListener("click", (event) => this.events.onFold(this, event.detail === 0), { signal: this.signal });
    return name;
  }

  #makeHead() {
    const head = element("div", "cnnviz-band-head");
    this.readout.className = "cnnviz-band-unit";
    this.readout.tabIndex = -1; // Enter on the unit does the same
    // The sheet keeps the focus, and with it the unit that a tap has chosen.
    this.readout.addEventListener("mousedown", (event) => event.preventDefault(), { signal: this.signal });
    const parts = `${partNoun(this.maps)}s`;
    const channels = button(parts, () => this.events.onChannels(this), this.signal, `${parts} of ${this.node.name}`);
    channels.classList.add("cnnviz-band-channels", "cnnviz-link");
    channels.tabIndex = -1;
    channels.hidden = this.maps.count < 2;
    // What a folded block reads is what the row above it gives.
    const size = element("span", "cnnviz-band-shape", this.options.sizes.replace(/^[^→]*(?=→)/, ""));
    size.append(element("span", "", this.options.cost));
    head.append(this.name, size, this.readout, channels, this.scale.el);
    return head;
  }

  /** What has the focus when the row is the current one. */
  get target() {
    return this.view === "maps" ? this.#made().element : this.name;
  }

  #made() {
    if (this.sheet) return this.sheet;
    const words = [this.node.name, this.options.words, sayShape(this.options.shape)].join(", ");
    const count = this.maps.vector ? this.maps.count : Math.min(this.limit, this.maps.count);
    this.sheet = new Sheet(
      {
        maps: { ...this.maps, count },
        label: words,
        roledescription: this.maps.vector ? "units" : "feature maps",
        number: (value) => formatCell(value, NUMBER_ROOM),
        onCell: (cell, by) => this.#onCell(cell, by),
        onPick: (cell, by) => this.#onPick(cell, by),
        onEdge: (down) => down && this.events.onLeave(this, down),
      },
      this.signal,
    );
    this.sheet.element.tabIndex = -1;
    this.holder.prepend(this.sheet.element);
    this.#lay();
    return this.sheet;
  }

  /** @param {BandView} view */
  setView(view) {
    this.view = view;
    for (const one of ["maps", "strip", "line"]) this.el.classList.toggle(`is-${one}`, one === view);
    this.name.setAttribute("aria-expanded", String(view === "maps"));
    this.#offerAll();
    if (this.#room.rest) this.fit(this.#room);
  }

  #offerAll() {
    const wanted = this.view === "maps" && this.limit < this.maps.count && !this.maps.vector;
    this.more?.remove();
    this.more = null;
    if (!wanted) return;
    this.more = button(`all ${this.maps.count} maps`, () => {
      this.limit = this.maps.count;
      const { tabIndex } = this.target;
      this.sheet?.element.remove();
      this.sheet = null;
      this.#offerAll();
      this.fit(this.#room);
      this.target.tabIndex = tabIndex;
      this.target.focus();
    }, this.signal);
    this.holder.append(this.more);
  }

  /** @param {BandRoom} room */
  fit(room) {
    this.#room = room;
    // A row that is far away keeps the place that its maps will take.
    if (!this.sheet && this.near) this.#made();
    else if (this.sheet) this.#lay();
    else this.holder.style.minHeight = `${this.#height()}px`;
  }

  #height() {
    const { rest, strip, zoom } = this.#room;
    const count = this.maps.vector ? this.maps.count : Math.min(this.limit, this.maps.count);
    if (this.view !== "maps") return TALL[this.view];
    const { cell, columns, gap } = fitSheet({ ...this.maps, count }, rest || strip, zoom);
    return sheetLayout({ ...this.maps, count }, columns, gap).pixelHeight * cell + (this.more ? 52 : 0);
  }

  #lay() {
    const { rest, strip, zoom } = this.#room;
    if (!rest || !this.sheet) return;
    this.holder.style.minHeight = "";
    if (this.view === "maps") this.sheet.fit(rest, zoom);
    else this.sheet.fit(strip, 1, TALL[this.view]);
    this.#stale = true;
    this.paint();
  }

  /** It has come near what is seen, or gone far from it. @param {boolean} near */
  setNear(near) {
    this.near = near;
    if (near && this.#room.rest) this.#made();
    if (near && this.#stale) this.paint();
  }

  /** @param {ColourTable} table @param {boolean} shared one scale for all maps */
  dress(table, shared) {
    this.#table = table;
    this.#shared = shared || this.maps.vector;
    this.#stale = true;
    this.paint();
  }

  /** @param {Call | undefined} call the layer with its numbers; none before the first pass */
  show(call) {
    this.call = call ?? this.call;
    this.#stale = true;
    this.paint();
  }

  paint() {
    if (!this.sheet || !this.near || !this.call || !this.#table || !this.#room.rest) return;
    const { data } = this.call.output;
    const { ends, signed } = scaleOf(data, this.maps.count, this.#shared);
    [this.#ends, this.#signed] = [ends, signed];
    const { count, height, width } = this.sheet.layout;
    this.sheet.paint(data.subarray(0, count * height * width), this.#table, this.#ends);
    this.#stale = false;
    this.#tell();
  }

  /** @param {SheetCell | null} cell @param {"pointer" | "key" | "focus"} by */
  #onCell(cell, by) {
    this.#tell();
    this.events.onUnit(this, cell && this.sheet ? flatOfCell(this.sheet.layout, cell) : null, by);
  }

  /** @param {SheetCell} cell @param {"pointer" | "touch" | "key"} by */
  #onPick(cell, by) {
    const small = this.view !== "maps";
    if (small && !this.maps.vector) this.events.onFold(this, false);
    else if (by !== "touch") this.#open(cell);
  }

  #tell() {
    const cell = this.sheet?.cell ?? null;
    this.el.classList.toggle("has-unit", cell !== null);
    const end = this.#ends[cell?.map ?? 0];
    this.readout.textContent = this.unitText();
    if (this.#table && (this.#shared || cell)) this.scale.show(this.#table, this.#signed, end);
    else this.scale.say("");
  }

  /** The current unit in words, or "". */
  unitText() {
    const { cell, layout } = this.sheet ?? { cell: null, layout: null };
    if (!cell || !layout || !this.call) return "";
    const name = this.options.unitNames[cell.map] ?? sayCell(cell, this.maps.vector);
    return `${name}: ${formatNumber(this.call.output.data[flatOfCell(layout, cell)])}`;
  }

  /** @param {SheetCell | null} [cell] */
  #open(cell = this.sheet?.cell ?? null) {
    if (cell && this.sheet) this.events.onOpen(this, flatOfCell(this.sheet.layout, cell));
  }

  /** Outline cells of this layer that another layer's unit is made of. @param {number[]} cells flat indices */
  outline(cells) {
    if (!this.sheet) return;
    const { layout } = this.sheet;
    const places = cells.map((at) => cellOfFlat(layout, at)).filter(({ map }) => map < layout.count);
    this.sheet.outline("input", places);
  }
}
