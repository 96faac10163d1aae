// Under the picture: what to look for in it. The answer lies over the picture as a map, and follows it.

import { ScaleBar, colourTable } from "./colour_scale.js";
import { select } from "./controls.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";
import { formatNumber } from "./numbers.js";
import { classChoice } from "./panel_class.js";
import { mapByGradient, mapByOcclusion } from "./tools_attribute.js";
import { layersWithMaps, strongestPixel } from "./tools_maps.js";
import { mapOverPicture } from "./tools_overlay.js";
import { slider } from "./tools_slider.js";

/** @import { Lab } from "./lab.js" */
/** @import { PaintBoard } from "./paint.js" */
/** @import { LookMap } from "./tools_attribute.js" */
/** @typedef {"" | "saliency" | "gradient_x_input" | "gradcam" | "occlusion"} LookMethod  ""; else as cnnviz.attribution calls it */
/** @typedef {{method?: LookMethod, layer?: string, strength?: number, square?: number}} Overlay  layer: of Grad-CAM; square: pixels, of occlusion */
/**
 * @typedef {object} LookHost
 * @property {Lab} lab
 * @property {PaintBoard} board
 * @property {() => number} side    of the square that occlusion moves
 * @property {() => void} changed   another method, or a map begins or ends
 * @property {() => void} chosen    by the reader: another method, layer or strength
 * @property {(text: string) => void} say
 */

const METHODS = /** @type {[LookMethod, string][]} */ ([
  ["", "nothing"],
  ["saliency", "gradient (saliency)"],
  ["gradient_x_input", "gradient × input"],
  ["gradcam", "Grad-CAM"],
  ["occlusion", "occlusion"],
]);

export class LookRow {
  /** @type {LookMethod} */ method = "";
  /** @type {LookMap | null} of the picture on the board */ map = null;
  /** @type {AbortController | null} of the occlusion under way */ mapping = null;
  strength = 0.8;
  /** @type {Uint8Array | null} the picture that is, or is being, mapped by occlusion: that takes too long for every stroke */ #mapped = null;
  /** By the reader: until asked again nothing is mapped. */ #stopped = false;
  /** There was no pass yet: what is looked for comes with the first. */ #awaited = false;
  /** Gradients are awaited. */ #asking = false;
  #turn = 0;

