"""Which cells of one axis an operation reads for each cell of its output."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import gcd
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.intp]

# A tap that reads nothing, as most of a transposed convolution's do.
NOTHING = np.iinfo(np.intp).min

_NUMPY_MODE = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class Reads(Enum):
    """What an operation does to an axis that it reads as a whole."""

    MIX = "every output cell reads every input cell"
    GONE = "the axis is no longer one of positions: flattened, averaged away, or features"


@dataclass(frozen=True)
class Window:
    """The cells that an operation reads along one axis, for any output cell, also of one outside the map.

    taps: output indices (n,) -> (n, K) input indices, NOTHING where there is none; `period` output cells further all
    taps are `advance` cells further. mode: what stands for cells outside the map, as `padding_mode` of a convolution.
    """

    taps: Callable[[Ints], Ints]
    period: int = 1
    advance: int = 1
    mode: str = "zeros"

    def sources(self, count: int, length: int) -> Ints:
        """(count, K): the cells of an axis of `length` that each of `count` output cells reads; -1 for none."""
        taps = self.taps(np.arange(count))
        given = taps != NOTHING
        before, after = max(0, -taps[given].min(initial=0)), max(0, taps[given].max(initial=0) - length + 1)
        if self.mode in _NUMPY_MODE:
            shown = np.pad(np.arange(length), (before, after), mode=_NUMPY_MODE[self.mode])  # type: ignore[call-overload]
        else:
            shown = np.pad(np.arange(length), (before, after), constant_values=-1)
        return np.where(given, shown[np.where(given, taps, 0) + before], -1)


def sliding(kernel: int, stride: int = 1, before: int = 0, dilation: int = 1, mode: str = "zeros") -> Window:
    """A convolution's or a pooling's window, `before` cells of padding in front.

    >>> sliding(3, stride=2, before=1).sources(2, 4).tolist()
    [[-1, 0, 1], [1, 2, 3]]
    """
    taps = np.arange(kernel) * dilation - before
    return Window(lambda at: at[:, None] * stride + taps, 1, stride, mode)


def transposed(kernel: int, stride: int, padding: int, dilation: int) -> Window:
    """The input cells whose stamped kernels cover an output cell of a transposed convolution.

    >>> transposed(3, stride=2, padding=1, dilation=1).sources(3, 2).tolist()
    [[-1, 0, -1], [1, -1, 0], [-1, 1, -1]]
    """

    def taps(at: Ints) -> Ints:
        reach = at[:, None] + padding - np.arange(kernel) * dilation
        return np.where(reach % stride == 0, reach // stride, NOTHING)

    return Window(taps, stride, 1)


def adaptive(length: int, count: int) -> Window:
    """The windows of adaptive pooling: from floor(i * length / count) to ceil((i + 1) * length / count).

    >>> adaptive(5, 2).sources(2, 5).tolist()
    [[0, 1, 2], [2, 3, 4]]
    """
    widest = max(-(-(i + 1) * length // count) - i * length // count for i in range(count))

    def taps(at: Ints) -> Ints:
        start, stop = at * length // count, -(-(at + 1) * length // count)
        cells = start[:, None] + np.arange(widest)
        return np.where(cells < stop[:, None], cells, NOTHING)

    common = gcd(length, count)
    return Window(taps, count // common, length // common)


def nearest(step: Fraction) -> Window:
    """Nearest-neighbour resizing: output cell i shows input cell floor(i * step)."""
    return Window(lambda at: (at * step.numerator // step.denominator)[:, None], *_ratio(step), mode="replicate")


def bilinear(step: Fraction, corners: bool) -> Window:
    """Linear interpolation: the two cells around i * step (`corners`) or (i + 1/2) * step - 1/2, or the one hit."""
    offset = Fraction(0) if corners else (step - 1) / 2
    over = step.denominator * offset.denominator
    slope, shift = int(step * over), int(offset * over)

    def taps(at: Ints) -> Ints:
        first, rest = np.divmod(at * slope + shift, over)
        return np.stack([first, np.where(rest == 0, NOTHING, first + 1)], 1)

    return Window(taps, *_ratio(step), mode="replicate")


def shuffled(factor: int) -> Window:
    """Pixel shuffle: `factor` cells of the output come from one of the input."""
    return Window(lambda at: (at // factor)[:, None], factor, 1)


def _ratio(step: Fraction) -> tuple[int, int]:
    return step.denominator, step.numerator


# A window, what becomes of the axis, or the axis it moves to.
Effect: TypeAlias = Window | Reads | int
