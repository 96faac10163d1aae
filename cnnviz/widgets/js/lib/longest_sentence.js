// The longest sentences that a figure may have to show, from a sample of its cells: so that room is kept for them.

import { explain } from "./explain.js";
import { terms } from "./ops.js";

/** @import { Grid } from "./grid.js" */
/** @import { Scene, View } from "./scene.js" */
/** @import { StepperFigure } from "./stepper_figure.js" */
/** @import { Token } from "./sentence.js" */

const CELLS = 64; // of each grid: a small map's are all looked at
const WIDE_CELLS = 8; // where each output reads many numbers, which takes its time and makes sentences of one length
const MANY_TERMS = 200;
const FEW = 40; // sentences that are worth measuring: letters are not all of one width, and lines break between words

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
  const wide = scene.call && scene.call.output.data.length > 0 && terms(scene.call, 0).terms.length > MANY_TERMS;
  const sentences = grids.flatMap(({ name, content }) => {
    const known = content && (name in scene.params || name === "output" || name.startsWith("input"));
    return known ? sampled(content.plane, wide ? WIDE_CELLS : CELLS).map((at) => explain(scene, view, name, at).tokens) : [];
  });
  return sentences
    .map((tokens) => ({ tokens, length: tokens.reduce((sum, { text }) => sum + text.length, 0) }))
    .sort((a, b) => b.length - a.length)
    .slice(0, FEW)
    .map(({ tokens }) => tokens);
}

/** Cells all over a plane, on no one row or column. @param {{start: number, size: number}} plane @param {number} most */
function sampled({ start, size }, most) {
  const count = Math.min(most, size);
  return Array.from({ length: count }, (_, i) => start + Math.floor(((i + 0.5) * size) / count));
}
