"""Smooth relatives of ReLU."""

import math

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from .activation import sigmoid

# gelu's tanh approximation: Hendrycks and Gimpel, 2016, section 2.
_ROOT, _CUBIC = math.sqrt(2 / math.pi), 0.044715


def gelu(x: Array, approximate: str = "none") -> Array:
    """X times the share of the standard normal distribution below x (Hendrycks and Gimpel, 2016).

    approximate: "none", or "tanh" for the formula that older networks were trained with.

    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(3)
    array([-0.159,  0.   ,  0.841])
    """
    x = _check.floating("gelu", x)
    return x * _below(x, approximate)


def gelu_backward(grad: Array, x: Array, approximate: str = "none") -> Array:
    """The slope is the share below x, plus x times its own slope: the bell curve."""
    below = _below(x, approximate)
    if approximate == "none":
        bell = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    else:
        bell = 2 * below * (1 - below) * _ROOT * (1 + 3 * _CUBIC * x * x)
    return grad * (below + x * bell)


def _below(x: Array, approximate: str) -> Array:
    if _check.one_of("gelu", "approximate", approximate, ("none", "tanh")) == "tanh":
        return (1 + np.tanh(_ROOT * (x + _CUBIC * x * x * x))) / 2
    # NumPy has no error function; the standard library's is as exact as a float64 can be.
    erf = np.fromiter(map(math.erf, (x / math.sqrt(2)).ravel().tolist()), x.dtype, x.size)
    return (1 + erf.reshape(x.shape)) / 2


def elu(x: Array, alpha: float = 1.0) -> Array:
    """Below 0, alpha * (exp(x) - 1), which ends at -alpha (Clevert et al., 2015).

    >>> elu(np.array([-1.0, 2.0])).round(3)
    array([-0.632,  2.   ])
    """
    x, alpha = _check.floating("elu", x), _check.number("elu", "alpha", alpha)
    return np.where(x > 0, x, x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)))


def elu_backward(grad: Array, x: Array, alpha: float = 1.0) -> Array:
    """The slope is 1 above 0, and alpha * exp(x) below."""
    slope: Array = np.where(x > 0, x.dtype.type(1), x.dtype.type(alpha) * np.exp(np.minimum(x, 0)))
    return grad * slope


def softplus(x: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """log(1 + exp(beta * x)) / beta: ReLU with a round corner; x itself where beta * x is above `threshold`.

    >>> softplus(np.array([0.0, 30.0])).round(3)
    array([ 0.693, 30.   ])
    """
    x, beta = _check.floating("softplus", x), _check.number("softplus", "beta", beta)
    if beta == 0:
        raise _check.bad_value("softplus", "beta other than 0", beta)
    scaled = x * x.dtype.type(beta)
    return np.where(scaled > threshold, x, np.logaddexp(0, scaled) / x.dtype.type(beta))


def softplus_backward(grad: Array, x: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """The slope is sigmoid(beta * x), and 1 above the threshold."""
    scaled = x * x.dtype.type(beta)
    slope: Array = np.where(scaled > threshold, x.dtype.type(1), sigmoid(scaled))
    return grad * slope


def mish(x: Array) -> Array:
    """X * tanh(softplus(x)) (Misra, 2019).

    >>> mish(np.array([-1.0, 0.0, 1.0])).round(3)
    array([-0.303,  0.   ,  0.865])
    """
    x = _check.floating("mish", x)
    y: Array = x * np.tanh(np.logaddexp(0, x))
    return y


def mish_backward(grad: Array, x: Array) -> Array:
    """The slope is t + x * (1 - t * t) * sigmoid(x) with t = tanh(softplus(x))."""
    t = np.tanh(np.logaddexp(0, x))
    slope: Array = t + x * (1 - t * t) * sigmoid(x)
    return grad * slope
