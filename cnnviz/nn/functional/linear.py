"""The fully connected layer, and flattening before it."""

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from ._axes import axis


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Every output is a weighted sum of all inputs, plus a bias: x @ weight.T + bias.

    Shape: x (..., I), weight (O, I), bias (O,) -> (..., O). Raises ValueError if they disagree.

    >>> linear(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([0.5]))
    array([[11.5]])
    """
    x, weight = _linear_arguments(x, weight, bias)
    out = x @ weight.T
    if bias is not None:
        out += bias
    return out


def linear_backward(grad: Array, x: Array, weight: Array, input_grad: bool = True) -> tuple[Array | None, Array, Array]:
    """The gradients of x (None without `input_grad`), weight and bias, from that of the output."""
    x, weight = _linear_arguments(x, weight, None)
    rows, inputs = grad.reshape(-1, grad.shape[-1]), x.reshape(-1, x.shape[-1])
    return grad @ weight if input_grad else None, rows.T @ inputs, rows.sum(axis=0)


def _linear_arguments(x: Array, weight: Array, bias: Array | None) -> tuple[Array, Array]:
    who = "linear"
    x, weight = _check.floating(who, x), _check.floating(who, weight, "weight")
    if weight.ndim != 2:
        raise _check.bad_value(who, "weight (O, I)", weight.shape)
    outputs, inputs = weight.shape
    if x.ndim == 0 or x.shape[-1] != inputs:
        flat = x.ndim > 2 and int(np.prod(x.shape[1:])) == inputs
        raise _check.bad_value(who, f"(..., {inputs})", x.shape, "put a Flatten() before it" if flat else "")
    if bias is not None and np.shape(bias) != (outputs,):
        raise _check.bad_value(who, f"bias ({outputs},)", np.shape(bias))
    _check.same_dtype(who, x, weight=weight, bias=bias)
    return x, weight


def flatten(x: Array, start_dim: int = 0, end_dim: int = -1) -> Array:
    """Axes `start_dim` to `end_dim` become one, the last index running fastest.

    >>> flatten(np.zeros((2, 3, 4, 5)), 1).shape
    (2, 60)
    """
    x = np.asarray(x)
    first, last = axis("flatten", "start_dim", x.ndim, start_dim), axis("flatten", "end_dim", x.ndim, end_dim)
    if first > last:
        raise _check.bad_value("flatten", "start_dim not after end_dim", (start_dim, end_dim))
    # Not reshape(..., -1): it cannot tell the size when another axis is 0.
    size = int(np.prod(x.shape[first : last + 1]))
    return x.reshape(*x.shape[:first], size, *x.shape[last + 1 :])


def flatten_backward(grad: Array, x: Array) -> Array:
    """The gradient in x's shape, and laid in memory like it, so that the layers before need not rearrange it."""
    d_x = np.empty_like(x, dtype=grad.dtype)
    d_x[...] = grad.reshape(x.shape)
    return d_x
