"""Convolution (as every framework means it: correlation) and its transpose."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from . import _layout, _padding
from ._correlate import by_group, correlate, correlate_channels, gradients, kernels_gradient, one_each, scatter
from ._padding import Padding
from ._unroll import Geometry

Size = int | Sequence[int]


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size = 1,
    padding: Padding = 0,
    dilation: Size = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Array:
    """Slides each kernel over the image and takes, at every stop, the sum of products, plus the bias.

    Shape: x (N, C, H, W), weight (O, C / groups, kh, kw), bias (O,) -> (N, O, H', W'),
    H' = (H + top + bottom - dilation * (kh - 1) - 1) // stride + 1, and W' alike.
    padding in pixels: a number, (height, width), (top, bottom, left, right), "same" or "valid".
    Raises ValueError if shapes disagree or the window does not fit, TypeError for other dtypes than float32, float64.

    >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(image, np.array([[[[1.0, 0.0], [0.0, -1.0]]]]))[0, 0]
    array([[-4., -4.],
           [-4., -4.]])
    """
    x, weight, where, mode = _conv_arguments(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    images = _layout.channels_last(x)
    out = np.empty((len(x), *where.stops(x.shape[2:]), len(weight)), x.dtype)
    if mode != "zeros":
        images, where = _padding.pad(images, where.margins, mode), replace(where, margins=(0, 0, 0, 0))
    if one_each(weight, groups):
        correlate_channels(images, weight, where, out, bias)
        return _layout.channels_first(out)
    for kernels, reads, writes in by_group(weight, groups):
        correlate(images[..., reads], kernels, where, out[..., writes], None if bias is None else bias[writes])
    return _layout.channels_first(out)


def conv2d_backward(
    grad: Array,
    x: Array,
    weight: Array,
    stride: Size = 1,
    padding: Padding = 0,
    dilation: Size = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    input_grad: bool = True,
) -> tuple[Array | None, Array, Array]:
    """The gradients of conv2d's x (None without `input_grad`), weight and bias, from that of its output.

    A weight's gradient sums, over every stop of the window, the output's gradient times the pixel that the weight met;
    a pixel's gradient sums, over every window that it lies in, the output's gradient times the weight that it met.
    """
    x, weight, where, mode = _conv_arguments(x, weight, None, stride, padding, dilation, groups, padding_mode)
    images, grad = _layout.channels_last(x), _layout.channels_last(grad)
    shape, margins = images.shape, where.margins
    if mode != "zeros":  # then the margin is a part of the image, and its gradient is folded back afterwards
        images, where = _padding.pad(images, margins, mode), replace(where, margins=(0, 0, 0, 0))
    d_images = np.empty(images.shape, x.dtype) if input_grad else None
    d_weight = np.empty(weight.shape, weight.dtype)
    for kernels, reads, writes in by_group(weight, groups):
        into = None if d_images is None else d_images[..., reads]
        d_weight[writes] = gradients(grad[..., writes], images[..., reads], kernels, where, into)
    if d_images is not None and mode != "zeros":
        d_images = _padding.pad_backward(d_images, shape, margins, mode)
    return None if d_images is None else _layout.channels_first(d_images), d_weight, _layout.total(grad)


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Array:
    """Every pixel stamps the kernel, times its value, on the output, where stamps add up: conv2d's input gradient.

    Shape: x (N, C, H, W), weight (C, O / groups, kh, kw), bias (O,) -> (N, O, H', W'),
    H' = (H - 1) * stride - 2 * padding + dilation * (kh - 1) + output_padding + 1, and W' alike.
    Raises ValueError if shapes disagree or nothing would be left, TypeError for other dtypes than float32, float64.

    >>> conv_transpose2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2)))[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    x, weight, where, size = _transpose_arguments(x, weight, bias, stride, padding, output_padding, groups, dilation)
    stamps = _layout.channels_last(x)
    out = np.empty((len(x), *size, weight.shape[1] * groups), x.dtype)
    for kernels, writes, reads in by_group(weight, groups):
        scatter(stamps[..., reads], kernels, where, out[..., writes])
    if bias is not None:
        out += bias
    return _layout.channels_first(out)


def conv_transpose2d_backward(
    grad: Array,
    x: Array,
    weight: Array,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
    input_grad: bool = True,
) -> tuple[Array | None, Array, Array]:
    """The gradients of conv_transpose2d's x (None without `input_grad`), weight and bias.

    The transpose of a transpose is the thing itself: x's gradient is conv2d of the output's.
    """
    x, weight, where, _ = _transpose_arguments(x, weight, None, stride, padding, output_padding, groups, dilation)
    stamps, grad = _layout.channels_last(x), _layout.channels_last(grad)
    d_x = np.empty(stamps.shape, x.dtype) if input_grad else None
    d_weight = np.empty(weight.shape, weight.dtype)
    for kernels, writes, reads in by_group(weight, groups):
        d_weight[reads] = kernels_gradient(stamps[..., reads], grad[..., writes], where)
        if d_x is not None:
            correlate(grad[..., writes], kernels, where, d_x[..., reads])
    return None if d_x is None else _layout.channels_first(d_x), d_weight, _layout.total(grad)


def _conv_arguments(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Size,
    padding: Padding,
    dilation: Size,
    groups: int,
    padding_mode: str,
) -> tuple[Array, Array, Geometry, str]:
    """Everything checked, and the sizes normalised."""
    who = "conv2d"
    weight = _kernels(who, weight, "(O, C / groups, kh, kw)")
    groups = _check.integer(who, "groups", groups)
    x = _check.images(who, x, weight.shape[1] * groups)
    if len(weight) % groups:
        raise _check.bad_value(who, f"output channels that {groups} groups divide", len(weight))
    _check_bias(who, bias, len(weight))
    _check.same_dtype(who, x, weight=weight, bias=bias)
    mode = _check.one_of(who, "padding_mode", padding_mode, _padding.PADDING_MODES)
    kernel, step, spread = weight.shape[2:], _check.pair(who, "stride", stride), _check.pair(who, "dilation", dilation)
    margins = _padding.margins(who, padding, kernel, step, spread)
    _padding.check_fit(who, x.shape[2:], margins, mode)
    where = Geometry(kernel, step, spread, margins)
    _check.window(who, x.shape[2:], margins, where.span)
    return x, weight, where, mode


def _transpose_arguments(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Size,
    padding: Size,
    output_padding: Size,
    groups: int,
    dilation: Size,
) -> tuple[Array, Array, Geometry, tuple[int, int]]:
    """Everything checked, the sizes normalised, and the output's (height, width).

    The geometry is that of the convolution whose transpose this is, from the output to x.
    """
    who = "conv_transpose2d"
    weight = _kernels(who, weight, "(C, O / groups, kh, kw)")
    groups = _check.integer(who, "groups", groups)
    x = _check.images(who, x, len(weight))
    if len(weight) % groups:
        raise _check.bad_value(who, f"input channels that {groups} groups divide", len(weight))
    _check_bias(who, bias, weight.shape[1] * groups)
    _check.same_dtype(who, x, weight=weight, bias=bias)
    step, spread = _check.pair(who, "stride", stride), _check.pair(who, "dilation", dilation)
    pad = _check.pair(who, "padding", padding, 0)
    extra = _check.pair(who, "output_padding", output_padding, 0)
    for e, s, d in zip(extra, step, spread, strict=True):
        if e >= max(s, d):
            raise _check.bad_value(who, "output_padding below the stride or the dilation", extra)
    where = Geometry(weight.shape[2:], step, spread, (pad[0], pad[0] - extra[0], pad[1], pad[1] - extra[1]))
    height, width = (
        (size - 1) * s + span - 2 * p + e
        for size, s, span, p, e in zip(x.shape[2:], step, where.span, pad, extra, strict=True)
    )
    if height < 1 or width < 1:
        raise _check.bad_value(who, "an output of at least 1 x 1", f"{height} x {width}", "use less padding")
    return x, weight, where, (height, width)


def _kernels(who: str, weight: Array, shape: str) -> Array:
    weight = _check.floating(who, weight, "weight")
    if weight.ndim != 4 or 0 in weight.shape:
        raise _check.bad_value(who, f"weight {shape}, none of them 0", weight.shape)
    return weight


def _check_bias(who: str, bias: Array | None, channels: int) -> None:
    if bias is not None and np.shape(bias) != (channels,):
        raise _check.bad_value(who, f"bias ({channels},), one number a kernel", np.shape(bias))
