// The line of PyTorch that does what the figure does, with the figure's numbers where they are few.

import { shapeText } from "./tensor.js";
import { flagOption, givenParam, inputWord, paddedX, pairOption, scalarOption, torchCall, torchSize, vocabularyLines } from "./torch_lines.js";

/** @import { Tensor } from "./tensor.js" */
/** @typedef {(args: Record<string, any>, params: Record<string, Tensor>, written: Written) => string} TorchLine */
/** @typedef {{op: string, args: Record<string, any>, params: Record<string, Tensor>, inputs: Tensor[], backward: boolean, flipped: boolean}} Written */

const FEW_NUMBERS = 25; // numbers that may be written out

/** @type {Record<string, TorchLine>} */
const torchLines = {
  conv2d: (args, params, { flipped }) => {
    const { padding: [top, bottom, left, right], padding_mode: mode } = args;
    const inside = mode === "zeros" && top === bottom && left === right;
    const pad = inside || !(top + bottom + left + right) ? "x" : paddedX(args.padding, mode);
    const weight = flipped ? "weight.flip(2, 3)" : "weight";
    const options = [...pairOption("stride", args.stride, 1), ...pairOption("padding", inside ? [top, left] : [0, 0], 0)];
    return torchCall("F.conv2d", [pad, weight, ...givenParam(params, "bias"), ...options, ...pairOption("dilation", args.dilation, 1), ...scalarOption("groups", args.groups, 1)]);
  },
  conv_transpose2d: (args, params) =>
    torchCall("F.conv_transpose2d", ["x", "weight", ...givenParam(params, "bias"), ...pairOption("stride", args.stride, 1), ...pairOption("padding", args.padding, 0),
      ...pairOption("output_padding", args.output_padding, 0), ...scalarOption("groups", args.groups, 1), ...pairOption("dilation", args.dilation, 1)]),
  max_pool2d: (args) => {
    const { padding: [top, bottom, left, right] } = args;
    const inside = top === bottom && left === right;
    const x = inside ? "x" : paddedX(args.padding, "zeros", "float('-inf')");
    return torchCall("F.max_pool2d", [x, torchSize(args.kernel_size), `stride=${torchSize(args.stride)}`, ...pairOption("padding", inside ? [top, left] : [0, 0], 0),
      ...pairOption("dilation", args.dilation ?? [1, 1], 1), ...flagOption("ceil_mode", args.ceil_mode, false)]);
  },
  avg_pool2d: (args) =>
    torchCall("F.avg_pool2d", ["x", torchSize(args.kernel_size), `stride=${torchSize(args.stride)}`, ...pairOption("padding", [args.padding[0], args.padding[2]], 0),
      ...flagOption("ceil_mode", args.ceil_mode, false), ...flagOption("count_include_pad", args.count_include_pad, true)]),
  adaptive_avg_pool2d: (args) => torchCall("F.adaptive_avg_pool2d", ["x", torchSize(args.output_size)]),
  linear: (_args, params) => torchCall("F.linear", ["x", "weight", ...givenParam(params, "bias")]),
  relu: () => "F.relu(x)",
  leaky_relu: (args) => torchCall("F.leaky_relu", ["x", ...scalarOption("negative_slope", args.negative_slope, 0.01)]),
  sigmoid: () => "torch.sigmoid(x)",
  tanh: () => "torch.tanh(x)",
  silu: () => "F.silu(x)",
  softmax: (args) => torchCall("F.softmax", ["x", `dim=${args.dim}`]),
  batch_norm: (args, params) =>
    torchCall("F.batch_norm", ["x", params.running_mean ? "running_mean" : "None", params.running_var ? "running_var" : "None",
      params.weight ? "weight" : "None", params.bias ? "bias" : "None", ...flagOption("training", args.training, false), ...scalarOption("eps", args.eps, 1e-5)]),
  flatten: (args) => torchCall("torch.flatten", ["x", ...scalarOption("start_dim", args.start_dim, 0), ...scalarOption("end_dim", args.end_dim, -1)]),
  add: () => "x + x2",
  identity: () => "x.clone()",
  ...vocabularyLines,
};

/**
 * @param {Written} written
 * @returns {string} one line, after the lines that write out small parameters
 */
export function pytorchLine(written) {
  const { op, args, params, inputs, backward, flipped } = written;
  const line = (torchLines[op] ?? (() => torchCall(`F.${op}`, ["x"])))(args, params, written);
  const given = Object.entries(params).map(([name, value]) => parameterLine(name, flipped && name === "weight" ? unflipped(value) : value));
  const learnt = Object.keys(params).filter((name) => !name.startsWith("running_"));
  const grads = [...inputs.map((_, i) => inputWord(i)), ...learnt].map((name) => `${name}.grad`);
  const shapes = inputs.map(({ shape }) => shapeText(shape)).join(" and ");
  return [...given, `y = ${line}${inputs.length ? `  # x: ${shapes}` : ""}`, ...(backward ? [`y.backward(grad)  # then ${grads.join(", ")}`] : [])].join("\n");
}

/** The weight as it was before it was flipped for a true convolution. @param {Tensor} weight @returns {Tensor} */
function unflipped({ shape, data }) {
  const size = shape[2] * shape[3];
  return { shape, data: data.map((_, i) => data[i - (i % size) + size - 1 - (i % size)]) };
}

/** @param {string} name @param {Tensor} value */
function parameterLine(name, { shape, data }) {
  if (data.length > FEW_NUMBERS) return `# ${name}: ${shapeText(shape)}`;
  return `${name} = torch.tensor(${nestedList(shape, data)})`;
}

/** @param {number[]} shape @param {Float32Array} data @returns {string} */
function nestedList(shape, data) {
  if (!shape.length) return pythonNumber(data[0]);
  const step = data.length / shape[0];
  return `[${Array.from({ length: shape[0] }, (_, i) => nestedList(shape.slice(1), data.subarray(i * step, (i + 1) * step))).join(", ")}]`;
}

/** A float32 in the fewest digits that give it back. @param {number} value */
function pythonNumber(value) {
  if (Number.isNaN(value)) return "float('nan')";
  if (!Number.isFinite(value)) return value > 0 ? "float('inf')" : "-float('inf')";
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return Number.isInteger(short) ? `${short}.` : String(short);
  }
  return String(value);
}