  /** @param {LookHost} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.host = host;
    this.el = element("div", "cnnviz-look");
    this.canvas = document.createElement("canvas");
    this.canvas.className = "cnnviz-look-map";
    this.canvas.setAttribute("aria-hidden", "true");
    this.layers = layersWithMaps(host.lab.nodes, host.lab.shapes);
    this.layer = this.layers.at(-1) ?? "";
    this.choose = select("look for", (value) => this.use(/** @type {LookMethod} */ (value)), signal);
    this.at = select("at", (name) => this.#choose({ layer: name }), signal);
    this.scoreOf = classChoice(host.lab, signal);
    this.strong = slider("strength", { min: 0.1, max: 1, step: 0.1 }, (value) => this.#choose({ strength: value }), signal);
    this.legend = element("div", "cnnviz-look-legend");
    this.bar = new ScaleBar();
    this.here = element("span", "cnnviz-quiet");
    this.note = element("p", "cnnviz-quiet");
    this.legend.append(this.bar.el, this.here);
    this.more = element("div", "cnnviz-look-more");
    this.more.append(this.at.el, this.scoreOf.el, this.strong.el, this.legend, this.note);
    this.el.append(this.choose.el, this.more);
    this.#listen(signal);
    this.#show();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const { lab, board } = this.host;
    lab.on("run", () => this.#follow(), signal);
    lab.on("busy", () => lab.busy !== null && this.#hide(), signal);
    lab.on("gradients", () => this.#asking && lab.gradientsDone !== null && this.#wait(lab.gradientsDone), signal);
    lab.on("target", () => this.refresh(), signal);
    lab.on("ablate", () => this.forget(), signal);
    board.board.addEventListener("pointermove", (event) => this.#tell(event), { signal });
    board.about = (cell) => this.sayAt(cell);
    signal.addEventListener("abort", () => this.mapping?.abort(), { once: true });
  }

  /** By the reader. @param {LookMethod} method */
  use(method) {
    this.#turnTo(method);
    this.host.chosen();
    if (!method) this.host.say("no map over the picture");
    else void this.#look(true);
  }

  /** @param {LookMethod} method */
  #turnTo(method) {
    this.method = method;
    this.#stopped = false;
    this.forget();
    this.#show();
    this.host.changed();
  }

  /** Not by the reader; a layer without maps is none. @param {Overlay} overlay */
  begin({ method = "", layer = "", strength = this.strength }) {
    if (this.layers.includes(layer)) this.layer = layer;
    this.strength = strength;
    this.#turnTo(method);
    if (method) void this.#look(false);
  }

  /** @param {{layer?: string, strength?: number}} choice */
  #choose(choice) {
    Object.assign(this, choice);
    this.#show();
    this.host.chosen();
    if (choice.layer) this.refresh();
    else this.draw();
  }

  /** What was mapped is no longer so: another square, another part of the network set to zero. */
  forget() {
    this.map = this.#mapped = null;
    this.#turn += 1;
    this.#asking = false;
    this.#endMapping();
    this.#hide();
  }

  /** The same look again, since something but the picture has changed; told to the reader. */
  refresh() {
    this.forget();
    if (this.method) void this.#look(true);
    this.#show();
  }

  /** After every pass: small networks at once, large ones when the stroke is at its end. */
  #follow() {
    if (!this.method) return;
    this.scoreOf.show();
    const { lab, board } = this.host;
    const slow = lab.long || this.method === "occlusion";
    if (this.#stopped) return;
    if (slow && board.drawing) this.#hide();
    else if (this.method === "occlusion" && this.#isMapped()) this.draw();
    else if (this.method === "occlusion" && lab.long && !this.#awaited) this.#again();
    else void this.#look(false);
  }

  /** @param {boolean} tell */
  async #look(tell) {
    const turn = ++this.#turn;
    this.#stopped = false;
    const { lab } = this.host;
    this.#awaited = !lab.calls.size;
    if (this.#awaited) return;
    if (lab.long || this.method === "occlusion") this.#wait(0);
    try {
      const map = this.method === "occlusion" ? await this.#occlude() : await this.#differentiate();
      if (turn === this.#turn && map) this.#set(map, tell);
    } catch (error) {
      if (turn === this.#turn) this.#explain(/** @type {Error} */ (error).message);
    }
  }

  async #differentiate() {
    const turn = this.#turn;
    this.#asking = true;
    try {
      return await mapByGradient(this.host.lab, /** @type {any} */ (this.method), this.layer);
    } finally {
      if (turn === this.#turn) this.#asking = false;
    }
  }

  async #occlude() {
    const { lab, board, side } = this.host;
    this.mapping?.abort();
    const mapping = (this.mapping = new AbortController());
    this.host.changed();
    const picture = { ...board.picture, data: board.picture.data.slice() };
    this.#mapped = picture.data;
    const map = await mapByOcclusion(lab, picture, side(), (share) => this.#wait(share), mapping.signal);
    if (this.mapping === mapping) this.#endMapping();
    return map;
  }

  /** The reader stops the mapping. */
  stop() {
    this.forget();
    this.#stopped = true;
    this.#explain("Stopped.");
    this.host.say("mapping stopped");
  }

  #endMapping() {
    this.mapping?.abort();
    this.mapping = null;
    this.host.changed();
  }

  /** Whether the map is of the picture on the board: the square that lies over it does not count. */
  #isMapped() {
    return this.#mapped?.every((value, i) => value === this.host.board.picture.data[i]) ?? false;
  }

  #again() {
    this.forget();
    this.#explain("The picture has changed: map it again.");
  }

  /** @param {LookMap} map @param {boolean} tell */
  #set(map, tell) {
    this.map = map;
    this.note.textContent = map.note;
    this.#share(null);
    this.draw();
    if (tell) this.host.say(`${map.note} ${this.#sayStrongest(map)}`);
  }

  /** @param {LookMap} map */
  #sayStrongest({ values }) {
    const { width } = this.host.board.picture;
    const at = strongestPixel(values);
    return `Strongest at row ${Math.floor(at / width)}, column ${at % width}: ${formatNumber(values[at])}.`;
  }

  /** Nothing over the picture yet. @param {number} share done, 0 to 1 */
  #wait(share) {
    this.#explain(`Mapping: ${Math.round(100 * share)}\u00a0%`);
    this.#share(share);
  }

  /** Nothing over the picture, and why. @param {string} text */
  #explain(text) {
    this.#hide();
    this.note.textContent = text;
    this.#share(null);
  }

  /** @param {number | null} share done of the mapping */
  #share(share) {
    this.note.style.setProperty("--share", String(share ?? 0));
    this.note.classList.toggle("is-busy", share !== null);
  }

  /** A map of the picture before is never over another one. */
  #hide() {
    this.canvas.remove();
    this.legend.hidden = true;
  }

  #show() {
    this.choose.show(METHODS.filter(([method]) => method !== "gradcam" || this.layers.length > 0), this.method);
    this.more.hidden = !this.method;
    this.at.show(this.layers.map((name) => [name, name]), this.layer);
    if (this.method !== "gradcam") this.at.el.hidden = true;
    this.scoreOf.show();
    this.strong.show(this.strength, `${Math.round(100 * this.strength)}\u00a0%`);
  }

  /** The map over the picture of the last pass. */
  draw() {
    const { lab, board } = this.host;
    const { map } = this;
    if (!map || !this.method) return this.#hide();
    const palette = readPalette(board.board);
    const { height, width } = lab.picture;
    const pixels = mapOverPicture(lab.picture, map.values, map.end, this.strength, palette);
    Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
    if (!this.canvas.isConnected) board.canvas.after(this.canvas);
    this.bar.show(colourTable(palette), map.signed, map.end);
    this.legend.hidden = map.end === 0;
  }

  /** @param {PointerEvent} event */
  #tell(event) {
    if (!this.canvas.isConnected) return;
    const { row, col } = this.host.board.cellOf(event);
    this.here.textContent = this.sayAt({ row, col });
  }

  /** The map's number at a pixel; "" where there is no map. @param {{row: number, col: number}} cell */
  sayAt({ row, col }) {
    if (!this.map || !this.canvas.isConnected) return "";
    return `${formatNumber(this.map.values[row * this.host.board.picture.width + col])} at row ${row}, column ${col}`;
  }
}
