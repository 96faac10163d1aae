"""Operations that move numbers and change none; a backward moves the gradients back."""

from collections.abc import Sequence

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from ._axes import axis, several


def cat(arrays: Sequence[Array], dim: int = 0) -> Array:
    """Arrays behind each other along axis `dim`; all other axes must agree, else ValueError.

    >>> cat([np.zeros((1, 2, 4, 4)), np.ones((1, 3, 4, 4))], dim=1).shape
    (1, 5, 4, 4)
    """
    parts = [_check.floating("cat", array) for array in arrays]
    if not parts:
        raise _check.bad_value("cat", "at least one array", "none")
    at = axis("cat", "dim", parts[0].ndim, dim)
    others = {(*part.shape[:at], *part.shape[at + 1 :]) for part in parts}
    if len(others) > 1 or len({part.ndim for part in parts}) > 1:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise _check.bad_value("cat", f"arrays that differ along axis {at} alone", shapes)
    for part in parts:
        _check.same_dtype("cat", part, first=parts[0])
    return np.concatenate(parts, axis=at)


def cat_backward(grad: Array, arrays: Sequence[Array], dim: int = 0) -> list[Array]:
    """The gradient of each array: its own piece."""
    ends = np.cumsum([array.shape[dim] for array in arrays])
    return np.split(grad, ends[:-1], axis=dim)


def permute(x: Array, dims: Sequence[int]) -> Array:
    """The axes in another order: axis i of the result is axis dims[i] of x. Raises ValueError unless each comes once.

    >>> permute(np.zeros((1, 3, 4, 5)), [0, 2, 3, 1]).shape
    (1, 4, 5, 3)
    """
    x = np.asarray(x)
    order = several("permute", "dims", x.ndim, dims)
    if len(order) != x.ndim:
        raise _check.bad_value("permute", f"dims that name all {x.ndim} axes", tuple(dims))
    return x.transpose(order)


def permute_backward(grad: Array, dims: Sequence[int]) -> Array:
    """The axes in their first order again."""
    return grad.transpose(np.argsort([dim % grad.ndim for dim in dims]))


def reshape(x: Array, shape: Sequence[int]) -> Array:
    """The same numbers in the same order in another shape; one size may be -1: what remains.

    Raises ValueError where the numbers do not fill the shape.

    >>> reshape(np.zeros((2, 6)), [-1, 3, 2]).shape
    (2, 3, 2)
    """
    x = np.asarray(x)
    sizes = [_check.integer("reshape", "shape", size, -1) for size in shape]
    rest = int(np.prod([size for size in sizes if size != -1]))
    if sizes.count(-1) > 1 or (x.size % rest if rest and -1 in sizes else x.size != rest and -1 not in sizes):
        raise _check.bad_value("reshape", f"a shape for {x.size} numbers, with one -1 at most", tuple(sizes))
    if -1 in sizes and rest == 0:
        raise _check.bad_value("reshape", "a shape without both -1 and 0", tuple(sizes))
    return x.reshape(sizes)


def reshape_backward(grad: Array, x: Array) -> Array:
    """The gradient in x's shape, and laid in memory like it."""
    d_x = np.empty_like(x, dtype=grad.dtype)
    d_x[...] = grad.reshape(x.shape)
    return d_x


def take(x: Array, dim: int, start: int | None = None, stop: int | None = None, step: int = 1) -> Array:
    """Positions start, start + step, ... before stop along axis `dim`, as Python's slices count: x[:, start:stop:step].

    >>> take(np.arange(6.0).reshape(1, 6), 1, 2, None, 2)
    array([[2., 4.]])
    """
    x = np.asarray(x)
    return x[_positions(x.ndim, dim, start, stop, step)]


def take_backward(
    grad: Array, x: Array, dim: int, start: int | None = None, stop: int | None = None, step: int = 1
) -> Array:
    """The gradient at the positions that were taken, 0 elsewhere."""
    d_x = np.zeros_like(x, dtype=grad.dtype)
    d_x[_positions(x.ndim, dim, start, stop, step)] = grad
    return d_x


def _positions(ndim: int, dim: int, start: int | None, stop: int | None, step: int) -> tuple[slice, ...]:
    at = axis("slice", "dim", ndim, dim)
    _check.integer("slice", "step", step)
    return (*(slice(None),) * at, slice(start, stop, step))


def pixel_shuffle(x: Array, upscale_factor: int) -> Array:
    """Groups of r² channels become r x r blocks of pixels (Shi et al., 2016).

    Shape: (N, C r², H, W) -> (N, C, H r, W r). Raises ValueError unless r² divides the channels.

    >>> pixel_shuffle(np.arange(4.0).reshape(1, 4, 1, 1), 2)[0, 0]
    array([[0., 1.],
           [2., 3.]])
    """
    x, r = _check.images("pixel_shuffle", x), _check.integer("pixel_shuffle", "upscale_factor", upscale_factor)
    n, c, h, w = x.shape
    if c % (r * r):
        raise _check.bad_value("pixel_shuffle", f"channels that {r * r} divides", c)
    blocks = x.reshape(n, c // (r * r), r, r, h, w)
    return blocks.transpose(0, 1, 4, 2, 5, 3).reshape(n, c // (r * r), h * r, w * r)


def pixel_shuffle_backward(grad: Array, upscale_factor: int) -> Array:
    """Every pixel's gradient goes back to its channel."""
    (n, c, h, w), r = grad.shape, upscale_factor
    blocks = grad.reshape(n, c, h // r, r, w // r, r)
    return blocks.transpose(0, 1, 3, 5, 2, 4).reshape(n, c * r * r, h // r, w // r)
