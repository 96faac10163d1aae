"""Windows as rows of a matrix, block by block: never all at once, which would take kh * kw times the memory.

Images are N H W C here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnviz._check import Array

from . import _layout

Pair = tuple[int, int]
Margins = tuple[int, int, int, int]

# Below this, windows are short runs of memory: such images (pictures have three channels) are framed as N C H W, and
# their columns are unrolled pixel by pixel.
FEW_CHANNELS = 8


@dataclass(frozen=True)
class Geometry:
    """Where a window stops, and what it covers there; a negative margin crops."""

    kernel: Pair
    stride: Pair
    dilation: Pair
    margins: Margins = (0, 0, 0, 0)

    @property
    def span(self) -> Pair:
        """The window's height and width in pixels, holes included."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    def framed(self, size: Pair) -> Pair:
        """Height and width of an image of `size` with its margins."""
        top, bottom, left, right = self.margins
        return top + size[0] + bottom, left + size[1] + right

    def stops(self, size: Pair) -> Pair:
        """How often the window stops in an image of this height and width, margins not counted."""
        (high, wide), (h, w), (sh, sw) = self.framed(size), self.span, self.stride
        return (high - h) // sh + 1, (wide - w) // sw + 1

    def place(self, size: Pair) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """Where in the frame the pixels of (N, H, W, C) go, and which of them do."""
        top, bottom, left, right = self.margins
        down, along = _place(size[0], top, bottom), _place(size[1], left, right)
        return (slice(None), down[0], along[0]), (slice(None), down[1], along[1])


def _place(size: int, before: int, after: int) -> tuple[slice, slice]:
    first, past, start = max(-before, 0), size - max(-after, 0), max(before, 0)
    past = max(first, past)
    return slice(start, start + past - first), slice(first, past)


def unroll(images: Array, where: Geometry) -> Iterator[tuple[slice, Array]]:
    """The windows of images in a margin of zeros, as rows: (which rows, (rows, kh * kw * C)).

    It comes block by block, each written into the same memory: use it before asking for the next.
    """
    n, h, w, c = images.shape
    out_h, out_w = where.stops((h, w))
    width = where.kernel[0] * where.kernel[1] * c
    fit = max(1, _layout.BLOCK_BYTES // (out_w * width * images.itemsize))  # rows of stops in a block
    many, high = min(n, max(1, fit // out_h)), min(fit, out_h)
    frames = _empty_frames(many, *where.framed((h, w)), c, images.dtype) if any(where.margins) else None
    inside, shown = where.place((h, w))
    scratch = np.empty(many * high * out_w * width, images.dtype)
    for i in range(0, n, max(many, 1)):
        part = images[i : i + many]
        if frames is not None:  # the margins stay zero
            frames[: len(part)][inside] = part[shown]
            part = frames[: len(part)]
        view = windows(part, where, (out_h, out_w))
        for j in range(0, out_h, high):
            columns = _columns(view[:, j : j + high], scratch)
            start = (i * out_h + j) * out_w
            yield slice(start, start + len(columns)), columns


def _empty_frames(n: int, h: int, w: int, c: int, dtype: np.dtype[np.floating]) -> Array:
    if c < FEW_CHANNELS:
        return _layout.channels_last(np.zeros((n, c, h, w), dtype))
    return np.zeros((n, h, w, c), dtype)


def windows(framed: Array, where: Geometry, stops: Pair) -> Array:
    """(N, H, W, C) -> a view (N, *stops, kh, kw, C) of every window."""
    (sh, sw), (dh, dw), (bn, bh, bw, bc) = where.stride, where.dilation, framed.strides
    shape = (len(framed), *stops, *where.kernel, framed.shape[-1])
    return as_strided(framed, shape, (bn, sh * bh, sw * bw, dh * bh, dw * bw, bc), writeable=False)


def _columns(view: Array, scratch: Array) -> Array:
    """Copies windows (n, h, w, kh, kw, C) into rows (n * h * w, kh * kw * C) of the scratch memory."""
    memory, width = scratch[: view.size], int(np.prod(view.shape[3:]))
    if view.strides[-1] == view.itemsize:
        memory.reshape(view.shape)[...] = view
        return memory.reshape(-1, width)
    by_pixel = view.transpose(3, 4, 5, 0, 1, 2)
    memory.reshape(by_pixel.shape)[...] = by_pixel
    return memory.reshape(width, -1).T
