// A chain of layers along one axis, and the cone from one unit down to the pixels that it can see.

import { announcer } from "./lib/announce.js";
import { coneChanged, coneLevels, coneRefusal, coneRows, MOST_CONE_LAYERS } from "./lib/cone_chain.js";
import { coneControls } from "./lib/cone_controls.js";
import { CONE_BARS, coneHeight, coneMiddle, coneScale, drawCone } from "./lib/cone_draw.js";
import { coneLayerWords, coneSentence } from "./lib/cone_words.js";
import { button } from "./lib/controls.js";
import { element } from "./lib/element.js";
import { keepKeys } from "./lib/notebook.js";
import { formatNumber, plural } from "./lib/numbers.js";
import { followTheme } from "./lib/theme.js";
import { veil } from "./lib/veil.js";

/** @import { ConeLayer } from "./lib/cone_chain.js" */
/** @typedef {{level: number, unit: number}} ConePlace */
/** @typedef {{level: number | null, unit: number | null}} ConeChoice  null: the uppermost layer, the middle of it */

const NARROW = 560;

class ConeFigure {
  /** @type {ConePlace | null} what the pointer is over */ hovered = null;
  /** @type {ConeChoice} */ chosen = { level: null, unit: null };
  edited = 1;

  /** @param {{model: any, el: HTMLElement, signal: AbortSignal}} context */
  constructor({ model, el, signal }) {
    this.model = model;
    this.pixels = /** @type {number} */ (model.get("pixels"));
    this.root = element("figure", "cnnviz cnnviz-cone");
    this.body = element("div", "cnnviz-cone-body");
    this.gutter = element("div", "cnnviz-cone-gutter");
    this.stage = element("div", "cnnviz-cone-stage");
    this.sentence = element("p", "cnnviz-cone-sentence");
    this.sentence.setAttribute("aria-hidden", "true");
    this.refused = element("p", "cnnviz-cone-refused");
    this.refused.setAttribute("role", "alert");
    this.controls = coneControls(this.#does(), signal);
    this.shown = element("div", "cnnviz-cone-shown");
    this.body.append(this.gutter, this.stage);
    this.shown.append(this.controls.top, this.body, this.sentence, this.controls.fields, this.refused, this.controls.buttons);
    this.root.append(element("figcaption", "cnnviz-title", model.get("title")), this.shown);
    el.append(this.root);
    this.say = announcer(this.root, signal);
    this.signal = signal;
    this.#listen(signal);
    this.chosen.unit = model.get("unit");
    const cover = veil(model.get("after"), (veiled) => this.#veil(veiled), signal, "the cone is drawn");
    if (cover) this.root.append(cover);
    followTheme(this.root, () => {}, signal);
  }

  /** @returns {ConeLayer[]} */
  get layers() {
    return this.model.get("layers");
  }

  /** Where the cone starts: under the pointer, else where it was set, as far as the chain still goes. @returns {ConePlace} */
  get at() {
    return this.hovered ?? this.#place();
  }

  /** @returns {ConePlace} */
  #place() {
    const level = Math.min(this.chosen.level ?? this.layers.length, this.layers.length);
    const { units } = coneLevels(this.pixels, this.layers)[level];
    return { level, unit: Math.min(this.chosen.unit ?? Math.floor(units / 2), units - 1) };
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "slider");
    this.stage.setAttribute("aria-orientation", "horizontal");
    this.stage.setAttribute("aria-label", `${this.model.get("title") || "receptive field"}: left and right move the unit, up and down change its layer`);
    this.stage.addEventListener("pointermove", (event) => this.#point(event), { signal });
    this.stage.addEventListener("pointerdown", (event) => this.#point(event), { signal });
    this.stage.addEventListener("pointerleave", () => this.#leave(), { signal });
    this.stage.addEventListener("keydown", (event) => this.#key(event), { signal });
    const anew = () => {
      this.hovered = null;
      this.edited = Math.min(this.edited, this.layers.length);
      this.draw();
    };
    this.model.on("change:layers", anew);
    let room = 0;
    const resized = new ResizeObserver(() => {
      if (!this.root.clientWidth || this.root.clientWidth === room) return; // hidden, or as it was
      room = this.root.clientWidth;
      this.root.classList.toggle("is-narrow", room < NARROW);
      this.draw();
    });
    resized.observe(this.root);
    signal.addEventListener("abort", () => {
      this.model.off("change:layers", anew);
      resized.disconnect();
      this.root.remove();
    });
  }

  #does() {
    return {
      chain: (/** @type {string} */ name) => {
        this.model.set("chain", name);
        this.#begin();
      },
      enter: (/** @type {number} */ field, /** @type {number} */ value) => this.#set(coneChanged(this.layers, this.edited - 1, field, value)),
      step: (/** @type {number} */ field, /** @type {number} */ by) => {
        this.#set(coneChanged(this.layers, this.edited - 1, field, this.layers[this.edited - 1][field] + by));
      },
      add: () => this.#set([...this.layers, this.layers[this.layers.length - 1]], this.layers.length + 1),
      drop: () => this.#set(this.layers.filter((_, k) => k !== this.edited - 1)),
      back: () => this.#begin(),
    };
  }

  /** The chosen chain as it was given. */
  #begin() {
    const given = this.model.get("chains").find((/** @type {{name: string}} */ one) => one.name === this.model.get("chain"));
    this.chosen = { level: null, unit: null };
    this.#set(given.layers, 1);
  }

  /** Take a chain, or say why not. @param {ConeLayer[]} layers @param {number} [edited] @returns {string} */
  #set(layers, edited = this.edited) {
    const wrong = coneRefusal(this.pixels, layers);
    this.refused.textContent = wrong && `Not possible: ${wrong}.`;
    if (wrong) return wrong;
    this.edited = Math.min(edited, layers.length);
    this.model.set("layers", layers);
    this.model.save_changes();
    this.draw(); // also where the numbers are as they were
    return "";
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { left, top } = this.stage.getBoundingClientRect();
    const count = this.layers.length;
    const levels = Array.from({ length: count + 1 }, (_, level) => level);
    const far = (/** @type {number} */ level) => Math.abs(coneMiddle(level, count) - (event.clientY - top));
    const nearest = levels.reduce((best, level) => (far(level) < far(best) ? level : best), 0);
    const level = nearest || this.#place().level; // the pixels have no cone of their own
    const unit = coneScale(this.pixels, this.layers, this.stage.clientWidth).cellAt(level, event.clientX - left);
    const pressed = event.type === "pointerdown" || event.buttons > 0;
    if (pressed) this.chosen = { level, unit };
    this.hovered = pressed ? null : { level, unit };
    this.drawCone();
  }

  #leave() {
    this.hovered = null;
    this.drawCone();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { level, unit } = this.#place();
    const levels = coneLevels(this.pixels, this.layers);
    const to = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [level, unit - 1],
      ArrowRight: [level, unit + 1],
      Home: [level, 0],
      End: [level, levels[level].units - 1],
      ArrowUp: [level + 1, unit],
      ArrowDown: [level - 1, unit],
    })[event.key];
    if (!to) return;
    event.preventDefault();
    if (to[0] < 1 || to[0] > this.layers.length) return;
    const most = levels[to[0]].units - 1;
    this.chosen = { level: to[0], unit: Math.min(most, Math.max(0, to[1])) };
    this.hovered = null;
    this.drawCone();
  }

  draw() {
    const { layers } = this;
    const names = this.model.get("chains").map((/** @type {{name: string}} */ one) => one.name);
    this.controls.show({ names, name: this.model.get("chain"), layers, edited: this.edited, most: MOST_CONE_LAYERS });
    this.body.style.height = `${coneHeight(layers.length)}px`;
    this.#drawGutter();
    this.drawCone();
  }

  #drawGutter() {
    const { layers } = this;
    const focused = this.gutter.contains(document.activeElement);
    const narrow = this.root.classList.contains("is-narrow");
    const levels = coneLevels(this.pixels, layers);
    const named = layers.map((layer, k) => {
      const { size, jump } = levels[k + 1];
      const one = button("", () => this.#edit(k + 1), this.signal);
      const name = narrow ? `layer ${k + 1}` : `layer ${k + 1}: ${coneLayerWords(layer)}`;
      one.append(element("span", "", name), element("span", "cnnviz-quiet", `field ${size}, jump ${jump}`));
      one.className = "cnnviz-cone-layer";
      one.setAttribute("aria-pressed", String(k + 1 === this.edited));
      one.style.top = `${coneMiddle(k + 1, layers.length)}px`;
      return one;
    });
    const picture = element("p", "cnnviz-cone-layer", "picture");
    picture.append(element("span", "cnnviz-quiet", plural(this.pixels, "pixel")));
    picture.style.top = `${coneMiddle(0, layers.length)}px`;
    this.most = element("p", "cnnviz-cone-layer cnnviz-quiet");
    this.most.style.top = `${coneHeight(layers.length) - CONE_BARS / 2 + 6}px`;
    this.gutter.replaceChildren(...named.reverse(), picture, this.most);
    if (focused) /** @type {HTMLElement} */ (this.gutter.querySelector("[aria-pressed=true]"))?.focus();
  }

  /** @param {number} level */
  #edit(level) {
    this.edited = level;
    this.draw();
  }

  drawCone() {
    const { pixels, layers } = this;
    const { level, unit } = this.at;
    const width = this.stage.clientWidth;
    if (!width) return;
    this.stage.replaceChildren(drawCone({ pixels, layers, level, unit, width }));
    const words = coneSentence(pixels, layers, level, unit);
    this.sentence.replaceChildren(...words.map(({ text, role }) => element("span", role ? `is-${role}` : "", text)));
    const text = words.map((word) => word.text).join("");
    const most = Math.max(...coneRows(pixels, layers, level, unit)[0].ways);
    if (this.most) this.most.textContent = `at most ${most === 1 ? "1 way" : `${formatNumber(most)} ways`}`;
    this.stage.setAttribute("aria-valuetext", text);
    this.stage.setAttribute("aria-valuenow", `${unit}`);
    this.stage.setAttribute("aria-valuemin", "0");
    this.stage.setAttribute("aria-valuemax", `${coneLevels(pixels, layers)[level].units - 1}`);
    if (!this.hovered) this.say(text);
  }

  /** @param {boolean} veiled */
  #veil(veiled) {
    this.root.classList.toggle("is-veiled", veiled);
    this.shown.inert = veiled;
  }
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  new ConeFigure({ model, el, signal: ended.signal });
  keepKeys(el, ended.signal);
  return () => ended.abort();
}

export default { render };
