import assert from "node:assert/strict";
import test from "node:test";
import { gradients, gradientTerms, run } from "../../cnnviz/widgets/js/lib/ops.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

/** @import { Params } from "../../cnnviz/widgets/js/lib/ops.js" */

const CONV = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1, padding_mode: "zeros" };
const POOL = { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1], ceil_mode: false };
const TRANSPOSED = { stride: [1, 1], padding: [0, 0], output_padding: [0, 0], dilation: [1, 1], groups: 1 };
const kernels = tensor([8, 3, 5, 5]);

/** @param {number[]} shape @param {Record<string, any>} [args] @param {Params} [params] */
const convolve = (shape, args = {}, params = { weight: kernels }) =>
  run("conv2d", [tensor(shape)], params, { ...CONV, ...args });

/** @param {number[]} shape @param {Record<string, any>} args */
const transpose = (shape, args) =>
  run("conv_transpose2d", [tensor(shape)], { weight: tensor([1, 1, 2, 2]) }, { ...TRANSPOSED, ...args });

/** @type {[string, () => unknown, string][]} */
const SENTENCES = [
  [
    "a picture without a batch axis",
    () => convolve([3, 28, 28]),
    "conv2d needs an input of shape (N, 3, H, W), got (3, 28, 28): add a batch axis in front",
  ],
  [
    "a wrong number of channels",
    () => convolve([1, 1, 28, 28]),
    "conv2d needs an input of shape (N, 3, H, W), got (1, 1, 28, 28): it reads 3 channels and this has 1",
  ],
  [
    "a window that does not fit",
    () => convolve([1, 3, 4, 28], { dilation: [2, 1], padding: [1, 1, 0, 0] }),
    "conv2d needs at least 9x5 pixels under its window, got 6x28 with its padding: enlarge the input or the padding, or take a smaller kernel",
  ],
  [
    "arguments that were not normalised",
    () => convolve([1, 3, 9, 9], { stride: 2 }),
    "conv2d needs stride as 2 whole numbers of at least 1, got 2: give stride as [1,1]",
  ],
  [
    "an argument that is missing",
    () => run("max_pool2d", [tensor([1, 1, 4, 4])], {}, { ...POOL, kernel_size: undefined }),
    "max_pool2d needs kernel_size as 2 whole numbers of at least 1, got nothing: give kernel_size as [1,1]",
  ],
  [
    "a parameter that is missing",
    () => convolve([1, 3, 9, 9], {}, {}),
    "conv2d needs a weight of shape (O, C/groups, kh, kw), got none: give it with every axis at least 1",
  ],
  [
    "a bias of another length",
    () => convolve([1, 3, 9, 9], {}, { weight: kernels, bias: tensor([3]) }),
    "conv2d needs a bias of shape (8,), got (3,): give one number for each of the 8 channels",
  ],
  [
    "groups that do not divide",
    () => convolve([1, 9, 9, 9], { groups: 3 }),
    "conv2d needs channels that its 3 groups share equally, got 8: change groups, or the first axis of the weight",
  ],
  [
    "too much reflection",
    () => convolve([1, 3, 4, 9], { padding: [4, 0, 0, 0], padding_mode: "reflect" }),
    "conv2d needs at most 3 pixels of reflect padding on 4 pixels, got 4: pad less, or with zeros",
  ],
  [
    "an unknown padding mode",
    () => convolve([1, 3, 9, 9], { padding_mode: "same" }),
    'conv2d needs a padding_mode it knows, got "same": choose from zeros, reflect, replicate, circular',
  ],
  [
    "padding of more than half a pooling window",
    () => run("max_pool2d", [tensor([1, 1, 4, 4])], {}, { ...POOL, padding: [2, 2, 0, 0] }),
    "max_pool2d needs padding of at most 1, half its window, got 2: pad less: a window must not lie in padding alone",
  ],
  [
    "too much output_padding",
    () => transpose([1, 1, 3, 3], { output_padding: [1, 0] }),
    "conv_transpose2d needs output_padding smaller than the stride or the dilation, got (1, 0) with stride (1, 1) and dilation (1, 1): take less output_padding",
  ],
  [
    "a crop that leaves nothing",
    () => transpose([1, 1, 2, 2], { padding: [2, 1] }),
    "conv_transpose2d needs an output of at least 1x1 pixels, got -1x1: padding crops the output here: take less of it",
  ],
  [
    "pictures that were not flattened",
    () => run("linear", [tensor([1, 4, 3, 3])], { weight: tensor([10, 36]) }),
    "linear needs an input of shape (..., 36), got (1, 4, 3, 3): flatten first, or give the weight that many columns",
  ],
  [
    "an axis that is not there",
    () => run("softmax", [tensor([2, 3])], {}, { dim: 2 }),
    "softmax needs an axis from -2 to 1, got 2 on (2, 3): axis 0 is the batch, -1 the last",
  ],
  [
    "batch norm without statistics",
    () => run("batch_norm", [tensor([1, 2, 3, 3])], {}, { training: false, eps: 1e-5 }),
    "batch_norm needs running_mean and running_var when not training, got none: give both, or set training to true",
  ],
  [
    "batch norm on one number a channel",
    () => run("batch_norm", [tensor([1, 2, 1, 1])], {}, { training: true, eps: 1e-5 }),
    "batch_norm needs more than one number a channel when training, got (1, 2, 1, 1): give a larger batch, or evaluate",
  ],
  [
    "branches of two shapes",
    () => run("add", [tensor([1, 2, 4, 4]), tensor([1, 2, 2, 2])]),
    "add needs two inputs of one shape, or with axes of length 1 to repeat, got (1, 2, 4, 4) and (1, 2, 2, 2): bring both to one size",
  ],
  ["one input too many", () => run("relu", [tensor([1]), tensor([1])]), "relu needs 1 input, got 2: give exactly that many"],
  ["an input too few", () => run("add", [tensor([1])]), "add needs 2 inputs, got 1: give exactly that many"],
];

for (const [what, call, message] of SENTENCES) {
  test(`${what}: the error says who, needed, came and what to do`, () => assert.throws(call, { message }));
}

test("an unknown operation is refused with those that there are", () => {
  for (const op of ["median", "constructor"]) {
    assert.throws(() => run(op, [tensor([1])]), {
      message: new RegExp(`^run needs an operation of the vocabulary, got "${op}": choose from conv2d, .*, identity$`),
    });
  }
});

test("a gradient of another shape than the output is refused", () => {
  const call = run("relu", [tensor([2, 3])]);
  const message = "relu needs a gradient of its output's shape (2, 3), got (3, 2): one number an output cell";
  assert.throws(() => gradients(call, tensor([3, 2])), { message });
  assert.throws(() => gradientTerms(call, tensor([3, 2]), { input: 0, at: 0 }), { message });
});
