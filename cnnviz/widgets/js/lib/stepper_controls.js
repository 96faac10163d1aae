// Everything under and over the grids that is pressed: which channel, forward or backward, the transport, the panels.

import { button, checkbox, choice, select, transport } from "./controls.js";
import { element } from "./element.js";
import { pytorchLine } from "./pytorch_line.js";
import { gridLabel, targetsOf } from "./scene.js";
import { ChangePanel } from "./stepper_change.js";
import { KEYS } from "./stepper_keys.js";
import { channelCount } from "./stepper_state.js";

/** @import { StepperFigure } from "./stepper_figure.js" */

export class StepperControls {
  /** @param {StepperFigure} figure @param {AbortSignal} signal */
  constructor(figure, signal) {
    this.figure = figure;
    this.signal = signal;
    const index = (/** @type {"sample" | "channel" | "input_channel"} */ name) => (/** @type {string} */ value) =>
      figure.update({ [name]: Number(value) });
    this.sample = select("image", index("sample"), signal);
    this.inputChannel = select("input channel", index("input_channel"), signal);
    this.channel = select("output channel", index("channel"), signal);
    this.target = element("span", "");
    this.top = element("div", "cnnviz-row cnnviz-choices");
    this.top.append(this.sample.el, this.inputChannel.el, this.channel.el, this.target);
    this.parts = transport(
      {
        to: (cell) => figure.go(cell, { still: true }),
        by: (cells) => figure.go(figure.state.cell + cells),
        play: () => figure.play(),
        scrub: (cell) => this.#scrub(cell),
        speed: (speed) => figure.update({ speed }),
        last: () => figure.go(Infinity, { still: true }),
      },
      signal,
    );
    this.transport = this.parts.el;
    const turn = (/** @type {string} */ value) => figure.update({ backward: value === "backward" });
    this.direction = choice("direction", [["forward", "forward"], ["backward", "∂ backward"]], turn, signal);
    this.hide = checkbox("hide the rest", (on) => figure.reveal(on), signal);
    this.change = new ChangePanel(figure, signal);
    this.code = this.#buildCode();
    const keys = element("div", "cnnviz-panel cnnviz-keys");
    keys.append(...KEYS.flatMap(([key, what]) => [element("kbd", "", key), element("span", "", what)]));
    this.help = this.#folding("keys", keys);
    this.below = this.#buildBelow(keys);
    this.targets = "";
  }

  /** @param {number} cell */
  #scrub(cell) {
    this.figure.player.pause();
    this.figure.reveal(true);
    this.figure.go(cell, { still: true });
  }

  /** @param {HTMLElement} keys */
  #buildBelow(keys) {
    const el = element("div", "cnnviz-below");
    const row = element("div", "cnnviz-row");
    const change = this.#folding("change", this.change.el);
    const code = this.#folding("PyTorch", this.code.el);
    change.classList.add("is-apart");
    code.classList.add("is-later");
    row.append(this.direction.el, this.parts.speed, this.hide.el, change, code, this.help);
    el.append(row, this.change.el, this.code.el, keys);
    return el;
  }

  /** A button that shows and hides a panel. @param {string} name @param {HTMLElement} panel */
  #folding(name, panel) {
    panel.hidden = true;
    const toggle = button(name, () => {
      panel.hidden = !panel.hidden;
      toggle.setAttribute("aria-expanded", String(!panel.hidden));
    }, this.signal);
    panel.id = `${this.figure.stage.el.id}-${name}`;
    toggle.setAttribute("aria-expanded", "false");
    toggle.setAttribute("aria-controls", panel.id);
    return toggle;
  }

  #buildCode() {
    const el = element("div", "cnnviz-panel cnnviz-code");
    const code = element("code", "");
    const pre = document.createElement("pre");
    pre.tabIndex = 0; // a long line scrolls inside
    pre.setAttribute("aria-label", "the same in PyTorch");
    pre.append(code);
    const copy = button("copy", () => this.#copy(code, copy), this.signal, "copy the line of PyTorch");
    el.append(pre, copy);
    return { el, code };
  }

  /** @param {HTMLElement} code @param {HTMLButtonElement} copy */
  async #copy(code, copy) {
    try {
      await navigator.clipboard.writeText(code.textContent ?? "");
      copy.textContent = "copied";
    } catch {
      getSelection()?.selectAllChildren(code); // no clipboard on a page from a folder: the reader presses the keys
      copy.textContent = "selected: now copy";
    }
    this.copied = setTimeout(() => (copy.textContent = "copy"), 2000);
    this.signal.addEventListener("abort", () => clearTimeout(this.copied), { once: true });
  }

  /** After the planes have changed. */
  draw() {
    const { state, scene } = this.figure;
    const { call } = scene;
    const shape = call?.output.shape ?? [1, 1];
    this.sample.show(count(shape.length > 1 ? shape[0] : 1), String(state.sample));
    this.channel.show(count(channelCount(state, scene)), String(state.channel));
    const channels = this.figure.explained?.channels ?? [0];
    this.inputChannel.show(scene.inputs[0].shape.length === 4 ? channels.map((c) => [String(c), String(c)]) : [], String(state.input_channel));
    this.#drawTargets();
    this.direction.show(state.backward ? "backward" : "forward");
    this.change.draw();
    const { op, args, params, inputs, backward, flipped } = state;
    this.code.code.textContent = pytorchLine({ op, args, params, inputs, backward, flipped });
  }

  #drawTargets() {
    const { scene, state, stepped, signal } = this.figure;
    const names = targetsOf(scene);
    this.target.hidden = names.length < 2;
    if (names.join() !== this.targets) {
      this.targets = names.join();
      /** @param {string} name */
      const shape = (name) => scene.params[name]?.shape ?? [];
      /** @type {[string, string][]} */
      const options = names.map((name) => [name, `∂ ${gridLabel(name, shape(name))}`]);
      this.targetChoice = choice("gradient of", options, (target) => this.figure.update({ target, cell: -1 }), signal);
      this.target.replaceChildren(this.targetChoice.el);
    }
    this.targetChoice?.show(stepped?.grid ?? state.target);
  }

  /** After a step. @param {{cell: number, count: number, place: string}} where */
  show(where) {
    const { player, state, upto } = this.figure;
    this.parts.show({ ...where, playing: player.playing, speed: state.speed });
    this.hide.show(upto);
  }
}

/** @param {number} n @returns {[string, string][]} */
function count(n) {
  return Array.from({ length: n }, (_, i) => [String(i), String(i)]);
}
