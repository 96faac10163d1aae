"""The products that every convolution is made of, as matrix products over unrolled windows.

Images are N H W C here, kernels (O, C, kh, kw), of one group. `correlate` goes from image to output, `scatter` is its
transpose, from output to image, and `gradients` is what a convolution's backward needs. The readable twin of all of
them, a view of the sliding windows and an einsum, is `tests/nn/naive.py`; they are tested against it.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from cnnviz._check import Array

from . import _layout
from ._unroll import FEW_CHANNELS, Geometry, unroll, windows


def by_group(weight: Array, groups: int) -> Iterator[tuple[Array, slice, slice]]:
    """Each group's kernels, with the channels that `weight`'s second and first axis stand for."""
    firsts, seconds = len(weight) // groups, weight.shape[1]
    for g in range(groups):
        first, second = slice(g * firsts, (g + 1) * firsts), slice(g * seconds, (g + 1) * seconds)
        yield weight[first], second, first


def one_each(weight: Array, groups: int) -> bool:
    """Whether every one of many channels has a single kernel of its own ("depthwise"): see `correlate_channels`."""
    return groups == len(weight) >= FEW_CHANNELS and weight.shape[1] == 1


def correlate(images: Array, kernels: Array, where: Geometry, out: Array, bias: Array | None = None) -> None:
    """Writes into out (N, H', W', O) the products of every window of the images with every kernel."""
    matrix, flat = _as_matrix(kernels), _as_rows(out)
    for rows, columns in unroll(images, where):
        np.matmul(columns, matrix, out=flat[rows])
        if bias is not None:
            flat[rows] += bias


def correlate_channels(images: Array, kernels: Array, where: Geometry, out: Array, bias: Array | None = None) -> None:
    """The same where channel c has only kernel c: a product of whole images for every place in a kernel, summed."""
    size, (kh, kw) = images.shape[1:3], where.kernel
    places = list(product(range(kh), range(kw)))
    frame = np.zeros((1, *where.framed(size), images.shape[-1]), images.dtype)
    inside, shown = where.place(size)
    windowed = windows(frame, where, out.shape[1:3])[0]
    by_place = np.ascontiguousarray(kernels[:, 0].transpose(1, 2, 0))
    for image, into in zip(images, out, strict=True):
        frame[inside] = image[None][shown]
        for rows in _layout.parts(into):
            sums = into[rows]
            sums[...] = 0 if bias is None else bias
            products = np.empty_like(sums)
            for a, b in places:
                sums += np.multiply(windowed[rows, :, a, b], by_place[a, b], out=products)


def scatter(grad: Array, kernels: Array, where: Geometry, out: Array) -> None:
    """Writes into out (N, H, W, C) every grad (N, H', W', O) times its kernels, added where they overlap."""
    if where.stride == (1, 1):
        matrix, flat = _turned(kernels), _as_rows(out)
        for rows, columns in unroll(grad, _back(where)):
            np.matmul(columns, matrix, out=flat[rows])
        return
    (kh, kw), (sh, sw), (dh, dw) = where.kernel, where.stride, where.dilation
    high, wide, c = grad.shape[1], grad.shape[2], kernels.shape[1]
    matrix, size = _as_matrix(kernels).T, (out.shape[1], out.shape[2])
    frame = np.zeros((1, *where.framed(size), c), grad.dtype)
    inside, shown = where.place(size)
    out[...] = 0
    for image, into in zip(grad, out, strict=True):
        frame[...] = 0
        stamps = (image.reshape(high * wide, -1) @ matrix).reshape(high, wide, kh, kw, c)
        for a, b in product(range(kh), range(kw)):
            down = slice(a * dh, a * dh + (high - 1) * sh + 1, sh)
            along = slice(b * dw, b * dw + (wide - 1) * sw + 1, sw)
            frame[0, down, along] += stamps[:, :, a, b]
        into[None][shown] = frame[inside]


def gradients(grad: Array, images: Array, kernels: Array, where: Geometry, d_images: Array | None) -> Array:
    """Returns the kernels' gradient, and writes the images' into `d_images`, if given.

    At stride 1 the windows of the output's gradient, unrolled once, serve both: times the turned kernels they are the
    images' gradient, and the images times them are the kernels'.
    """
    if d_images is None or where.stride != (1, 1):
        if d_images is not None:
            scatter(grad, kernels, where, d_images)
        return kernels_gradient(grad, images, where)
    matrix, pixels, d_pixels = _turned(kernels), _as_rows(images), _as_rows(d_images)
    sums = np.zeros(matrix.shape, matrix.dtype)
    for rows, columns in unroll(grad, _back(where)):
        np.matmul(columns, matrix, out=d_pixels[rows])
        sums += columns.T @ pixels[rows]
    o, c, kh, kw = kernels.shape
    return sums.reshape(kh, kw, o, c)[::-1, ::-1].transpose(2, 3, 0, 1)


def kernels_gradient(grad: Array, images: Array, where: Geometry) -> Array:
    """(O, C, kh, kw): for every weight, the sum over all stops of the pixel it met times the output's gradient."""
    flat, (kh, kw), c, o = _as_rows(grad), where.kernel, images.shape[-1], grad.shape[-1]
    sums = np.zeros((kh * kw * c, o), grad.dtype)
    for rows, columns in unroll(images, where):
        sums += columns.T @ flat[rows]
    return sums.reshape(kh, kw, c, o).transpose(3, 2, 0, 1)


def _back(where: Geometry) -> Geometry:
    """At stride 1, the windows over the output's gradient that hold what each pixel of the image feeds."""
    (h, w), (top, bottom, left, right) = where.span, where.margins
    return replace(where, margins=(h - 1 - top, h - 1 - bottom, w - 1 - left, w - 1 - right))


def _as_matrix(kernels: Array) -> Array:
    """(O, C, kh, kw) -> (kh * kw * C, O), in the order of an unrolled window."""
    return np.ascontiguousarray(kernels.transpose(2, 3, 1, 0)).reshape(-1, len(kernels))


def _turned(kernels: Array) -> Array:
    """The matrix of the kernels that go back: turned by 180 degrees, from O channels to C."""
    return _as_matrix(kernels[:, :, ::-1, ::-1].transpose(1, 0, 2, 3))


def _as_rows(images: Array) -> Array:
    """(N, H, W, C) -> (N * H * W, C), one row a pixel; a view, to be written to, if that is the order in memory."""
    return images.reshape(-1, images.shape[-1])
