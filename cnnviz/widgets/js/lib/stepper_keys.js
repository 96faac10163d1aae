// The keyboard's way through the figure: the grids are one tab stop.

/** @import { StepperFigure } from "./stepper_figure.js" */

/** @type {[key: string, what: string][]} */
export const KEYS = [
  ["arrows", "move the current cell"],
  ["space", "play or pause"],
  ["Home, End", "first, last cell"],
  ["i, k, o", "arrows point into the input, the kernel, the output again"],
  ["Enter", "change the number that is pointed at"],
  ["+, −", "larger, smaller"],
  ["b", "turn to the backward view and back"],
  ["?", "show these keys"],
  ["Esc", "back to the current cell"],
];

/** @type {Record<string, [down: number, right: number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {StepperFigure} figure @param {AbortSignal} signal */
export function bindKeys(figure, signal) {
  const { el } = figure.stage;
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.target !== el || event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const does = arrow ? () => moved(figure, arrow) : actions[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation(); // what is around it has keys of its own: an explorer, whose panel it may be in
    does(figure);
  };
  el.addEventListener("keydown", pressed, { signal });
  el.addEventListener("blur", () => leave(figure), { signal });
}

/** @type {Record<string, (figure: StepperFigure) => void>} */
const actions = {
  " ": (figure) => figure.play(),
  Home: (figure) => figure.go(0),
  End: (figure) => figure.go(Infinity),
  "+": (figure) => figure.enlarge(1.5),
  "=": (figure) => figure.enlarge(1.5),
  "-": (figure) => figure.enlarge(1 / 1.5),
  b: (figure) => figure.update({ backward: !figure.state.backward }),
  "?": listKeys,
  i: (figure) => enter(figure, "input"),
  k: (figure) => enterFirst(figure),
  o: (figure) => leave(figure),
  Escape: (figure) => leave(figure),
  Enter: (figure) => (figure.cursor ? figure.editor?.open(figure.cursor) : enterFirst(figure)),
};

/** Shown, and said: the list stands far from the grids. @param {StepperFigure} figure */
function listKeys({ controls, announce }) {
  controls.help.click();
  if (controls.help.getAttribute("aria-expanded") === "true") announce(KEYS.map(([key, what]) => `${key}: ${what}`).join("; "));
}

/** @param {StepperFigure} figure @param {[number, number]} by */
function moved(figure, [down, right]) {
  const { cursor, stepped } = figure;
  if (cursor) return point(figure, { ...cursor, row: cursor.row + down, col: cursor.col + right });
  if (!stepped) return;
  const { plane } = stepped;
  const row = Math.floor(figure.state.cell / plane.cols) + down;
  const col = (figure.state.cell % plane.cols) + right;
  const cell = row * plane.cols + col;
  if (row >= 0 && col >= 0 && col < plane.cols && cell < plane.size) figure.go(cell);
}

/** Arrows now move a cursor in another grid, beginning where the window is. @param {StepperFigure} figure @param {string} grid */
function enter(figure, grid) {
  const window = figure.explained?.windows[grid] ?? [];
  const [row, col] = window[window.length >> 1] ?? [0, 0];
  if (figure.stage.grids.has(grid)) point(figure, { grid, row, col });
}

/** Into the kernel; where there is none, into the input. @param {StepperFigure} figure */
function enterFirst(figure) {
  const grids = [...figure.stage.grids.values()];
  enter(figure, grids.find(({ role }) => role === "parameter")?.name ?? "input");
}

/** @param {StepperFigure} figure @param {{grid: string, row: number, col: number}} cursor */
function point(figure, cursor) {
  const grid = figure.stage.grids.get(cursor.grid);
  const plane = grid?.content?.plane;
  if (!plane) return;
  const row = Math.min(Math.max(0, cursor.row), plane.rows - 1);
  const col = Math.min(Math.max(0, cursor.col), plane.cols - 1);
  const k = row * plane.cols + col;
  if (k >= plane.size) return;
  figure.cursor = { grid: cursor.grid, row, col };
  figure.point({ ...figure.cursor, at: plane.start + k });
  figure.stage.cursor(figure.cursor);
}

/** @param {StepperFigure} figure */
function leave(figure) {
  if (!figure.cursor) return;
  figure.cursor = null;
  figure.point(null);
  figure.stage.cursor(null);
}
