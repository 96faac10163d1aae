"""Pooling layers."""

from collections.abc import Sequence
from typing import Any

from cnnviz import _check
from cnnviz._check import Array

from . import functional as F
from .module import Module

Size = int | Sequence[int]


class MaxPool2d(Module):
    """The largest value in each window, channel by channel.

    kernel_size, stride, padding, dilation in pixels; stride defaults to kernel_size; outside the image is minus
    infinity. The gradient goes to the first maximum in reading order.
    Shape: (N, C, H, W) -> (N, C, H', W'), H' = (H + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1,
    rounded up with `ceil_mode`. `return_indices` is torch's, and stays False: there is one output.
    Raises ValueError if the window does not fit.

    >>> import numpy as np
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        if return_indices is not False:
            do = "F.max_pool2d_with_wins says which pixel won" if return_indices is True else "ceil_mode comes after it"
            raise _check.bad_value("MaxPool2d", "return_indices=False", repr(return_indices), do)
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode
        _check_sizes(self)

    def forward(self, x: Array) -> Array:
        """See the class."""
        y, wins = F.max_pool2d_with_wins(x, **self._arguments())
        self._keep(wins, x.shape)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See max_pool2d_backward."""
        wins, shape = self._recall()
        return F.max_pool2d_backward(grad, wins, shape, **self._arguments())

    def _arguments(self) -> dict[str, Any]:
        names = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
        return {name: getattr(self, name) for name in names}

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return ", ".join(f"{name}={value}" for name, value in self._arguments().items())


class AvgPool2d(Module):
    """The mean of each window, channel by channel.

    Arguments in pixels; stride defaults to kernel_size. Padding counts as zeros, unless `count_include_pad` is False;
    `divisor_override` divides every window's sum by one number. Shape: as MaxPool2d's.
    Raises ValueError if the window does not fit.

    >>> import numpy as np
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override
        _check_sizes(self)

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.avg_pool2d(x, **self._arguments())
        self._keep(x.shape)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See avg_pool2d_backward."""
        (shape,) = self._recall()
        return F.avg_pool2d_backward(grad, shape, **self._arguments())

    def _arguments(self) -> dict[str, Any]:
        names = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
        return {name: getattr(self, name) for name in names}

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """The means of output_size = (h, w) windows that share the image out evenly; None keeps a side as it is.

    Shape: (N, C, H, W) -> (N, C, h, w). With 1, global average pooling: one number a channel.
    Raises ValueError for a size below 1, or for more or fewer than two.

    >>> import numpy as np
    >>> AdaptiveAvgPool2d(1)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[7.5]]]])
    """

    def __init__(self, output_size: F.adaptive.OutputSize) -> None:
        self.output_size = F.adaptive.output_sizes("AdaptiveAvgPool2d", output_size)

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.adaptive_avg_pool2d(x, self.output_size)
        self._keep(x.shape)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See adaptive_avg_pool2d_backward."""
        (shape,) = self._recall()
        return F.adaptive_avg_pool2d_backward(grad, shape, self.output_size)

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"output_size={self.output_size}"


class AdaptiveMaxPool2d(Module):
    """The largest values of output_size = (h, w) windows that share the image out as AdaptiveAvgPool2d's do.

    Shape: (N, C, H, W) -> (N, C, h, w). `return_indices` is torch's, and stays False: there is one output.
    Raises ValueError for a size below 1, or for more or fewer than two.

    >>> import numpy as np
    >>> AdaptiveMaxPool2d(1)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[15.]]]])
    """

    def __init__(self, output_size: F.adaptive.OutputSize, return_indices: bool = False) -> None:
        if return_indices is not False:
            do = "F.adaptive_max_pool2d_with_winners says which pixel won"
            raise _check.bad_value("AdaptiveMaxPool2d", "return_indices=False", repr(return_indices), do)
        self.output_size = F.adaptive.output_sizes("AdaptiveMaxPool2d", output_size)

    def forward(self, x: Array) -> Array:
        """See the class."""
        y, winners = F.adaptive_max_pool2d_with_winners(x, self.output_size)
        self._keep(winners, x.shape)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See adaptive_max_pool2d_backward."""
        return F.adaptive_max_pool2d_backward(grad, *self._recall())

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"output_size={self.output_size}"


def _check_sizes(layer: MaxPool2d | AvgPool2d) -> None:
    who = type(layer).__name__
    kernel = _check.pair(who, "kernel_size", layer.kernel_size)
    _check.pair(who, "stride", layer.stride)
    _check.pair(who, "dilation", getattr(layer, "dilation", 1))
    for margin, size in zip(_check.pair(who, "padding", layer.padding, 0), kernel, strict=True):
        if margin > size // 2:
            raise _check.bad_value(who, f"padding of at most half of kernel_size, {size // 2}", margin)
