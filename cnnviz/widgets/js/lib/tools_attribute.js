// Which pixels the score of a class rests on: asks a lab, knows no DOM.

import { scoringNodes } from "./lab_engine.js";
import { SLICE } from "./lab_slices.js";
import { targetName } from "./panel_class.js";
import { coveredPicture, fallsByPixel, squarePlaces } from "./tools_cover.js";
import { colourEnd, gradCamMap, gradientMap, productMap } from "./tools_maps.js";
import { sizeOf } from "./tensor.js";

/** @import { Lab } from "./lab.js" */
/** @import { Call } from "./ops.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Tensor } from "./tensor.js" */
/** @typedef {"saliency" | "gradient_x_input" | "gradcam"} GradientMethod */
/**
 * @typedef {object} LookMap
 * @property {Float32Array} values  one a pixel of the picture
 * @property {number} end           what the colours end at
 * @property {boolean} signed
 * @property {string} note          what the colours mean
 */

const MOST = 0.99; // a few pixels of a gradient are far above all others: full colour begins below them
const STRONGEST = "Full colour: the strongest 1 in 100 pixels.";

/**
 * Of the lab's last pass and its target.
 * @param {Lab} lab
 * @param {GradientMethod} method
 * @param {string} layer  of Grad-CAM
 * @returns {Promise<LookMap>} rejects with a sentence where the score does not depend on the layer
 */
export async function mapByGradient(lab, method, layer) {
  const gradients = await lab.gradients();
  const name = targetName(lab);
  const depends = gradients.get("input");
  if (!depends) throw new Error(`The score of ${name} does not depend on the picture.`);
  if (method === "gradcam") return camOf(lab, layer, gradients.get(layer), name);
  if (method === "saliency") {
    const values = gradientMap(depends);
    const which = lab.picture.channels > 1 ? " Of each pixel the channel that counts most." : "";
    const note = `Orange: more of this pixel raises the score of ${name}. Blue: it lowers it.${which} ${STRONGEST}`;
    return { values, end: colourEnd(values, MOST), signed: true, note };
  }
  const values = productMap(depends, lab.input);
  const note = `Gradient times the network's input. Orange: the pixel speaks for ${name}. Blue: against it. ${STRONGEST}`;
  return { values, end: colourEnd(values, MOST), signed: true, note };
}

/** @param {Lab} lab @param {string} layer @param {Tensor | undefined} gradient @param {string} name @returns {LookMap} */
function camOf(lab, layer, gradient, name) {
  const maps = lab.calls.get(layer)?.output;
  if (!maps || !gradient) throw new Error(`The score of ${name} does not depend on ${layer}: choose another layer.`);
  const values = gradCamMap(maps, gradient, [lab.picture.height, lab.picture.width]);
  const end = colourEnd(values, 1);
  if (end === 0) return { values, end, signed: false, note: `Nowhere does ${layer} as a whole speak for ${name}: the map is 0 everywhere.` };
  const [height, width] = maps.shape.slice(2);
  const smooth = `A map of ${height} × ${width}, enlarged smoothly: the smoothness says nothing.`;
  return { values, end, signed: false, note: `Orange: where ${layer} speaks for ${name}. ${smooth}` };
}

/**
 * How much of the target's score is lost under a grey square, pixel by pixel: the mean over the squares that cover it.
 * @param {Lab} lab
 * @param {Picture} picture
 * @param {number} side  of the square, pixels
 * @param {(share: number) => void} progress  0 to 1
 * @param {AbortSignal} stopped
 * @returns {Promise<LookMap | null>} null where it was stopped
 */
export async function mapByOcclusion(lab, picture, side, progress, stopped) {
  const step = occlusionStep(side, lab.long);
  const squares = squarePlaces(picture, side, step);
  const all = squares.length + 1; // The whole picture is the first.
  const within = (/** @type {number} */ done) => (/** @type {number} */ share) => stopped.aborted || progress((done + share) / all);
  const scores = scoresOf(lab, await lab.runOn(picture, undefined, { progress: within(0) }));
  const target = lab.target ?? strongestOf(scores); // not the likeliest of what the board shows, which a square may cover
  const name = lab.classNames[target] ?? `output ${target}`;
  const falls = new Float64Array(squares.length);
  let began = performance.now();
  for (let i = 0; i < squares.length; i++) {
    if (stopped.aborted) return null;
    const calls = await lab.runOn(coveredPicture(picture, squares[i]), undefined, { progress: within(i + 1) });
    falls[i] = scores[target] - scoresOf(lab, calls)[target];
    if (performance.now() - began < SLICE) continue;
    within(i + 1)(1);
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  }
  if (stopped.aborted) return null;
  const values = fallsByPixel(picture, squares, falls);
  const note = `Orange: the score of ${name} falls when a grey square of ${side} × ${side} lies here; blue: it rises. ${squares.length} places, ${step} apart.`;
  return { values, end: colourEnd(values, 1), signed: true, note };
}

/** Half the square; where every place takes long, the whole. @param {number} side @param {boolean} long */
export function occlusionStep(side, long) {
  return long ? side : Math.max(1, Math.floor(side / 2));
}

/** Each class's score before the softmax; where scores are maps, their sums. @param {Lab} lab @param {Map<string, Call>} calls */
function scoresOf({ nodes }, calls) {
  const last = scoringNodes(nodes).at(-1);
  const { shape, data } = /** @type {Call} */ (calls.get(last?.name ?? "")).output;
  const scores = new Float64Array(shape[1]);
  const size = sizeOf(shape.slice(2));
  data.forEach((value, i) => (scores[Math.floor(i / size)] += value));
  return scores;
}

/** @param {Float64Array} scores */
function strongestOf(scores) {
  return scores.indexOf(Math.max(...scores));
}
