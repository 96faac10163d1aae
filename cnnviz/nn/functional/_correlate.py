"""The products that every convolution is made of, as matrix products over unrolled windows.

Images are N H W C here, kernels (O, C, kh, kw), of one group. `correlate` goes from a padded image to the output,
`scatter` is its transpose, from output to image, and `gradients` is what a convolution's backward needs. The readable
twin of all of them, a view of the sliding windows and an einsum, is `tests/nn/naive.py`; they are tested against it.
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
    """Each group's kernels, with the channels that `weight`'s second and first axis stand for."""
    firsts, seconds = len(weight) // groups, weight.shape[1]
    for g in range(groups):
        first, second = slice(g * firsts, (g + 1) * firsts), slice(g * seconds, (g + 1) * seconds)
        yield weight[first], second, first


def correlate(framed: Array, kernels: Array, where: Geometry, out: Array, bias: Array | None = None) -> None:
    """Writes into out (N, H', W', O) the products of every window of the framed image with every kernel."""
    matrix, flat = _as_matrix(kernels), _as_rows(out)
    for rows, columns in _layout.unroll(_layout.windows(framed, where.kernel, where.stride, where.dilation)):
        np.matmul(columns, matrix, out=flat[rows])
        if bias is not None:
            flat[rows] += bias


def scatter(grad: Array, kernels: Array, where: Geometry, out: Array) -> None:
    """Writes into out (N, H, W, C) every grad (N, H', W', O) times its kernels, added where they overlap."""
    if where.stride == (1, 1):
        for rows, columns in _turned_windows(grad, where):
            np.matmul(columns, _turned(kernels), out=_as_rows(out)[rows])
        return
    (kh, kw), (sh, sw), (dh, dw) = where.kernel, where.stride, where.dilation
    n, high, wide, _ = grad.shape
    c = kernels.shape[1]
    full = np.zeros((n, (high - 1) * sh + where.span[0], (wide - 1) * sw + where.span[1], c), grad.dtype)
    back = _as_matrix(kernels).T
    for image, into in zip(grad, full, strict=True):
        stamps = (image.reshape(high * wide, -1) @ back).reshape(high, wide, kh, kw, c)
        for a, b in product(range(kh), range(kw)):
            down, along = (
                slice(a * dh, a * dh + (high - 1) * sh + 1, sh),
                slice(b * dw, b * dw + (wide - 1) * sw + 1, sw),
            )
            into[down, along] += stamps[:, :, a, b]
    top, _, left, _ = where.margins
    rest = (out.shape[1] - full.shape[1] + top, out.shape[2] - full.shape[2] + left)
    out[...] = _layout.frame(full, -top, rest[0], -left, rest[1])


def gradients(grad: Array, images: Array, kernels: Array, where: Geometry, d_images: Array | None) -> Array:
    """Returns the kernels' gradient, and writes the images' into `d_images`, if given.

    At stride 1 the windows of the output's gradient, unrolled once, serve both: times the turned kernels they are the
    images' gradient, and the images times them are the kernels'.
    """
    if d_images is None or where.stride != (1, 1):
        if d_images is not None:
            scatter(grad, kernels, where, d_images)
        return kernels_gradient(grad, _layout.frame(images, *where.margins), where)
    matrix, pixels, d_pixels = _turned(kernels), _as_rows(images), _as_rows(d_images)
    sums = np.zeros(matrix.shape, matrix.dtype)
    for rows, columns in _turned_windows(grad, where):
        np.matmul(columns, matrix, out=d_pixels[rows])
        sums += columns.T @ pixels[rows]
    o, c, kh, kw = kernels.shape
    return sums.reshape(kh, kw, o, c)[::-1, ::-1].transpose(2, 3, 0, 1)


def kernels_gradient(grad: Array, framed: Array, where: Geometry) -> Array:
    """(O, C, kh, kw): for every weight, the sum over all stops of the pixel it met times the output's gradient."""
    flat, (kh, kw), c, o = _as_rows(grad), where.kernel, framed.shape[-1], grad.shape[-1]
    sums = np.zeros((kh * kw * c, o), grad.dtype)
    for rows, columns in _layout.unroll(_layout.windows(framed, where.kernel, where.stride, where.dilation)):
        sums += columns.T @ flat[rows]
    return sums.reshape(kh, kw, c, o).transpose(3, 2, 0, 1)


def _turned_windows(grad: Array, where: Geometry) -> Iterator[tuple[slice, Array]]:
    """At stride 1, for every pixel of the image, the gradients of the outputs that it feeds, as rows of a matrix."""
    (h, w), (top, bottom, left, right) = where.span, where.margins
    around = _layout.frame(grad, h - 1 - top, h - 1 - bottom, w - 1 - left, w - 1 - right)
    return _layout.unroll(_layout.windows(around, where.kernel, (1, 1), where.dilation))


def _as_matrix(kernels: Array) -> Array:
    """(O, C, kh, kw) -> (kh * kw * C, O), in the order of an unrolled window."""
    return np.ascontiguousarray(kernels.transpose(2, 3, 1, 0)).reshape(-1, len(kernels))


def _turned(kernels: Array) -> Array:
    """The matrix of the kernels that go back: turned by 180 degrees, from O channels to C."""
    return _as_matrix(kernels[:, :, ::-1, ::-1].transpose(1, 0, 2, 3))


def _as_rows(images: Array) -> Array:
    """(N, H, W, C) -> (N * H * W, C), one row a pixel; a view, to be written to, if that is the order in memory."""
    return images.reshape(-1, images.shape[-1])
