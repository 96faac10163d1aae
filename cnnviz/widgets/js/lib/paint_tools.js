// The buttons beside a drawing board: pen or square, undo, clear; and, folded away, the pen's width, shifts and ink.

import { button, choice } from "./controls.js";
import { element } from "./element.js";

/** @import { PaintBoard, PenMode } from "./paint.js" */

const WIDTHS = ["thin", "medium", "thick"];
const PEN_MODES = /** @type {[string, string][]} */ ([["draw", "draw"], ["erase", "erase"], ["occlude", "occlude"]]);
const SHIFTS = /** @type {[string, number, number][]} */ ([["left", 0, -1], ["right", 0, 1], ["up", -1, 0], ["down", 1, 0]]);

/**
 * @param {PaintBoard} board
 * @param {HTMLElement} bring  folded away too: the pictures that the reader brings
 * @param {AbortSignal} signal
 * @returns {{el: HTMLElement, showMode: (mode: PenMode) => void}}
 */
export function paintTools(board, bring, signal) {
  const el = element("div", "cnnviz-board-tools");
  const modes = choice("pen", PEN_MODES, (mode) => board.use(/** @type {PenMode} */ (mode)), signal);
  const edits = element("div", "cnnviz-choice");
  const more = element("div", "cnnviz-board-more");
  more.hidden = true;
  more.append(widthChoice(board, signal), shiftButtons(board, signal), turnTools(board, signal), bring);
  const fold = button("more", () => {
    more.hidden = !more.hidden;
    fold.setAttribute("aria-expanded", String(!more.hidden));
  }, signal, "more: pen width, shift, upload, paste");
  fold.setAttribute("aria-expanded", "false");
  edits.append(button("undo", () => board.undo(), signal), button("clear", () => board.clear(), signal), fold);
  modes.show(board.mode);
  el.append(modes.el, edits, more);
  return { el, showMode: modes.show };
}

/** @param {PaintBoard} board @param {AbortSignal} signal */
function widthChoice(board, signal) {
  const options = WIDTHS.map((name, i) => /** @type {[string, string]} */ ([String(board.radii[i]), name]));
  const widths = choice("pen width", options, (radius) => {
    board.radius = Number(radius);
    widths.show(radius);
  }, signal);
  widths.show(String(board.radius));
  return widths.el;
}

/** @param {PaintBoard} board @param {AbortSignal} signal */
function shiftButtons(board, signal) {
  const el = element("div", "cnnviz-choice");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", "shift the picture by one pixel");
  const buttons = SHIFTS.map(([word, down, right]) => button(word, () => board.shift(down, right), signal, `shift ${word}`));
  el.append(element("span", "cnnviz-quiet", "shift"), ...buttons);
  return el;
}

/** @param {PaintBoard} board @param {AbortSignal} signal */
function turnTools(board, signal) {
  const el = element("div", "cnnviz-row");
  el.append(button("invert", () => board.invert(), signal, "invert: bright where it was dark"));
  if (board.picture.channels === 3) el.append(inkField(board, signal));
  return el;
}

/** @param {PaintBoard} board @param {AbortSignal} signal */
function inkField(board, signal) {
  const field = element("label", "cnnviz-field", "ink");
  const input = document.createElement("input");
  input.type = "color";
  input.value = `#${board.ink.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  input.addEventListener("input", () => {
    board.ink = [1, 3, 5].map((at) => Number.parseInt(input.value.slice(at, at + 2), 16));
  }, { signal });
  field.append(input);
  return field;
}
