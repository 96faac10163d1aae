"""torch's convolutions, pooling, linear layers, norms and resampling in the vocabulary's words."""

from collections.abc import Callable, Sequence
from typing import Any

from cnnviz.nn.functional._padding import margins
from cnnviz.nn.functional._unroll import Margins

from ._draft import Draft, Emitter

Handler = Callable[..., Any]


def _pair(value: Sequence[int] | int) -> list[int]:
    both = list(value) if isinstance(value, Sequence) else [value]
    return [int(size) for size in (both * 2 if len(both) == 1 else both)]


def _around(padding: Sequence[int] | int) -> list[int]:
    down, across = _pair(padding)
    return [down, down, across, across]


def _images(t: Emitter, x: Any) -> None:
    if len(t.tensor(x).shape) != 4:
        raise t.refused(f"{t.node.target} of {len(t.tensor(x).shape)} axes instead of (N, C, H, W)")


def _conv2d(
    t: Emitter,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
    **_: Any,
) -> Draft:
    _images(t, input)
    padding = padding if isinstance(padding, str) else _pair(padding)
    kernel, step, spread = _pair(weight.shape[2:]), _pair(stride), _pair(dilation)
    around = margins("to_graph", padding, (kernel[0], kernel[1]), (step[0], step[1]), (spread[0], spread[1]))
    input, around, mode = _unpadded(t, input, around)
    args = {
        "stride": step,
        "padding": list(around),
        "dilation": spread,
        "groups": groups,
        "padding_mode": mode,
    }
    return t.emit("conv2d", args, input, weight=weight, bias=bias)


def _unpadded(t: Emitter, x: Any, around: Margins) -> tuple[Any, Margins, str]:
    """What a convolution reads, and its margins, those included that its layer has put around the image before."""
    mode = x.args["mode"] if isinstance(x, Draft) and x.op == "pad" and x.place.call == t.place.call else "none"
    if mode == "none" or (mode == "constant" and (x.args["value"] or min(x.args["padding"]) < 0)):
        return x, around, "zeros"
    if mode != "constant" and any(around):
        return x, around, "zeros"
    top, bottom, left, right = (a + b for a, b in zip(around, x.args["padding"], strict=True))
    return x.inputs[0], (top, bottom, left, right), "zeros" if mode == "constant" else mode


def _conv_transpose2d(
    t: Emitter,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
    **_: Any,
) -> Draft:
    _images(t, input)
    sizes = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
    args = {**{name: _pair(value) for name, value in sizes.items()}, "groups": groups}
    return t.emit("conv_transpose2d", args, input, weight=weight, bias=bias)


def _convolution(t: Emitter, transposed: bool, **arguments: Any) -> Draft:
    return (_conv_transpose2d if transposed else _conv2d)(t, **arguments)


