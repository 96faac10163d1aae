"""Memory: images are N C H W to everyone, and lie in memory as N H W C.

With the channels side by side a window of a convolution is a few long runs of memory, one a row, so that unrolling it
is fast, and every elementwise operation keeps the layout by itself. A view changes between the two for nothing.
"""

from collections.abc import Iterator

import numpy as np

from cnnviz._check import Array

# Work is cut into blocks of about this size, so that what one step writes is still in the cache when the next reads it.
BLOCK_BYTES = 1 << 20


def channels_last(x: Array) -> Array:
    """(N, C, H, W) -> a view (N, H, W, C)."""
    return x.transpose(0, 2, 3, 1)


def channels_first(x: Array) -> Array:
    """(N, H, W, C) -> a view (N, C, H, W)."""
    return x.transpose(0, 3, 1, 2)


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
