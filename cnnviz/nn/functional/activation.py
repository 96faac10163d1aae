"""Activations: one number in, one number out (softmax: a vector). A backward takes what its forward gave it to keep."""

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from ._axes import axis


def relu(x: Array) -> Array:
    """Negative numbers become 0.

    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """
    return np.maximum(_check.floating("relu", x), 0)


def relu_backward(grad: Array, y: Array) -> Array:
    """The gradient passes where the output y is positive; at 0 it is 0, as torch's."""
    return grad * (y > 0)


def leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """Negative numbers shrink by `negative_slope`.

    >>> leaky_relu(np.array([-1.0, 2.0]), 0.1)
    array([-0.1,  2. ])
    """
    x = _check.floating("leaky_relu", x)
    return x * _slopes(x, negative_slope)


def leaky_relu_backward(grad: Array, x: Array, negative_slope: float = 0.01) -> Array:
    """Where x is not positive the gradient shrinks as the value did."""
    return grad * _slopes(x, negative_slope)


def _slopes(x: Array, negative_slope: float) -> Array:
    slopes: Array = np.where(x > 0, x.dtype.type(1), x.dtype.type(negative_slope))
    return slopes


def prelu(x: Array, weight: Array) -> Array:
    """A leaky ReLU whose slope is learnt: `weight` has one for all numbers, or one a channel (axis 1).

    Raises ValueError for another number of slopes (He et al., 2015).

    >>> prelu(np.array([[-1.0, -1.0, 2.0]]), np.array([0.1, 0.2, 0.3]))
    array([[-0.1, -0.2,  2. ]])
    """
    x, slopes = _prelu_arguments(x, weight)
    return np.where(x > 0, x, x * slopes)


def prelu_backward(grad: Array, x: Array, weight: Array) -> tuple[Array, Array]:
    """The gradients of x, and of weight: a slope's sums the gradients times the x that it was a factor of."""
    x, slopes = _prelu_arguments(x, weight)
    each = np.where(x > 0, x.dtype.type(0), grad * x)
    others = tuple(i for i in range(x.ndim) if i != 1 or len(weight) == 1)
    return grad * np.where(x > 0, x.dtype.type(1), slopes), each.sum(axis=others).reshape(weight.shape)


def _prelu_arguments(x: Array, weight: Array) -> tuple[Array, Array]:
    x, weight = _check.floating("prelu", x), _check.floating("prelu", weight, "weight")
    channels = x.shape[1] if x.ndim > 1 else 1
    if weight.shape not in {(1,), (channels,)}:
        raise _check.bad_value("prelu", f"weight (1,) or ({channels},), one slope a channel", weight.shape)
    _check.same_dtype("prelu", x, weight=weight)
    return x, weight.reshape(-1, *(1,) * max(x.ndim - 2, 0))


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)): from 0 to 1; written so that no exp overflows.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    x = _check.floating("sigmoid", x)
    small = np.exp(-np.abs(x))
    y: Array = np.where(x >= 0, x.dtype.type(1), small)
    y /= 1 + small
    return y


def sigmoid_backward(grad: Array, y: Array) -> Array:
    """The slope is y * (1 - y): at most 1/4, and nearly 0 far from the middle."""
    return grad * (y * (1 - y))


def tanh(x: Array) -> Array:
    """The hyperbolic tangent: from -1 to 1.

    >>> tanh(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    return np.tanh(_check.floating("tanh", x))


def tanh_backward(grad: Array, y: Array) -> Array:
    """The slope is 1 - y * y."""
    return grad * (1 - y * y)


def silu(x: Array) -> Array:
    """The sigmoid-weighted x, x * sigmoid(x), also called swish: a smooth ReLU that dips below 0.

    >>> silu(np.array([-1.0, 0.0, 1.0])).round(3)
    array([-0.269,  0.   ,  0.731])
    """
    return x * sigmoid(x)


def silu_backward(grad: Array, x: Array) -> Array:
    """The slope is s + x * s * (1 - s) with s = sigmoid(x)."""
    s = sigmoid(x)
    return grad * (s * (1 + x * (1 - s)))


def softmax(x: Array, dim: int) -> Array:
    """Exponentials along axis `dim`, divided by their sum: positive, and 1 together.

    The largest is subtracted first, which changes nothing but keeps exp from overflowing.

    >>> softmax(np.array([0.0, np.log(3.0)]), 0)
    array([0.25, 0.75])
    """
    x = _check.floating("softmax", x)
    powers: Array = np.exp(x - x.max(axis=axis("softmax", "dim", x.ndim, dim), keepdims=True, initial=-np.inf))
    powers /= powers.sum(axis=dim, keepdims=True)
    return powers


def softmax_backward(grad: Array, y: Array, dim: int) -> Array:
    """Each output rises with its own logit and falls with every other: y * (grad - sum of grad * y)."""
    mean: Array = (grad * y).sum(axis=dim, keepdims=True)
    return y * (grad - mean)


def log_softmax(x: Array, dim: int) -> Array:
    """The logarithm of softmax, exact where softmax itself would round to 0.

    >>> log_softmax(np.array([0.0, -1000.0]), 0)
    array([    0., -1000.])
    """
    x = _check.floating("log_softmax", x)
    logs: Array = x - x.max(axis=axis("log_softmax", "dim", x.ndim, dim), keepdims=True, initial=-np.inf)
    if x.size:  # of nothing the sum is 0, and its logarithm a warning
        logs -= np.log(np.exp(logs).sum(axis=dim, keepdims=True))
    return logs


def log_softmax_backward(grad: Array, y: Array, dim: int) -> Array:
    """Each output rises with its own score, and all fall with every score's probability: grad - exp(y) * sum(grad)."""
    total: Array = grad.sum(axis=dim, keepdims=True)
    return grad - np.exp(y) * total
