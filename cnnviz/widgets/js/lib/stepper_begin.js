// Which cell a figure begins with: when it opens, when a veil falls, when it is turned round.

import { farthestFromZero, indexIn } from "./plane.js";
import { gradientOf } from "./scene.js";

/** @import { StepperFigure } from "./stepper_figure.js" */
/** @typedef {Pick<StepperFigure, "stepped" | "scene" | "state" | "veiled">} Opening */

/** One that has something to show; under a veil the first, which gives nothing away. @param {Opening} figure */
export function tellingCell({ stepped, scene, state, veiled }) {
  if (!stepped || !scene.call || veiled) return 0;
  return farthestFromZero(stepped.plane, state.backward ? gradientOf(scene, stepped.grid).data : scene.call.output.data);
}

/**
 * After turning round: one that has to do with the present one.
 * @param {Pick<StepperFigure, "explained" | "state">} figure
 * @param {boolean} backward
 */
export function turnedCell({ explained, state }, backward) {
  if (!explained || backward === state.backward) return undefined;
  const grid = backward ? state.target : "output";
  const plane = explained.planes[grid];
  if (!plane) return 0;
  const inside = (explained.windows[grid] ?? []).filter(([r, c]) => indexIn(plane, r, c) >= 0);
  const [r, c] = inside[inside.length >> 1] ?? [0, 0];
  return r * plane.cols + c;
}
