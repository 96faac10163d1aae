// How one unit of the network is made: the stepper on its layer, with this picture's numbers, and the way to its inputs.

import { button } from "./controls.js";
import { sourcesOf } from "./explorer_field.js";
import { channelOf } from "./explorer_shapes.js";
import { sayLayer } from "./explorer_words.js";
import { element } from "./grid.js";
import { planeWith } from "./plane.js";
import { mountStepper } from "./stepper_view.js";

/** @import { GraphNode } from "./graph.js" */
/** @import { Lab } from "./lab.js" */

export class UnitPanel {
  /** @type {{node: GraphNode, stepper: ReturnType<typeof mountStepper>, ended: AbortController} | null} */ #shown = null;

  /**
   * @param {Lab} lab
   * @param {(layer: string) => void} closed the layer to go back to
   * @param {AbortSignal} signal
   */
  constructor(lab, closed, signal) {
    this.lab = lab;
    this.nodes = lab.nodes;
    this.closed = closed;
    this.el = element("section", "cnnviz-explorer-panel");
    this.el.hidden = true;
    this.head = element("div", "cnnviz-explorer-panel-head");
    this.name = element("div", "cnnviz-title");
    this.name.tabIndex = -1;
    this.before = button("", () => this.#openBefore(), signal);
    const close = button("close", () => this.close(), signal, "close, back to the whole network");
    this.head.append(this.name, this.before, close);
    this.stage = element("div", "cnnviz-explorer-stage");
    this.el.append(this.head, this.stage);
    this.el.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
    signal.addEventListener("abort", () => this.#shown?.ended.abort(), { once: true });
  }

  /** @param {string} name of a node @param {number} at flat index of an output cell */
  open(name, at) {
    const node = this.nodes.find((one) => one.name === name);
    const call = this.lab.calls.get(name);
    if (!node || !call || call.op === "recorded") return;
    this.#shown?.ended.abort();
    this.stage.replaceChildren();
    this.el.hidden = false;
    this.name.textContent = `${sayLayer(node)}, one unit at a time`;
    const source = node.inputs[0];
    const earlier = this.nodes.find(({ name }) => name === source);
    this.before.textContent = earlier ? `back to ${sayLayer(earlier)}` : "";
    this.before.hidden = !earlier;
    const ended = new AbortController();
    const { start } = planeWith(call.output.shape, at);
    const state = {
      op: call.op,
      args: call.args,
      params: call.params,
      inputs: call.inputs,
      channel: channelOf(call.output.shape, at),
      cell: at - start,
    };
    this.#shown = { node, ended, stepper: mountStepper(this.stage, state, ended.signal) };
    this.name.focus({ preventScroll: true });
    this.el.scrollIntoView({ block: "nearest", behavior: stillness() ? "auto" : "smooth" });
  }

  /** The picture has changed: the same unit with its new numbers. */
  refresh() {
    const call = this.#shown && this.lab.calls.get(this.#shown.node.name);
    if (call) this.#shown?.stepper.show({ inputs: call.inputs });
  }

  /** The unit in the layer before that is the first part of the current one. */
  #openBefore() {
    if (!this.#shown) return;
    const { node, stepper } = this.#shown;
    const earlier = this.nodes.find(({ name }) => name === node.inputs[0]);
    const call = this.lab.calls.get(node.name);
    if (!earlier || !call) return;
    const { channel = 0, cell = 0 } = stepper.state;
    const own = call.output.shape.length > 2 ? channel * call.output.shape[2] * call.output.shape[3] + cell : cell;
    const sources = sourcesOf(call, own).filter(({ input }) => input === 0);
    this.open(earlier.name, sources[Math.floor(sources.length / 2)]?.at ?? 0);
  }

  close() {
    if (!this.#shown) return;
    const { node, ended } = this.#shown;
    ended.abort();
    this.#shown = null;
    this.stage.replaceChildren();
    this.el.hidden = true;
    this.closed(node.name);
  }
}

function stillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
