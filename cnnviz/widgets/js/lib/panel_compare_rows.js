// Three rows of maps, cell under cell: A, B, and A − B; as many channels as fit, the most different first.

import { ScaleBar } from "./colour_scale.js";
import { button } from "./controls.js";
import { element } from "./element.js";
import { mapsOf, partNoun } from "./explorer_shapes.js";
import { Sheet } from "./maps.js";
import { formatCell, formatNumber } from "./numbers.js";
import { pickChannels } from "./panel_difference.js";
import { sayPlace } from "./panel_words.js";
import { fitSheet, flatOfCell, scaleEnds, scaleOf } from "./sheet.js";

/** @import { ColourTable } from "./colour_scale.js" */
/** @import { Difference } from "./panel_difference.js" */
/** @import { SheetCell } from "./sheet.js" */
/** @typedef {{a: Float32Array, b: Float32Array, difference: Difference, shape: number[], names: string[]}} Compared  names: of a vector's units */

const [NARROW_ROWS, NARROW_ZOOM, WIDE_ZOOM] = [620, 1.4, 2]; // CSS pixels of room, and how much larger maps are drawn
const UNIT_WIDTH = 40; // CSS pixels of a vector's cell: wide enough for a number
const SIDES = ["A", "B", "A − B"];

export class CompareRows {
  /** @type {{el: HTMLElement, bar: ScaleBar, sheet: Sheet | null}[]} */ #rows;
  /** @type {Compared | null} */ #shown = null;
  /** @type {AbortController | null} */ #ended = null;
  /** @type {number[]} */ #chosen = [];
  /** @type {ColourTable | null} */ table = null;
  #made = "";
  /** @type {number[]} channels, as they were last sorted */ #order = [];
  #from = 0;
  #room = 0;

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.el = element("div", "cnnviz-compare-rows");
    this.#rows = SIDES.map((side) => this.#makeRow(side));
    this.readout = element("p", "cnnviz-compare-readout");
    this.where = element("span", "cnnviz-quiet");
    this.before = button("more different", () => this.#turn(-1), signal);
    this.after = button("less different", () => this.#turn(1), signal);
    this.pages = element("div", "cnnviz-row");
    this.pages.append(this.before, this.after, this.where);
    this.el.append(...this.#rows.map(({ el }) => el), this.readout, this.pages);
    signal.addEventListener("abort", () => this.#ended?.abort(), { once: true });
  }

  /** @param {string} side */
  #makeRow(side) {
    const el = element("div", "");
    const head = element("div", "cnnviz-row cnnviz-compare-head");
    const bar = new ScaleBar();
    head.append(element("strong", "", side), element("span", "cnnviz-quiet cnnviz-compare-side"), bar.el);
    el.append(head);
    return { el, bar, sheet: /** @type {Sheet | null} */ (null) };
  }

  /** What A and B are, in words. @param {[string, string]} words */
  name(words) {
    words.forEach((text, i) => (this.#side(i).textContent = text));
  }

  /** @param {number} row */
  #side(row) {
    return /** @type {HTMLElement} */ (this.#rows[row].el.querySelector(".cnnviz-compare-side"));
  }

  /** @param {Compared} compared @param {boolean} anew  sorted, from the most different channel */
  show(compared, anew) {
    this.#shown = compared;
    if (anew || this.#order.length !== compared.difference.order.length) {
      this.#order = compared.difference.order;
      this.#from = 0;
    }
    this.#draw();
  }

  /** @param {number} room CSS pixels across */
  fit(room) {
    if (room === this.#room || room === 0) return;
    this.#room = room;
    this.#made = "";
    this.#draw();
  }

  get #zoom() {
    return this.#room < NARROW_ROWS ? NARROW_ZOOM : WIDE_ZOOM;
  }

  /** @param {number} by pages */
  #turn(by) {
    this.#order = this.#shown?.difference.order ?? [];
    this.#from += by * this.#chosen.length;
    this.#draw();
  }

  #draw() {
    const shown = this.#shown;
    if (!shown || !this.#room) return;
    const { count, height, width, vector } = mapsOf(shown.shape);
    const fits = vector ? Math.floor(this.#room / UNIT_WIDTH) : fitSheet({ count, height, width }, this.#room, this.#zoom).columns;
    const each = Math.max(1, Math.min(count, fits));
    this.#from = Math.min(Math.max(0, this.#from), Math.max(0, count - each));
    this.#chosen = this.#order.slice(this.#from, this.#from + each);
    this.#makeSheets({ count: each, height, width }, vector);
    this.paint();
    this.pages.hidden = each >= count;
    const parts = partNoun({ vector });
    this.before.setAttribute("aria-label", `${parts}s that differ more`);
    this.after.setAttribute("aria-label", `${parts}s that differ less`);
    this.before.disabled = this.#from === 0;
    this.after.disabled = this.#from + each >= count;
    const sorted = this.#order.every((channel, i) => channel === shown.difference.order[i]);
    const how = sorted ? "the most different first" : "in their places of before";
    this.where.textContent = `${this.#from + 1}–${this.#from + each} of ${count}, ${how}`;
  }

  /** @param {{count: number, height: number, width: number}} maps @param {boolean} vector */
  #makeSheets(maps, vector) {
    const wanted = `${maps.count} ${maps.height} ${maps.width} ${this.#chosen}`;
    if (wanted === this.#made) return;
    this.#made = wanted;
    this.#ended?.abort();
    const ended = new AbortController();
    this.#ended = ended;
    this.#rows.forEach((row, i) => {
      row.sheet?.element.remove();
      row.sheet = new Sheet({
        maps,
        label: `${SIDES[i]}, ${partNoun({ vector })}s ${this.#chosen.join(", ")}`,
        roledescription: vector ? "units" : "feature maps",
        caption: (map) => `${this.#chosen[map]}`,
        number: (value) => formatCell(value, 4),
        onCell: (cell) => this.#point(i, cell),
      }, ended.signal);
      row.sheet.fit(this.#room, this.#zoom);
      row.el.append(row.sheet.element);
    });
  }

  /** In the theme's colours. */
  paint() {
    const { table } = this;
    const shown = this.#shown;
    if (!shown || !table) return;
    const { count } = mapsOf(shown.shape);
    const [a, b] = [shown.a, shown.b].map((side) => scaleOf(side, count, true));
    const [end, signed] = [Math.max(a.ends[0], b.ends[0]), a.signed || b.signed];
    const [far] = scaleEnds(shown.difference.data, count, true);
    const times = far > 0 && end >= 2 * far ? `, colours × ${formatTimes(end / far)}` : "";
    this.#side(2).textContent = `the difference${times}`;
    [shown.a, shown.b, shown.difference.data].forEach((data, i) => {
      const { sheet, bar } = this.#rows[i];
      const last = i === 2;
      const ends = new Float64Array(this.#chosen.length).fill(last ? far : end);
      sheet?.paint(pickChannels(data, count, this.#chosen), table, ends);
      bar.show(table, last || signed, last ? far : end);
    });
  }

  /** The same cell on all sides. @param {number} row @param {SheetCell | null} cell */
  #point(row, cell) {
    this.#rows.forEach(({ sheet }, i) => i !== row && sheet?.outline("current", cell ? [cell] : []));
    this.readout.textContent = cell ? this.#read(cell) : "";
  }

  /** @param {SheetCell} cell */
  #read(cell) {
    const { a, b, difference, shape, names } = /** @type {Compared} */ (this.#shown);
    const { layout } = /** @type {Sheet} */ (this.#rows[0].sheet);
    const at = flatOfCell(layout, { ...cell, map: this.#chosen[cell.map] });
    return `${sayPlace(shape, at, names)}: ${formatNumber(a[at])} and ${formatNumber(b[at])}, difference ${formatNumber(difference.data[at])}`;
  }
}

/** Two figures. @param {number} factor */
function formatTimes(factor) {
  return Number.isFinite(factor) ? String(Number(factor.toPrecision(2))) : "many";
}
