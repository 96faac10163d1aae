// linear: every output is a weighted sum of all inputs, plus its bias. (..., I) -> (..., O), weight (O, I).

import { isLinearForWasm, linearWasm } from "./linear_wasm.js";
import { checkVector, checkWeight, refuse } from "./ops_check.js";
import { placeOf, shapeText, tensor } from "./tensor.js";

/** @import { Op, ParamTerm, Term } from "./ops.js" */

/** @type {Op} */
export const linearOp = {
  shape([input], { weight, bias }) {
    const [out, features] = checkWeight("linear", weight, "(O, I)");
    if (input.at(-1) !== features) {
      const todo = "flatten first, or give the weight that many columns";
      refuse("linear", `an input of shape (..., ${features})`, shapeText(input), todo);
    }
    checkVector("linear", "bias", bias, out);
    return [...input.slice(0, -1), out];
  },

  forward({ inputs: [x], params: { weight, bias }, output }) {
    if (isLinearForWasm(weight)) return linearWasm(x.data, weight, bias?.data, output.data);
    const [outs, features] = weight.shape;
    for (let at = 0; at < output.data.length; at++) {
      const o = at % outs;
      const [row, kernel] = [((at - o) / outs) * features, o * features];
      let sum = bias ? bias.data[o] : 0;
      for (let i = 0; i < features; i++) sum += weight.data[kernel + i] * x.data[row + i];
      output.data[at] = sum;
    }
  },

  backward({ inputs: [x], params: { weight, bias }, output }, grad) {
    const [outs, features] = weight.shape;
    const dx = new Float64Array(x.data.length);
    const dw = new Float64Array(weight.data.length);
    const db = new Float64Array(outs);
    for (let at = 0; at < output.data.length; at++) {
      const o = at % outs;
      const [row, kernel, g] = [((at - o) / outs) * features, o * features, grad.data[at]];
      db[o] += g;
      for (let i = 0; i < features; i++) {
        dx[row + i] += g * weight.data[kernel + i];
        dw[kernel + i] += g * x.data[row + i];
      }
    }
    const params = { weight: tensor(weight.shape, dw), ...(bias && { bias: tensor(bias.shape, db) }) };
    return { inputs: [tensor(x.shape, dx)], params };
  },

  terms({ inputs: [x], params: { weight, bias }, output }, at) {
    const [outs, features] = weight.shape;
    const o = at % outs;
    const first = ((at - o) / outs) * features;
    /** @type {Term[]} */
    const terms = [];
    /** @type {ParamTerm[]} */
    const params = [];
    for (let i = 0; i < features; i++) {
      const [value, paramAt] = [x.data[first + i], o * features + i];
      const factor = weight.data[paramAt];
      const place = { at: first + i, ...placeOf(first + i, x.shape) };
      terms.push({ input: 0, ...place, value, param: "weight", paramAt, factor, slope: factor });
      params.push({ param: "weight", at: paramAt, value: factor, slope: value });
    }
    if (bias) params.push({ param: "bias", at: o, value: bias.data[o], slope: 1 });
    return { how: "sum", name: "linear", terms, params, constants: {}, value: output.data[at] };
  },

  feeds({ params: { weight } }, _input, at) {
    const [outs, features] = weight.shape;
    const first = Math.floor(at / features) * outs;
    return Array.from({ length: outs }, (_, o) => first + o);
  },

  paramFeeds({ params: { weight }, output }, param, at) {
    const [outs, features] = weight.shape;
    const o = param === "bias" ? at : Math.floor(at / features);
    return Array.from({ length: output.data.length / outs }, (_, row) => row * outs + o);
  },

  slope({ inputs: [x], params: { weight } }, out, cell) {
    const [outs, features] = weight.shape;
    if ("input" in cell) return weight.data[(out % outs) * features + (cell.at % features)];
    return cell.param === "bias" ? 1 : x.data[Math.floor(out / outs) * features + (cell.at % features)];
  },
};
