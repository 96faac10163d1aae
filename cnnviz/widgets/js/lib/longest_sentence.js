// The longest sentences that a figure may have to show, from a sample of its cells: so that room is kept for them.

import { explain } from "./explain.js";

/** @import { Grid } from "./grid.js" */
/** @import { Scene, View } from "./scene.js" */
/** @import { StepperFigure } from "./stepper_figure.js" */
/** @import { Token } from "./sentence.js" */

const CELLS = 8; // of each grid
const FEW = 3; // sentences that are worth measuring: letters are not all of one width

/** A figure's line of words keeps room for them; numbers that change do not change it by much. @param {StepperFigure} figure */
export function keepRoom({ stepped, state, width, scene, view, sentence, stage }) {
  if (!stepped) return;
  const sizes = [...scene.inputs, ...Object.values(scene.params)].map(({ shape }) => shape);
  const kept = JSON.stringify([width, sizes, state.args, state.backward, stepped.grid]);
  sentence.reserve(kept, () => longestSentences(scene, view, [...stage.grids.values()]));
}

/**
 * @param {Scene} scene
 * @param {View} view
 * @param {Pick<Grid, "name" | "content">[]} grids
 * @returns {Token[][]} the longest first
 */
export function longestSentences(scene, view, grids) {
  const sentences = grids.flatMap(({ name, content }) => {
    const known = content && (name in scene.params || name === "output" || name.startsWith("input"));
    return known ? sampled(content.plane).map((at) => explain(scene, view, name, at).tokens) : [];
  });
  return sentences
    .map((tokens) => ({ tokens, length: tokens.reduce((sum, { text }) => sum + text.length, 0) }))
    .sort((a, b) => b.length - a.length)
    .slice(0, FEW)
    .map(({ tokens }) => tokens);
}

/** Cells all over a plane, on no one row or column. @param {{start: number, size: number}} plane */
function sampled({ start, size }) {
  const count = Math.min(CELLS, size);
  return Array.from({ length: count }, (_, i) => start + Math.floor(((i + 0.5) * size) / count));
}
