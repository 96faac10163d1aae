"""The method that covers the picture piece by piece."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnviz import _check
from cnnviz._check import Array

from ._asked import Asked, grouped
from ._pixels import starting

Square = tuple[slice, slice]


def occlusion(
    model: Any,
    x: Any,
    target: Any = None,
    *,
    patch: Any = 8,
    stride: Any = None,
    baseline: ArrayLike = 0.0,
    batch: int = 32,
) -> Array:
    """How much the class score falls when a patch covers the pixel, (N, H, W); the mean over the patches that do.

    patch, stride: pixels, one number or (height, width); the stride is by default half the patch, and patches at the
    right and lower edge are cut off there. baseline: what covers, a number, one a channel (C, 1, 1), or a picture.
    batch: about how many pictures go through the model at once.
    After Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.
    Raises ValueError for a patch larger than the picture, a stride larger than the patch (pixels would stay uncovered),
    and pictures or a target that do not fit the model.
    """
    asked = Asked("occlusion", model, x, target)
    pictures, size = asked.pictures, asked.pictures.shape[2:]
    sides = _check.pair("occlusion", "patch", patch)
    steps = tuple(max(1, side // 2) for side in sides) if stride is None else _check.pair("occlusion", "stride", stride)
    if sides[0] > size[0] or sides[1] > size[1]:
        raise _check.bad_value("occlusion", f"a patch of at most {size[0]} x {size[1]}, the picture", patch)
    if steps[0] > sides[0] or steps[1] > sides[1]:
        raise _check.bad_value(
            "occlusion", f"a stride of at most the patch {patch}", stride, "pixels would stay uncovered"
        )
    cover = starting("occlusion", baseline, pictures)
    whole = asked.class_scores(pictures, asked.classes)
    falls, covered = np.zeros((len(pictures), *size)), np.zeros(size)
    for group in grouped(_squares(size, sides, steps), _check.integer("occlusion", "batch", batch) // len(pictures)):
        hidden = np.concatenate([_hidden(pictures, cover, square) for square in group])
        scores = asked.class_scores(hidden, np.tile(asked.classes, len(group))).reshape(len(group), len(pictures))
        for square, score in zip(group, scores, strict=True):
            falls[:, *square] += (whole - score)[:, None, None]
            covered[square] += 1
    return (falls / covered).astype(np.float32)


def _squares(size: tuple[int, ...], sides: tuple[int, ...], steps: tuple[int, ...]) -> Iterator[Square]:
    rows, columns = (_slices(*axis) for axis in zip(size, sides, steps, strict=True))
    return ((row, column) for row in rows for column in columns)


def _slices(length: int, side: int, step: int) -> list[slice]:
    """From the first edge on, until one reaches the other edge."""
    count = -(-(length - side) // step) + 1
    return [slice(i * step, min(i * step + side, length)) for i in range(count)]


def _hidden(pictures: Array, cover: Array, square: Square) -> Array:
    hidden = pictures.copy()
    hidden[:, :, *square] = cover[:, :, *square]
    return hidden
