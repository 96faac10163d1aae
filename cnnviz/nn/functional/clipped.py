"""Activations made of straight pieces with two bounds, and what mobile networks build from them."""

import numpy as np

from cnnviz import _check
from cnnviz._check import Array


def hardtanh(x: Array, min_val: float | None = -1.0, max_val: float | None = 1.0, closed: bool = False) -> Array:
    """X between two bounds, which stand in for what is outside; None is no bound.

    closed: torch's clamp, whose gradient differs from hardtanh's exactly on the bounds; the values are the same.

    >>> hardtanh(np.array([-3.0, 0.5, 3.0]))
    array([-1. ,  0.5,  1. ])
    """
    x, (low, high) = _check.floating("hardtanh", x), _bounds(min_val, max_val)
    return np.clip(x, x.dtype.type(low), x.dtype.type(high))


def hardtanh_backward(
    grad: Array, x: Array, min_val: float | None = -1.0, max_val: float | None = 1.0, closed: bool = False
) -> Array:
    """The gradient passes between the bounds; on them only where they are `closed`: torch's clamp, not its hardtanh."""
    low, high = _bounds(min_val, max_val)
    return grad * ((x >= low) & (x <= high) if closed else (x > low) & (x < high))


def _bounds(min_val: float | None, max_val: float | None) -> tuple[float, float]:
    low = -np.inf if min_val is None else _check.number("hardtanh", "min_val", min_val)
    high = np.inf if max_val is None else _check.number("hardtanh", "max_val", max_val)
    if low > high:
        raise _check.bad_value("hardtanh", "min_val not above max_val", (min_val, max_val))
    return low, high


def relu6(x: Array) -> Array:
    """ReLU that ends at 6, so that few bits hold what comes out.

    >>> relu6(np.array([-1.0, 3.0, 9.0]))
    array([0., 3., 6.])
    """
    return np.clip(_check.floating("relu6", x), 0, 6)


def relu6_backward(grad: Array, x: Array) -> Array:
    """The gradient passes where x is between 0 and 6."""
    return grad * ((x > 0) & (x < 6))


def hardsigmoid(x: Array) -> Array:
    """A sigmoid of three straight pieces: (x + 3) / 6, between 0 and 1.

    >>> hardsigmoid(np.array([-4.0, 0.0, 4.0]))
    array([0. , 0.5, 1. ])
    """
    x = _check.floating("hardsigmoid", x)
    return np.clip(x + 3, 0, 6) / 6


def hardsigmoid_backward(grad: Array, x: Array) -> Array:
    """A slope of 1/6 between -3 and 3."""
    return grad * ((x > -3) & (x < 3)) / 6


def hardswish(x: Array) -> Array:
    """X * hardsigmoid(x): MobileNetV3's cheap SiLU (Howard et al., 2019).

    >>> hardswish(np.array([-4.0, 1.0, 4.0])).round(3)
    array([-0.   ,  0.667,  4.   ])
    """
    x = _check.floating("hardswish", x)
    return x * np.clip(x + 3, 0, 6) / 6


def hardswish_backward(grad: Array, x: Array) -> Array:
    """The slope is x / 3 + 1/2 between -3 and 3, and 0 or 1 beyond."""
    slope: Array = np.where(x > -3, np.where(x < 3, x / 3 + x.dtype.type(0.5), x.dtype.type(1)), x.dtype.type(0))
    return grad * slope
