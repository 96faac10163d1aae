"""Layers that change a picture's size without weights: frames, resampling, and channels that become pixels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from . import functional as F
from .module import Module


class _Pad(Module):
    """A frame: `padding` is one number of pixels, or (left, right, top, bottom), torch's order; negative crops."""

    _mode = "constant"
    value = 0.0

    def __init__(self, padding: int | Sequence[int]) -> None:
        who = type(self).__name__
        sides = padding if isinstance(padding, Sequence) else (padding,) * 4
        if len(sides) != 4:
            raise _check.bad_value(who, "padding as one number or (left, right, top, bottom)", padding)
        least = -(2**31) if self._mode == "constant" else 0
        left, right, top, bottom = (_check.integer(who, "padding", side, least) for side in sides)
        self.padding = (left, right, top, bottom)

    def _around(self) -> tuple[int, int, int, int]:
        left, right, top, bottom = self.padding
        return top, bottom, left, right

    def forward(self, x: Array) -> Array:
        """See the class."""
        self._keep(np.asarray(x))
        return F.pad(x, self._around(), self._mode, self.value)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See pad_backward."""
        (x,) = self._recall()
        return F.pad_backward(grad, x, self._around(), self._mode)

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return str(self.padding)


class ZeroPad2d(_Pad):
    """A frame of zeros, `padding` pixels wide, or (left, right, top, bottom); negative numbers crop.

    Shape: (N, C, H, W) -> (N, C, H + top + bottom, W + left + right). Raises ValueError where nothing would be left.

    >>> ZeroPad2d((1, 0, 0, 1))(np.ones((1, 1, 1, 2)))[0, 0]
    array([[0., 1., 1.],
           [0., 0., 0.]])
    """


class ConstantPad2d(_Pad):
    """A frame of `value`. Shape: as ZeroPad2d's.

    >>> ConstantPad2d((1, 0, 0, 0), 7)(np.ones((1, 1, 1, 1)))[0, 0]
    array([[7., 1.]])
    """

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        _check.number("ConstantPad2d", "value", value)
        self.value = value

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"padding={self.padding}, value={self.value}"


class ReflectionPad2d(_Pad):
    """A frame that mirrors the picture at its outermost pixels; narrower than the picture. Shape: as ZeroPad2d's.

    >>> ReflectionPad2d((2, 0, 0, 0))(np.arange(3.0).reshape(1, 1, 1, 3))[0, 0]
    array([[2., 1., 0., 1., 2.]])
    """

    _mode = "reflect"


class ReplicationPad2d(_Pad):
    """A frame that repeats the outermost pixels. Shape: as ZeroPad2d's.

    >>> ReplicationPad2d((2, 0, 0, 0))(np.arange(2.0).reshape(1, 1, 1, 2))[0, 0]
    array([[0., 0., 0., 1.]])
    """

    _mode = "replicate"


class Upsample(Module):
    """Pictures at another `size` = (height, width), or `scale_factor` times as large.

    mode: "nearest" pixel, or "bilinear", a mean of four; `align_corners`: the corner pixels' centres fall together.
    `recompute_scale_factor`: positions from the sizes' ratio and not from the factor.
    Shape: (N, C, H, W) -> (N, C, *size), each floor(side * scale_factor). Raises ValueError without or with both.

    >>> Upsample(scale_factor=2)(np.array([[[[1.0, 2.0]]]]))[0, 0]
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        if (size is None) == (scale_factor is None):
            raise _check.bad_value("Upsample", "size or scale_factor, one of them", (size, scale_factor))
        self.size = size
        self.mode = _check.one_of("Upsample", "mode", mode, ("nearest", "bilinear"))
        if mode == "nearest" and align_corners is not None:
            raise _check.bad_value("Upsample", 'align_corners with mode="bilinear" alone', align_corners)
        self.align_corners, self.recompute_scale_factor = align_corners, recompute_scale_factor
        factors = scale_factor if isinstance(scale_factor, Sequence) else (scale_factor,)
        checked = tuple(_check.number("Upsample", "scale_factor", f, 0) for f in factors if f is not None)
        self.scale_factor = checked if isinstance(scale_factor, Sequence) else checked[0] if checked else None

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        """What F.interpolate takes for pictures of `shape` (N, C, H, W)."""
        corners = bool(self.align_corners)
        if self.scale_factor is None:
            size = _check.pair("Upsample", "size", self.size)
            return {"size": size, "mode": self.mode, "align_corners": corners, "scale": None}
        factors = self.scale_factor if isinstance(self.scale_factor, tuple) else (self.scale_factor,) * 2
        size = tuple(int(side * factor) for side, factor in zip(shape[2:], factors, strict=True))  # type: ignore[assignment]
        scale = None if self.recompute_scale_factor else factors
        return {"size": size, "mode": self.mode, "align_corners": corners, "scale": scale}

    def forward(self, x: Array) -> Array:
        """See the class."""
        x = _check.images(self, x)
        self._keep(x)
        return F.interpolate(x, **self.arguments(x.shape))

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See interpolate_backward."""
        (x,) = self._recall()
        return F.interpolate_backward(grad, x, **self.arguments(x.shape))

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        by = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{by}, mode={self.mode!r}"


class PixelShuffle(Module):
    """Groups of r² channels become blocks of r x r pixels, r the `upscale_factor`.

    Shape: (N, C r², H, W) -> (N, C, H r, W r). Raises ValueError unless r² divides the channels.

    >>> PixelShuffle(2)(np.arange(4.0).reshape(1, 4, 1, 1))[0, 0]
    array([[0., 1.],
           [2., 3.]])
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = _check.integer("PixelShuffle", "upscale_factor", upscale_factor)

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.pixel_shuffle(x, self.upscale_factor)
        self._keep()
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See pixel_shuffle_backward."""
        self._recall()
        return F.pixel_shuffle_backward(grad, self.upscale_factor)

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"upscale_factor={self.upscale_factor}"
