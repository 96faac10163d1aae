// One operation, one output cell at a time: the figure itself, wherever its state comes from.
//
//   mountStepper(el, state, signal, changed?) -> { show(changes), state }
//
// `state` is plain data (StepperState below; `stepperDefaults` for what is left out); `changed(changes)` is told what the
// reader changed; `show(changes)` changes the figure from outside; everything is removed when `signal` aborts.

import { StepperFigure } from "./stepper_figure.js";
import { bindKeys } from "./stepper_keys.js";
import { bindPointer } from "./stepper_pointer.js";

/** @import { StepperState } from "./stepper_state.js" */

/**
 * @param {HTMLElement} el       an empty element; the figure fills its width
 * @param {Partial<StepperState> & Pick<StepperState, "op" | "args" | "params" | "inputs">} state
 * @param {AbortSignal} signal
 * @param {(changes: Partial<StepperState>) => void} [changed]
 * @returns {{show: (changes: Partial<StepperState>) => void, state: StepperState}}
 */
export function mountStepper(el, state, signal, changed = () => {}) {
  const figure = new StepperFigure(el, state, signal, changed);
  bindKeys(figure, signal);
  bindPointer(figure, signal);
  return { show: (changes) => figure.update(changes, { quiet: true }), state: figure.state };
}
