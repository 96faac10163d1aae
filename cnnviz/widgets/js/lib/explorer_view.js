// The explorer: a picture to draw on, every layer of the network, and what it thinks it sees, all computed in the page.

import { announcer } from "./announce.js";
import { colourTable } from "./colour_scale.js";
import { checkbox } from "./controls.js";
import { readPalette } from "./draw.js";
import { LayerBand } from "./explorer_band.js";
import { inputOf, readNodes, readPictures } from "./explorer_graph.js";
import { explorerKeys } from "./explorer_keys.js";
import { outlineSources } from "./explorer_link.js";
import { UnitPanel } from "./explorer_panel.js";
import { sayVerdict } from "./explorer_words.js";
import { runGraph } from "./graph.js";
import { element } from "./grid.js";
import { PaintBoard } from "./paint.js";
import { paintTools } from "./paint_tools.js";
import { Picker } from "./picker.js";
import { fromTrait } from "./tensor.js";
import { followTheme } from "./theme.js";
import { Verdict } from "./verdict.js";

/** @import { SentNode } from "./explorer_graph.js" */
/** @import { GraphNode } from "./graph.js" */
/** @import { Call } from "./ops.js" */
/** @import { Packed } from "./tensor.js" */
/**
 * @typedef {object} ExplorerState
 * @property {SentNode[]} nodes      in the order in which they run
 * @property {Packed} images         uint8 (N, C, H, W)
 * @property {string[]} classNames   none: the network does not classify
 * @property {string} note           under the probabilities
 * @property {number} scale          a picture's number * scale + shift is the network's input
 * @property {number} shift
 * @property {number[]} background   one value a channel
 * @property {string} title
 * @property {number} image
 * @property {Packed | null} picture  what was drawn, uint8 (C, H, W); none before the first stroke
 * @property {boolean} shared        one colour scale for all maps of a layer
 * @property {number} show           maps of a layer shown at first
 */

const ROOMY = 620; // CSS pixels of the layers' column from which maps are drawn larger
const WARM_UP = 4; // passes until the page's compiler has made the loops fast
const MEASURE = "cnnviz-explore"; // its User Timing entry: one pass, from the picture's numbers to the painted maps

export class ExplorerView {
  /** @type {Map<string, Call>} */ calls = new Map();
  #frame = 0;

  /**
   * @param {HTMLElement} el
   * @param {ExplorerState} state
   * @param {AbortSignal} signal
   * @param {(changes: Partial<ExplorerState>) => void} changed  what the reader changed
   */
  constructor(el, state, signal, changed) {
    this.state = { ...state };
    this.signal = signal;
    this.changed = changed;
    this.nodes = readNodes(state.nodes);
    this.pictures = readPictures(state.images);
    this.root = element("section", "cnnviz cnnviz-explorer");
    this.root.setAttribute("aria-label", state.title || "network explorer");
    this.say = announcer(this.root, signal);
    this.board = this.#makeBoard();
    this.tools = paintTools(this.board, signal);
    this.picker = new Picker(this.pictures, (i) => this.pick(i, true), signal);
    this.verdict = this.#makeVerdict();
    this.#compute();
    this.bands = this.#makeBands();
    this.own = this.#makeOwn();
    this.panel = new UnitPanel(this.nodes, () => this.calls, (name) => this.#focusLayer(name), signal);
    this.side = this.#makeSide();
    this.layers = this.#makeLayers();
    const title = element("div", "cnnviz-title", state.title);
    const body = element("div", "cnnviz-explorer-body");
    body.append(this.side, this.layers);
    this.root.append(title, body, this.panel.el);
    el.append(this.root);
    this.#listen();
    if (state.picture?.shape) this.#restore(state.picture);
    else this.pick(state.image);
  }

  #makeBoard() {
    const { channels, height, width, data } = this.pictures[0];
    return new PaintBoard(
      {
        picture: { channels, height, width, data: data.slice() },
        background: this.state.background,
        label: `the picture, ${channels} × ${height} × ${width}: draw on it`,
        onChange: () => this.refresh(),
        onEnd: () => this.#drawn(),
        onMode: (mode) => this.tools.showMode(mode),
        say: (text) => this.say(text),
      },
      this.signal,
    );
  }

