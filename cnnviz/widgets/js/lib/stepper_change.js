// The experiment's controls: the operation's arguments, kernels worth meeting, flipping, painting, zoom, and the way back.

import { button, checkbox, choice, numberField, select } from "./controls.js";
import { element } from "./element.js";
import { fitKernel, flipKernels, presets } from "./presets.js";
import { tensor } from "./tensor.js";
import { inOrder } from "./scene_words.js";
import { parseNumber } from "./stepper_edit.js";

/** @import { StepperFigure } from "./stepper_figure.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {{el: HTMLElement, draw: () => void}} Field */

/** By the argument's name, for every operation: the least value of whole numbers, or what else it is. */
const NUMBERS = /** @type {Record<string, number>} */ ({
  kernel_size: 1, stride: 1, padding: 0, dilation: 1, output_padding: 0, output_size: 1, groups: 1,
});
const REALS = ["negative_slope", "eps"];
const SWITCHES = ["ceil_mode", "count_include_pad", "training"];
const CHOICES = /** @type {Record<string, string[]>} */ ({ padding_mode: ["zeros", "reflect", "replicate", "circular"] });

export class ChangePanel {
  /** @param {StepperFigure} figure @param {AbortSignal} signal */
  constructor(figure, signal) {
    this.figure = figure;
    this.signal = signal;
    this.el = element("div", "cnnviz-panel cnnviz-change");
    this.made = "";
    /** @type {Field[]} */
    this.fields = [];
  }

  draw() {
    const { op, args, params } = this.figure.state;
    const wanted = JSON.stringify([op, Object.keys(args), Object.keys(params)]);
    if (wanted !== this.made) this.#build();
    this.made = wanted;
    for (const field of this.fields) field.draw();
  }

  #build() {
    const { args, op } = this.figure.state;
    const kernel = this.#kernel ? [this.#sizes("kernel_size", () => this.#kernel?.shape.slice(2) ?? [], (size) => this.#resize(size))] : [];
    this.fields = [...kernel, ...inOrder(args).flatMap(([name]) => this.#argument(name))];
    const first = element("div", "cnnviz-row");
    first.append(...this.fields.map(({ el }) => el));
    this.el.replaceChildren(first, ...(op === "conv2d" ? [this.#presets(), this.#direction()] : []), this.#tools());
  }

  get #kernel() {
    const { weight } = this.figure.state.params;
    return weight?.shape.length === 4 ? weight : null;
  }

  /** @param {string} name @returns {Field[]} */
  #argument(name) {
    const { figure, signal } = this;
    const put = (/** @type {any} */ value) => figure.update({ args: { ...figure.state.args, [name]: value } });
    const get = () => figure.state.args[name];
    const label = name.replaceAll("_", " ");
    if (name in NUMBERS && name !== "groups") return [this.#sizes(name, get, put)];
    if (SWITCHES.includes(name)) {
      const { el, show } = checkbox(label, put, signal);
      return [{ el, draw: () => show(Boolean(get())) }];
    }
    if (name in CHOICES) {
      const { el, show } = select(label, put, signal);
      return [{ el, draw: () => show(CHOICES[name].map((value) => [value, value]), get()) }];
    }
    return REALS.includes(name) ? [this.#real(label, get, put)] : [];
  }

  /**
   * One number for all sides, or one a side.
   * @param {string} name
   * @param {() => number[]} get
   * @param {(value: number[]) => void} put
   * @returns {Field}
   */
  #sizes(name, get, put) {
    const least = NUMBERS[name];
    const entered = (/** @type {string} */ text) => {
      const numbers = text.split(/[\s,×x]+/).filter(Boolean).map(Number);
      const sides = get().length;
      const right = [1, 2, sides].includes(numbers.length) && numbers.every((n) => Number.isInteger(n) && n >= least);
      if (!right) return `whole numbers of at least ${least}: one, or one for each of ${sides} sides`;
      put(spread(numbers, sides));
      return "";
    };
    const stepped = (/** @type {number} */ by) => put(get().map((n) => Math.max(least, n + by)));
    const { el, show } = numberField(name.replaceAll("_", " "), entered, stepped, this.signal);
    return { el, draw: () => show(shortSides(get())) };
  }

  /** @param {string} label @param {() => number} get @param {(value: number) => void} put @returns {Field} */
  #real(label, get, put) {
    const entered = (/** @type {string} */ text) => {
      const value = parseNumber(text);
      if (value === null || !Number.isFinite(value)) return "a number";
      put(value);
      return "";
    };
    const { el, show } = numberField(label, entered, (by) => put(Number((get() * 2 ** by).toPrecision(3))), this.signal);
    return { el, draw: () => show(String(Number(get().toPrecision(6)))) };
  }

  #presets() {
    const row = element("div", "cnnviz-row");
    row.append(element("span", "cnnviz-quiet", "kernel"));
    for (const name of Object.keys(presets)) row.append(button(name, () => this.#preset(name), this.signal));
    return row;
  }

  /** Every input channel of the shown output channel gets the kernel. @param {string} name */
  #preset(name) {
    const { figure } = this;
    const { weight: old } = figure.state.params;
    const channels = old.shape[1];
    const grown = old.shape.slice(2).map((size, axis) => this.#room(axis) < 3 ? size : Math.max(3, size));
    const large = resized(old, grown);
    const [, , rows, cols] = large.shape;
    const kernel = Float32Array.from(fitKernel(presets[name], rows, cols));
    const laid = figure.state.flipped ? flipKernels(kernel, kernel.length) : kernel;
    const data = large.data.slice();
    for (let c = 0; c < channels; c++) data.set(laid, (figure.state.channel * channels + c) * rows * cols);
    figure.update({ params: { ...figure.state.params, weight: tensor(large.shape, data) } });
  }

  /** Rows (0) or columns (1) of the padded input: a kernel must not outgrow a signal of one row. @param {number} axis */
  #room(axis) {
    const { inputs, args } = this.figure.state;
    return inputs[0].shape[2 + axis] + args.padding[2 * axis] + args.padding[2 * axis + 1];
  }

  #direction() {
    const { figure, signal } = this;
    const { el, show } = choice(
      "kernel direction",
      [["correlation", "correlation (PyTorch)"], ["convolution", "convolution (flipped kernel)"]],
      (value) => this.#flip(value === "convolution"),
      signal,
    );
    this.fields.push({ el, draw: () => show(figure.state.flipped ? "convolution" : "correlation") });
    const row = element("div", "cnnviz-row");
    row.append(el);
    return row;
  }

  /** @param {boolean} flipped */
  #flip(flipped) {
    const { figure } = this;
    const { weight } = figure.state.params;
    if (flipped === figure.state.flipped) return;
    const data = flipKernels(weight.data, weight.shape[2] * weight.shape[3]);
    figure.update({ flipped, params: { ...figure.state.params, weight: tensor(weight.shape, data) } });
  }