def _max_pool2d(
    t: Emitter, self: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Draft:
    _images(t, self)
    args = {
        "kernel_size": _pair(kernel_size),
        "stride": _pair(stride or kernel_size),
        "padding": _around(padding),
        "dilation": _pair(dilation),
        "ceil_mode": ceil_mode,
    }
    return t.emit("max_pool2d", args, self)


def _avg_pool2d(
    t: Emitter,
    self: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Draft:
    _images(t, self)
    if divisor_override is not None:
        raise t.refused(f"{t.node.target} with divisor_override")
    args = {
        "kernel_size": _pair(kernel_size),
        "stride": _pair(stride or kernel_size),
        "padding": _around(padding),
        "ceil_mode": ceil_mode,
        "count_include_pad": count_include_pad,
    }
    return t.emit("avg_pool2d", args, self)


def _adaptive(op: str) -> Handler:
    def handler(t: Emitter, self: Any, output_size: Any) -> Draft:
        _images(t, self)
        return t.emit(op, {"output_size": _pair(output_size)}, self)

    return handler


def _linear(t: Emitter, input: Any, weight: Any, bias: Any = None) -> Draft:
    return t.emit("linear", {}, input, weight=weight, bias=bias)


def _matmul(t: Emitter, self: Any, other: Any) -> Draft:
    if isinstance(other, Draft):
        needs = "two tensors that depend on the input" if isinstance(self, Draft) else "weights times the input"
        raise t.refused(f"{t.node.target} of {needs}")
    if other.ndim != 2:
        raise t.refused(f"{t.node.target} with weights of {other.ndim} axes instead of 2")
    return _linear(t, self, other.t())


def _addmm(t: Emitter, self: Any, mat1: Any, mat2: Any, beta: float, alpha: float) -> Draft:
    if isinstance(self, Draft) or isinstance(mat2, Draft) or (beta, alpha) != (1, 1):
        raise t.refused(t.node.target)
    return _linear(t, mat1, mat2.t(), self)


def _batch_norm(
    t: Emitter,
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Any = None,
    running_var: Any = None,
    eps: float = 1e-5,
    training: bool = False,
    **_: Any,
) -> Draft:
    shape = t.tensor(input).shape
    flat = len(shape) != 4
    if flat:  # BatchNorm1d: a vector is an image of one pixel, a sequence one of one row
        image = [-1, shape[1], 1, shape[2] if len(shape) == 3 else 1]
        input = t.emit("reshape", {"shape": image}, input, shape=(shape[0], *image[1:]))
    args = {"training": bool(training or running_mean is None), "eps": eps}
    params = {"weight": weight, "bias": bias, "running_mean": running_mean, "running_var": running_var}
    y = t.emit("batch_norm", args, input, shape=t.tensor(input).shape, **params)
    return t.emit("reshape", {"shape": [-1, *shape[1:]]}, y, shape=shape) if flat else y


def _first(handler: Handler) -> Handler:
    """For operations that give statistics or positions too, which nothing here reads."""
    return lambda t, **arguments: (handler(t, **arguments), None, None)


def _group_norm(t: Emitter, input: Any, num_groups: int, weight: Any, bias: Any, eps: float, **_: Any) -> Draft:
    return t.emit("group_norm", {"num_groups": num_groups, "eps": eps}, input, weight=weight, bias=bias)


def _native_group_norm(t: Emitter, input: Any, group: int, weight: Any, bias: Any, eps: float, **_: Any) -> Draft:
    return _group_norm(t, input, group, weight, bias, eps)


def _instance_norm(
    t: Emitter,
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    use_input_stats: bool,
    eps: float,
    **_: Any,
) -> Draft:
    if use_input_stats:
        return _group_norm(t, input, t.tensor(input).shape[1], weight, bias, eps)
    return _batch_norm(t, input, weight, bias, running_mean, running_var, eps)


def _layer_norm(t: Emitter, input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float, **_: Any) -> Draft:
    args = {"normalized_shape": [int(size) for size in normalized_shape], "eps": eps}
    return t.emit("layer_norm", args, input, weight=weight, bias=bias)


def _upsample(mode: str) -> Handler:
    def handler(
        t: Emitter,
        input: Any = None,
        self: Any = None,
        align_corners: bool = False,
        scale_factors: Any = None,
        scales_h: float | None = None,
        scales_w: float | None = None,
        **_: Any,
    ) -> Draft:
        x = input if self is None else self
        size, before = list(t.shape[2:]), t.tensor(x).shape[2:]
        scale = [float(s) for s in scale_factors or (scales_h, scales_w) if s is not None]
        # Where a factor says what the sizes say, the sizes are enough.
        plain = not scale or all(s * b == n for s, b, n in zip(scale, before, size, strict=True))
        args = {"size": size, "mode": mode, "align_corners": align_corners, "scale": None if plain else scale}
        return t.emit("interpolate", args, x)

    return handler


def _pad(t: Emitter, self: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Draft:
    left, right, top, bottom, *others = [*pad, *[0] * max(0, 4 - len(pad))]
    if (
        (left, right) == (0, 0) and len(others) == 2 and any(others) and len(t.tensor(self).shape) == 4
    ):  # N H W C: Keras
        n, h, w, c = t.tensor(self).shape
        x = t.emit("permute", {"dims": [0, 3, 1, 2]}, self, shape=(n, c, h, w))
        args = {"padding": [*others, top, bottom], "mode": mode, "value": float(value or 0)}
        y = t.emit("pad", args, x, shape=(n, c, h + sum(others), w + top + bottom))
        return t.emit("permute", {"dims": [0, 2, 3, 1]}, y)
    if any(others):
        raise t.refused(f"{t.node.target} of other axes than height and width")
    if not any(pad):
        return t.tensor(self)
    _images(t, self)
    args = {"padding": [top, bottom, left, right], "mode": mode, "value": float(value or 0)}
    return t.emit("pad", args, self)


def _pad_by(mode: str) -> Handler:
    return lambda t, self, padding: _pad(t, self, padding, mode)


HANDLERS: dict[str, Handler] = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "convolution": _convolution,
    "max_pool2d": _max_pool2d,
    "max_pool2d_with_indices": _first(_max_pool2d),
    "avg_pool2d": _avg_pool2d,
    "adaptive_avg_pool2d": _adaptive("adaptive_avg_pool2d"),
    "_adaptive_avg_pool2d": _adaptive("adaptive_avg_pool2d"),
    "adaptive_max_pool2d": _first(_adaptive("adaptive_max_pool2d")),
    "linear": _linear,
    "matmul": _matmul,
    "mm": lambda t, self, mat2: _matmul(t, self, mat2),
    "addmm": _addmm,
    "batch_norm": _batch_norm,
    "_native_batch_norm_legit_no_training": _first(_batch_norm),
    "_native_batch_norm_legit": _first(_batch_norm),
    "native_group_norm": _first(_native_group_norm),
    "native_layer_norm": _first(_layer_norm),
    "group_norm": _group_norm,
    "instance_norm": _instance_norm,
    "layer_norm": _layer_norm,
    "upsample_nearest2d": _upsample("nearest"),
    "upsample_bilinear2d": _upsample("bilinear"),
    "pad": _pad,
    "constant_pad_nd": _pad,
    "reflection_pad2d": _pad_by("reflect"),
    "replication_pad2d": _pad_by("replicate"),
}
