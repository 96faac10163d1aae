// What stands before and after x in a function of one number, so that a reader with a calculator gets its value.

import { formatNumber } from "./numbers.js";

/** @import { Terms } from "./ops.js" */

/** @type {Record<string, (made: Terms) => [string, string]>} */
const functionForms = {
  relu: () => ["max(0, ", ")"],
  relu6: () => ["min(max(0, ", "), 6)"],
  hardtanh: ({ constants: { min_val, max_val } }) => {
    const [before, after] = hasBound(min_val) ? [`max(${formatNumber(min_val)}, `, ")"] : ["", ""];
    return hasBound(max_val) ? [`min(${before}`, `${after}, ${formatNumber(max_val)})`] : [before, after];
  },
  hardsigmoid: () => ["min(max(0, ", " + 3), 6) / 6"],
  hardswish: (made) => [`${ownNumber(made)}·min(max(0, `, " + 3), 6) / 6"],
  leaky_relu: (made) => (isPositive(made) ? KEPT : [`${formatNumber(made.constants.negative_slope)}·`, ""]),
  prelu: () => KEPT,
  elu: (made) => (isPositive(made) ? KEPT : [`${formatNumber(made.constants.alpha)}·(exp(`, ") − 1)"]),
  sigmoid: () => ["1 / (1 + exp(−", "))"],
  silu: (made) => [`${ownNumber(made)} / (1 + exp(−`, "))"],
  mish: (made) => [`${ownNumber(made)}·tanh(log(1 + exp(`, ")))"],
  gelu: (made) => [`${ownNumber(made)}·Φ(`, ")"],
  softplus: (made) => softplusForm(made),
  scale: ({ constants: { factor, offset } }) => [
    factor === 1 ? "" : `${exact(factor)}·`,
    offset === 0 ? "" : ` ${offset < 0 ? "−" : "+"} ${exact(Math.abs(offset))}`,
  ],
};

/** @type {[string, string]} */
const KEPT = ["", " (positive: kept)"];

/** @param {Terms} made @returns {[string, string]} */
function softplusForm({ terms, constants: { beta, threshold } }) {
  if (terms[0].value * beta > threshold) return ["", " (large: kept)"];
  const by = beta === 1 ? "" : formatNumber(beta);
  return [`log(1 + exp(${by && `${by}·`}`, `))${by && ` / ${by}`}`];
}

/** @param {number | null | undefined} bound */
const hasBound = (bound) => bound !== null && bound !== undefined && Number.isFinite(bound);

/** A number that stands in an operation's arguments: two decimals may be none of it. @param {number} value */
const exact = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

/** @param {Terms} made */
const isPositive = ({ terms }) => terms[0].value > 0;

/** @param {Terms} made */
const ownNumber = ({ terms }) => formatNumber(terms[0].value);

/** The form of a function: its own, or its name and brackets. @param {Terms} made */
export function functionForm(made) {
  return (functionForms[made.name] ?? (() => [`${made.name}(`, ")"]))(made);
}
