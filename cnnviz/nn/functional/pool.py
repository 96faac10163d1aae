"""Pooling: one number for each window, channel by channel.

A window's maximum, like its sum, is taken along the width and then along the height, so that a window of k x k costs
2k operations and not k * k. The order matters for ties: the leftmost of each row, then the topmost row, is the first
in reading order, which is torch's rule. (ReLU's outputs are full of ties.)
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._check import Array

from . import _layout
from ._moves import Moves, Size, arguments, canvas, framed, moves_of, unframed
from ._padding import Padding

Mask = NDArray[np.bool_]
# For max_pool2d_backward: along the width and along the height, which later pixel of a window beat those before it.
Wins = tuple[list[Mask], list[Mask]]


def max_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Array:
    """The largest value in each window, channel by channel; outside the image it is minus infinity.

    Shape: (N, C, H, W) -> (N, C, H', W'), H' = (H + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1;
    `ceil_mode` rounds up instead, as long as the last window starts inside the image or the padding before it.
    Raises ValueError if the window does not fit or padding exceeds half of kernel_size.

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    return max_pool2d_with_wins(x, kernel_size, stride, padding, dilation, ceil_mode)[0]


def max_pool2d_with_wins(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> tuple[Array, Wins]:
    """max_pool2d, and what its backward needs to find each maximum again."""
    x, down, along = arguments("max_pool2d", x, kernel_size, stride, padding, dilation, ceil_mode)
    rows, row_wins = _max_along(framed(x, down, along, -np.inf), along)
    out, column_wins = _max_along(rows, down)
    return _layout.channels_first(out), (row_wins, column_wins)


def max_pool2d_backward(
    grad: Array,
    wins: Wins,
    shape: Sequence[int],
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
) -> Array:
    """The gradient of an x of `shape`: each output's goes to the pixel that was its window's (first) maximum."""
    down, along = moves_of("max_pool2d", shape, kernel_size, stride, padding, dilation, ceil_mode)
    row_wins, column_wins = wins
    d_rows = _max_along_backward(_layout.channels_last(grad), column_wins, down)
    return unframed(_max_along_backward(d_rows, row_wins, along), down, along)


def _max_along(x: Array, moves: Moves) -> tuple[Array, list[Mask]]:
    """The maxima along one axis, and for every pixel of a window but the first where it beats all before it."""
    first = x[moves.seen(0)]
    if moves.kernel == 1:
        return first.copy("K"), []
    best, wins = np.empty_like(first), [np.empty_like(first, dtype=np.bool_) for _ in range(1, moves.kernel)]
    for part in _layout.parts(x):  # so that what is compared is still in the cache when the larger is taken
        top, pixels = first[part], x[part]
        for offset, won in enumerate(wins, start=1):
            challenger = pixels[moves.seen(offset)]
            np.greater(challenger, top, out=won[part])
            top = np.maximum(top, challenger, out=best[part])
    return best, wins


def _max_along_backward(grad: Array, wins: list[Mask], moves: Moves) -> Array:
    """The last pixel of a window to win takes its gradient; what the later ones leave is the first's."""
    out = canvas(grad, moves)
    for part in _layout.parts(out):
        pixels, left = out[part], grad[part]
        first = pixels[moves.seen(0)]
        for offset in range(moves.kernel - 1, 0, -1):
            seen, won = pixels[moves.seen(offset)], wins[offset - 1][part]
            if moves.apart:  # then each pixel is written once, and in place
                left = np.subtract(left, np.multiply(left, won, out=seen), out=first)
            else:
                taken = left * won
                seen += taken
                left = left - taken
        if not moves.apart:
            first += left
    return out


def avg_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The mean of each window, channel by channel; padding counts as zeros, or not at all without `count_include_pad`.

    Shape: as max_pool2d's. `divisor_override` divides every sum by one number.
    Raises ValueError if the window does not fit or padding exceeds half of kernel_size.

    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    x, down, along = arguments("avg_pool2d", x, kernel_size, stride, padding, 1, ceil_mode)
    sums = _sum_along(_sum_along(framed(x, down, along, 0.0), along), down)
    return _layout.channels_first(sums / _divisors(down, along, count_include_pad, divisor_override, x.dtype))


def avg_pool2d_backward(
    grad: Array,
    shape: Sequence[int],
    kernel_size: Size,
    stride: Size | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The gradient of an x of `shape`: each output's, divided, goes to every pixel of its window."""
    down, along = moves_of("avg_pool2d", shape, kernel_size, stride, padding, 1, ceil_mode)
    shares = _layout.channels_last(grad) / _divisors(down, along, count_include_pad, divisor_override, grad.dtype)
    return unframed(_sum_along_backward(_sum_along_backward(shares, down), along), down, along)


def _sum_along(x: Array, moves: Moves) -> Array:
    return reduce(np.add, (x[moves.seen(offset)] for offset in range(moves.kernel)))


def _sum_along_backward(grad: Array, moves: Moves) -> Array:
    out = canvas(grad, moves)
    for offset in range(moves.kernel):
        if moves.apart:
            out[moves.seen(offset)] = grad
        else:
            out[moves.seen(offset)] += grad
    return out


def _divisors(down: Moves, along: Moves, include_pad: bool, override: int | None, dtype: np.dtype[Any]) -> Array:
    if override is not None:
        return np.asarray(_check.integer("avg_pool2d", "divisor_override", override), dtype)
    return np.multiply.outer(down.counts(include_pad), along.counts(include_pad)).astype(dtype)[:, :, None]
