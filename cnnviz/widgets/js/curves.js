// Training curves: redrawn whenever the kernel adds a point, read by pointer, finger or keyboard.

import { curveNumber, drawCurvePanel } from "./lib/curves_draw.js";
import { keepKeys } from "./lib/notebook.js";
import { formatNumber } from "./lib/numbers.js";
import { allX, nearestIndex, valueAt } from "./lib/plot.js";
import { followTheme } from "./lib/theme.js";

/** @import { Series } from "./lib/plot.js" */
/** @import { CurvePanel } from "./lib/curves_draw.js" */

const PANEL_HEIGHT = 220;
const SIDE_BY_SIDE = 520; // CSS pixels of the figure from which panels stand beside each other

class CurvesFigure {
  /** @type {CurvePanel[]} */ panels = [];
  /** @type {Series[]} */ series = [];
  /** @type {number[]} */ xs = [];
  /** @type {number | null} the x that the reader reads; null: the latest */ at = null;
  /** @type {number} a redraw that waits for the next frame */ waiting = 0;

  /** @param {{model: any, el: HTMLElement, signal: AbortSignal}} context */
  constructor({ model, el, signal }) {
    this.model = model;
    this.root = document.createElement("figure");
    this.root.className = "cnnviz cnnviz-curves";
    this.root.innerHTML = `
      <figcaption class="cnnviz-title"></figcaption>
      <div class="cnnviz-curves-panels" tabindex="0" role="slider" aria-orientation="horizontal"></div>
      <p class="cnnviz-curves-values" aria-hidden="true"></p>
      <details class="cnnviz-curves-table"><summary>the numbers as a table</summary><div></div></details>`;
    this.title = this.#part("figcaption");
    this.plot = this.#part(".cnnviz-curves-panels");
    this.values = this.#part(".cnnviz-curves-values");
    this.details = /** @type {HTMLDetailsElement} */ (this.#part("details"));
    el.append(this.root);
    this.#listen(signal);
    followTheme(this.root, () => {}, signal);
    this.draw();
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const later = () => {
      this.waiting ||= requestAnimationFrame(() => {
        this.waiting = 0;
        this.draw();
      });
    };
    this.model.on("change:series change:title change:x_name", later);
    const resized = new ResizeObserver(later);
    resized.observe(this.root);
    this.plot.addEventListener("pointermove", (event) => this.#point(event), { signal });
    this.plot.addEventListener("pointerdown", (event) => this.#point(event), { signal });
    this.plot.addEventListener("pointerleave", (event) => event.pointerType === "touch" || this.read(null), { signal });
    this.plot.addEventListener("blur", () => this.read(null), { signal });
    this.plot.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.details.addEventListener("toggle", () => this.#table(), { signal });
    signal.addEventListener("abort", () => {
      this.model.off("change:series change:title change:x_name", later);
      resized.disconnect();
      cancelAnimationFrame(this.waiting);
      this.root.remove();
    });
  }

  draw() {
    this.series = this.model.get("series").map(readSeries);
    this.xs = allX(this.series);
    this.title.textContent = this.model.get("title");
    const names = [...new Set(this.series.map(({ panel }) => panel))];
    const room = this.plot.clientWidth;
    const beside = names.length > 1 && room >= SIDE_BY_SIDE;
    const size = {
      width: Math.floor(beside ? (room - 24 * (names.length - 1)) / names.length : room),
      height: PANEL_HEIGHT,
      xs: this.xs,
      xName: this.model.get("x_name"),
    };
    this.panels = names.map((name) => drawCurvePanel(name, this.series.filter(({ panel }) => panel === name), size));
    this.plot.replaceChildren(...(this.panels.length ? this.panels.map(({ svg }) => svg) : [emptyPlot(size)]));
    this.plot.setAttribute("aria-label", `${this.model.get("title") || "training curves"}: ${names.join(" and ") || "no values yet"}`);
    this.read(this.at);
    this.#table();
  }

  /** Show the values at an x; null shows the latest. @param {number | null} x */
  read(x) {
    this.at = x;
    for (const panel of this.panels) panel.read(x);
    const shown = x ?? this.xs.at(-1);
    const text = shown === undefined ? "no values yet" : this.#sentence(shown);
    this.values.textContent = text;
    this.plot.setAttribute("aria-valuetext", text);
    this.plot.setAttribute("aria-valuenow", `${shown ?? 0}`);
    this.plot.setAttribute("aria-valuemin", `${this.xs[0] ?? 0}`);
    this.plot.setAttribute("aria-valuemax", `${this.xs.at(-1) ?? 0}`);
  }

  /** @param {number} x */
  #sentence(x) {
    const parts = this.series.map((one) => {
      const y = valueAt(one, x);
      return y === undefined ? "" : `${one.name === one.panel ? one.name : `${one.name} ${one.panel}`} ${curveNumber(one.panel, y)}`;
    });
    return `${this.model.get("x_name")} ${formatNumber(x)}: ${parts.filter(Boolean).join(", ")}`;
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const panel = this.panels.find(({ svg }) => svg.contains(/** @type {Node} */ (event.target)));
    if (panel && this.xs.length) this.read(panel.xAt(event.clientX - panel.svg.getBoundingClientRect().left));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.xs.length) return;
    const now = nearestIndex(this.xs, this.at ?? this.xs[this.xs.length - 1]);
    const last = this.xs.length - 1;
    const to = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") this.read(null);
    if (to === undefined) return;
    event.preventDefault();
    this.read(this.xs[Math.min(last, Math.max(0, to))]);
  }

  #table() {
    if (!this.details.open) return;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    const headings = [this.model.get("x_name"), ...this.series.map(({ panel, name }) => (name === panel ? name : `${name} ${panel}`))];
    head.append(...headings.map((heading) => headingCell(heading, "col")));
    const body = table.createTBody();
    for (const x of this.xs) {
      const row = body.insertRow();
      row.append(headingCell(formatNumber(x), "row"));
      for (const one of this.series) {
        const y = valueAt(one, x);
        row.insertCell().textContent = y === undefined ? "" : curveNumber(one.panel, y);
      }
    }
    this.details.lastElementChild?.replaceChildren(table);
  }
}

/**
 * A series without the points that were not logged; NaN and infinity come by name, since JSON has no numbers for them.
 * @param {{panel: string, name: string, x: number[], y: (number | string | null)[]}} sent
 * @returns {Series}
 */
function readSeries({ panel, name, x, y }) {
  const logged = y.flatMap((value, i) => (value === null ? [] : [i]));
  return { panel, name, x: logged.map((i) => x[i]), y: logged.map((i) => Number(y[i])) };
}

/** @param {string} text @param {string} scope */
function headingCell(text, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

/** What stands there before the first value: the same height. @param {{height: number}} size */
function emptyPlot({ height }) {
  const empty = document.createElement("p");
  empty.className = "cnnviz-curves-empty";
  empty.style.height = `${height}px`;
  empty.textContent = "The curves grow here while the network trains.";
  return empty;
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  new CurvesFigure({ model, el, signal: ended.signal });
  keepKeys(el, ended.signal);
  return () => ended.abort();
}

export default { render };
