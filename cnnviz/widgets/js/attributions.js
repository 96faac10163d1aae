// Attribution maps side by side over one picture; two sliders: how thick they lie, and how much of the network is random.

import { announcer } from "./lib/announce.js";
import { likenessText, overlayPixels, stageText } from "./lib/attribution_pixels.js";
import { select } from "./lib/controls.js";
import { readPalette } from "./lib/draw.js";
import { keepKeys } from "./lib/notebook.js";
import { fromTrait } from "./lib/tensor.js";
import { followTheme } from "./lib/theme.js";
import { veil } from "./lib/veil.js";

/** @import { Tensor } from "./lib/tensor.js" */
/** @typedef {{name: string, note: string, maps: Tensor, correlation: (number | null)[][]}} Method */

const TILE = 160; // CSS pixels, about: pictures that are wider lose pixels

class AttributionsFigure {
  /** @param {{model: any, el: HTMLElement, signal: AbortSignal}} context */
  constructor({ model, el, signal }) {
    this.model = model;
    this.pictures = fromTrait(model.get("pictures"));
    /** @type {Method[]} */
    this.methods = model.get("methods").map((/** @type {any} */ one) => ({ ...one, maps: fromTrait(one.maps) }));
    this.layers = /** @type {string[]} */ (model.get("layers"));
    this.explained = /** @type {string[]} */ (model.get("explained"));
    this.root = document.createElement("figure");
    this.root.className = "cnnviz cnnviz-attributions";
    this.root.innerHTML = `
      <figcaption class="cnnviz-title"></figcaption>
      <div class="cnnviz-attributions-tiles"></div>
      <p class="cnnviz-attributions-stage"></p>
      <div class="cnnviz-attributions-controls"></div>
      <details><summary>how alike each map is to the network's own, as a table</summary>
      <div class="cnnviz-attributions-table" tabindex="0" role="region" aria-label="rank correlations"></div></details>`;
    this.#part("figcaption").textContent = model.get("title");
    this.tiles = [this.#tile("the picture", ""), ...this.methods.map(({ name, note }) => this.#tile(name, note))];
    this.#controls(signal);
    this.#cover(signal);
    this.say = announcer(this.root, signal);
    el.append(this.root);
    const redraw = () => this.draw();
    model.on("change:stage change:opacity change:picture", redraw);
    signal.addEventListener("abort", () => {
      model.off("change:stage change:opacity change:picture", redraw);
      this.root.remove();
    });
    followTheme(this.root, redraw, signal);
    this.draw();
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** @param {string} name @param {string} note */
  #tile(name, note) {
    const [, , height, width] = this.pictures.shape;
    const el = document.createElement("div");
    el.className = "cnnviz-attributions-tile";
    el.classList.toggle("is-fine", width > TILE);
    el.innerHTML = `<canvas aria-hidden="true" width="${width}" height="${height}"></canvas>
      <div></div><div class="cnnviz-quiet"></div><div class="cnnviz-quiet"></div>`;
    const [canvas, title, like, more] = el.children;
    title.textContent = name;
    more.textContent = note;
    this.#part(".cnnviz-attributions-tiles").append(el);
    return { like, context: /** @type {CanvasRenderingContext2D} */ (/** @type {HTMLCanvasElement} */ (canvas).getContext("2d")) };
  }

  /** @param {AbortSignal} signal */
  #controls(signal) {
    this.random = this.#slider("random layers", this.layers.length, 1, "stage", signal);
    this.thick = this.#slider("strength of the maps", 1, 0.05, "opacity", signal);
    this.choose = select("picture", (value) => this.#set("picture", Number(value)), signal);
    this.#part(".cnnviz-attributions-controls").append(this.choose.el);
  }

  /** The slider and its numbers wait for the reader's answer. @param {AbortSignal} signal */
  #cover(signal) {
    const hide = (/** @type {boolean} */ veiled) => this.root.classList.toggle("is-veiled", veiled);
    const cover = veil(this.model.get("after"), hide, signal, "the layers can be made random");
    if (cover) this.#part(".cnnviz-attributions-controls").prepend(cover);
  }

