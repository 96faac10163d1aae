"""Activation layers whose gradient is computed from their input."""

from abc import abstractmethod

import numpy as np
from numpy.typing import DTypeLike

from cnnviz import _check
from cnnviz._check import Array

from . import functional as F
from .activation import _Activation
from .module import Module
from .parameter import Parameter


class _OfInput(_Activation):
    """Keeps its input, a copy if it writes over it."""

    @abstractmethod
    def _value(self, x: Array) -> Array:
        """The function."""

    @abstractmethod
    def _gradient(self, grad: Array, x: Array) -> Array:
        """Its backward."""

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = self._value(x)
        self._keep(np.array(x) if self.inplace else np.asarray(x))
        return self._placed(x, y)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See the function's backward."""
        return self._gradient(grad, *self._recall())

    def _arguments(self) -> str:
        return ""

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return ", ".join(filter(None, (self._arguments(), super().extra_repr())))


class ReLU6(_OfInput):
    """ReLU that ends at 6. Shape: any.

    >>> ReLU6()(np.array([-1.0, 3.0, 9.0]))
    array([0., 3., 6.])
    """

    def _value(self, x: Array) -> Array:
        return F.relu6(x)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.relu6_backward(grad, x)


class Hardtanh(_OfInput):
    """x between `min_val` and `max_val`, which stand in for what is outside. Shape: any.

    >>> Hardtanh()(np.array([-3.0, 0.5, 3.0]))
    array([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.min_val = _check.number("Hardtanh", "min_val", min_val)
        self.max_val = _check.number("Hardtanh", "max_val", max_val)
        if self.min_val >= self.max_val:
            raise _check.bad_value("Hardtanh", "min_val below max_val", (min_val, max_val))

    def _value(self, x: Array) -> Array:
        return F.hardtanh(x, self.min_val, self.max_val)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.hardtanh_backward(grad, x, self.min_val, self.max_val)

    def _arguments(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Hardsigmoid(_OfInput):
    """A sigmoid of three straight pieces: (x + 3) / 6, between 0 and 1. Shape: any.

    >>> Hardsigmoid()(np.array([-4.0, 0.0, 4.0]))
    array([0. , 0.5, 1. ])
    """

    def _value(self, x: Array) -> Array:
        return F.hardsigmoid(x)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.hardsigmoid_backward(grad, x)

    def extra_repr(self) -> str:
        """Torch says nothing here."""
        return ""


class Hardswish(Hardsigmoid):
    """x * hardsigmoid(x): MobileNetV3's activation. Shape: any.

    >>> Hardswish()(np.array([0.0, 4.0]))
    array([0., 4.])
    """

    def _value(self, x: Array) -> Array:
        return F.hardswish(x)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.hardswish_backward(grad, x)


class SiLU(_OfInput):
    """x * sigmoid(x), also called swish. Shape: any.

    >>> SiLU()(np.array([0.0, 1.0])).round(3)
    array([0.   , 0.731])
    """

    def _value(self, x: Array) -> Array:
        return F.silu(x)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.silu_backward(grad, x)


class Mish(_OfInput):
    """x * tanh(softplus(x)). Shape: any.

    >>> Mish()(np.array([0.0, 1.0])).round(3)
    array([0.   , 0.865])
    """

    def _value(self, x: Array) -> Array:
        return F.mish(x)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.mish_backward(grad, x)


class ELU(_OfInput):
    """Below 0, alpha * (exp(x) - 1), which ends at -alpha. Shape: any.

    >>> ELU()(np.array([-1.0, 2.0])).round(3)
    array([-0.632,  2.   ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = _check.number("ELU", "alpha", alpha)

    def _value(self, x: Array) -> Array:
        return F.elu(x, self.alpha)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.elu_backward(grad, x, self.alpha)

    def _arguments(self) -> str:
        return f"alpha={self.alpha}"


class GELU(_OfInput):
    """x times the share of the standard normal distribution below x; approximate: "none" or "tanh". Shape: any.

    >>> GELU()(np.array([-1.0, 0.0, 1.0])).round(3)
    array([-0.159,  0.   ,  0.841])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = _check.one_of("GELU", "approximate", approximate, ("none", "tanh"))

    def _value(self, x: Array) -> Array:
        return F.gelu(x, self.approximate)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.gelu_backward(grad, x, self.approximate)

    def _arguments(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(_OfInput):
    """log(1 + exp(beta * x)) / beta: ReLU with a round corner; x itself where beta * x is above `threshold`.

    Shape: any.

    >>> Softplus()(np.array([0.0, 30.0])).round(3)
    array([ 0.693, 30.   ])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = _check.number("Softplus", "beta", beta)
        self.threshold = _check.number("Softplus", "threshold", threshold)

    def _value(self, x: Array) -> Array:
        return F.softplus(x, self.beta, self.threshold)

    def _gradient(self, grad: Array, x: Array) -> Array:
        return F.softplus_backward(grad, x, self.beta, self.threshold)

    def _arguments(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class PReLU(Module):
    """A leaky ReLU that learns its slope, one for all numbers or one a channel; each starts as `init`. Shape: any.

    >>> PReLU()(np.array([-1.0, 2.0], np.float32))
    array([-0.25,  2.  ], dtype=float32)
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike = np.float32) -> None:
        self.num_parameters = _check.integer("PReLU", "num_parameters", num_parameters)
        self.init = _check.number("PReLU", "init", init)
        self.weight = Parameter(np.full(num_parameters, init, _check.precision("PReLU", dtype)))

    def forward(self, x: Array) -> Array:
        """See the class."""
        self._keep(np.asarray(x))
        return F.prelu(x, self.weight)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See prelu_backward."""
        (x,) = self._recall()
        d_x, d_weight = F.prelu_backward(grad, x, self.weight)
        self.weight.add_grad(d_weight)
        return d_x

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"num_parameters={self.num_parameters}"
