// One operation, one output cell at a time: the figure itself, wherever its state comes from.
//
//   mountStepper(el, state, signal, changed?, follow?) -> { show(changes), state }
//
// `state` is plain data (StepperState below; `stepperDefaults` for what is left out); `changed(changes)` is told what the
// reader changed; `show(changes)` changes the figure from outside; everything is removed when `signal` aborts.
// `follow(input, at)`, where given, is told which cell of an input was clicked or entered; else that cell can be changed.

import { StepperFigure } from "./stepper_figure.js";
import { bindKeys } from "./stepper_keys.js";
import { bindPointer } from "./stepper_pointer.js";

/** @import { Follow } from "./stepper_edit.js" */
/** @import { StepperState } from "./stepper_state.js" */

/**
 * @param {HTMLElement} el       an empty element; the figure fills its width
 * @param {Partial<StepperState> & Pick<StepperState, "op" | "args" | "params" | "inputs">} state
 * @param {AbortSignal} signal
 * @param {(changes: Partial<StepperState>) => void} [changed]
 * @param {Follow | null} [follow]
 * @returns {{show: (changes: Partial<StepperState>) => void, state: StepperState}}
 */
export function mountStepper(el, state, signal, changed = () => {}, follow = null) {
  const figure = new StepperFigure(el, state, signal, changed);
  bindKeys(figure, signal);
  bindPointer(figure, signal);
  if (figure.editor) figure.editor.follow = follow;
  return { show: (changes) => figure.update(changes, { quiet: true }), state: figure.state };
}
