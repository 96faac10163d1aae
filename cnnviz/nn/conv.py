"""Convolutional layers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from cnnviz import _check
from cnnviz._check import Array

from . import _random
from . import functional as F
from .functional._padding import PADDING_MODES, margins
from .module import Module
from .parameter import Parameter

Size = int | Sequence[int]


class _Conv(Module):
    """The arguments and parameters that a convolution and its transpose share."""

    weight: Parameter
    bias: Parameter | None

    def _set(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size,
        padding: int | str | Sequence[int],
        dilation: Size,
        groups: int,
        padding_mode: str,
    ) -> None:
        who = type(self).__name__
        self.in_channels = _check.integer(who, "in_channels", in_channels)
        self.out_channels = _check.integer(who, "out_channels", out_channels)
        self.kernel_size = _check.pair(who, "kernel_size", kernel_size)
        self.stride = _check.pair(who, "stride", stride)
        self.dilation = _check.pair(who, "dilation", dilation)
        self.groups = _check.integer(who, "groups", groups)
        for name, channels in (("in_channels", self.in_channels), ("out_channels", self.out_channels)):
            if channels % self.groups:
                raise _check.bad_value(who, f"{name} that {self.groups} groups divide", channels)
        self.padding_mode = _check.one_of(who, "padding_mode", padding_mode, PADDING_MODES)
        self.padding: str | tuple[int, int]
        if isinstance(padding, str):
            margins(who, padding, self.kernel_size, self.stride, self.dilation)
            self.padding = padding
        else:
            self.padding = _check.pair(who, "padding", padding, 0)

    def _start(self, shape: tuple[int, ...], bias: bool, rng: np.random.Generator | None, dtype: DTypeLike) -> None:
        who, fan_in = type(self).__name__, int(np.prod(shape[1:]))
        wanted = _check.flag(who, "bias", bias, "fill it afterwards with layer.bias[...] = values")
        self.weight = Parameter(_random.uniform(who, shape, fan_in, dtype, rng))
        start = _random.uniform(who, (self.out_channels,), fan_in, dtype, rng) if wanted else None
        self.bias = None if start is None else Parameter(start)

    def _add_grads(self, d_weight: Array, d_bias: Array) -> None:
        self.weight.add_grad(d_weight)
        if self.bias is not None:
            self.bias.add_grad(d_bias)

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        words = [f"{self.in_channels}, {self.out_channels}"]
        words += [f"kernel_size={self.kernel_size}, stride={self.stride}"]
        optional: list[tuple[str, Any, Any]] = [
            ("padding", self.padding, (0, 0)),
            ("dilation", self.dilation, (1, 1)),
            ("output_padding", getattr(self, "output_padding", (0, 0)), (0, 0)),
            ("groups", self.groups, 1),
            ("bias", self.bias is not None, True),
            ("padding_mode", self.padding_mode, "zeros"),
        ]
        words += [f"{name}={value}" for name, value, usual in optional if value != usual]
        return ", ".join(words)


class Conv2d(_Conv):
    """Slides `out_channels` kernels over the image; each makes one map, by the sum of products at every stop.

    kernel_size, stride, padding, dilation in pixels, each one number or (height, width); padding also "same" or
    "valid"; padding_mode "zeros", "reflect", "replicate" or "circular". Each of `groups` groups of kernels sees its own
    part of the channels.
    Shape: (N, C, H, W) -> (N, O, H', W'), H' = (H + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1.
    Starts with weights uniform in ±1/sqrt(C / groups * kh * kw), from `rng` or what `manual_seed` set.
    Raises ValueError if channels differ or the window does not fit.

    >>> layer = Conv2d(3, 8, kernel_size=5, padding=2)
    >>> layer(np.zeros((1, 3, 28, 28), np.float32)).shape, layer.weight.shape
    ((1, 8, 28, 28), (8, 3, 5, 5))
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: int | str | Sequence[int] = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: DTypeLike = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        self._set(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode)
        self._start((out_channels, in_channels // groups, *self.kernel_size), bias, rng, dtype)

    def forward(self, x: Array) -> Array:
        """See the class."""
        self._keep(x)
        return F.conv2d(x, self.weight, self.bias, **self._arguments())

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See conv2d_backward."""
        (x,) = self._recall()
        d_x, d_weight, d_bias = F.conv2d_backward(grad, x, self.weight, **self._arguments(), input_grad=input_grad)
        self._add_grads(d_weight, d_bias)
        return d_x

    def _arguments(self) -> dict[str, Any]:
        names = ("stride", "padding", "dilation", "groups", "padding_mode")
        return {name: getattr(self, name) for name in names}


class ConvTranspose2d(_Conv):
    """Stamps a kernel, times each pixel's value, on a larger image: the transpose of Conv2d, used to upsample.

    Arguments as Conv2d's; `padding` is taken off the output's rim, `output_padding` added at its bottom and right.
    Shape: (N, C, H, W) -> (N, O, H', W'),
    H' = (H - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1.
    Raises ValueError if channels differ or nothing would be left.

    >>> ConvTranspose2d(8, 3, kernel_size=2, stride=2)(np.zeros((1, 8, 14, 14), np.float32)).shape
    (1, 3, 28, 28)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        *,
        dtype: DTypeLike = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        who = "ConvTranspose2d"
        _check.one_of(who, "padding_mode", padding_mode, ("zeros",))
        self._set(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            _check.pair(who, "padding", padding, 0),
            dilation,
            groups,
            "zeros",
        )
        self.output_padding = _check.pair(who, "output_padding", output_padding, 0)
        self._start((in_channels, out_channels // groups, *self.kernel_size), bias, rng, dtype)

    def forward(self, x: Array) -> Array:
        """See the class."""
        self._keep(x)
        return F.conv_transpose2d(x, self.weight, self.bias, **self._arguments())

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See conv_transpose2d_backward."""
        (x,) = self._recall()
        arguments = self._arguments()
        d_x, d_weight, d_bias = F.conv_transpose2d_backward(grad, x, self.weight, **arguments, input_grad=input_grad)
        self._add_grads(d_weight, d_bias)
        return d_x

    def _arguments(self) -> dict[str, Any]:
        names = ("stride", "padding", "output_padding", "groups", "dilation")
        return {name: getattr(self, name) for name in names}
