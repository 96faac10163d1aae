"""How a pooling window moves: along each axis by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._check import Array

from . import _layout, _padding
from ._padding import Padding

Size = int | Sequence[int]

_WIDTH, _HEIGHT = 2, 1  # axes of N H W C


@dataclass(frozen=True)
class Moves:
    """How a window moves along an axis of `size` pixels: `stops` times, seeing `kernel` pixels `dilation` apart."""

    axis: int
    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    padded_after: int
    stops: int

    @property
    def after(self) -> int:
        """The margin that the last window needs; `ceil_mode` may need more than the padding."""
        last = (self.stops - 1) * self.stride + (self.kernel - 1) * self.dilation + 1
        return max(0, last - self.before - self.size)

    @property
    def apart(self) -> bool:
        """Whether no pixel lies in two windows, and a window has more than one."""
        return self.dilation == 1 and self.stride >= self.kernel > 1

    def seen(self, offset: int) -> tuple[slice, ...]:
        """Index of the framed pixels that are number `offset` of their window, over all stops."""
        first = offset * self.dilation
        stops = slice(first, first + (self.stops - 1) * self.stride + 1, self.stride)
        return (slice(None),) * self.axis + (stops,)

    def counts(self, include_pad: bool) -> NDArray[np.intp]:
        """How many pixels a mean over each window divides by."""
        first = np.arange(self.stops) * self.stride - self.before
        past = np.minimum(first + self.kernel, self.size + self.padded_after)
        return past - first if include_pad else np.minimum(past, self.size) - np.maximum(first, 0)


def arguments(
    who: str,
    x: Array,
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
) -> tuple[Array, Moves, Moves]:
    """The checked image and the window's moves down its height and along its width.

    >>> _, down, along = arguments("max_pool2d", np.zeros((1, 1, 4, 6)), 2, None, 0, 1, False)
    >>> down.stops, along.stops
    (2, 3)
    """
    x = _check.images(who, x)
    return x, *moves_of(who, x.shape, kernel_size, stride, padding, dilation, ceil_mode)


def moves_of(
    who: str,
    shape: Sequence[int],
    kernel_size: Size,
    stride: Size | None,
    padding: Padding,
    dilation: Size,
    ceil_mode: bool,
) -> tuple[Moves, Moves]:
    """The window's moves down the height and along the width."""
    kernel = _check.pair(who, "kernel_size", kernel_size)
    step = kernel if stride is None else _check.pair(who, "stride", stride)
    spread = _check.pair(who, "dilation", dilation)
    margins = _padding.margins(who, padding)
    span = (spread[0] * (kernel[0] - 1) + 1, spread[1] * (kernel[1] - 1) + 1)
    for margin, size in zip(margins, (kernel[0], kernel[0], kernel[1], kernel[1]), strict=True):
        if margin > size // 2:
            raise _check.bad_value(who, f"padding of at most half of kernel_size, {size // 2}", margin)
    spare = (step[0] - 1, step[1] - 1) if ceil_mode else (0, 0)  # how much of the last window may lie outside
    _check.window(who, shape[2:], margins, span, spare)
    top, bottom, left, right = margins

    def moves(axis: int, i: int, before: int, after: int) -> Moves:
        size = shape[2 + i]
        room = size + before + after - span[i]
        stops = (room + spare[i]) // step[i] + 1
        if ceil_mode and (stops - 1) * step[i] >= size + before:
            stops -= 1  # that window would see nothing but the padding after
        return Moves(axis, size, kernel[i], step[i], spread[i], before, after, stops)

    return moves(_HEIGHT, 0, top, bottom), moves(_WIDTH, 1, left, right)


def framed(x: Array, down: Moves, along: Moves, fill: float) -> Array:
    """The image as N H W C with the margins that the windows need, in its own layout; itself if they need none."""
    x = _layout.channels_last(x)
    n, h, w, c = x.shape
    if not (down.before or down.after or along.before or along.after):
        return x
    out = np.full_like(x, fill, shape=(n, down.before + h + down.after, along.before + w + along.after, c))
    out[:, down.before : down.before + h, along.before : along.before + w] = x
    return out


def unframed(grad: Array, down: Moves, along: Moves) -> Array:
    """The reverse of `framed`, for gradients: N H W C without its margins, as N C H W.

    >>> x, down, along = arguments("avg_pool2d", np.arange(4.0).reshape(1, 1, 2, 2), 2, 1, 1, 1, False)
    >>> frame = framed(x, down, along, 0.0)
    >>> frame.shape, unframed(frame, down, along)[0, 0]
    ((1, 4, 4, 1), array([[0., 1.],
           [2., 3.]]))
    """
    inside = grad[:, down.before : down.before + down.size, along.before : along.before + along.size]
    return _layout.channels_first(inside)


def canvas(grad: Array, moves: Moves) -> Array:
    """In grad's layout, where the gradient of what `moves` saw is written; zeros unless every pixel is written once."""
    shape = list(grad.shape)
    shape[moves.axis] = moves.before + moves.size + moves.after
    tiled = moves.apart and moves.stops * moves.kernel == shape[moves.axis]
    return (np.empty_like if tiled else np.zeros_like)(grad, shape=shape)
