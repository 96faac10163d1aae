"""What each operation of the vocabulary reads along each axis of its first input."""

from collections.abc import Callable
from fractions import Fraction
from math import prod

from ._graph import Node, Shape
from ._windows import Effect, Reads, Window, adaptive, bilinear, nearest, shuffled, sliding, transposed

# For every axis of the input that is not read cell by cell: a window, what happens to it, or where it moves to.
Effects = dict[int, Effect]
GONE, MIX = Reads.GONE, Reads.MIX

# Each output cell reads the cells at its own place, or, of `cat`, at its place in one of the inputs.
_POINTWISE = (
    *("relu", "leaky_relu", "sigmoid", "tanh", "silu", "relu6", "hardtanh", "hardswish", "hardsigmoid", "mish", "gelu"),
    *("elu", "softplus", "prelu", "identity", "scale", "cat", "constant"),
)
BROADCASTING = ("add", "sub", "mul", "div")


def effects(node: Node, before: Shape, after: Shape) -> Effects:
    """What `node` does to the axes of an input of shape `before`; its output's shape is `after`."""
    rule = _RULES.get(node.op)
    return rule(node, before, after) if rule else {}


def _conv2d(node: Node, before: Shape, after: Shape) -> Effects:
    args, (height, width) = node.args, node.params["weight"].shape[2:]
    around, mode = args["padding"], args.get("padding_mode", "zeros")
    rows = sliding(height, args["stride"][0], around[0], args["dilation"][0], mode)
    return {1: GONE, 2: rows, 3: sliding(width, args["stride"][1], around[2], args["dilation"][1], mode)}


def _conv_transpose2d(node: Node, before: Shape, after: Shape) -> Effects:
    kernel = node.params["weight"].shape[2:]
    args = [node.args[name] for name in ("stride", "padding", "dilation")]
    rows, columns = (transposed(kernel[axis], *(both[axis] for both in args)) for axis in (0, 1))
    return {1: GONE, 2: rows, 3: columns}


def _pool2d(node: Node, before: Shape, after: Shape) -> Effects:
    args = node.args
    dilation = args.get("dilation", [1, 1])
    return {
        2 + axis: sliding(args["kernel_size"][axis], args["stride"][axis], args["padding"][2 * axis], dilation[axis])
        for axis in (0, 1)
    }


def _adaptive(node: Node, before: Shape, after: Shape) -> Effects:
    return {axis: MIX if after[axis] == 1 else adaptive(before[axis], after[axis]) for axis in (2, 3)}


def _interpolate(node: Node, before: Shape, after: Shape) -> Effects:
    return {axis: _resized(node, axis - 2, before[axis], after[axis]) for axis in (2, 3)}


def _resized(node: Node, axis: int, length: int, count: int) -> Window:
    corners = bool(node.args.get("align_corners"))
    if node.args["mode"] == "bilinear" and corners:
        return bilinear(Fraction(length - 1, count - 1) if count > 1 else Fraction(0), corners)
    near, scale = node.args["mode"] == "nearest", node.args.get("scale")
    step = Fraction(length, count)
    if scale and step != 1 and not (near and step == Fraction(1, 2)):  # those two torch takes by the sizes
        step = 1 / Fraction(scale[axis]).limit_denominator(1 << 20)
    return nearest(step) if near else bilinear(step, corners)


def _pixel_shuffle(node: Node, before: Shape, after: Shape) -> Effects:
    factor = node.args["upscale_factor"]
    return {1: GONE, 2: shuffled(factor), 3: shuffled(factor)}


def _pad(node: Node, before: Shape, after: Shape) -> Effects:
    top, _, left, _ = node.args["padding"]
    mode = node.args.get("mode", "constant")
    return {len(before) - 2: sliding(1, 1, top, mode=mode), len(before) - 1: sliding(1, 1, left, mode=mode)}


def _slice(node: Node, before: Shape, after: Shape) -> Effects:
    dim = node.args["dim"] % len(before)
    start, step = slice(node.args["start"], node.args["stop"], node.args["step"]).indices(before[dim])[::2]
    return {dim: sliding(1, step, -start)}


def _mean(node: Node, before: Shape, after: Shape) -> Effects:
    gone = {dim % len(before) for dim in node.args["dim"]}
    if node.args["keepdim"]:
        return dict.fromkeys(gone, MIX)
    left = [dim for dim in range(len(before)) if dim not in gone]
    return {**dict.fromkeys(gone, GONE), **{dim: place for place, dim in enumerate(left)}}


def _permute(node: Node, before: Shape, after: Shape) -> Effects:
    return {dim % len(before): place for place, dim in enumerate(node.args["dims"])}


def _reshape(node: Node, before: Shape, after: Shape) -> Effects:
    """An axis lives on where one of its length stands in front of as many numbers; the others are flattened."""
    return {dim: _same_axis(dim, before, after) for dim in range(len(before))}


def _same_axis(dim: int, before: Shape, after: Shape) -> Effect:
    for place in sorted(
        range(len(after)), key=lambda place: place != dim
    ):  # its own place first, among axes of length 1
        if after[place] == before[dim] and prod(after[place:]) == prod(before[dim:]):
            return place
    return GONE


def _linear(node: Node, before: Shape, after: Shape) -> Effects:
    return {len(before) - 1: GONE}


def _softmax(node: Node, before: Shape, after: Shape) -> Effects:
    return {node.args["dim"] % len(before): MIX}


def _batch_norm(node: Node, before: Shape, after: Shape) -> Effects:
    return _group_norm(node, before, after) if node.args.get("training") else {}


def _group_norm(node: Node, before: Shape, after: Shape) -> Effects:
    return dict.fromkeys(range(2, len(before)), MIX)


def _layer_norm(node: Node, before: Shape, after: Shape) -> Effects:
    return dict.fromkeys(range(len(before) - len(node.args["normalized_shape"]), len(before)), MIX)


_RULES: dict[str, Callable[[Node, Shape, Shape], Effects]] = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "max_pool2d": _pool2d,
    "avg_pool2d": _pool2d,
    "adaptive_avg_pool2d": _adaptive,
    "adaptive_max_pool2d": _adaptive,
    "interpolate": _interpolate,
    "pixel_shuffle": _pixel_shuffle,
    "pad": _pad,
    "slice": _slice,
    "mean": _mean,
    "permute": _permute,
    "reshape": _reshape,
    "flatten": _reshape,
    "linear": _linear,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
}

OPERATIONS = (*_POINTWISE, *BROADCASTING, *_RULES)
