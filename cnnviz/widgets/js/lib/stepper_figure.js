// The stepper's figure: it keeps the state, computes what it shows, and lays it out. Keys and pointers are bound elsewhere.

import { announcer } from "./announce.js";
import { readPalette } from "./draw.js";
import { element } from "./element.js";
import { Player, slideTime } from "./player.js";
import { explain } from "./explain.js";
import { keepRoom } from "./longest_sentence.js";
import { uniqueName } from "./notebook.js";
import { makeScene, steppedPlane } from "./scene.js";
import { placeIn, placeName } from "./plane.js";
import { spoken } from "./sentence.js";
import { StepperControls } from "./stepper_controls.js";
import { SentenceLine } from "./sentence_line.js";
import { tellingCell, turnedCell } from "./stepper_begin.js";
import { COMPUTED, VIEWED, stepperDefaults, viewOf, withinScene } from "./stepper_state.js";
import { StepperStage } from "./stepper_stage.js";
import { NARROW } from "./stepper_layout.js";
import { followTheme } from "./theme.js";
import { veil } from "./veil.js";

/** @import { Explained } from "./explain.js" */
/** @import { Scene } from "./scene.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Link } from "./sentence.js" */
/** @import { CellEditor } from "./stepper_edit.js" */
/** @import { StepperState } from "./stepper_state.js" */

