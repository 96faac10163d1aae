// Mouse, pen and touch: hover shows, a drag moves the cell or its window, a click types, a brush paints.

import { feeds } from "./ops.js";
import { placeIn } from "./plane.js";
import { inputIndex } from "./scene.js";
import { CellEditor } from "./stepper_edit.js";

/** @import { Call } from "./ops.js" */
/** @import { StepperFigure } from "./stepper_figure.js" */
/** @typedef {{grid: string, row: number, col: number, at: number}} Pointed */

/** @param {StepperFigure} figure @param {AbortSignal} signal */
export function bindPointer(figure, signal) {
  const { el } = figure.stage;
  const editor = new CellEditor(figure, signal);
  figure.editor = editor;
  /** @type {{from: Pointed, last: Pointed, moved: boolean} | null} */
  let drag = null;
  /** @type {Pointed | null} */
  let tapped = null;

  /** @param {PointerEvent} event @param {string} [name] the grid where a drag began */
  const cellUnder = (event, name) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const own = name ?? /** @type {HTMLElement | null} */ (target.closest("[data-grid]"))?.dataset.grid ?? "";
    const cell = figure.stage.grids.get(own)?.cellAt(event);
    return cell ? { grid: own, ...cell } : null;
  };

  el.addEventListener("pointerdown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.button !== 0 || target.closest("input, button")) return;
    const cell = cellUnder(event);
    if (!cell || !target.closest(".cnnviz-surface")) return;
    figure.player.pause();
    drag = { from: cell, last: cell, moved: false };
    target.setPointerCapture(event.pointerId);
    if (editor.painting) editor.paint(cell);
    else if (cell.grid === figure.stepped?.grid) moveTo(figure, cell);
    else figure.point(cell);
  }, { signal });

  el.addEventListener("pointermove", (event) => {
    const cell = cellUnder(event, drag?.from.grid);
    if (!drag) {
      if (event.pointerType !== "touch") figure.point(cell);
      return;
    }
    if (!cell || isSame(cell, drag.last)) return;
    drag.last = cell;
    drag.moved = true;
    if (editor.painting) editor.paint(cell);
    else moveTo(figure, cell);
  }, { signal });

  el.addEventListener("pointerup", (event) => {
    const ended = drag;
    drag = null;
    if (!ended || ended.moved || editor.painting) return;
    const again = tapped !== null && isSame(tapped, ended.from);
    tapped = ended.from;
    if (event.pointerType !== "touch" || again) editor.open(ended.from);
  }, { signal });

  el.addEventListener("pointercancel", () => (drag = null), { signal });
  el.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && !drag) figure.point(null);
  }, { signal });
}

/** @param {Pointed} a @param {Pointed} b */
function isSame(a, b) {
  return a.grid === b.grid && a.row === b.row && a.col === b.col;
}

/** The current cell goes to the pointer; over the input its window does. @param {StepperFigure} figure @param {Pointed} cell */
function moveTo(figure, cell) {
  const { stepped, scene } = figure;
  if (!stepped || cell.at < 0) return;
  if (cell.grid === stepped.grid) return figure.go(cell.at - stepped.plane.start, { still: true });
  if (figure.state.backward || !cell.grid.startsWith("input")) return figure.point(cell);
  const fed = feeds(/** @type {Call} */ (scene.call), inputIndex(cell.grid), cell.at).filter((out) => placeIn(stepped.plane, out));
  if (fed.length) figure.go(fed[fed.length >> 1] - stepped.plane.start, { still: true });
}
