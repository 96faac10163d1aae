"""Arithmetic between two arrays, of which the smaller is repeated along its axes of one, and means.

A backward of two inputs sums the gradient over the axes along which an input was repeated.
"""

from collections.abc import Callable, Sequence

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from ._axes import several


def add(a: Array, b: Array) -> Array:
    """A + b. Shape: two that broadcast -> the common one. Raises ValueError if they do not.

    >>> add(np.ones((2, 3)), np.ones((2, 1))).shape
    (2, 3)
    """
    return _both("add", np.add, a, b)


def add_backward(grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The gradients of a and b: the output's for both."""
    return _folded(grad, a), _folded(grad, b)


def sub(a: Array, b: Array) -> Array:
    """A - b. Shape: as add's.

    >>> sub(np.array([3.0]), np.array([1.0, 2.0]))
    array([2., 1.])
    """
    return _both("sub", np.subtract, a, b)


def sub_backward(grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The gradients of a and b: the output's, and its opposite."""
    return _folded(grad, a), _folded(-grad, b)


def mul(a: Array, b: Array) -> Array:
    """A * b: a gate, where b has one number a channel (squeeze-and-excite). Shape: as add's.

    >>> mul(np.array([3.0, 4.0]), np.array([0.5]))
    array([1.5, 2. ])
    """
    return _both("mul", np.multiply, a, b)


def mul_backward(grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The gradients of a and b: the output's times the other."""
    return _folded(grad * b, a), _folded(grad * a, b)


def div(a: Array, b: Array) -> Array:
    """A / b. Shape: as add's.

    >>> div(np.array([3.0, 4.0]), np.array([2.0]))
    array([1.5, 2. ])
    """
    return _both("div", np.divide, a, b)


def div_backward(grad: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The gradients of a, 1 / b times the output's, and of b, -a / b² times it."""
    return _folded(grad / b, a), _folded(-grad * (a / b) / b, b)


def _both(who: str, operation: Callable[[Array, Array], Array], a: Array, b: Array) -> Array:
    a, b = _check.floating(who, a, "a"), _check.floating(who, b, "b")
    _check.same_dtype(who, a, b=b)
    try:
        return operation(a, b)
    except ValueError as error:
        needs = "two inputs whose axes, from the last, are equal or 1"
        raise _check.bad_value(who, needs, f"{a.shape} and {b.shape}") from error


def _folded(grad: Array, like: Array) -> Array:
    """`grad` summed over the axes along which `like` was repeated."""
    added = grad.ndim - like.ndim
    repeated = [i for i, size in enumerate(like.shape, added) if size == 1 and grad.shape[i] != 1]
    summed: Array = grad.sum(axis=(*range(added), *repeated), keepdims=True)
    return summed.reshape(like.shape)


def scale(x: Array, factor: float = 1.0, offset: float = 0.0) -> Array:
    """X * factor + offset, one number each.

    >>> scale(np.array([1.0, 2.0]), -1.0, 1.0)
    array([ 0., -1.])
    """
    x = _check.floating("scale", x)
    factor, offset = _check.number("scale", "factor", factor), _check.number("scale", "offset", offset)
    return x * x.dtype.type(factor) + x.dtype.type(offset)


def scale_backward(grad: Array, factor: float = 1.0) -> Array:
    """The gradient grows as the value did."""
    return grad * grad.dtype.type(factor)


def mean(x: Array, dim: Sequence[int] | int, keepdim: bool = False) -> Array:
    """The mean along the axes `dim`, which go, or stay with size 1 with `keepdim`. Raises ValueError for no such axis.

    >>> mean(np.arange(8.0).reshape(1, 2, 2, 2), [2, 3])
    array([[1.5, 5.5]])
    """
    x = _check.floating("mean", x)
    result: Array = x.mean(axis=several("mean", "dim", x.ndim, dim), keepdims=keepdim)
    return result


def mean_backward(grad: Array, x: Array, dim: Sequence[int] | int, keepdim: bool = False) -> Array:
    """Every number of a mean gets an equal share of its gradient."""
    axes = several("mean", "dim", x.ndim, dim)
    if not keepdim:
        grad = np.expand_dims(grad, axes)
    count = x.dtype.type(np.prod([x.shape[i] for i in axes]))
    d_x = np.empty_like(x)
    d_x[...] = grad / count
    return d_x