export class StepperFigure {
  /**
   * @param {HTMLElement} el
   * @param {Partial<StepperState> & Pick<StepperState, "op" | "args" | "params" | "inputs">} state
   * @param {AbortSignal} signal
   * @param {(changes: Partial<StepperState>) => void} changed
   */
  constructor(el, state, signal, changed) {
    /** @type {StepperState} */
    this.state = { ...stepperDefaults, ...state };
    this.first = { ...this.state };
    this.el = el;
    this.signal = signal;
    this.changed = changed;
    this.width = 0;
    this.zoom = 1;
    this.upto = false; // cells appear as they are computed
    this.veiled = false;
    this.waiting = false; // the reader has not yet chosen a cell
    /** @type {{grid: string, row: number, col: number, at: number} | null} */
    this.pointed = null;
    /** @type {{grid: string, row: number, col: number} | null} */
    this.cursor = null;
    /** @type {CellEditor | null} */
    this.editor = null;
    /** @type {Explained | undefined} */
    this.explained = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.settling = undefined;
    /** @type {Scene} */
    this.scene = makeScene(this.state, this.state.backward);
    this.palette = readPalette(el);
    this.player = new Player((steps) => this.#played(steps), () => this.state.speed, () => this.#showControls(), signal);
    this.heading = element("div", "cnnviz-title");
    this.stage = new StepperStage(uniqueName("stepper"));
    this.words = element("div", "cnnviz-words cnnviz-quiet");
    this.failure = element("div", "cnnviz-error");
    this.sentence = new SentenceLine((links, focused) => this.#light(links, focused), signal);
    this.controls = new StepperControls(this, signal);
    this.announce = announcer(el, signal);
    this.#build();
    this.#watch();
  }

  #build() {
    const { el, signal, stage, controls } = this;
    el.classList.add("cnnviz", "cnnviz-stepper");
    el.setAttribute("role", "group");
    this.failure.setAttribute("role", "alert");
    this.sentence.el.id = `${stage.el.id}-sentence`;
    stage.el.setAttribute("aria-describedby", this.sentence.el.id);
    const { top, transport, below } = controls;
    el.append(this.heading, top, stage.el, this.failure, this.words, this.sentence.el, transport, below);
    const cover = veil(this.state.after, (veiled) => this.#veil(veiled), signal);
    if (cover) stage.cover(cover);
    signal.addEventListener("abort", () => this.#remove(), { once: true });
  }

  #watch() {
    const resized = new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width === this.width || contentRect.width === 0) return;
      this.width = contentRect.width;
      this.draw();
    });
    resized.observe(this.el);
    this.width = this.el.clientWidth;
    this.signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    const recolour = () => {
      this.palette = readPalette(this.el);
      this.draw();
    };
    followTheme(this.el, recolour, this.signal);
  }

  #remove() {
    clearTimeout(this.settling);
    this.el.replaceChildren();
    this.el.classList.remove("cnnviz", "cnnviz-stepper", "cnnviz-dark", "is-narrow", "is-veiled");
    for (const name of ["role", "aria-label"]) this.el.removeAttribute(name);
  }

  /** @param {boolean} veiled */
  #veil(veiled) {
    this.veiled = veiled;
    if (!veiled) this.stage.cover(null); // nor when the grids are made anew
    this.el.classList.toggle("is-veiled", veiled);
    const cell = this.waiting ? tellingCell(this) : this.state.cell;
    if (cell !== this.state.cell) this.go(cell);
    else this.#settle();
  }

  get narrow() {
    return this.width < NARROW;
  }

  get view() {
    return viewOf(this.state, this.narrow ? 6 : 9);
  }

  /** The plane that is stepped through; null when nothing can be computed. @returns {{grid: string, plane: Plane} | null} */
  get stepped() {
    return this.scene.call ? steppedPlane(this.scene, this.view) : null;
  }

  /**
   * Change the state, and what is shown of it.
   * @param {Partial<StepperState>} changes
   * @param {{quiet?: boolean, still?: boolean}} [how]  quiet: the change came from outside; still: nothing slides
   */
  update(changes, { quiet = false, still = false } = {}) {
    const names = Object.keys(changes).filter((name) => /** @type {any} */ (this.state)[name] !== /** @type {any} */ (changes)[name]);
    if (!names.length) return;
    const cell = changes.backward !== undefined && changes.cell === undefined ? turnedCell(this, changes.backward) : undefined;
    Object.assign(this.state, changes, cell === undefined ? {} : { cell });
    if ("cell" in changes) this.waiting = false;
    if (quiet) Object.assign(this.first, changes); // reset leads back to what was last given
    else this.changed(cell === undefined ? changes : { ...changes, cell });
    if (names.some((name) => COMPUTED.includes(name))) {
      this.scene = makeScene(this.state, this.state.backward);
      this.pointed = null;
      this.draw();
    } else if (this.state.cell < 0 || names.some((name) => VIEWED.includes(name))) this.draw();
    else this.#step(still);
  }

  /** Everything anew: planes, sizes, marks, words, controls. */
  draw() {
    if (!this.width) return;
    Object.assign(this.state, withinScene(this.state, this.scene));
    this.el.classList.toggle("is-narrow", this.narrow);
    this.el.setAttribute("aria-label", this.state.title || `${this.state.op}, one cell at a time`);
    this.heading.textContent = this.state.title;
    this.failure.textContent = this.scene.error;
    const stepped = this.stepped;
    if (stepped) {
      this.waiting ||= this.state.cell < 0;
      this.state.cell = this.state.cell < 0 ? tellingCell(this) : Math.min(this.state.cell, stepped.plane.size - 1);
      this.explained = explain(this.scene, this.view, stepped.grid, stepped.plane.start + this.state.cell);
      const chosen = this.explained.channels;
      if (chosen.length && !chosen.includes(this.state.input_channel)) this.state.input_channel = chosen[0];
    } else this.explained = undefined;
    this.words.textContent = this.stage.arrange(this);
    keepRoom(this);
    this.#step(true);
    this.controls.draw();
  }

  /** @param {boolean} still */
  #step(still) {
    const stepped = this.stepped;
    if (!stepped) {
      this.sentence.show([]);
      this.#showControls();
      return;
    }
    this.pointed = null;
    const at = stepped.plane.start + this.state.cell;
    this.explained = explain(this.scene, this.view, stepped.grid, at);
    const hurried = this.settling !== undefined;
    clearTimeout(this.settling);
    const motion = slideTime(this.player.playing ? this.state.speed : 0);
    const slides = !still && !hurried && motion > 0;
    this.stage.move(this.explained, stepped.grid, slides ? motion : 0);
    if (slides) this.settling = setTimeout(() => this.#settle(), motion);
    else this.#settle();
  }

  /** What changes when the motion has ended: the current cell, what is revealed, the words. */
  #settle() {
    this.settling = undefined;
    const stepped = this.stepped;
    if (!stepped || !this.explained) return;
    const { grid, plane } = stepped;
    const shown = this.upto ? this.state.cell + 1 : Infinity;
    this.stage.settle(grid, /** @type {any} */ (placeIn(plane, plane.start + this.state.cell)), shown);
    this.#say(this.explained);
    this.#showControls();
  }

  /** @param {Explained} explained */
  #say(explained) {
    const veiledWords = [{ text: "The arithmetic appears with the output.", quiet: true }];
    this.sentence.show(this.veiled ? veiledWords : explained.tokens);
    // Only to a reader who is here: a page has many figures, and each draws itself when it opens.
    const here = this.player.playing || this.el.matches(":hover, :focus-within");
    if (here && !this.veiled) this.announce(`${explained.name}: ${spoken(explained.tokens)}`);
  }

  #showControls() {
    const stepped = this.stepped;
    const plane = stepped?.plane;
    this.controls.show(
      plane ? { cell: this.state.cell, count: plane.size, place: placeName(plane, plane.start + this.state.cell) } : { cell: 0, count: 0, place: "" },
    );
  }

  /** @param {number} cell @param {{still?: boolean}} [how] */
  go(cell, how = {}) {
    const size = this.stepped?.plane.size ?? 0;
    this.update({ cell: Math.min(Math.max(0, cell), size - 1) }, how);
  }

  /** @param {number} steps @returns {boolean} whether there is more to play */
  #played(steps) {
    const size = this.stepped?.plane.size ?? 0;
    const next = Math.min(size - 1, this.state.cell + steps);
    this.go(next, { still: steps > 1 });
    return next < size - 1;
  }

  play() {
    const size = this.stepped?.plane.size ?? 0;
    if (!size) return;
    if (!this.player.playing) {
      this.reveal(true);
      if (this.waiting || this.state.cell >= size - 1) this.go(0, { still: true });
    }
    this.player.toggle();
  }

  /** @param {boolean} upto whether only the cells up to the current one are shown */
  reveal(upto) {
    if (this.upto === upto) return;
    this.upto = upto;
    if (this.settling === undefined) this.#settle();
  }

  /** Show a cell that is pointed at, or, with null, the current one again. @param {StepperFigure["pointed"]} pointed */
  point(pointed) {
    const stepped = this.stepped;
    if (!stepped || !this.explained || this.player.playing || this.veiled) return;
    const same = pointed?.grid === this.pointed?.grid && pointed?.row === this.pointed?.row && pointed?.col === this.pointed?.col;
    if (same) return;
    this.pointed = pointed;
    clearTimeout(this.settling);
    this.stage.move(this.explained, stepped.grid, 0);
    this.#settle();
    if (pointed) this.#explainPointed(pointed, stepped.grid);
    else this.stage.read(null);
  }

  /** @param {NonNullable<StepperFigure["pointed"]>} pointed @param {string} grid the one that is stepped through */
  #explainPointed(pointed, grid) {
    this.stage.read(pointed);
    const said = this.sentence.highlight(pointed);
    if (pointed.at < 0) return;
    const found = explain(this.scene, this.view, pointed.grid, pointed.at);
    this.stage.preview(found, pointed, grid, said);
    // A number of the sentence is lit up in it; any other cell has a sentence of its own. The keyboard's is said at any rate.
    if (!said || pointed.grid === grid) this.#say(found);
    else if (this.cursor) this.announce(`${found.name}: ${spoken(found.tokens)}`);
  }

  /** @param {Link[]} links the cells of a number of the sentence @param {boolean} focused by the keyboard */
  #light(links, focused) {
    this.stage.hot(links);
    if (focused && links.length) this.announce(this.stage.nameOf(links));
  }

  /** The experiment as it was in the beginning; what the reader looks at stays. */
  reset() {
    const { args, params, inputs, grad, flipped } = this.first;
    this.update({ args, params, inputs, grad, flipped });
  }

  /** @param {number} factor */
  enlarge(factor) {
    this.zoom = Math.min(8, Math.max(1, this.zoom * factor));
    this.draw();
  }
}
