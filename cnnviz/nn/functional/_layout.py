"""Memory: images are N C H W to everyone, and lie in memory as N H W C.

With the channels side by side a window of a convolution is a few long runs of memory, one a row, so that unrolling it
is fast, and every elementwise operation keeps the layout by itself. A view changes between the two for nothing.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnviz._check import Array

# Columns are unrolled in blocks of about this size, so that they are still in the cache when they are multiplied.
BLOCK_BYTES = 1 << 20


def channels_last(x: Array) -> Array:
    """(N, C, H, W) -> a view (N, H, W, C)."""
    return x.transpose(0, 2, 3, 1)


def channels_first(x: Array) -> Array:
    """(N, H, W, C) -> a view (N, C, H, W)."""
    return x.transpose(0, 3, 1, 2)


def frame(x: Array, top: int, bottom: int, left: int, right: int, fill: float = 0.0) -> Array:
    """(N, H, W, C) -> (N, top + H + bottom, left + W + right, C), contiguous; a negative margin crops.

    Without margins and already contiguous, x itself.
    """
    n, h, w, c = x.shape
    if top == bottom == left == right == 0:
        return np.ascontiguousarray(x)
    out = np.empty((n, top + h + bottom, left + w + right, c), x.dtype)
    inner = x[:, max(-top, 0) : h - max(-bottom, 0), max(-left, 0) : w - max(-right, 0)]
    t, l = max(top, 0), max(left, 0)
    b, r = t + inner.shape[1], l + inner.shape[2]
    out[:, t:b, l:r] = inner
    out[:, :t] = fill
    out[:, b:] = fill
    out[:, t:b, :l] = fill
    out[:, t:b, r:] = fill
    return out


def windows(x: Array, kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]) -> Array:
    """(N, H, W, C) -> a view (N, H', W', kh, kw, C) of every window that fits."""
    n, h, w, c = x.shape
    (kh, kw), (sh, sw), (dh, dw) = kernel, stride, dilation
    out_h, out_w = (h - dh * (kh - 1) - 1) // sh + 1, (w - dw * (kw - 1) - 1) // sw + 1
    bn, bh, bw, bc = x.strides
    return as_strided(x, (n, out_h, out_w, kh, kw, c), (bn, sh * bh, sw * bw, dh * bh, dw * bw, bc), writeable=False)


def unroll(view: Array) -> Iterator[tuple[slice, Array]]:
    """The windows as rows of a matrix, block by block: (which rows, block (rows, kh * kw * C)).

    Every block is written into the same scratch memory: use it before asking for the next.
    """
    n, out_h, out_w = view.shape[:3]
    width = int(np.prod(view.shape[3:]))
    fit = max(1, BLOCK_BYTES // max(1, out_w * width * view.itemsize))  # rows of windows in a block
    many, high = max(1, fit // max(1, out_h)), min(fit, out_h)
    scratch = np.empty((min(many, n), high, *view.shape[2:]), view.dtype)
    for i in range(0, n, many):
        for j in range(0, out_h, high):
            block = view[i : i + many, j : j + high]
            columns = scratch[: block.shape[0], : block.shape[1]]
            columns[...] = block
            start = (i * out_h + j) * out_w
            rows = block.shape[0] * block.shape[1] * out_w
            yield slice(start, start + rows), columns.reshape(rows, width)
