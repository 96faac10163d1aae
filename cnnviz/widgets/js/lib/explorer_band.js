// One layer of the explorer: what it does, its maps, the number under the pointer.

import { ScaleBar } from "./colour_scale.js";
import { button } from "./controls.js";
import { sayCell, sayLayer, sayShape } from "./explorer_words.js";
import { mapsOf } from "./explorer_graph.js";
import { element } from "./grid.js";
import { Sheet } from "./maps.js";
import { formatCell, formatNumber } from "./numbers.js";
import { cellOfFlat, flatOfCell, scaleEnds } from "./sheet.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { ColourTable } from "./colour_scale.js" */
/** @import { Call } from "./ops.js" */
/** @import { SheetCell } from "./sheet.js" */
/**
 * @typedef {object} BandEvents
 * @property {(band: LayerBand, at: number | null, by: "pointer" | "key" | "focus") => void} onUnit  the current unit
 * @property {(band: LayerBand, at: number) => void} onOpen     the reader wants to see how it is made
 * @property {(band: LayerBand, down: number) => void} onLeave  to the layer before or after
 */

const NUMBER_ROOM = 4; // characters in a cell of a short vector

export class LayerBand {
  /** @type {Sheet} */ sheet;
  /** @type {Call | null} */ call = null;
  /** @type {ColourTable | null} */ #table = null;
  #room = 0;
  #zoom = 1;
  #shared = true;
  #signed = false;
  /** @type {Float64Array} */ #ends = new Float64Array(1);

  /**
   * @param {GraphNode} node
   * @param {number[]} shape of its output
   * @param {string[]} unitNames  of a vector's units, where they have any
   * @param {number} limit   how many maps are shown at first
   * @param {BandEvents} events
   * @param {AbortSignal} signal
   */
  constructor(node, shape, unitNames, limit, events, signal) {
    this.node = node;
    this.shape = shape;
    this.unitNames = unitNames;
    this.events = events;
    this.signal = signal;
    this.maps = mapsOf(shape);
    this.vector = this.maps.vector;
    this.el = element("section", "cnnviz-band");
    this.el.dataset.layer = node.name;
    this.sheet = this.#makeSheet(Math.min(limit, this.maps.count));
    this.scale = new ScaleBar();
    this.readout = button("", () => this.#open(), signal);
    this.#makeHead();
    this.el.append(this.sheet.element);
    if (limit < this.maps.count && !this.vector) this.#offerAll();
  }

  #makeHead() {
    const head = element("div", "cnnviz-band-head");
    const name = element("div", "cnnviz-band-name", sayLayer(this.node));
    this.readout.className = "cnnviz-band-unit";
    this.readout.tabIndex = -1; // Enter on the unit does the same
    // The sheet keeps the focus, and with it the unit that a tap has chosen.
    this.readout.addEventListener("mousedown", (event) => event.preventDefault(), { signal: this.signal });
    head.append(name, element("span", "cnnviz-band-shape", sayShape(this.shape)), this.readout, this.scale.el);
    this.el.prepend(head);
  }

  /** @param {number} count */
  #makeSheet(count) {
    const words = `${sayLayer(this.node)}, ${sayShape(this.shape)}`;
    return new Sheet(
      {
        maps: { ...this.maps, count: this.vector ? this.maps.count : count },
        label: words,
        roledescription: this.vector ? "units" : "feature maps",
        number: (value) => formatCell(value, NUMBER_ROOM),
        onCell: (cell, by) => this.#onCell(cell, by),
        onPick: (cell, by) => by === "touch" || this.#open(cell),
        onEdge: (down) => down && this.events.onLeave(this, down),
      },
      this.signal,
    );
  }

  #offerAll() {
    const more = button(`all ${this.maps.count} maps`, () => {
      more.remove();
      const sheet = this.#makeSheet(this.maps.count);
      sheet.element.tabIndex = this.sheet.element.tabIndex;
      this.sheet.element.replaceWith(sheet.element);
      this.sheet = sheet;
      this.fit(this.#room, this.#zoom);
      sheet.element.focus();
    }, this.signal);
    this.el.append(more);
  }

  /** @param {number} room @param {number} zoom */
  fit(room, zoom) {
    this.#room = room;
    this.#zoom = zoom;
    this.sheet.fit(room, zoom);
    this.paint();
  }

  /** @param {ColourTable} table @param {boolean} shared one scale for all maps */
  dress(table, shared) {
    this.#table = table;
    this.#shared = shared || this.vector;
    this.paint();
  }

  /** @param {Call} call the layer with its numbers */
  show(call) {
    this.call = call;
    this.paint();
  }

  paint() {
    if (!this.call || !this.#table || !this.#room) return;
    const { data } = this.call.output;
    this.#ends = scaleEnds(data, this.maps.count, this.#shared);
    this.#signed = data.some((value) => value < 0);
    const { count, height, width } = this.sheet.layout;
    this.sheet.paint(data.subarray(0, count * height * width), this.#table, this.#ends);
    this.#tell();
  }

  /** @param {SheetCell | null} cell @param {"pointer" | "key" | "focus"} by */
  #onCell(cell, by) {
    this.#tell();
    this.events.onUnit(this, cell ? flatOfCell(this.sheet.layout, cell) : null, by);
  }

  #tell() {
    const { cell } = this.sheet;
    this.el.classList.toggle("has-unit", cell !== null);
    const end = this.#ends[cell?.map ?? 0];
    this.readout.textContent = this.unitText();
    if (this.#table && (this.#shared || cell)) this.scale.show(this.#table, this.#signed, end);
    else this.scale.say("");
  }

  /** The current unit in words, or "". */
  unitText() {
    const { cell, layout } = this.sheet;
    if (!cell || !this.call) return "";
    const name = this.unitNames[cell.map] ?? sayCell(cell, this.vector);
    return `${name}: ${formatNumber(this.call.output.data[flatOfCell(layout, cell)])}`;
  }

  /** @param {SheetCell | null} [cell] */
  #open(cell = this.sheet.cell) {
    if (cell) this.events.onOpen(this, flatOfCell(this.sheet.layout, cell));
  }

  /** Outline cells of this layer that another layer's unit is made of. @param {number[]} cells flat indices */
  outline(cells) {
    const { layout } = this.sheet;
    const places = cells.map((at) => cellOfFlat(layout, at)).filter(({ map }) => map < layout.count);
    this.sheet.outline("input", places);
  }
}
