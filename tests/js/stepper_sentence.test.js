import assert from "node:assert/strict";
import test from "node:test";
import { normalBelow } from "../../cnnviz/widgets/js/lib/erf.js";
import { gradients, terms } from "../../cnnviz/widgets/js/lib/ops.js";
import { formatNumber } from "../../cnnviz/widgets/js/lib/numbers.js";
import { explain } from "../../cnnviz/widgets/js/lib/explain.js";
import { makeScene } from "../../cnnviz/widgets/js/lib/scene.js";
import { sentenceOf, spoken } from "../../cnnviz/widgets/js/lib/sentence.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";
import { callOf, vectorFile, vectorOps } from "./vectors.js";

/** @import { Call } from "../../cnnviz/widgets/js/lib/ops.js" */
/** @import { View } from "../../cnnviz/widgets/js/lib/scene.js" */
/** @import { Token } from "../../cnnviz/widgets/js/lib/sentence.js" */

/** @type {View} */
const VIEW = { sample: 0, channel: 0, inputChannel: 0, cell: 0, backward: false, target: "input", room: 9 };

/** What a reader with a pocket calculator gets from the left side of the sentence. @param {Token[]} tokens */
function calculated(tokens) {
  const left = tokens.slice(0, -2).filter(({ quiet, text }) => !quiet || !Number.isNaN(Number(text.replace("−", "-"))));
  const expression = left
    .map(({ text, role }) => (role ? `(${text})` : text))
    .join("")
    .replace(/\([a-z]+: kept\)/g, "")
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll("√", "Math.sqrt")
    .replaceAll("∞", "Infinity")
    .replace(/\b(exp|log|max|min|tanh)\(/g, "Math.$1(");
  return Function("Φ", `return ${expression}`)(normalBelow);
}

/** How far rounding each written number may lead. @param {Token[]} tokens */
function slack(tokens) {
  const numbers = tokens.filter(({ role }) => role).map(({ text }) => Math.abs(Number(text.replace("−", "-"))));
  return 0.006 * (numbers.length + numbers.filter(Number.isFinite).reduce((sum, n) => sum + n, 0));
}

/** A few cells of an output. @param {Call} call */
function someCells({ output: { data } }) {
  return [...new Set([0, Math.floor(data.length / 3), Math.floor(data.length / 2), data.length - 1])].filter((at) => at >= 0 && at < data.length);
}

/** @param {Token[]} tokens @param {number} value @param {string} name */
function assertSays(tokens, value, name) {
  if (!Number.isFinite(value)) return;
  const result = calculated(tokens);
  assert.ok(Math.abs(result - value) <= slack(tokens), `${name}: ${tokens.map(({ text }) => text).join("")} comes to ${result}`);
}

for (const op of vectorOps) {
  for (const c of vectorFile(op).cases) {
    test(`${op}: ${c.name}: the sentence, calculated, is the output`, () => {
      const call = callOf(op, c);
      const scene = makeScene({ ...call }, false);
      for (const at of someCells(call)) {
        const { tokens } = explain(scene, VIEW, "output", at);
        assert.equal(tokens.at(-1)?.text, formatNumber(call.output.data[at]));
        assertSays(tokens, call.output.data[at], `cell ${at}`);
      }
    });

    test(`${op}: ${c.name}: the backward sentence, calculated, is the gradient`, () => {
      const call = callOf(op, c);
      const grad = tensor(call.output.shape, Float32Array.from(call.output.data, (_, i) => ((i * 7) % 5) - 2));
      const scene = makeScene({ ...call, grad }, true);
      const found = gradients(call, grad);
      const targets = { ...Object.fromEntries(found.inputs.map((g, i) => [i ? `input ${i + 1}` : "input", g])), ...found.params };
      for (const [target, { data }] of Object.entries(targets)) {
        for (const at of [0, data.length >> 1, data.length - 1].filter((k) => k >= 0 && k < data.length)) {
          const { tokens } = explain(scene, { ...VIEW, backward: true, target }, target, at);
          // The sum of float32 terms and the layer's own backward differ in the last digits.
          const said = Number(tokens.at(-1)?.text.replace("−", "-").replace("∞", "Infinity"));
          if (Number.isFinite(data[at])) assert.ok(Math.abs(said - data[at]) < 0.006 + 0.006 * Math.abs(data[at]), `${target} ${at}`);
          if (Number.isFinite(said)) assertSays(tokens, said, `${target} ${at}`);
        }
      }
    });
  }
}

const ONES = Float32Array.from({ length: 27 }, () => 1);

/** @param {number} channels @param {Float32Array} weight */
function smallConv(channels, weight) {
  const x = tensor([1, channels, 3, 3], Float32Array.from({ length: 9 * channels }, (_, i) => i / 10));
  const args = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
  const scene = makeScene({ op: "conv2d", args, inputs: [x], params: { weight: tensor([1, channels, 3, 3], weight) } }, false);
  return /** @type {Call} */ (scene.call);
}

test("terms of other channels are summed by channel, and the sum still adds up", () => {
  const call = smallConv(3, ONES);
  const tokens = sentenceOf(terms(call, 0), { channel: 1, room: 9, at: 0 });
  const text = tokens.map((token) => token.text).join("");
  assert.ok(text.includes("3.6 (channel 0)") && text.includes("19.8 (channel 2)"), text);
  assert.ok(text.endsWith(" = 35.1"), text);
});

test("more than three other channels are one sum that says how many terms it has", () => {
  const call = smallConv(6, Float32Array.from({ length: 54 }, () => 1));
  const text = sentenceOf(terms(call, 0), { channel: 0, room: 4, at: 0 }).map((token) => token.text).join("");
  assert.ok(text.includes("(5 more terms)") && text.includes("(45 more terms from 5 channels)"), text);
});

test("zero weights are counted, not spelled out", () => {
  const weight = Float32Array.from([1, 0, 0, 0, 0, 0, 0, 0, -1]);
  const tokens = sentenceOf(terms(smallConv(1, weight), 0), { channel: 0, room: 9, at: 0 });
  assert.equal(tokens.map(({ text }) => text).join(""), "1·0 + −1·0.8 + 0 (7 zero weights) = −0.8");
});

test("a zero weight on NaN is spelled out, since it makes the sum NaN", () => {
  const call = smallConv(1, new Float32Array(9));
  call.inputs[0].data[4] = NaN;
  const text = sentenceOf(terms(call, 0), { channel: 0, room: 9, at: 0 }).map((token) => token.text).join("");
  assert.ok(text.startsWith("0·NaN + 0 (8 zero weights)"), text);
});

test("rounded numbers that do not add up are not said to be equal", () => {
  const call = smallConv(1, Float32Array.from({ length: 9 }, (_, i) => 0.334 + i * 1.1e-4));
  const equals = sentenceOf(terms(call, 0), { channel: 0, room: 9, at: 0 }).at(-2);
  assert.equal(equals?.text, " ≈ ");
});

test("the spoken sentence has words for its signs", () => {
  const weight = Float32Array.from([0.5, 0, 0, 0, -1, 0, 0, 0, 0]);
  const words = spoken(sentenceOf(terms(smallConv(1, weight), 0), { channel: 0, room: 9, at: 0 }));
  assert.equal(words, "0.5 times 0 plus −1 times 0.4 plus 0 (7 zero weights) = −0.4");
});

test("every number of a sentence is linked to the cells it stands for", () => {
  const tokens = sentenceOf(terms(smallConv(2, ONES.subarray(0, 18)), 0), { channel: 0, room: 9, at: 0 });
  const linked = tokens.filter(({ role }) => role);
  assert.ok(linked.every(({ links }) => links && links.length > 0));
  const cells = linked.flatMap(({ links }) => links ?? []).filter(({ grid }) => grid === "input");
  assert.deepEqual(cells.map(({ at }) => at), Array.from({ length: 18 }, (_, i) => i));
});

test("of more terms than there is room for those that count most are spelled out, NaN first", () => {
  const x = new Float32Array(40);
  [x[30], x[35], x[39]] = [2, NaN, 5];
  const weight = tensor([1, 40], new Float32Array(40).fill(0.5));
  const scene = makeScene({ op: "linear", args: {}, inputs: [tensor([1, 40], x)], params: { weight } }, false);
  const text = explain(scene, { ...VIEW, room: 3 }, "output", 0).tokens.map((token) => token.text).join("");
  assert.equal(text, "0.5·2 + 0.5·NaN + 0.5·5 + 0 (37 more terms) = NaN");
});
