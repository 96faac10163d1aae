// The explorer: a picture to draw on, every layer of the network, and what it thinks it sees, all computed in the page.

import { announcer } from "./announce.js";
import { colourTable } from "./colour_scale.js";
import { button, checkbox } from "./controls.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";
import { FindField } from "./explorer_find.js";
import { readCompared, readNodes, readPictures, readRecords } from "./explorer_graph.js";
import { Glance, hintWords } from "./explorer_glance.js";
import { explorerKeys } from "./explorer_keys.js";
import { outlineSources } from "./explorer_link.js";
import { LayerList } from "./explorer_list.js";
import { Minimap } from "./explorer_minimap.js";
import { ExplorerPanels } from "./explorer_panels.js";
import { ExplorerSide } from "./explorer_side.js";
import { sayVerdict } from "./explorer_words.js";
import { Lab } from "./lab.js";
import { canRound } from "./precision.js";
import { followTheme } from "./theme.js";

/** @import { LayerBand } from "./explorer_band.js" */
/** @import { Block } from "./explorer_blocks.js" */
/** @import { SentNode } from "./explorer_graph.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Packed } from "./tensor.js" */
/**
 * @typedef {object} ExplorerState
 * @property {SentNode[]} nodes      in the order in which they run
 * @property {Record<string, Packed>} records  recorded outputs of all pictures, by node; none: the network is live
 * @property {import("./explorer_graph.js").SentCompared} compare  a second network of the same nodes; {}: none
 * @property {Packed} images         uint8 (N, C, H, W)
 * @property {string[]} classNames   none: the network does not classify
 * @property {string} note           under the network
 * @property {number[]} scale        a picture's number * scale + shift is the network's input; one number a channel
 * @property {number[]} shift
 * @property {number[]} background   one value a channel
 * @property {string} title
 * @property {number} image
 * @property {Packed | null} picture  what was drawn, uint8 (C, H, W); none before the first stroke
 * @property {boolean} shared        one colour scale for all maps of a layer
 * @property {number} show           maps of a layer shown at first
 * @property {string} precision      of the weights that the network is compared with, its own; "": none yet
 * @property {import("./tools_look.js").Overlay} overlay  what is looked for in the picture
 * @property {number | null} target   the class that scores and gradients are of; null: the likeliest
 * @property {string} source         the text of this very module, to start a worker with
 */

const MEASURE = "cnnviz-explore"; // its User Timing entry: one pass, from the picture's numbers to the painted maps

export class ExplorerView {
  #frame = 0;
  /** @type {LayerBand | null} whose unit is current */ #pointed = null;
  /** @type {{picture: Picture, index: number} | null} on the board, not computed yet */ #next = null;

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
    this.root = element("section", "cnnviz cnnviz-explorer");
    this.root.setAttribute("aria-label", state.title || "network explorer");
    this.say = announcer(this.root, signal);
    this.lab = this.#makeLab();
    this.list = this.#makeList();
    this.side = this.#makeSide();
    this.own = this.#makeOwn();
    this.panels = this.#makePanels();
    this.layers = this.#makeLayers();
    const body = element("div", "cnnviz-explorer-body");
    body.append(this.side.el, this.layers);
    this.root.append(this.#makeTitle(), body, element("p", "cnnviz-quiet cnnviz-explorer-note", state.note), this.panels.el);
    el.append(this.root);
    this.#listen();
    this.#begin();
  }

