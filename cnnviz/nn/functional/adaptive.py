"""Pooling to a size: windows that share the image out evenly, whatever it measures."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._check import Array

OutputSize = int | Sequence[int | None] | NDArray[np.integer[Any]] | None
Winners = NDArray[np.intp]


def adaptive_avg_pool2d(x: Array, output_size: OutputSize) -> Array:
    """The means of output_size = (h, w) windows that share the image out evenly, overlapping where they must.

    Window i of h along the height covers rows floor(i * H / h) to ceil((i + 1) * H / h); None keeps a side as it is.
    Shape: (N, C, H, W) -> (N, C, h, w). Raises ValueError for an output_size below 1.

    >>> adaptive_avg_pool2d(np.arange(9.0).reshape(1, 1, 3, 3), (1, 2))[0, 0]
    array([[3.5, 4.5]])
    """
    x = _check.images("adaptive_avg_pool2d", x)
    down, along = _sharing(x.shape, output_size, x.dtype)
    return down @ x @ along.T


def adaptive_avg_pool2d_backward(grad: Array, shape: Sequence[int], output_size: OutputSize) -> Array:
    """The gradient of an x of `shape` (N, C, H, W): each mean's, in equal shares, to the pixels of its window."""
    down, along = _sharing(shape, output_size, grad.dtype)
    return down.T @ grad @ along


def adaptive_max_pool2d(x: Array, output_size: OutputSize) -> Array:
    """The largest values of output_size = (h, w) windows that share the image out as adaptive_avg_pool2d's do.

    Shape: (N, C, H, W) -> (N, C, h, w). Raises ValueError for an output_size below 1.

    >>> adaptive_max_pool2d(np.arange(9.0).reshape(1, 1, 3, 3), (1, 2))[0, 0]
    array([[7., 8.]])
    """
    return adaptive_max_pool2d_with_winners(x, output_size)[0]


def adaptive_max_pool2d_with_winners(x: Array, output_size: OutputSize) -> tuple[Array, Winners]:
    """adaptive_max_pool2d, and the position in its image, row by row, of each (first) maximum."""
    who = "adaptive_max_pool2d"
    x = _check.images(who, x)
    n, c, height, width = x.shape
    h, w = _counts(who, x.shape, output_size)
    winners = np.empty((n, c, h, w), np.intp)
    places = np.arange(height * width).reshape(height, width)
    for (i, rows), (j, columns) in product(enumerate(_windows(height, h)), enumerate(_windows(width, w))):
        window = x[:, :, rows, columns]
        winners[:, :, i, j] = places[rows, columns].ravel()[window.reshape(n, c, -1).argmax(axis=2)]
    pixels = np.take_along_axis(x.reshape(n, c, -1), winners.reshape(n, c, -1), axis=2)
    return pixels.reshape(n, c, h, w), winners


def adaptive_max_pool2d_backward(grad: Array, winners: Winners, shape: Sequence[int]) -> Array:
    """The gradient of an x of `shape`: each maximum's goes to the pixel that it was."""
    n, c, height, width = shape
    d_x = np.zeros((n * c, height * width), grad.dtype)
    images = np.arange(n * c)[:, None]
    np.add.at(d_x, (images, winners.reshape(n * c, -1)), grad.reshape(n * c, -1))
    return d_x.reshape(n, c, height, width)


def _sharing(shape: Sequence[int], output_size: OutputSize, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """The matrices that average rows, (h, H), and columns, (w, W)."""
    h, w = _counts("adaptive_avg_pool2d", shape, output_size)
    return _shares(shape[2], h, dtype), _shares(shape[3], w, dtype)


def output_sizes(who: str, output_size: Any) -> int | tuple[int | None, int | None] | None:
    """`output_size` in plain numbers: one, or (height, width), of which each may be None."""
    if not isinstance(output_size, Sequence | np.ndarray) or isinstance(output_size, str):
        return None if output_size is None else _check.integer(who, "output_size", output_size)
    if len(output_size) != 2:
        raise _check.bad_value(who, "output_size as one number or (height, width)", output_size)
    h, w = (None if size is None else _check.integer(who, "output_size", size) for size in output_size)
    return h, w


def _shares(size: int, parts: int, dtype: np.dtype[Any]) -> Array:
    matrix = np.zeros((parts, size), dtype)
    for row, window in zip(matrix, _windows(size, parts), strict=True):
        row[window] = 1 / (window.stop - window.start)
    return matrix


def _counts(who: str, shape: Sequence[int], output_size: OutputSize) -> tuple[int, int]:
    wanted = output_sizes(who, output_size)
    both = wanted if isinstance(wanted, tuple) else (wanted, wanted)
    h, w = (size if want is None else want for want, size in zip(both, shape[2:], strict=True))
    return h, w


def _windows(size: int, parts: int) -> list[slice]:
    return [slice(i * size // parts, -(-(i + 1) * size // parts)) for i in range(parts)]
