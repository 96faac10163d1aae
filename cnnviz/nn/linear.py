"""The fully connected layer, and flattening before it."""

import numpy as np
from numpy.typing import DTypeLike

from cnnviz import _check
from cnnviz._check import Array

from . import _random
from . import functional as F
from .module import Module
from .parameter import Parameter


class Linear(Module):
    """Every output is a weighted sum of all inputs, plus a bias: x @ weight.T + bias.

    Shape: (..., in_features) -> (..., out_features). Starts uniform in ±1/sqrt(in_features), from `rng` or what
    `manual_seed` set. Raises ValueError if the last axis differs.

    >>> Linear(64, 10)(np.zeros((2, 64), np.float32)).shape
    (2, 10)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.in_features = _check.integer("Linear", "in_features", in_features)
        self.out_features = _check.integer("Linear", "out_features", out_features)
        wanted = _check.flag("Linear", "bias", bias, "fill it afterwards with layer.bias[...] = values")
        shape = (out_features, in_features)
        self.weight = Parameter(_random.uniform("Linear", shape, in_features, dtype, rng))
        start = _random.uniform("Linear", (out_features,), in_features, dtype, rng) if wanted else None
        self.bias = None if start is None else Parameter(start)

    def forward(self, x: Array) -> Array:
        """See the class."""
        self._keep(x)
        return F.linear(x, self.weight, self.bias)

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See linear_backward."""
        (x,) = self._recall()
        d_x, d_weight, d_bias = F.linear_backward(grad, x, self.weight, input_grad)
        self.weight.add_grad(d_weight)
        if self.bias is not None:
            self.bias.add_grad(d_bias)
        return d_x

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Flatten(Module):
    """Axes `start_dim` to `end_dim` become one; by default all but the batch's.

    >>> Flatten()(np.zeros((2, 8, 5, 5))).shape
    (2, 200)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Array) -> Array:
        """See the class."""
        y = F.flatten(x, self.start_dim, self.end_dim)
        self._keep(np.asarray(x))
        return y

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """The same numbers in the input's shape."""
        return F.flatten_backward(grad, *self._recall())

    def extra_repr(self) -> str:
        """The arguments, in torch's words."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
