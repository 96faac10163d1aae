"""The three products that every convolution is made of, as matrix products over unrolled windows.

Images are N H W C here, kernels (O, C, kh, kw), for one group. `correlate` goes from image to output; `scatter` is its
transpose, from output to image; `weight_grad` is what both have to do with the kernel. The readable twin of all three,
a sliding window view and an einsum, is `tests/nn/naive.py`, which they are tested against.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from cnnviz._check import Array

from . import _layout
from ._padding import Margins

Pair = tuple[int, int]


@dataclass(frozen=True)
class Geometry:
    """Where the window stops, and what it covers there."""

    kernel: Pair
    stride: Pair
    dilation: Pair
    margins: Margins
    mode: str = "zeros"

    @property
    def span(self) -> Pair:
        """The window's height and width in pixels, holes included."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    def stops(self, framed: Pair) -> Pair:
        """How often the window stops in a framed image of this height and width."""
        (h, w), (sh, sw) = self.span, self.stride
        return (framed[0] - h) // sh + 1, (framed[1] - w) // sw + 1


def by_group(weight: Array, groups: int) -> Iterator[tuple[Array, slice, slice]]:
    """Each group's kernels, with the slice of the channels axis of `weight`'s second and of its first dimension."""
    firsts, seconds = len(weight) // groups, weight.shape[1]
    for g in range(groups):
        first, second = slice(g * firsts, (g + 1) * firsts), slice(g * seconds, (g + 1) * seconds)
        yield weight[first], second, first


def _as_matrix(kernels: Array) -> Array:
    """(O, C, kh, kw) -> (kh * kw * C, O), in the order of an unrolled window."""
    return np.ascontiguousarray(kernels.transpose(2, 3, 1, 0)).reshape(-1, len(kernels))


def correlate(framed: Array, kernels: Array, where: Geometry, out: Array, bias: Array | None = None) -> None:
    """Writes into out (N, H', W', O) the products of every window of the framed image with every kernel."""
    matrix = _as_matrix(kernels)
    flat = out.reshape(-1, out.shape[-1])  # a view: `out` is contiguous but for its channels
    for rows, columns in _layout.unroll(_layout.windows(framed, where.kernel, where.stride, where.dilation)):
        np.matmul(columns, matrix, out=flat[rows])
        if bias is not None:
            flat[rows] += bias


def scatter(grad: Array, kernels: Array, where: Geometry, out: Array) -> None:
    """Writes into out (the framed image's shape) every grad (N, H', W', O) times its kernels, added where they overlap."""
    out[...] = 0
    back = _as_matrix(kernels).T
    _, high, wide, _ = grad.shape
    (kh, kw), (sh, sw), (dh, dw) = where.kernel, where.stride, where.dilation
    for i in range(len(grad)):
        columns = (grad[i].reshape(high * wide, -1) @ back).reshape(high, wide, kh, kw, -1)
        for a, b in product(range(kh), range(kw)):
            top, left = a * dh, b * dw
            rows, cols = slice(top, top + (high - 1) * sh + 1, sh), slice(left, left + (wide - 1) * sw + 1, sw)
            out[i, rows, cols] += columns[:, :, a, b]


def weight_grad(framed: Array, grad: Array, where: Geometry) -> Array:
    """(O, C, kh, kw): for every weight, the sum over all stops of the pixel it met times the output's gradient."""
    flat = np.ascontiguousarray(grad).reshape(-1, grad.shape[-1])
    kh, kw = where.kernel
    total = np.zeros((kh * kw * framed.shape[-1], grad.shape[-1]), grad.dtype)
    for rows, columns in _layout.unroll(_layout.windows(framed, where.kernel, where.stride, where.dilation)):
        total += columns.T @ flat[rows]
    return total.reshape(kh, kw, framed.shape[-1], grad.shape[-1]).transpose(3, 2, 0, 1)
