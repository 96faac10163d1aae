"""Activation layers."""

import warnings

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from . import functional as F
from .module import Module


class _Activation(Module):
    """An activation that may write over its input, as torch's `inplace` does; whoever kept that input loses it."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def _placed(self, x: Array, y: Array) -> Array:
        """`y`, in x's memory if the layer works in place."""
        if not self.inplace:
            return y
        _check.writable(self, x)
        x[...] = y
        return x

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return "inplace=True" if self.inplace else ""


class ReLU(_Activation):
    """Negative numbers become 0. Shape: any.

    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = self._placed(x, F.relu(x))
        self._keep(y)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See relu_backward."""
        return F.relu_backward(grad, *self._recall())


class LeakyReLU(_Activation):
    """Negative numbers shrink by `negative_slope`. Shape: any.

    >>> LeakyReLU(0.1)(np.array([-1.0, 2.0]))
    array([-0.1,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.negative_slope = _check.number("LeakyReLU", "negative_slope", negative_slope)

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.leaky_relu(x, self.negative_slope)
        self._keep(np.array(x) if self.inplace else np.asarray(x))
        return self._placed(x, y)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See leaky_relu_backward."""
        (x,) = self._recall()
        return F.leaky_relu_backward(grad, x, self.negative_slope)

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class Sigmoid(Module):
    """1 / (1 + exp(-x)): from 0 to 1. Shape: any.

    >>> Sigmoid()(np.array([0.0]))
    array([0.5])
    """

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.sigmoid(x)
        self._keep(y)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See sigmoid_backward."""
        return F.sigmoid_backward(grad, *self._recall())


class Tanh(Module):
    """The hyperbolic tangent: from -1 to 1. Shape: any.

    >>> Tanh()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.tanh(x)
        self._keep(y)
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See tanh_backward."""
        return F.tanh_backward(grad, *self._recall())


class Softmax(Module):
    """Exponentials along axis `dim`, divided by their sum: probabilities. Shape: any.

    CrossEntropyLoss takes the scores *before* it.

    >>> Softmax(dim=1)(np.zeros((1, 4)))
    array([[0.25, 0.25, 0.25, 0.25]])
    """

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: Array) -> Array:
        """See the class."""
        axis = self._axis(x)
        y = self._value(x, axis)
        self._keep(y, axis)
        return y

    def _value(self, x: Array, axis: int) -> Array:
        return F.softmax(x, axis)

    def _axis(self, x: Array) -> int:
        if self.dim is not None:
            return self.dim
        axis, name = 0 if np.ndim(x) in (0, 1, 3) else 1, type(self).__name__
        warnings.warn(f"{name}() chose dim={axis} for {np.ndim(x)} axes: say {name}(dim=...)", stacklevel=4)
        return axis

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See the function's backward."""
        return self._gradient(grad, *self._recall())

    def _gradient(self, grad: Array, y: Array, axis: int) -> Array:
        return F.softmax_backward(grad, y, axis)

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """The logarithm of Softmax, exact where that rounds to 0. Shape: any.

    >>> LogSoftmax(dim=0)(np.array([0.0, -1000.0]))
    array([    0., -1000.])
    """

    def _value(self, x: Array, axis: int) -> Array:
        return F.log_softmax(x, axis)

    def _gradient(self, grad: Array, y: Array, axis: int) -> Array:
        return F.log_softmax_backward(grad, y, axis)
