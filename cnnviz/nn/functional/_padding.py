"""Padding: what stands around an image, and where the gradient of the margin belongs."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._check import Array

from ._unroll import Margins

Padding = int | str | Sequence[int]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")

# For a position along an axis of n pixels, inside or out, the pixel that it shows.
_SHOWS: dict[str, Callable[[NDArray[np.intp], int], NDArray[np.intp]]] = {
    "reflect": lambda at, n: (n - 1) - np.abs((n - 1) - np.abs(at)),
    "replicate": lambda at, n: np.clip(at, 0, n - 1),
    "circular": lambda at, n: at % n,
}


def margins(
    who: object,
    padding: Any,
    kernel: tuple[int, int] = (1, 1),
    stride: tuple[int, int] = (1, 1),
    dilation: tuple[int, int] = (1, 1),
) -> Margins:
    """Padding as (top, bottom, left, right), from a number, (height, width), all four, "valid" or "same".

    "same" keeps the size at stride 1; where an odd number of pixels is to be added, the larger half goes to the bottom
    and to the right, as torch's does.

    >>> margins("conv2d", "same", kernel=(3, 4)), margins("conv2d", (1, 2))
    ((1, 1, 1, 2), (1, 1, 2, 2))
    """
    if isinstance(padding, str):
        _check.one_of(who, "padding", padding, ("valid", "same"))
        if padding == "valid":
            return 0, 0, 0, 0
        if stride != (1, 1):
            raise _check.bad_value(who, 'stride 1 with padding="same"', stride, "give padding as numbers")
        total_h, total_w = dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)
        return total_h // 2, total_h - total_h // 2, total_w // 2, total_w - total_w // 2
    if isinstance(padding, Sequence) and len(padding) == 4:
        top, bottom, left, right = (_check.integer(who, "padding", p, 0) for p in padding)
        return top, bottom, left, right
    h, w = _check.pair(who, "padding", padding, 0)
    return h, h, w, w


def check_fit(who: object, size: tuple[int, ...], around: Margins, mode: str) -> None:
    """Raises ValueError where a margin would show pixels that are not there: reflect < size, circular <= size."""
    top, bottom, left, right = around
    for axis, margin, pixels in (("height", max(top, bottom), size[0]), ("width", max(left, right), size[1])):
        most = {"reflect": pixels - 1, "circular": pixels}.get(mode, np.inf)
        if margin > most:
            raise _check.bad_value(who, f"{mode} padding of at most {most} for a {axis} of {pixels}", margin)


def pad(x: Array, around: Margins, mode: str) -> Array:
    """(N, H, W, C) -> the framed image, its margin filled as `mode`, another than "zeros", says."""
    rows, columns = _sources(x.shape, around, mode)
    return x[:, rows][:, :, columns]


def pad_backward(grad: Array, shape: tuple[int, ...], around: Margins, mode: str) -> Array:
    """The gradient of an image framed in another mode than "zeros" -> that of the image of `shape` (N, H, W, C)."""
    top, _, left, _ = around
    rows, columns = _sources(shape, around, mode)
    return _fold(_fold(grad, rows, top, shape[1], axis=1), columns, left, shape[2], axis=2)


def _fold(grad: Array, source: NDArray[np.intp], before: int, size: int, axis: int) -> Array:
    """Adds the margin's slices along `axis` to those of the pixels they showed."""
    grad = np.moveaxis(grad, axis, 0)
    folded = grad[before : before + size].copy()
    for at in (*range(before), *range(before + size, len(source))):
        folded[source[at]] += grad[at]
    return np.moveaxis(folded, 0, axis)


def _sources(shape: tuple[int, ...], around: Margins, mode: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For every row and every column of the framed image, the row and column of the image that it shows."""
    top, bottom, left, right = around
    _, h, w, _ = shape
    shows = _SHOWS[mode]
    return shows(np.arange(-top, h + bottom), h), shows(np.arange(-left, w + right), w)
