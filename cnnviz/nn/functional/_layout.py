"""Memory: images are N C H W to everyone, and lie in memory as N H W C.

With the channels side by side a window of a convolution is a few long runs of memory, one a row, so that unrolling it
is fast, and every elementwise operation keeps the layout by itself. A view changes between the two for nothing. Images
of few channels (pictures have three) would make short runs: they stay N C H W in memory, and their columns are unrolled
pixel by pixel instead.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnviz._check import Array

# Columns are unrolled in blocks of about this size, so that they are still in the cache when they are multiplied.
BLOCK_BYTES = 1 << 20
FEW_CHANNELS = 8


def channels_last(x: Array) -> Array:
    """(N, C, H, W) -> a view (N, H, W, C)."""
    return x.transpose(0, 2, 3, 1)


def channels_first(x: Array) -> Array:
    """(N, H, W, C) -> a view (N, C, H, W)."""
    return x.transpose(0, 3, 1, 2)


def frame(x: Array, top: int, bottom: int, left: int, right: int, fill: float = 0.0) -> Array:
    """(N, H, W, C) -> a copy (N, top + H + bottom, left + W + right, C); a negative margin crops.

    The copy's channels lie side by side in memory unless they are few. Without margins x itself, in its own layout.
    """
    if top == bottom == left == right == 0:
        return x
    n, h, w, c = x.shape
    high, wide = top + h + bottom, left + w + right
    few = c < FEW_CHANNELS
    out = channels_last(np.empty((n, c, high, wide), x.dtype)) if few else np.empty((n, high, wide, c), x.dtype)
    inner = x[:, max(-top, 0) : h - max(-bottom, 0), max(-left, 0) : w - max(-right, 0)]
    first_row, first_column = max(top, 0), max(left, 0)
    past_row, past_column = first_row + inner.shape[1], first_column + inner.shape[2]
    out[:, first_row:past_row, first_column:past_column] = inner
    for margin in (
        out[:, :first_row],
        out[:, past_row:],
        out[:, first_row:past_row, :first_column],
        out[:, first_row:past_row, past_column:],
    ):
        margin[...] = fill
    return out


def windows(x: Array, kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]) -> Array:
    """(N, H, W, C) -> a view (N, H', W', kh, kw, C) of every window that fits."""
    n, h, w, c = x.shape
    (kh, kw), (sh, sw), (dh, dw) = kernel, stride, dilation
    out_h, out_w = (h - dh * (kh - 1) - 1) // sh + 1, (w - dw * (kw - 1) - 1) // sw + 1
    bn, bh, bw, bc = x.strides
    steps = (bn, sh * bh, sw * bw, dh * bh, dw * bw, bc)
    return as_strided(x, (n, out_h, out_w, kh, kw, c), steps, writeable=False)


def unroll(view: Array) -> Iterator[tuple[slice, Array]]:
    """The windows as rows of a matrix, block by block: (which rows, block (rows, kh * kw * C)).

    Every block is written into the same scratch memory: use it before asking for the next.
    """
    n, out_h, out_w, kh, kw, c = view.shape
    width = kh * kw * c
    fit = max(1, BLOCK_BYTES // max(1, out_w * width * view.itemsize))  # rows of stops in a block
    many, high = max(1, fit // max(1, out_h)), min(fit, out_h)
    scratch = np.empty(min(many, n) * high * out_w * width, view.dtype)
    by_pixel = view.strides[-1] != view.itemsize
    for i in range(0, n, many):
        for j in range(0, out_h, high):
            block = view[i : i + many, j : j + high]
            memory = scratch[: block.size]
            rows = block.size // width
            if by_pixel:
                memory.reshape(kh, kw, c, *block.shape[:3])[...] = block.transpose(3, 4, 5, 0, 1, 2)
                columns = memory.reshape(width, rows).T
            else:
                memory.reshape(block.shape)[...] = block
                columns = memory.reshape(rows, width)
            start = (i * out_h + j) * out_w
            yield slice(start, start + rows), columns


def parts(x: Array) -> Iterator[slice]:
    """Slices of the first axis of about BLOCK_BYTES each."""
    many = max(1, BLOCK_BYTES * len(x) // max(1, x.nbytes))
    return (slice(i, i + many) for i in range(0, len(x), many))


def total(grad: Array) -> Array:
    """(N, H, W, C) -> (C,), the sum over all pixels: as a product with ones, four times faster than sum()."""
    n, h, w, c = grad.shape
    pixels = grad.reshape(n, h * w, c)
    sums: Array = np.matmul(np.ones(h * w, grad.dtype), pixels).sum(axis=0)
    return sums
