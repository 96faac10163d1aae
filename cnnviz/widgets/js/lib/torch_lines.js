// How PyTorch writes the operations that have no figure of their own in the book, and the pieces of every such line.

/** @import { Tensor } from "./tensor.js" */
/** @import { TorchLine } from "./pytorch_line.js" */

/** @type {Record<string, TorchLine>} */
export const vocabularyLines = {
  sub: () => "x - x2",
  mul: () => "x * x2",
  div: () => "x / x2",
  scale: ({ factor, offset }) => {
    const times = factor === 1 ? "x" : `x * ${factor}`;
    return offset ? `${times} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}` : times;
  },
  constant: () => "value.clone()",
  cat: ({ dim }, _params, { inputs }) => torchCall("torch.cat", [`[${inputs.map((_, i) => inputWord(i)).join(", ")}]`, `dim=${dim}`]),
  relu6: () => "F.relu6(x)",
  hardtanh: ({ min_val, max_val, closed }) =>
    torchCall(closed ? "torch.clamp" : "F.hardtanh", ["x", torchBound(min_val, "-"), torchBound(max_val, "")]),
  hardswish: () => "F.hardswish(x)",
  hardsigmoid: () => "F.hardsigmoid(x)",
  mish: () => "F.mish(x)",
  gelu: ({ approximate }) => torchCall("F.gelu", ["x", ...(approximate === "none" ? [] : [`approximate="${approximate}"`])]),
  elu: ({ alpha }) => torchCall("F.elu", ["x", ...scalarOption("alpha", alpha, 1)]),
  softplus: ({ beta, threshold }) => torchCall("F.softplus", ["x", ...scalarOption("beta", beta, 1), ...scalarOption("threshold", threshold, 20)]),
  prelu: () => "F.prelu(x, weight)",
  log_softmax: ({ dim }) => `F.log_softmax(x, dim=${dim})`,
  group_norm: ({ num_groups, eps }, params) => torchCall("F.group_norm", ["x", String(num_groups), ...momentParams(params), ...scalarOption("eps", eps, 1e-5)]),
  layer_norm: ({ normalized_shape, eps }, params) =>
    torchCall("F.layer_norm", ["x", `(${normalized_shape.join(", ")},)`, ...momentParams(params), ...scalarOption("eps", eps, 1e-5)]),
  adaptive_max_pool2d: ({ output_size }) => torchCall("F.adaptive_max_pool2d", ["x", torchSize(output_size)]),
  mean: ({ dim, keepdim }) => torchCall("x.mean", [`dim=(${dim.join(", ")},)`, ...flagOption("keepdim", keepdim, false)]),
  pad: ({ padding, mode, value }) =>
    mode === "constant" ? paddedX(padding, "zeros", value === 0 ? undefined : String(value)) : paddedX(padding, mode),
  interpolate: ({ size, mode, align_corners, scale }) =>
    torchCall("F.interpolate", ["x", scale ? `scale_factor=(${scale.join(", ")})` : `size=(${size.join(", ")})`,
      ...(mode === "nearest" ? [] : [`mode="${mode}"`, `align_corners=${align_corners ? "True" : "False"}`])]),
  permute: ({ dims }) => torchCall("x.permute", dims.map(String)),
  reshape: ({ shape }) => torchCall("x.reshape", shape.map(String)),
  slice: ({ dim, start, stop, step }, _params, { inputs }) => {
    const before = Array(dim < 0 ? dim + inputs[0].shape.length : dim).fill(":");
    return `x[${[...before, `${start ?? ""}:${stop ?? ""}${step === 1 ? "" : `:${step}`}`].join(", ")}]`;
  },
  pixel_shuffle: ({ upscale_factor }) => `F.pixel_shuffle(x, ${upscale_factor})`,
};

/** The Python name of an operation's i-th input. @param {number} i */
export const inputWord = (i) => (i ? `x${i + 1}` : "x");

/** @param {number | null} bound @param {string} sign of the infinity where there is none */
const torchBound = (bound, sign) => (bound === null ? `float("${sign}inf")` : String(bound));

/** Names of gamma and beta, as two arguments by place. @param {Record<string, Tensor>} params */
const momentParams = (params) => (params.weight || params.bias ? ["weight", "bias"].map((name) => (params[name] ? name : "None")) : []);

/** @param {number[]} padding @param {string} mode @param {string} [value] */
export function paddedX([top, bottom, left, right], mode, value) {
  const how = mode === "zeros" ? (value ? `, value=${value}` : "") : `, mode="${mode}"`;
  return `F.pad(x, (${left}, ${right}, ${top}, ${bottom})${how})`;
}

/** @param {string} name @param {string[]} values */
export const torchCall = (name, values) => `${name}(${values.join(", ")})`;
/** @param {number[]} both */
export const torchSize = ([h, w]) => (h === w ? String(h) : `(${h}, ${w})`);
/** @param {string} name @param {number[]} both @param {number} usual */
export const pairOption = (name, both, usual) => (both.every((v) => v === usual) ? [] : [`${name}=${torchSize(both)}`]);
/** @param {string} name @param {number} value @param {number} usual */
export const scalarOption = (name, value, usual) => (value === usual ? [] : [`${name}=${value}`]);
/** @param {string} name @param {boolean} value @param {boolean} usual */
export const flagOption = (name, value, usual) => (value === usual || value === undefined ? [] : [`${name}=${value ? "True" : "False"}`]);
/** @param {Record<string, Tensor>} params @param {string} name */
export const givenParam = (params, name) => (params[name] ? [name] : []);
