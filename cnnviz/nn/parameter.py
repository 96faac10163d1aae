"""A parameter: an array that knows its gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnviz import _check
from cnnviz._check import Array


class Parameter(np.ndarray[Any, np.dtype[Any]]):
    """An array that a layer learns, with its gradient in `.grad` (None until a backward).

    Used as any array; what is computed from it is a plain array. Copies its data; raises TypeError unless they are
    float32 or float64.

    >>> w = Parameter(np.ones(2, np.float32))
    >>> w.grad is None, w * 2
    (True, array([2., 2.], dtype=float32))
    """

    grad: Array | None

    def __new__(cls, data: ArrayLike) -> "Parameter":
        return np.array(_check.floating("Parameter", data, "data")).view(cls)

    def __array_finalize__(self, obj: Any) -> None:
        self.grad = None

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        if array is self:  # w -= ..., which must leave w a parameter
            return self
        return array[()] if return_scalar else np.asarray(array)

    def add_grad(self, grad: Array) -> None:
        """Adds to `.grad`: gradients of several backwards add up until `zero_grad()`."""
        self.grad = grad if self.grad is None else self.grad + grad

    def __reduce__(self) -> tuple[Callable[..., "Parameter"], tuple[Any, ...]]:
        return _rebuild, (np.asarray(self), self.grad)

    def __deepcopy__(self, memo: dict[int, Any] | None) -> "Parameter":
        return _rebuild(self, None if self.grad is None else self.grad.copy())


def _rebuild(data: Array, grad: Array | None) -> Parameter:
    parameter = Parameter(data)
    parameter.grad = grad
    return parameter
