// The explorer: a picture to draw on, every layer of the network, and what it thinks it sees, all computed in the page.

import { announcer } from "./announce.js";
import { checkbox } from "./controls.js";
import { readPalette } from "./draw.js";
import { LayerBand } from "./explorer_band.js";
import { GRAPH_INPUT, fieldOf, inputOf, readNodes, sourcesOf } from "./explorer_graph.js";
import { UnitPanel } from "./explorer_panel.js";
import { sayVerdict } from "./explorer_words.js";
import { runGraph } from "./graph.js";
import { element } from "./grid.js";
import { colourTable } from "./maps.js";
import { PaintBoard } from "./paint.js";
import { Picker } from "./picker.js";
import { fromTrait } from "./tensor.js";
import { followTheme } from "./theme.js";
import { Verdict } from "./verdict.js";

/** @import { NetNode, SentNode } from "./explorer_graph.js" */
/** @import { Call } from "./ops.js" */
/** @import { Picture } from "./pixels.js" */
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
    this.picker = new Picker(this.pictures, (i) => this.pick(i, true), signal);
    this.verdict = this.#makeVerdict();
    this.#compute();
    this.bands = this.#makeBands();
    this.own = this.#makeOwn();
    this.panel = new UnitPanel(this.nodes, () => this.calls, (name) => this.#focusLayer(name), signal);
    this.side = this.#makeSide();
    this.layers = this.#makeLayers();
    const title = element("h2", "cnnviz-title", state.title);
    title.hidden = !state.title;
    const body = element("div", "cnnviz-explorer-body");
    body.append(this.side, this.layers);
    this.root.append(title, body, this.panel.el);
    el.append(this.root);
    this.#listen();
    this.pick(state.image);
  }

  #makeBoard() {
    const { channels, height, width, data } = this.pictures[0];
    return new PaintBoard(
      {
        picture: { channels, height, width, data: data.slice() },
        background: this.state.background,
        label: `the picture, ${channels} × ${height} × ${width}: draw on it`,
        onChange: () => this.refresh(),
        onEnd: () => this.panel?.refresh(),
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
      const band = new LayerBand(node, shape, this.state.show, events, this.signal);
      band.sheet.element.tabIndex = i === 0 ? 0 : -1;
      return band;
    });
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
    side.append(this.picker.el, this.board.board, this.board.tools, ...(this.verdict ? [this.verdict.el] : []));
    return side;
  }

  #makeLayers() {
    const layers = element("div", "cnnviz-explorer-layers");
    const options = element("div", "cnnviz-explorer-options");
    const hint = "Point at a unit to see what it looks at; click it to see how it is made.";
    options.append(element("span", "cnnviz-quiet", hint), this.own.el);
    layers.append(options, ...this.bands.map(({ el }) => el));
    return layers;
  }

  /** @param {string} name @returns {Call} */
  #call(name) {
    return /** @type {Call} */ (this.calls.get(name));
  }

  #listen() {
    followTheme(this.root, () => this.#dress(), this.signal);
    let room = 0;
    const resized = new ResizeObserver(() => {
      const now = this.layers.clientWidth;
      if (now === room) return;
      room = now;
      for (const band of this.bands) band.fit(room, room >= ROOMY ? 1.4 : 1);
    });
    resized.observe(this.layers);
    this.layers.addEventListener("keydown", (event) => this.#onKey(event), { signal: this.signal });
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
    const colours = { output: colourTable(palette, "output"), signed: colourTable(palette, "positive") };
    for (const band of this.bands) band.dress(colours, this.state.shared);
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
    if (this.pictures[i]) this.board.show(this.pictures[i].data);
  }

  /** Everything anew in the next frame, once however many strokes there were. */
  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const started = performance.now();
      this.#compute();
      this.#paint();
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
    for (const other of this.bands) other.outline([]);
    this.board.outline(null);
    if (at === null) return;
    const sources = sourcesOf(this.#call(band.node.name), at);
    band.node.inputs.forEach((name, i) => {
      const own = sources.filter(({ input }) => input === i).map((source) => source.at);
      this.bands.find(({ node }) => node.name === name)?.outline(own);
    });
    const field = fieldOf(this.nodes, this.calls, band.node.name, at);
    if (field) this.board.outline({ row: field.top, col: field.left, rows: field.bottom - field.top + 1, cols: field.right - field.left + 1 });
    if (by !== "pointer") this.say(band.unitText());
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
    for (const { sheet, node } of this.bands) {
      sheet.element.tabIndex = node.name === name ? 0 : -1;
      if (node.name === name) sheet.element.focus();
    }
    if (name === GRAPH_INPUT) this.board.board.focus();
  }

  /** Show how a unit is made. @param {string} name @param {number} at */
  open(name, at) {
    const node = this.nodes.find((one) => one.name === name);
    if (node) this.panel?.open(node, at);
  }
}

/** @param {Packed} images @returns {Picture[]} */
function readPictures(images) {
  const { shape, data } = fromTrait(images);
  const [count, channels, height, width] = shape;
  const size = channels * height * width;
  return Array.from({ length: count }, (_, i) => ({
    channels,
    height,
    width,
    data: Uint8Array.from(data.subarray(i * size, (i + 1) * size)),
  }));
}
