// The vocabulary: what every operation computes, and of what terms. Everything a figure shows is drawn from this.

import { refuse } from "./ops_check.js";
import { addOp, divOp, mulOp, subOp } from "./ops_binary.js";
import { hardsigmoidOp, hardswishOp, hardtanhOp, relu6Op, scaleOp } from "./ops_clamp.js";
import { conv2dOp } from "./ops_conv.js";
import { eluOp, geluOp, mishOp, preluOp, softplusOp } from "./ops_curve.js";
import { linearOp } from "./ops_linear.js";
import { adaptiveAvgPool2dOp, avgPool2dOp, meanOp } from "./ops_mean.js";
import { catOp, permuteOp, pixelShuffleOp, sliceOp } from "./ops_move.js";
import { batchNormOp, groupNormOp, layerNormOp } from "./ops_norm.js";
import { padOp } from "./ops_pad.js";
import { leakyReluOp, reluOp, sigmoidOp, siluOp, tanhOp } from "./ops_point.js";
import { adaptiveMaxPool2dOp, maxPool2dOp } from "./ops_pool.js";
import { interpolateOp } from "./ops_resize.js";
import { constantOp, flattenOp, identityOp, reshapeOp } from "./ops_route.js";
import { logSoftmaxOp, softmaxOp } from "./ops_softmax.js";
import { convTranspose2dOp } from "./ops_transpose.js";
import { placeOf, shapeText, sizeOf, tensor } from "./tensor.js";

/** @import { Tensor } from "./tensor.js" */
/** @typedef {Record<string, Tensor>} Params */
/**
 * One operation with its numbers.
 * @typedef {object} Call
 * @property {string} op
 * @property {Tensor[]} inputs
 * @property {Params} params
 * @property {Record<string, any>} args
 * @property {Tensor} output
 */
/**
 * One input cell's part in an output cell.
 * @typedef {object} Term
 * @property {number} input    which input (`add` has 0 and 1, `cat` any number)
 * @property {number} at       flat index into that input; -1 for a padding cell that has a number of its own
 * @property {number} value    the number that stands there
 * @property {number} row      place in the input's plane; outside it for padding, also where that repeats the cell `at`
 * @property {number} col
 * @property {number} channel
 * @property {string} param    name of the parameter that multiplies it, or ""
 * @property {number} paramAt  flat index into that parameter, or -1
 * @property {number} factor   what value is multiplied by: the weight; its share of a mean or a mixture; −1 where it is
 *     taken away; else 1
 * @property {number} slope    d(output cell)/d(this input cell), by this term alone
 */
/** @typedef {{param: string, at: number, value: number, slope: number}} ParamTerm  slope: d(output cell)/d(entry) */
/**
 * How one output cell is made: of `terms` and `params`,
 * "sum": the sum of value * factor, plus the bias; "mean": the sum of value * factor; "max": the largest value, that of
 * terms[constants.winner]; "function": `name` of the only term; "copy": the only term, or the only parameter;
 * "product": the first value times the second; "quotient": the first over the second;
 * "ratio": exp(value - constants.max) of terms[constants.own] over the sum of that of all terms, constants.sum, or for
 * log_softmax the logarithm of that;
 * "normalise": (value of terms[constants.own] - mean) / sqrt(variance + eps) * gamma + beta; when training, the other
 * terms enter through mean and variance alone.
 * @typedef {object} Terms
 * @property {"sum" | "max" | "mean" | "function" | "product" | "quotient" | "ratio" | "normalise" | "copy"} how
 * @property {string} name
 * @property {Term[]} terms
 * @property {ParamTerm[]} params
 * @property {Record<string, number>} constants
 * @property {number} value
 */
/** @typedef {{inputs: Tensor[], params: Params}} Gradients */
/** @typedef {{input: number, at: number} | {param: string, at: number}} Cell  of an input, or entry of a parameter */
/**
 * The declaration of an operation. `shape` refuses what does not fit; `forward` writes every cell of call.output.
 * @typedef {object} Op
 * @property {number} [arity]  how many inputs, where not one
 * @property {boolean} [more]  as many inputs as there are, at least `arity`
 * @property {(inputs: number[][], params: Record<string, number[]>, args: Record<string, any>) => number[]} shape
 * @property {(call: Call) => void} forward
 * @property {(call: Call, grad: Tensor, learnt?: boolean) => Gradients} backward  learnt: false: a convolution's
 *     parameters may be left out, which are half of its work
 * @property {(call: Call, at: number) => Terms} terms
 * @property {(call: Call, input: number, at: number) => number[]} feeds
 * @property {(call: Call, param: string, at: number) => number[]} paramFeeds
 * @property {(call: Call, out: number, cell: Cell) => number} [slope]  d(output cell)/d(cell), where `terms` is slow
 * @property {boolean} [routes]  a slope of 0 is a closed door: not even a gradient of NaN or infinity comes through
 * @property {(call: Call) => number[]} [unseen]  where not every input cell feeds something
 */
/** @typedef {{out: number, grad: number, slope: number, row: number, col: number, channel: number}} GradientPart */

