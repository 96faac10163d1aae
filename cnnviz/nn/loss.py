"""Losses: loss(x, target) is a number, loss.backward() the gradient of x."""

import numpy as np
from numpy.typing import ArrayLike

from cnnviz import _check
from cnnviz._check import Array

from . import functional as F
from .module import Module


class _Loss(Module):
    """A loss takes two arguments forward, and gives the gradient of the first."""

    reduction: str

    def backward(self, grad: ArrayLike = 1.0, input_grad: bool = True) -> Array | None:
        """The gradient of the last x; `grad` is the loss's own, with reduction "none" one number a loss."""
        return super().backward(grad, input_grad)

    def extra_repr(self) -> str:
        """Nothing: torch's losses say none either."""
        return ""


class CrossEntropyLoss(_Loss):
    """How surprised softmax(x) is by the target: minus the logarithm of the probability it gives to it.

    x (N, C) or (N, C, ...) are scores (logits), *before* any softmax. target is whole numbers (N, ...) below C, or
    probabilities in x's shape. Targets of `ignore_index` are left out; `label_smoothing` moves that part of a target
    evenly to all classes; `weight` (C,) weighs classes; `reduction` is "mean", "sum" or "none".
    Raises ValueError for a class that does not exist.

    >>> loss = CrossEntropyLoss()
    >>> float(loss(np.zeros((1, 2)), np.array([0])).round(4)), loss.backward()
    (0.6931, array([[-0.5,  0.5]]))
    """

    def __init__(
        self,
        weight: ArrayLike | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        who = "CrossEntropyLoss"
        self.register_buffer("weight", None if weight is None else _check.floating(who, weight, "weight"))
        self.ignore_index = _check.integer(who, "ignore_index", ignore_index, -(2**63))
        self.reduction = _check.one_of(who, "reduction", reduction, F.loss.REDUCTIONS)
        self.label_smoothing = _check.number(who, "label_smoothing", label_smoothing, 0, 1)

    weight: Array | None

    def _arguments(self) -> tuple[Array | None, int, str, float]:
        return self.weight, self.ignore_index, self.reduction, self.label_smoothing

    def forward(self, x: Array, target: ArrayLike) -> Array:
        """See the class."""
        target = np.asarray(target)
        value = F.cross_entropy(x, target, *self._arguments())
        self._keep(x, target)
        return value

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See cross_entropy_backward."""
        x, target = self._recall()
        return F.cross_entropy_backward(x, target, *self._arguments(), grad)


class MSELoss(_Loss):
    """The mean of the squared differences; `reduction` may be "sum", or "none" for each.

    >>> loss = MSELoss()
    >>> float(loss(np.array([1.0, 2.0]), np.array([1.0, 4.0]))), loss.backward()
    (2.0, array([ 0., -2.]))
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        self.reduction = _check.one_of("MSELoss", "reduction", reduction, F.loss.REDUCTIONS)

    def forward(self, x: Array, target: ArrayLike) -> Array:
        """See the class."""
        target = np.asarray(target)
        value = F.mse_loss(x, target, self.reduction)
        self._keep(x, target)
        return value

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """See mse_loss_backward."""
        x, target = self._recall()
        return F.mse_loss_backward(x, target, self.reduction, grad)