  /** Above the panels' own headings. */
  #makeTitle() {
    const title = element("div", "cnnviz-title", this.state.title);
    if (!this.state.title) return title;
    title.setAttribute("role", "heading");
    title.setAttribute("aria-level", "2");
    return title;
  }

  #makeLab() {
    const { nodes, images, records, scale, shift, classNames, source } = this.state;
    const read = { nodes: readNodes(nodes), pictures: readPictures(images), records: readRecords(records) };
    const lab = new Lab({ ...read, scale, shift, classNames, source, signal: this.signal });
    lab.on("run", () => this.#paint(), this.signal);
    lab.on("busy", () => this.#showBusy(), this.signal);
    lab.on("ablate", () => this.list.markOff(), this.signal);
    lab.target = this.state.target;
    lab.on("target", () => this.#keep({ target: lab.target }), this.signal);
    return lab;
  }

  #makeList() {
    const events = {
      onUnit: this.#onUnit.bind(this),
      onOpen: (/** @type {LayerBand} */ band, /** @type {number} */ at) => this.panels.openUnit(band.node.name, at),
      onChannels: (/** @type {LayerBand} */ band) => this.panels.openChannels(band.node.name),
      onScroll: () => this.#onScroll(),
      onSwitch: (/** @type {Block} */ block) => this.side.off.toggle(block),
      isOff: (/** @type {Block} */ block) => this.lab.ablated.size > 0 && this.side.off.has(block),
    };
    return new LayerList({ lab: this.lab, limit: this.state.show, classNames: this.state.classNames }, events, this.signal);
  }

  #makeSide() {
    const last = this.lab.nodes[this.lab.nodes.length - 1].name;
    const events = {
      onPicture: this.#show.bind(this),
      onPicked: (/** @type {number} */ image) => this.#keep({ image }),
      onOverlay: (/** @type {ExplorerState["overlay"]} */ overlay) => this.#keep({ overlay }),
      onDrawn: (/** @type {Packed} */ picture) => this.changed({ picture }),
      onClass: (/** @type {number} */ i) => this.panels.openUnit(last, i),
      onRestored: () => this.list.focus(),
      say: this.say,
    };
    const side = new ExplorerSide(this.lab, this.state.background, this.root, events, this.signal);
    side.tools?.look(this.state.overlay);
    return side;
  }

  #makePanels() {
    const { lab, list, side } = this;
    const goTo = (/** @type {string} */ name) => list.goTo(lab.nodes.findIndex((node) => node.name === name), { focus: true });
    const rounded = (/** @type {string} */ precision) => this.#keep({ precision });
    const compare = { ...readCompared(this.state.compare), precision: this.state.precision, rounded };
    return new ExplorerPanels(lab, compare, { goTo, pick: (i) => side.pick(i, true) }, this.signal);
  }

  #makeOwn() {
    const own = checkbox("each map its own colour scale", (on) => {
      this.set({ shared: !on });
      this.changed({ shared: !on });
    }, this.signal);
    own.show(!this.state.shared);
    return own;
  }

  #makeLayers() {
    const layers = element("div", "cnnviz-explorer-layers");
    layers.classList.toggle("is-deep", this.list.deep);
    const options = element("div", "cnnviz-explorer-options");
    const keys = explorerKeys(this.root, { live: this.lab.live, deep: this.list.deep }, this.signal);
    const hint = element("span", "cnnviz-quiet cnnviz-hint", hintWords(this.lab, this.list.deep));
    const more = element("div", "cnnviz-explorer-more");
    more.append(this.#makeCompare(), keys.button);
    options.append(...(this.list.deep ? [this.#makeFind().el, this.own.el, hint, more] : [hint, this.own.el, more]));
    const rows = element("div", "cnnviz-explorer-rows");
    rows.append(this.list.scroller);
    if (this.list.deep) rows.append(this.#makeMinimap().el);
    this.glance = new Glance(this.lab, this.side.board.board, (band, at) => this.panels.openUnit(band.node.name, at), this.signal);
    layers.append(this.glance.above, options, keys.list, rows, this.glance.below);
    return layers;
  }

  /** Only where there are two to compare. */
  #makeCompare() {
    const open = button("compare", () => this.panels.openCompare(() => open.focus()), this.signal, "compare two pictures or networks");
    open.hidden = this.lab.pictures.length < 2 && !this.state.compare?.params && !canRound(this.lab);
    return open;
  }

  #makeFind() {
    this.find = new FindField(this.lab.nodes, this.list.shapeOf, {
      onHits: (hits) => {
        this.list.markHits(hits);
        this.minimap?.markHits(hits);
      },
      onGo: (at) => this.list.goTo(at),
      onLeave: () => this.list.focus(),
      say: this.say,
    }, this.signal);
    return this.find;
  }

  #makeMinimap() {
    this.minimap = new Minimap(this.lab.nodes, this.list.shapeOf, (at) => this.list.goTo(at, { open: false }), this.signal);
    return this.minimap;
  }

  #listen() {
    followTheme(this.root, () => this.#dress(), this.signal);
    this.list.fit(); // Now, not after the first frame: nothing of the figure moves once it has been seen.
    this.root.addEventListener("keydown", (event) => this.#onKey(event), { signal: this.signal });
    const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 200));
    idle(() => this.signal.aborted || this.lab.warmUp());
    this.signal.addEventListener("abort", () => {
      cancelAnimationFrame(this.#frame);
      this.root.remove();
    });
  }

  #begin() {
    const { picture, image } = this.state;
    if (picture?.shape && this.lab.live) this.side.restore(picture);
    else this.side.pick(image);
  }

  #dress() {
    this.list.dress(colourTable(readPalette(this.root)), this.state.shared);
    this.side.draw();
  }

  /** @param {Partial<ExplorerState>} changes */
  set(changes) {
    Object.assign(this.state, changes);
    if (changes.shared !== undefined) {
      this.own.show(!changes.shared);
      this.#dress();
    }
    if (changes.image !== undefined) this.side.pick(changes.image);
    if (changes.precision !== undefined) this.panels.round(changes.precision);
    if (changes.overlay) this.side.tools?.look(changes.overlay);
    if (changes.target !== undefined) this.lab.target = changes.target;
  }

  /** What the reader has chosen. @param {Partial<ExplorerState>} changes */
  #keep(changes) {
    Object.assign(this.state, changes);
    this.changed(changes);
  }

  /** In the next frame, once however many strokes there were. @param {Picture} picture @param {number} index */
  #show(picture, index) {
    this.#next = { picture, index };
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#next) return;
      const started = performance.now();
      this.lab.show(this.#next.picture, this.#next.index);
      performance.clearMeasures(MEASURE);
      performance.measure(MEASURE, { start: started, end: performance.now() });
    });
  }

  #paint() {
    this.list.paint();
    const shares = this.lab.probabilities();
    if (shares) void this.#tell(shares);
  }

  /** Beside what it was with everything on, where something is off. @param {Float32Array} shares */
  async #tell(shares) {
    const { lab, side, state } = this;
    const { calls } = lab;
    if (lab.long) side.verdict?.show(shares);
    const before = await side.off.before();
    if (calls !== lab.calls || this.signal.aborted) return;
    side.verdict?.show(shares, before);
    const off = side.off.say();
    const told = [off && `Set to zero: ${off}.`, side.tools?.said(), sayVerdict(shares, (i) => state.classNames[i])];
    this.say(told.filter(Boolean).join(" "));
  }

  /** Maps of the picture before are dimmed until the new ones are there. */
  #showBusy() {
    this.side.busy(this.lab.busy);
    this.root.classList.toggle("is-stale", this.lab.busy !== null);
  }

  #onScroll() {
    const { first, last, name } = this.list.seen();
    this.minimap?.show(first, last, `${name}, ${first + 1} of ${this.lab.nodes.length}`);
  }

  /** @param {LayerBand} band @param {number | null} at @param {"pointer" | "key" | "focus"} by */
  #onUnit(band, at, by) {
    const { lab, list } = this;
    // A finger has chosen the next layer's unit before the focus leaves the layer of the one before.
    if (at === null && band !== this.#pointed) return;
    this.#pointed = band;
    outlineSources({ lab, board: this.side.board, bands: list.bands, bandOf: (name) => list.bandOf(name) }, band, at);
    this.glance?.show(band, at);
    if (at !== null && by !== "pointer") this.say(band.unitText());
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "/" || !this.find || event.ctrlKey || event.metaKey || target.closest("input, select")) return;
    event.preventDefault();
    this.find.input.focus();
  }
}