  /** @param {number[]} size */
  #resize(size) {
    const { figure } = this;
    if (this.#kernel) figure.update({ params: { ...figure.state.params, weight: resized(this.#kernel, size) } });
  }

  #tools() {
    const { figure, signal } = this;
    const row = element("div", "cnnviz-row");
    const paint = button("paint", () => {
      const { editor } = figure;
      if (!editor) return;
      editor.painting = !editor.painting;
      paint.setAttribute("aria-pressed", String(editor.painting));
      figure.el.classList.toggle("is-painting", editor.painting);
    }, signal, "paint numbers by dragging");
    paint.setAttribute("aria-pressed", String(figure.editor?.painting ?? false));
    const ink = numberField("with", (text) => this.#ink(parseNumber(text)), (by) => this.#ink((figure.editor?.ink ?? 1) + by / 2), signal);
    this.fields.push({ el: ink.el, draw: () => ink.show(String(figure.editor?.ink ?? 1)) });
    row.append(
      paint,
      ink.el,
      button("smaller", () => figure.enlarge(1 / 1.5), signal, "zoom out"),
      button("larger", () => figure.enlarge(1.5), signal, "zoom in"),
      button("reset", () => figure.reset(), signal, "reset to the beginning"),
    );
    return row;
  }

  /** @param {number | null} value @returns {string} */
  #ink(value) {
    if (value === null || !this.figure.editor) return "a number";
    this.figure.editor.ink = value;
    for (const field of this.fields) field.draw();
    return "";
  }
}

/** @param {{shape: number[], data: Float32Array}} weight @param {number[]} size @returns {Tensor} */
function resized({ shape, data }, [rows, cols]) {
  const [out, channels, h, w] = shape;
  const numbers = new Float32Array(out * channels * rows * cols);
  for (let k = 0; k < out * channels; k++) {
    const own = data.subarray(k * h * w, (k + 1) * h * w);
    const nested = Array.from({ length: h }, (_, r) => Array.from(own.subarray(r * w, (r + 1) * w)));
    numbers.set(fitKernel(nested, rows, cols), k * rows * cols);
  }
  return tensor([out, channels, rows, cols], numbers);
}

/** @param {number[]} numbers @param {number} sides */
function spread(numbers, sides) {
  if (numbers.length === sides) return numbers;
  if (numbers.length === 1) return Array(sides).fill(numbers[0]);
  return [numbers[0], numbers[0], numbers[1], numbers[1]]; // (height, width) for top, bottom, left, right
}

/** @param {number[]} sides */
function shortSides(sides) {
  return sides.every((n) => n === sides[0]) ? String(sides[0]) : sides.join(", ");
}
