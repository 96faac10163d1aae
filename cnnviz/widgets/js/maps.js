// Maps or filters of one array as a sheet: every number by hover, focus or tap, and the scale with its ends.

import { announcer } from "./lib/announce.js";
import { GREYS, ScaleBar, colourTable } from "./lib/colour_scale.js";
import { readPalette } from "./lib/draw.js";
import { Sheet } from "./lib/maps.js";
import { keepKeys } from "./lib/notebook.js";
import { formatNumber } from "./lib/numbers.js";
import { fitSheet, flatOfCell, scaleEnds } from "./lib/sheet.js";
import { fromTrait } from "./lib/tensor.js";
import { followTheme } from "./lib/theme.js";

/** @import { SheetCell } from "./lib/sheet.js" */

const ZOOMS = [3, 2.5, 2, 1.5];
const COLOURS = ["red", "green", "blue"];

class MapsFigure {
  /** @param {{model: any, el: HTMLElement, signal: AbortSignal}} context */
  constructor({ model, el, signal }) {
    this.model = model;
    this.maps = fromTrait(model.get("maps"));
    this.full = model.get("maps").dtype === "uint8" ? 255 : 1; // of a picture
    this.role = /** @type {"input" | "parameter" | "output"} */ (model.get("role"));
    this.names = /** @type {string[]} */ (model.get("names"));
    this.root = document.createElement("figure");
    this.root.className = "cnnviz cnnviz-maps";
    this.root.innerHTML = `
      <figcaption class="cnnviz-title"></figcaption>
      <div class="cnnviz-maps-sheet"></div>
      <div class="cnnviz-maps-foot"><span class="cnnviz-maps-cell" aria-hidden="true"></span>
      <button type="button" class="cnnviz-button"></button></div>`;
    this.title = this.#part("figcaption");
    this.title.textContent = model.get("title");
    this.scale = new ScaleBar();
    this.#part(".cnnviz-maps-foot").prepend(this.scale.el);
    this.readout = this.#part(".cnnviz-maps-cell");
    this.say = announcer(this.root, signal);
    this.sheet = this.#makeSheet(signal);
    this.#part(".cnnviz-maps-sheet").append(this.sheet.element);
    el.append(this.root);
    this.#listen(signal);
    followTheme(this.root, () => this.draw(), signal);
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** How many maps of which size, each of one plane or of red, green and blue. */
  get size() {
    const { shape } = this.maps;
    const [height, width] = shape.slice(-2);
    return { count: shape[0], height, width, planes: shape.length === 4 ? shape[1] : 1 };
  }

  /** @param {AbortSignal} signal */
  #makeSheet(signal) {
    const { count, height, width } = this.size;
    const noun = this.model.get("noun") === "picture" ? "pictures" : "maps";
    return new Sheet(
      {
        maps: { count, height, width },
        label: `${this.model.get("title") || this.role}: ${count} ${noun} of ${height} by ${width}`,
        roledescription: "sheet of maps",
        caption: (map) => this.names[map],
        group: this.model.get("group"),
        onCell: (cell, by) => this.#read(cell, by),
      },
      signal,
    );
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const button = this.#part("button");
    button.hidden = this.size.count - this.model.get("pictures").length < 2; // a picture has one scale
    button.addEventListener("click", () => {
      this.model.set("shared", !this.model.get("shared"));
      this.model.save_changes();
    }, { signal });
    const redraw = () => this.draw();
    const renew = () => {
      this.maps = fromTrait(this.model.get("maps"));
      this.draw();
    };
    this.model.on("change:shared", redraw);
    this.model.on("change:maps", renew);
    let room = 0;
    const resized = new ResizeObserver(() => {
      const now = this.root.clientWidth;
      if (now === 0 || now === room) return; // hidden: it is laid out when it is seen again
      room = now;
      this.sheet.fit(room, this.#zoom(room));
      this.draw();
    });
    resized.observe(this.root);
    signal.addEventListener("abort", () => {
      this.model.off("change:shared", redraw);
      this.model.off("change:maps", renew);
      resized.disconnect();
      this.root.remove();
    });
  }

  /** Larger maps where all of them still stand in one row. @param {number} room */
  #zoom(room) {
    const { count, height, width } = this.size;
    const zoom = ZOOMS.find((factor) => fitSheet({ count, height, width }, room, factor).columns >= count);
    return zoom ?? 1;
  }

  draw() {
    const { data } = this.maps;
    const { count, height, width, planes } = this.size;
    const shared = this.model.get("shared");
    const pictures = this.model.get("pictures");
    const scaled = data.slice();
    for (const map of pictures) scaled.fill(0, map * planes * height * width, (map + 1) * planes * height * width);
    const low = scaled.reduce((a, b) => Math.min(a, Number.isFinite(b) ? b : 0), 0);
    const palette = readPalette(this.root);
    this.ends = scaleEnds(scaled, count, shared);
    this.table = colourTable(palette, low < 0 ? palette.positive : palette[this.role]);
    this.signed = low < 0;
    this.sheet.paint(data, this.table, this.ends, { maps: pictures, planes, full: this.full });
    this.#part("button").textContent = shared ? "scale each map by itself" : "one scale for all maps";
    this.#read(this.sheet.cell, "pointer");
  }

  /** @param {SheetCell | null} cell @param {"pointer" | "key" | "focus"} by */
  #read(cell, by) {
    const { ends, table } = this;
    if (!ends || !table) return;
    const pictures = this.model.get("pictures");
    const picture = cell ? pictures.includes(cell.map) : pictures.length === this.size.count;
    const end = cell || this.model.get("shared") ? ends[cell?.map ?? ends.findIndex((_, map) => !pictures.includes(map))] : NaN;
    if (picture && this.size.planes === 3) this.scale.say(`red, green and blue from 0 to ${this.full}`);
    else if (picture) this.scale.show(GREYS, false, this.full);
    else if (Number.isNaN(end)) this.scale.say("each map has its own scale");
    else this.scale.show(table, this.signed ?? false, end);
    const text = cell ? this.#sentence(cell) : "";
    this.readout.textContent = text;
    if (text && by !== "pointer") this.say(text);
  }

  /** @param {SheetCell} cell */
  #sentence(cell) {
    const { height, width, planes } = this.size;
    const first = flatOfCell(this.sheet.layout, { ...cell, map: cell.map * planes });
    const values = Array.from({ length: planes }, (_, plane) => formatNumber(this.maps.data[first + plane * height * width]));
    const named = planes === 3 ? values.map((value, plane) => `${COLOURS[plane]} ${value}`) : values;
    const name = `${this.model.get("noun")} ${this.names[cell.map]}`.trim();
    return `${name}, row ${cell.row}, column ${cell.col}: ${named.join(", ")}`;
  }
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  new MapsFigure({ model, el, signal: ended.signal });
  keepKeys(el, ended.signal);
  return () => ended.abort();
}

export default { render };
