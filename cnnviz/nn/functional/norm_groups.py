"""Normalisation of each picture by itself: over groups of channels, or over the last axes."""

from collections.abc import Sequence
from math import prod

import numpy as np

from cnnviz import _check
from cnnviz._check import Array


def group_norm(
    x: Array, num_groups: int, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5
) -> Array:
    """The channels in `num_groups` groups, each minus its mean, by its standard deviation; then `weight` and `bias`.

    A group of one channel is instance norm. weight, bias: one number a channel. Shape: (N, C, ...) -> the same.
    Raises ValueError unless the groups divide the channels.

    >>> group_norm(np.array([[1.0, 3.0]]), 1, eps=0.0)
    array([[-1.,  1.]])
    """
    x, groups = _group_arguments(x, num_groups, weight, bias, eps)
    normal, _ = _normal(groups, eps)
    return _affine(normal.reshape(x.shape), _along_channels(x, weight), _along_channels(x, bias))


def group_norm_backward(
    grad: Array, x: Array, num_groups: int, weight: Array | None = None, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of x, weight and bias; every x also moved the mean and the variance of its group."""
    x, groups = _group_arguments(x, num_groups, weight, None, eps)
    normal, inverse = _normal(groups, eps)
    others = (0, *range(2, x.ndim))
    d_weight, d_bias = (grad * normal.reshape(x.shape)).sum(axis=others), grad.sum(axis=others)
    scaled = _affine(grad, _along_channels(x, weight), None)
    return _through(scaled.reshape(groups.shape), normal, inverse).reshape(x.shape), d_weight, d_bias


def layer_norm(
    x: Array,
    normalized_shape: Sequence[int],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """The last axes, minus their mean, by their standard deviation; then times `weight` plus `bias`, of their shape.

    Shape: (..., *normalized_shape) -> the same. Raises ValueError if x ends in other axes.

    >>> layer_norm(np.array([[1.0, 3.0], [5.0, 5.0]]), [2], eps=1e-9).round(3)
    array([[-1.,  1.],
           [ 0.,  0.]])
    """
    x, rows = _layer_arguments(x, normalized_shape, weight, bias, eps)
    return _affine(_normal(rows, eps)[0].reshape(x.shape), weight, bias)


def layer_norm_backward(
    grad: Array, x: Array, normalized_shape: Sequence[int], weight: Array | None = None, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of x, weight and bias."""
    x, rows = _layer_arguments(x, normalized_shape, weight, None, eps)
    normal, inverse = _normal(rows, eps)
    others = tuple(range(x.ndim - len(normalized_shape)))
    d_weight, d_bias = (grad * normal.reshape(x.shape)).sum(axis=others), grad.sum(axis=others)
    scaled = grad if weight is None else grad * weight
    return _through(scaled.reshape(rows.shape), normal, inverse).reshape(x.shape), d_weight, d_bias


def _group_arguments(
    x: Array, num_groups: int, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array]:
    """The checked x, and as (N, groups, numbers)."""
    who = "group_norm"
    x, groups = _check.floating(who, x), _check.integer(who, "num_groups", num_groups)
    if x.ndim < 2 or 0 in x.shape[1:]:
        raise _check.bad_value(who, "(N, C, ...) with at least one channel and number", x.shape)
    if x.shape[1] % groups:
        raise _check.bad_value(who, f"channels that {groups} groups divide", x.shape[1])
    if x.size == groups:
        raise _check.bad_value(who, "more than one number a group", x.shape, "take fewer groups")
    _check_vectors(who, x, (x.shape[1],), weight, bias, eps)
    return x, x.reshape(len(x), groups, prod(x.shape[1:]) // groups)


def _layer_arguments(
    x: Array, normalized_shape: Sequence[int], weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array]:
    """The checked x, and as (rows, numbers)."""
    who = "layer_norm"
    x = _check.floating(who, x)
    last = tuple(_check.integer(who, "normalized_shape", size) for size in normalized_shape)
    if not last or x.shape[-len(last) :] != last:
        ends = ", ".join(map(str, last))
        raise _check.bad_value(who, f"(..., {ends}), the normalized_shape" if last else "a normalized_shape", x.shape)
    _check_vectors(who, x, last, weight, bias, eps)
    return x, x.reshape(x.size // prod(last), prod(last))


def _check_vectors(
    who: str, x: Array, shape: tuple[int, ...], weight: Array | None, bias: Array | None, eps: float
) -> None:
    for name, vector in (("weight", weight), ("bias", bias)):
        if vector is not None and np.shape(vector) != shape:
            raise _check.bad_value(who, f"{name} {shape}", np.shape(vector))
    _check.same_dtype(who, x, weight=weight, bias=bias)
    _check.number(who, "eps", eps, 0)


def _normal(rows: Array, eps: float) -> tuple[Array, Array]:
    """The last axis with mean 0 and variance 1, and 1 by the standard deviation.

    A row of thirteen times 0.7 is 0, as in torch: its mean in float32 is a little off, and 1 / sqrt(eps) is large.
    """
    centred = rows - rows.mean(axis=-1, keepdims=True)
    centred -= centred.mean(axis=-1, keepdims=True)
    inverse = 1 / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + rows.dtype.type(eps))
    return centred * inverse, inverse


def _through(grad: Array, normal: Array, inverse: Array) -> Array:
    """The gradient of the rows from that of the normal ones."""
    mean, along = grad.mean(axis=-1, keepdims=True), (grad * normal).mean(axis=-1, keepdims=True)
    d_rows: Array = inverse * (grad - mean - normal * along)
    return d_rows


def _affine(x: Array, weight: Array | None, bias: Array | None) -> Array:
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


def _along_channels(x: Array, vector: Array | None) -> Array | None:
    return None if vector is None else vector.reshape(-1, *(1,) * (x.ndim - 2))