  /** @param {string} label @param {number} max @param {number} step @param {string} trait @param {AbortSignal} signal */
  #slider(label, max, step, trait, signal) {
    const el = document.createElement("label");
    el.className = "cnnviz-field";
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: "0", max: `${max}`, step: `${step}`, className: "cnnviz-scrubber" });
    el.append(label, input);
    el.hidden = max === 0;
    input.addEventListener("input", () => this.#set(trait, Number(input.value)), { signal });
    this.#part(".cnnviz-attributions-controls").append(el);
    return input;
  }

  /** @param {string} trait @param {number} value */
  #set(trait, value) {
    this.model.set(trait, value);
    this.model.save_changes();
  }

  draw() {
    const [picture, stage, opacity] = ["picture", "stage", "opacity"].map((trait) => this.model.get(trait));
    const [kept, , height, width] = this.pictures.shape; // one, where every class is asked of the same picture
    const hue = readPalette(this.root).positive;
    this.tiles.forEach(({ context, like }, i) => {
      const method = this.methods[i - 1];
      const start = (stage * this.explained.length + picture) * height * width;
      const shades = method ? method.maps.data.subarray(start, start + height * width) : null;
      const pixels = overlayPixels(this.pictures, Math.min(picture, kept - 1), shades, hue, opacity);
      context.putImageData(new ImageData(pixels, width, height), 0, 0);
      like.textContent = method && this.layers.length > 0 ? alikeText(method.correlation[stage][picture]) : "";
    });
    this.#words(picture, stage, opacity);
  }

  /** @param {number} picture @param {number} stage @param {number} opacity */
  #words(picture, stage, opacity) {
    const text = stageText(this.layers, stage);
    this.#part(".cnnviz-attributions-stage").textContent = `Explained: ${this.explained[picture]}. Shown: ${text}. Full colour: the highest 1 in 100 pixels of each map.`;
    if (!this.random || !this.thick || !this.choose) return;
    this.random.value = `${stage}`;
    this.random.setAttribute("aria-valuetext", text);
    this.thick.value = `${opacity}`;
    this.thick.setAttribute("aria-valuetext", `${Math.round(100 * opacity)} percent`);
    this.choose.show(this.explained.map((name, i) => [`${i}`, `${i + 1}: ${name}`]), `${picture}`);
    this.#part("details").hidden = this.layers.length === 0; // nothing to be like: every map is the network's own
    if (this.layers.length === 0) return this.say(`Explained: ${this.explained[picture]}.`);
    this.#table(picture);
    const alike = this.methods.map(({ name, correlation }) => `${name} ${likenessText(correlation[stage][picture])}`);
    this.say(`${text}. Rank correlation with the network's own maps: ${alike.join(", ")}.`);
  }

  /** @param {number} picture */
  #table(picture) {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    head.append(...["made random", ...this.methods.map(({ name }) => name)].map((text) => headerCell(text, "col")));
    const body = table.createTBody();
    ["nothing", ...this.layers].forEach((layer, stage) => {
      const row = body.insertRow();
      row.append(headerCell(layer, "row"));
      for (const { correlation } of this.methods) row.insertCell().textContent = likenessText(correlation[stage][picture]);
    });
    this.#part(".cnnviz-attributions-table").replaceChildren(table);
  }
}

/** @param {number | null} correlation */
const alikeText = (correlation) => (correlation === null ? "" : "rank correlation ") + likenessText(correlation);

/** @param {string} text @param {string} scope */
function headerCell(text, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  new AttributionsFigure({ model, el, signal: ended.signal });
  keepKeys(el, ended.signal);
  return () => ended.abort();
}

export default { render };
