"""The checks' own oracle: windows over a plane as views, in float64, sharing nothing with cnnviz.nn."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._answers import Array


def windows(x: Array, kernel: tuple[int, int], stride: int) -> Array:
    """Every window of (..., H, W) that fits: (..., H', W', kh, kw). Raises for a stride of 0 or less."""
    if stride < 1:
        raise ValueError(f"a window cannot move by {stride}")
    views: Array = sliding_window_view(x.astype(np.float64), kernel, axis=(-2, -1))
    return views[..., ::stride, ::stride, :, :]


def conv2d(x: Array, weight: Array, bias: Array | None, stride: int, padding: int) -> Array:
    """The layer's correlation, (N, C, H, W) with (O, C, kh, kw) -> (N, O, H', W')."""
    seen = windows(frame(x, padding), weight.shape[2:], stride)
    out: Array = np.einsum("nchwij,ocij->nohw", seen, weight.astype(np.float64))
    return out if bias is None else out + bias[:, None, None]


def frame(x: Array, padding: int, **how: Any) -> Array:
    """Planes with `padding` rows and columns around them, of zeros unless np.pad is told how."""
    around = [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2
    return np.pad(x, around, **how)


def hanging(x: Array, kernel: tuple[int, int], stride: int, fill: float = 0.0) -> Array:
    """Planes filled up at the bottom and right until no pixel is left over: what rounding up would read."""
    rest = [(k - n) % stride if n > k else 0 for n, k in zip(x.shape[-2:], kernel, strict=True)]
    return np.pad(x, [(0, 0)] * (x.ndim - 2) + [(0, r) for r in rest], constant_values=fill)


def spread(out: Array, stride: int, height: int, width: int) -> Array:
    """An output with its cells `stride` apart and zeros between: what writing to the window's own place leaves."""
    full = np.zeros((*out.shape[:-2], height, width))
    full[..., ::stride, ::stride][..., : out.shape[-2], : out.shape[-1]] = out
    return full


def max_pool2d(x: Array, kernel_size: int, stride: int | None) -> Array:
    """The largest value of each window: (N, C, H, W) -> (N, C, H', W')."""
    largest: Array = windows(x, (kernel_size, kernel_size), stride or kernel_size).max(axis=(-2, -1))
    return largest


def max_pool2d_backward(grad: Array, x: Array, kernel_size: int, stride: int | None) -> Array:
    """The output's gradient at the first largest pixel of each window, in reading order; the rest is 0."""
    step, d_x = stride or kernel_size, np.zeros(x.shape)
    for n, c, i, j in np.ndindex(grad.shape):
        rows, columns = slice(i * step, i * step + kernel_size), slice(j * step, j * step + kernel_size)
        window = x[n, c, rows, columns]
        d_x[n, c, rows, columns].flat[np.argmax(window)] += grad[n, c, i, j]
    return d_x