  #makeVerdict() {
    const { classNames, note } = this.state;
    const last = this.nodes[this.nodes.length - 1].name;
    return classNames.length ? new Verdict(classNames, note, (i) => this.open(last, i), this.signal) : null;
  }

  #makeBands() {
    const events = {
      onUnit: this.#onUnit.bind(this),
      onOpen: (/** @type {LayerBand} */ band, /** @type {number} */ at) => this.open(band.node.name, at),
      onLeave: (/** @type {LayerBand} */ band, /** @type {number} */ down) => this.#go(band, down),
    };
    return this.nodes.map((node, i) => {
      const { shape } = this.#call(node.name).output;
      const band = new LayerBand(node, shape, this.#unitNames(node, shape), this.state.show, events, this.signal);
      band.sheet.element.tabIndex = i === 0 ? 0 : -1;
      return band;
    });
  }

  /** The classes' names for the probabilities and for the scores that they are made of. @param {GraphNode} node @param {number[]} shape */
  #unitNames(node, shape) {
    const last = this.nodes[this.nodes.length - 1];
    const same = shape.length === 2 && shape[1] === this.state.classNames.length;
    return same && (node === last || last.inputs.includes(node.name)) ? this.state.classNames : [];
  }

  #makeOwn() {
    const own = checkbox("each map its own colour scale", (on) => {
      this.set({ shared: !on });
      this.changed({ shared: !on });
    }, this.signal);
    own.show(!this.state.shared);
    return own;
  }

  #makeSide() {
    const side = element("div", "cnnviz-explorer-side");
    side.append(this.picker.el, this.board.board);
    if (this.verdict) side.append(this.verdict.sentence);
    side.append(this.tools.el);
    if (this.verdict) side.append(this.verdict.el);
    return side;
  }

  #makeLayers() {
    const layers = element("div", "cnnviz-explorer-layers");
    const options = element("div", "cnnviz-explorer-options");
    const hint = "Point at a unit to see what it looks at; click it to see how it is made.";
    const keys = explorerKeys(this.root, this.signal);
    options.append(element("span", "cnnviz-quiet", hint), this.own.el, keys.button);
    layers.append(options, keys.list, ...this.bands.map(({ el }) => el));
    return layers;
  }

  /** @param {string} name @returns {Call} */
  #call(name) {
    return /** @type {Call} */ (this.calls.get(name));
  }

  #listen() {
    followTheme(this.root, () => this.#dress(), this.signal);
    let room = 0;
    const fit = () => {
      const now = this.layers.clientWidth;
      if (now === room) return;
      room = now;
      for (const band of this.bands) band.fit(room, room >= ROOMY ? 1.4 : 1);
    };
    fit(); // Now, not after the first frame: nothing of the figure moves once it has been seen.
    const resized = new ResizeObserver(fit);
    resized.observe(this.layers);
    this.layers.addEventListener("keydown", (event) => this.#onKey(event), { signal: this.signal });
    this.layers.addEventListener("focusin", (event) => this.#rove(event.target), { signal: this.signal });
    const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 200));
    idle(() => this.#warmUp());
    this.signal.addEventListener("abort", () => {
      resized.disconnect();
      cancelAnimationFrame(this.#frame);
      this.root.remove();
    });
  }

  #warmUp() {
    for (let i = 0; i < WARM_UP && !this.signal.aborted; i++) this.#compute();
  }

  #dress() {
    const palette = readPalette(this.root);
    const table = colourTable(palette);
    for (const band of this.bands) band.dress(table, this.state.shared);
    this.picker.draw();
    this.board.draw();
  }

  /** @param {Partial<ExplorerState>} changes */
  set(changes) {
    Object.assign(this.state, changes);
    if (changes.shared !== undefined) {
      this.own.show(!changes.shared);
      this.#dress();
    }
    if (changes.image !== undefined) this.pick(changes.image);
  }

  /** @param {number} i one of the pictures @param {boolean} [byReader] */
  pick(i, byReader = false) {
    this.picker.show(i);
    this.state.image = i;
    if (byReader) this.changed({ image: i });
    this.board.show(this.pictures[i].data);
    this.refresh();
  }

  /** A picture that was drawn before. @param {Packed} picture */
  #restore(picture) {
    this.picker.show(-1);
    this.board.show(Uint8Array.from(fromTrait(picture).data));
    this.refresh();
  }

  /** The reader's own picture is on the board. */
  #drawn() {
    const { channels, height, width, data } = this.board.picture;
    this.picker.show(-1);
    this.changed({ picture: { shape: [channels, height, width], dtype: "uint8", data: new DataView(data.slice().buffer) } });
    this.refresh();
  }

  /** Everything anew in the next frame, once however many strokes there were. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const started = performance.now();
      this.#compute();
      this.#paint();
      if (!this.board.drawing) this.panel.refresh();
      performance.clearMeasures(MEASURE);
      performance.measure(MEASURE, { start: started, end: performance.now() });
    });
  }

  #compute() {
    const { channels, height, width, data } = this.board.picture;
    const input = inputOf(data, [channels, height, width], this.state.scale, this.state.shift);
    this.calls = runGraph(this.nodes, input);
  }

  #paint() {
    for (const band of this.bands) band.show(this.#call(band.node.name));
    if (!this.verdict) return;
    const { data } = this.#call(this.nodes[this.nodes.length - 1].name).output;
    this.verdict.show(data);
    this.say(sayVerdict(data, (i) => this.state.classNames[i]));
  }

  /** @param {LayerBand} band @param {number | null} at @param {"pointer" | "key" | "focus"} by */
  #onUnit(band, at, by) {
    outlineSources(this, band, at);
    if (at !== null && by !== "pointer") this.say(band.unitText());
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const down = { PageUp: -1, PageDown: 1 }[event.key];
    const band = this.bands.find(({ sheet }) => sheet.element === event.target);
    if (!down || !band) return;
    event.preventDefault();
    this.#go(band, down);
  }

  /** To the layer before or after. @param {LayerBand} band @param {number} down */
  #go(band, down) {
    const next = this.bands[this.bands.indexOf(band) + down];
    if (next) this.#focusLayer(next.node.name);
  }

  /** @param {string} name */
  #focusLayer(name) {
    this.bands.find(({ node }) => node.name === name)?.sheet.element.focus();
  }

  /** All layers are one tab stop: the one that had the focus last. @param {EventTarget | null} target */
  #rove(target) {
    if (!this.bands.some(({ sheet }) => sheet.element === target)) return;
    for (const { sheet } of this.bands) sheet.element.tabIndex = sheet.element === target ? 0 : -1;
  }

  /** Show how a unit is made. @param {string} name @param {number} at */
  open(name, at) {
    const node = this.nodes.find((one) => one.name === name);
    if (node) this.panel?.open(node, at);
  }
}
