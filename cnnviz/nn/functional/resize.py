"""Images that grow by a frame, lose one, or are resampled to another size."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check
from cnnviz._check import Array

from . import _layout, _padding
from ._unroll import Margins

PAD_MODES = ("constant", "reflect", "replicate", "circular")
Scale = Sequence[float] | None
# For every pixel of the result along one axis: two pixels of the image, and the second's share.
Along = tuple[NDArray[np.intp], NDArray[np.intp], Array]


def pad(x: Array, padding: Sequence[int], mode: str = "constant", value: float = 0.0) -> Array:
    """A frame of padding = (top, bottom, left, right) pixels; negative numbers crop, with mode "constant" alone.

    mode: "constant" (of `value`), "reflect", "replicate", "circular". Shape: (N, C, H, W) -> (N, C, H', W').
    Raises ValueError where nothing would be left, or the frame would show pixels that are not there.

    >>> pad(np.ones((1, 1, 1, 2)), (0, 1, 1, 0))[0, 0]
    array([[0., 1., 1.],
           [0., 0., 0.]])
    """
    x, around, size = _pad_arguments(x, padding, mode)
    images = _layout.channels_last(x)
    if mode != "constant":
        return _layout.channels_first(_padding.pad(images, around, mode))
    out = np.full((len(x), *size, x.shape[1]), x.dtype.type(value))
    inside, seen = _overlap(x.shape, around)
    out[inside] = images[seen]
    return _layout.channels_first(out)


def pad_backward(grad: Array, x: Array, padding: Sequence[int], mode: str = "constant") -> Array:
    """A pixel's gradient, plus those of the frame's pixels that showed it; 0 for what was cropped."""
    x, around, _ = _pad_arguments(x, padding, mode)
    shape, grads = _layout.channels_last(x).shape, _layout.channels_last(grad)
    if mode != "constant":
        return _layout.channels_first(_padding.pad_backward(grads, shape, around, mode))
    d_images = np.zeros(shape, grad.dtype)
    inside, seen = _overlap(x.shape, around)
    d_images[seen] = grads[inside]
    return _layout.channels_first(d_images)


def _pad_arguments(x: Array, padding: Any, mode: str) -> tuple[Array, Margins, tuple[int, int]]:
    x = _check.images("pad", x)
    _check.one_of("pad", "mode", mode, PAD_MODES)
    if not isinstance(padding, Sequence) or len(padding) != 4:
        raise _check.bad_value("pad", "padding (top, bottom, left, right)", padding)
    least = -sys.maxsize if mode == "constant" else 0
    top, bottom, left, right = (_check.integer("pad", "padding", p, least) for p in padding)
    around = (top, bottom, left, right)
    _padding.check_fit("pad", x.shape[2:], around, mode)
    kept = (x.shape[2] + min(top, 0) + min(bottom, 0), x.shape[3] + min(left, 0) + min(right, 0))
    if min(kept) < 1:
        raise _check.bad_value("pad", "an image of at least 1 x 1 to be left", f"{kept[0]} x {kept[1]}")
    size = (x.shape[2] + top + bottom, x.shape[3] + left + right)
    return x, around, size


def _overlap(shape: Sequence[int], around: Margins) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where image and result meet: in the result, and in the image; both N H W C."""
    inside, seen = [slice(None)], [slice(None)]
    for size, before, after in ((shape[2], *around[:2]), (shape[3], *around[2:])):
        kept = size + min(before, 0) + min(after, 0)
        inside.append(slice(max(before, 0), max(before, 0) + kept))
        seen.append(slice(max(-before, 0), max(-before, 0) + kept))
    return tuple(inside), tuple(seen)


def interpolate(
    x: Array, size: Sequence[int], mode: str = "nearest", align_corners: bool = False, scale: Scale = None
) -> Array:
    """The image at another size = (height, width), each pixel the nearest of the old or a mean of four ("bilinear").

    align_corners: the corner pixels' centres fall together, and not the image's edges ("bilinear" alone). scale: the
    factors that positions are computed from where they are not the sizes' ratio, as torch does for a scale_factor.
    Shape: (N, C, H, W) -> (N, C, *size).

    >>> interpolate(np.array([[[[0.0, 1.0]]]]), (1, 4), "bilinear")[0, 0]
    array([[0.  , 0.25, 0.75, 1.  ]])
    """
    x, (rows, columns) = _sources(x, size, mode, align_corners, scale)
    if mode == "nearest":
        return x[:, :, rows[0]][:, :, :, columns[0]]
    (top, bottom, down), (left, right, across) = rows, columns
    above, below = ((y[..., left] * (1 - across) + y[..., right] * across) for y in (x[:, :, top], x[:, :, bottom]))
    blended: Array = above * (1 - down[:, None]) + below * down[:, None]
    return blended


def interpolate_backward(
    grad: Array,
    x: Array,
    size: Sequence[int],
    mode: str = "nearest",
    align_corners: bool = False,
    scale: Scale = None,
) -> Array:
    """Every pixel's gradient goes back to those that it was made of, in the same shares."""
    x, (rows, columns) = _sources(x, size, mode, align_corners, scale)
    down, across = _matrix(rows, x.shape[2]), _matrix(columns, x.shape[3])
    return down.T @ grad @ across


def _sources(x: Array, size: Any, mode: str, align_corners: bool, scale: Scale) -> tuple[Array, tuple[Along, Along]]:
    x = _check.images("interpolate", x)
    h, w = _check.pair("interpolate", "size", size)
    _check.one_of("interpolate", "mode", mode, ("nearest", "bilinear"))
    factors = (None, None) if scale is None else scale
    along = _nearest if mode == "nearest" else _corners if align_corners else _edges
    return x, (along(x.shape[2], h, factors[0], x.dtype), along(x.shape[3], w, factors[1], x.dtype))


def _nearest(size: int, wanted: int, factor: float | None, dtype: np.dtype[Any]) -> Along:
    at = np.arange(wanted)
    if wanted == 2 * size:
        source = at // 2
    elif wanted == size:
        source = at
    else:  # torch computes this in float32, whatever the image is in
        step = np.float32(1 / factor) if factor else np.float32(size) / np.float32(wanted)
        source = np.minimum((at.astype(np.float32) * step).astype(np.intp), size - 1)
    return source, source, np.zeros(wanted, dtype)


def _edges(size: int, wanted: int, factor: float | None, dtype: np.dtype[Any]) -> Along:
    if wanted == size:  # is copied, whatever factor torch was given
        factor = None
    step = dtype.type(1 / factor) if factor else dtype.type(size) / dtype.type(wanted)
    half = dtype.type(0.5)
    return _between((np.arange(wanted).astype(dtype) + half) * step - half, size)


def _corners(size: int, wanted: int, factor: float | None, dtype: np.dtype[Any]) -> Along:
    step = dtype.type(size - 1) / dtype.type(wanted - 1) if wanted > 1 else dtype.type(0)
    return _between(np.arange(wanted).astype(dtype) * step, size)


def _between(position: Array, size: int) -> Along:
    position = np.maximum(position, 0)
    low = np.minimum(position.astype(np.intp), size - 1)
    return low, np.minimum(low + 1, size - 1), np.clip(position - low, 0, 1).astype(position.dtype)


def _matrix(along: Along, size: int) -> Array:
    """The matrix (wanted, size) that resamples one axis."""
    low, high, share = along
    matrix = np.zeros((len(low), size), share.dtype)
    rows = np.arange(len(low))
    np.add.at(matrix, (rows, low), 1 - share)
    np.add.at(matrix, (rows, high), share)
    return matrix
