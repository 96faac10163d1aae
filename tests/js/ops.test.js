import assert from "node:assert/strict";
import test from "node:test";
import {
  feeds,
  gradients,
  gradientTerms,
  ops,
  outputShape,
  paramFeeds,
  run,
  terms,
  unseen,
} from "../../cnnviz/widgets/js/lib/ops.js";
import { placeOf, tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { assertNear, assertTensorNear, callOf, read, vectorFile, vectorOps } from "./vectors.js";

/** @import { Call, Cell, Terms } from "../../cnnviz/widgets/js/lib/ops.js" */
/** @import { Case } from "./vectors.js" */

/**
 * What `how` promises: the value from the terms, the parameters and the constants alone.
 * @type {Record<string, (t: Terms) => number>}
 */
const READDED = {
  sum: ({ terms, params }) =>
    terms.reduce((sum, { value, factor }) => sum + value * factor, 0) +
    params.reduce((sum, { param, value }) => sum + (param === "bias" ? value : 0), 0),
  mean: ({ terms }) => terms.reduce((sum, { value, factor }) => sum + value * factor, 0),
  max: ({ terms, constants }) => (constants.winner < 0 ? -Infinity : terms[constants.winner].value),
  copy: ({ terms, params }) => (terms[0] ?? params[0]).value,
  product: ({ terms: [a, b] }) => a.value * b.value,
  quotient: ({ terms: [a, b] }) => a.value / b.value,
  ratio: ({ name, terms, constants: { max, own } }) => {
    const [above, sum] = [terms[own].value - max, terms.reduce((total, { value }) => total + Math.exp(value - max), 0)];
    return name === "log_softmax" ? above - Math.log(sum) : Math.exp(above) / sum;
  },
  normalise: ({ terms, constants: { mean, variance, eps, gamma, beta, own } }) =>
    ((terms[own].value - mean) / Math.sqrt(variance + eps)) * gamma + beta,
};

/** The share of a normal distribution below x, by adding up its density. @param {number} x */
function below(x) {
  const step = x / 4000;
  const density = (/** @type {number} */ z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return Array.from({ length: 4000 }, (_, i) => density((i + 0.5) * step)).reduce((sum, d) => sum + d * step, 0.5);
}

/** @type {Record<string, (x: number, constants: Record<string, any>) => number>} */
const FUNCTIONS = {
  relu: (x) => (Number.isNaN(x) ? NaN : Math.max(x, 0)),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  hardtanh: (x, { min_val, max_val }) => Math.min(Math.max(x, min_val ?? -Infinity), max_val ?? Infinity),
  hardsigmoid: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5),
  hardswish: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  leaky_relu: (x, { negative_slope }) => (x > 0 ? x : negative_slope * x),
  prelu: (x) => x,
  elu: (x, { alpha }) => (x > 0 ? x : alpha * (Math.exp(x) - 1)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  silu: (x) => x / (1 + Math.exp(-x)),
  mish: (x) => x * Math.tanh(x > 30 ? x : Math.log(1 + Math.exp(x))),
  gelu: (x, { approximate }) =>
    approximate === "none"
      ? x * (Math.abs(x) < 9 ? below(x) : x > 0 ? 1 : 0)
      : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  softplus: (x, { beta, threshold }) => (beta * x > threshold ? x : Math.log(1 + Math.exp(beta * x)) / beta),
  scale: (x, { factor, offset }) => factor * x + offset,
};

/** @param {Terms} made */
function readded(made) {
  return made.how === "function" ? FUNCTIONS[made.name](made.terms[0].value, made.constants) : READDED[made.how](made);
}

/**
 * Whether a term's place is a cell, and not padding.
 * @param {number} row
 * @param {number} col
 * @param {number[]} shape
 */
function isInside(row, col, shape) {
  const [height, width] = shape.length > 2 ? shape.slice(-2) : [1, shape.at(-1) ?? 1];
  return row >= 0 && row < height && col >= 0 && col < width;
}

/** @param {Call} call */
const allTerms = (call) => Array.from(call.output.data, (_, at) => terms(call, at));

/**
 * Register a test for each case of each operation.
 * @param {string} fact
 * @param {(call: Call, c: Case) => void} check
 */
function forEachCase(fact, check) {
  for (const op of vectorOps) {
    for (const c of vectorFile(op).cases) test(`${op}: ${c.name}: ${fact}`, () => check(callOf(op, c), c));
  }
}

test("every operation has a file of vectors, and every file an operation", () => {
  assert.deepEqual(Object.keys(ops).sort(), [...vectorOps].sort());
});

for (const op of vectorOps) {
  test(`${op} has cases, and its file its name`, () => {
    const { op: named, cases } = vectorFile(op);
    assert.equal(named, op);
    assert.ok(cases.length >= (op === "conv2d" ? 8 : 2), `${cases.length} cases`);
  });
}

test("a hardtanh's bounds are float32, as torch's: a gradient stops on them, and passes where they are closed", () => {
  const [low, high] = [-0.1, 0.7]; // the nearest float32 is another number, for both
  const args = { min_val: low, max_val: high };
  for (const closed of [false, true]) {
    const call = run("hardtanh", [tensor([3], [low, 0, high])], {}, { ...args, closed });
    const passed = gradients(call, tensor([3], [1, 1, 1])).inputs[0].data;
    assert.deepEqual([...passed], closed ? [1, 1, 1] : [0, 1, 0]);
  }
});

forEachCase("output equals torch's", (call, c) => {
  assertTensorNear(call.output, c.output, "output");
  const shapes = Object.fromEntries(Object.entries(call.params).map(([name, { shape }]) => [name, shape]));
  const inputs = call.inputs.map(({ shape }) => shape);
  assert.deepEqual(outputShape(call.op, inputs, shapes, call.args), c.output.shape);
});

forEachCase("gradients equal torch's", (call, c) => {
  const { inputs, params } = gradients(call, read(c.grad));
  inputs.forEach((dx, i) => assertTensorNear(dx, c.input_grads[i], `gradient of input ${i}`));
  assert.deepEqual(Object.keys(params).sort(), Object.keys(c.param_grads).sort());
  for (const [name, grad] of Object.entries(params)) assertTensorNear(grad, c.param_grads[name], `gradient of ${name}`);
});

forEachCase("gradients of the inputs alone are the same", (call, c) => {
  const { inputs } = gradients(call, read(c.grad), false);
  inputs.forEach((dx, i) => assertTensorNear(dx, c.input_grads[i], `gradient of input ${i}`));
});

forEachCase("the terms of every cell add up to its value, and show the numbers where they stand", (call) => {
  const made = allTerms(call);
  assertNear(made.map(readded), call.output.data, "terms");
  made.forEach(({ how, value, terms: list, params }, at) => {
    assert.equal(value, call.output.data[at]);
    for (const term of list) {
      const { shape, data } = call.inputs[term.input];
      const { at: cell, value: number, row, col, channel } = term;
      if (cell >= 0) assert.equal(number, data[cell]);
      if (cell >= 0 && isInside(row, col, shape)) assert.deepEqual({ row, col, channel }, placeOf(cell, shape));
      if (cell < 0) assert.ok(!isInside(row, col, shape));
      if (term.param) assert.ok(params.some(({ param, at: entry }) => param === term.param && entry === term.paramAt));
      else assert.equal(term.paramAt, -1);
      const plain = how === "sum" ? term.slope : how === "mean" ? 1 / list.length : 1;
      assert.equal(term.factor, term.param ? call.params[term.param].data[term.paramAt] : plain);
    }
    for (const { param, at: entry, value: number } of params) assert.equal(number, call.params[param].data[entry]);
  });
});

forEachCase("the terms of every gradient add up to it", (call, c) => {
  const grad = read(c.grad);
  call.inputs.forEach((x, input) => {
    const sums = Array.from(x.data, (_, at) => gradientTerms(call, grad, { input, at }).value);
    assertNear(sums, c.input_grads[input].data.map(Number), `gradient terms of input ${input}`);
  });
  for (const [param, { data }] of Object.entries(c.param_grads)) {
    const sums = data.map((_, at) => gradientTerms(call, grad, { param, at }).value);
    assertNear(sums, data.map(Number), `gradient terms of ${param}`);
  }
});

forEachCase("feeds and paramFeeds are the inverse of terms", (call) => {
  const cells = call.inputs.map((x) => Array.from(x.data, () => /** @type {Set<number>} */ (new Set())));
  /** @type {Record<string, Set<number>[]>} */
  const entries = Object.fromEntries(
    Object.entries(call.params).map(([name, { data }]) => [name, Array.from(data, () => new Set())]),
  );
  allTerms(call).forEach((made, out) => {
    for (const { input, at } of made.terms) if (at >= 0) cells[input][at].add(out);
    for (const { param, at } of made.params) entries[param][at].add(out);
  });
  cells.forEach((sets, input) => sets.forEach((outs, at) => assert.deepEqual(feeds(call, input, at), [...outs])));
  for (const [param, sets] of Object.entries(entries)) {
    sets.forEach((outs, at) => assert.deepEqual(paramFeeds(call, param, at), [...outs]));
  }
  const blind = (cells[0] ?? []).flatMap((outs, at) => (outs.size ? [] : [at]));
  assert.deepEqual(unseen(call), blind);
});

forEachCase("a slope asked for by itself is the slope of the terms", (call) => {
  const { slope } = ops[call.op];
  if (!slope) return;
  allTerms(call).forEach((made, out) => {
    /** @type {Map<string, {cell: Cell, sum: number}>} */
    const sums = new Map();
    /** @param {Cell} cell @param {number} part */
    const add = (cell, part) => {
      const key = JSON.stringify(cell);
      sums.set(key, { cell, sum: (sums.get(key)?.sum ?? 0) + part });
    };
    for (const { input, at, slope: part } of made.terms) if (at >= 0) add({ input, at }, part);
    for (const { param, at, slope: part } of made.params) add({ param, at }, part);
    const all = [...sums.values()];
    assertNear(all.map(({ cell }) => slope(call, out, cell)), all.map(({ sum }) => sum), `slopes of cell ${out}`);
  });
});

for (const op of vectorOps) {
  for (const { name, args, inputs, params } of vectorFile(op).refused) {
    test(`${op} refuses ${name}, in a sentence`, () => {
      const numbers = Object.fromEntries(Object.entries(params).map(([key, shape]) => [key, tensor(shape)]));
      assert.throws(() => run(op, inputs.map((shape) => tensor(shape)), numbers, args), {
        message: new RegExp(`^${op} needs .+, got .+: .+`),
      });
    });
  }
}

test("padding repeats an input cell at a place of its own", () => {
  const x = tensor([1, 1, 2, 2], [1, 2, 3, 4]);
  const args = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1, padding_mode: "reflect" };
  const call = run("conv2d", [x], { weight: tensor([1, 1, 3, 3], Array(9).fill(1)) }, args);
  const [corner] = terms(call, 0).terms;
  assert.deepEqual([corner.at, corner.value, corner.row, corner.col], [3, 4, -1, -1]);
});

test("a zero of the padding has no cell", () => {
  const sizes = { kernel_size: [2, 2], stride: [2, 2], padding: [1, 1, 1, 1] };
  const args = { ...sizes, ceil_mode: false, count_include_pad: true };
  const call = run("avg_pool2d", [tensor([1, 1, 2, 2], [4, 8, 12, 16])], {}, args);
  const { terms: list, constants, value } = terms(call, 0);
  assert.deepEqual(list.map(({ at, row, col }) => [at, row, col]), [[-1, -1, -1], [-1, -1, 0], [-1, 0, -1], [0, 0, 0]]);
  assert.deepEqual([constants.count, value], [4, 1]);
});

test("a stride greater than the kernel leaves rows and columns unseen", () => {
  const args = { stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
  const call = run("conv2d", [tensor([1, 1, 3, 3])], { weight: tensor([1, 1, 1, 1]) }, args);
  assert.deepEqual(unseen(call), [1, 3, 4, 5, 7]);
});

test("a gradient part says where its output cell stands", () => {
  const args = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
  const call = run("conv2d", [tensor([1, 1, 2, 3])], { weight: tensor([2, 1, 1, 1], [5, 6]) }, args);
  const grad = tensor(call.output.shape, call.output.data.map((_, i) => i));
  assert.deepEqual(gradientTerms(call, grad, { input: 0, at: 4 }), {
    value: 4 * 5 + 10 * 6,
    parts: [
      { out: 4, grad: 4, slope: 5, row: 1, col: 1, channel: 0 },
      { out: 10, grad: 10, slope: 6, row: 1, col: 1, channel: 1 },
    ],
  });
});

for (const op of vectorOps) {
  test(`${op} writes every cell: old numbers in its output's memory do not show`, () => {
    for (const c of vectorFile(op).cases) {
      const { inputs, params, args, output } = callOf(op, c);
      const again = run(op, inputs, params, args, new Float32Array(output.data.length).fill(7));
      assert.deepEqual([...again.output.data], [...output.data], c.name);
    }
  });
}