/** @type {Record<string, Op>} */
export const ops = {
  conv2d: conv2dOp,
  conv_transpose2d: convTranspose2dOp,
  max_pool2d: maxPool2dOp,
  avg_pool2d: avgPool2dOp,
  adaptive_avg_pool2d: adaptiveAvgPool2dOp,
  adaptive_max_pool2d: adaptiveMaxPool2dOp,
  mean: meanOp,
  linear: linearOp,
  relu: reluOp,
  leaky_relu: leakyReluOp,
  prelu: preluOp,
  relu6: relu6Op,
  hardtanh: hardtanhOp,
  hardswish: hardswishOp,
  hardsigmoid: hardsigmoidOp,
  sigmoid: sigmoidOp,
  tanh: tanhOp,
  silu: siluOp,
  mish: mishOp,
  gelu: geluOp,
  elu: eluOp,
  softplus: softplusOp,
  softmax: softmaxOp,
  log_softmax: logSoftmaxOp,
  batch_norm: batchNormOp,
  group_norm: groupNormOp,
  layer_norm: layerNormOp,
  add: addOp,
  sub: subOp,
  mul: mulOp,
  div: divOp,
  scale: scaleOp,
  constant: constantOp,
  cat: catOp,
  pad: padOp,
  interpolate: interpolateOp,
  permute: permuteOp,
  reshape: reshapeOp,
  slice: sliceOp,
  pixel_shuffle: pixelShuffleOp,
  flatten: flattenOp,
  identity: identityOp,
};

/**
 * The operation's declaration; refuses a name that is none.
 * @param {string} op
 */
function declared(op) {
  if (!Object.hasOwn(ops, op)) {
    refuse("run", "an operation of the vocabulary", JSON.stringify(op), `choose from ${Object.keys(ops).join(", ")}`);
  }
  return ops[op];
}

/**
 * The shape that an operation's output will have; throws as `run` does.
 * @param {string} op
 * @param {number[][]} inputShapes
 * @param {Record<string, number[]>} paramShapes
 * @param {Record<string, any>} args
 * @returns {number[]}
 */
export function outputShape(op, inputShapes, paramShapes, args) {
  const declaration = declared(op);
  const { arity: needed = 1, more } = declaration;
  if (more ? inputShapes.length < needed : inputShapes.length !== needed) {
    const inputs = `${needed}${more ? " or more" : ""} input${needed === 1 ? "" : "s"}`;
    refuse(op, inputs, `${inputShapes.length}`, more ? "give at least that many" : "give exactly that many");
  }
  return declaration.shape(inputShapes, paramShapes, args);
}

/**
 * One operation computed. A parameter that it has not is left out.
 * @param {string} op
 * @param {Tensor[]} inputs
 * @param {Params} [params]
 * @param {Record<string, any>} [args]
 * @param {Float32Array} [spare]  numbers no longer needed, to be written over: new memory costs more than most operations
 * @returns {Call}
 */
export function run(op, inputs, params = {}, args = {}, spare = undefined) {
  const paramShapes = Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]));
  const shape = outputShape(op, inputs.map((input) => input.shape), paramShapes, args);
  const call = { op, inputs, params, args, output: tensor(shape, spare?.length === sizeOf(shape) ? spare : undefined) };
  ops[op].forward(call);
  return call;
}

/**
 * The gradients of a loss by the inputs and the parameters, from its gradient by the output.
 * @param {Call} call
 * @param {Tensor} grad
 * @param {boolean} [learnt]  whether the parameters' are wanted too
 * @returns {Gradients}
 */
export function gradients(call, grad, learnt = true) {
  checkUpstream(call, grad);
  return ops[call.op].backward(call, grad, learnt);
}

/**
 * @param {Call} call
 * @param {Tensor} grad
 */
function checkUpstream({ op, output }, grad) {
  if (grad.shape.join() !== output.shape.join()) {
    const needed = `a gradient of its output's shape ${shapeText(output.shape)}`;
    refuse(op, needed, shapeText(grad.shape), "one number an output cell");
  }
}

/**
 * How one output cell is made.
 * @param {Call} call
 * @param {number} at  flat index of an output cell
 * @returns {Terms}
 */
export function terms(call, at) {
  return ops[call.op].terms(call, at);
}

/**
 * The output cells whose terms hold this input cell, in order.
 * @param {Call} call
 * @param {number} input
 * @param {number} at
 */
export function feeds(call, input, at) {
  return ops[call.op].feeds(call, input, at);
}

/**
 * The output cells that this entry of a parameter enters, in order.
 * @param {Call} call
 * @param {string} param
 * @param {number} at
 */
export function paramFeeds(call, param, at) {
  return ops[call.op].paramFeeds(call, param, at);
}

/**
 * The gradient of one input cell or parameter entry, as the sum of grad * slope over the output cells it feeds.
 * @param {Call} call
 * @param {Tensor} grad  by the output
 * @param {Cell} cell
 * @returns {{value: number, parts: GradientPart[]}}
 */
export function gradientTerms(call, grad, cell) {
  checkUpstream(call, grad);
  const outs = "param" in cell ? paramFeeds(call, cell.param, cell.at) : feeds(call, cell.input, cell.at);
  const { slope: slopeOf = slopeByTerms, routes } = ops[call.op];
  const parts = outs.map((out) => ({
    out,
    grad: grad.data[out],
    slope: slopeOf(call, out, cell),
    ...placeOf(out, call.output.shape),
  }));
  const open = routes ? parts.filter(({ slope }) => slope !== 0) : parts;
  return { value: open.reduce((sum, part) => sum + part.grad * part.slope, 0), parts };
}

/**
 * d(output cell)/d(cell), from the output cell's terms.
 * @param {Call} call
 * @param {number} out
 * @param {Cell} cell
 */
function slopeByTerms(call, out, cell) {
  const made = terms(call, out);
  const own =
    "param" in cell
      ? made.params.filter(({ param, at }) => param === cell.param && at === cell.at)
      : made.terms.filter(({ input, at }) => input === cell.input && at === cell.at);
  return own.reduce((sum, { slope }) => sum + slope, 0);
}

/**
 * Flat input cells (of the first input) that feed nothing: PyTorch floors, and the last rows may never be seen.
 * @param {Call} call
 */
export function unseen(call) {
  return ops[call.op].unseen?.(call) ?? [];
}
