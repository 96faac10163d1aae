// The stepper inside the unit panel: begun at a unit, told of new numbers, asked which unit it shows.

import { element } from "./element.js";
import { channelOf } from "./explorer_shapes.js";
import { isMap, planeOf, planeWith } from "./plane.js";
import { mountStepper } from "./stepper_view.js";

/** @import { Call } from "./ops.js" */
/** @import { Follow } from "./stepper_edit.js" */
/** @import { StepperState } from "./stepper_state.js" */
/** @import { Tensor } from "./tensor.js" */

export class UnitStepper {
  /** @type {{call: Call, at: number, stepper: ReturnType<typeof mountStepper>, ended: AbortController} | null} */ #shown = null;
  #backward = false;

  /** @param {(at: number) => void} moved  to another unit @param {Follow} follow @param {AbortSignal} signal */
  constructor(moved, follow, signal) {
    this.moved = moved;
    this.follow = follow;
    this.el = element("div", "cnnviz-unit-stage");
    this.hint = element("p", "cnnviz-quiet cnnviz-unit-hint", "Follow a number to where it comes from: click it in the input, or press i, arrows, Enter.");
    signal.addEventListener("abort", () => this.end(), { once: true });
  }

  end() {
    this.#shown?.ended.abort();
    this.#shown = null;
    this.el.replaceChildren();
  }

  /**
   * @param {Call | undefined} call  none, one that is recorded, or that reads nothing: no arithmetic to step through
   * @param {number} at
   * @param {Tensor | null} grad
   * @param {number} inputChannel
   */
  show(call, at, grad, inputChannel) {
    this.end();
    if (!call?.inputs.length || call.op === "recorded") return;
    const { op, args, params, inputs, output } = call;
    const place = { channel: channelOf(output.shape, at), cell: at - planeWith(output.shape, at).start };
    const ended = new AbortController();
    const state = { op, args, params, inputs, grad, input_channel: inputChannel, ...place };
    const figure = element("div", "");
    this.el.replaceChildren(this.hint, figure);
    const stepper = mountStepper(figure, state, ended.signal, (changes) => this.#changed(changes), this.follow);
    this.#shown = { call, at, stepper, ended };
    if (this.#backward) stepper.show({ backward: true });
  }

  /** The same operation with new numbers. @param {Call | undefined} call */
  refresh(call) {
    if (!call || !this.#shown || call === this.#shown.call) return;
    this.#shown.call = call;
    this.#shown.stepper.show({ inputs: call.inputs });
  }

  /** The gradient that arrives. @param {Tensor | null} grad */
  bring(grad) {
    this.#shown?.stepper.show({ grad });
  }

  /** @param {Partial<StepperState>} changes */
  #changed(changes) {
    if (!this.#shown) return;
    const { stepper, call } = this.#shown;
    const { backward, channel, cell } = stepper.state;
    this.#backward = backward;
    if (backward || !("cell" in changes || "channel" in changes || "backward" in changes)) return;
    const { shape } = call.output;
    const { start, size } = planeOf(shape, 0, isMap(shape) ? channel : 0);
    const at = start + Math.min(Math.max(0, cell), size - 1);
    if (at !== this.#shown.at) this.moved((this.#shown.at = at));
  }
}
