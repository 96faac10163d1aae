"""Optimisers: how parameters move, given their gradients. torch's formulas, arguments and defaults."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from .parameter import Parameter

Group = dict[str, Any]


class Optimizer:
    """What optimisers share. `params` is parameters, or dicts of "params" and arguments of their own (groups).

    `param_groups[0]["lr"]` may be changed between steps.
    """

    def __init__(self, params: Iterable[Parameter] | Iterable[Group], **defaults: Any) -> None:
        self.param_groups: list[Group] = []
        self._state: dict[int, dict[str, Any]] = {}
        given: list[Any] = list(params)
        if not given:
            raise _check.bad_value(type(self).__name__, "parameters", "none", "pass model.parameters()")
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self._add_group({**defaults, **group})

    def _add_group(self, group: Group) -> None:
        who = type(self).__name__
        group["params"] = list(group["params"])
        seen = {id(parameter) for other in self.param_groups for parameter in other["params"]}
        for parameter in group["params"]:
            if not isinstance(parameter, Parameter):
                raise _check.bad_type(who, "parameters", type(parameter).__name__, "pass model.parameters()")
            if id(parameter) in seen:
                raise _check.bad_value(who, "every parameter once", f"one of shape {parameter.shape} again")
            seen.add(id(parameter))
        for name in ("lr", "eps", "weight_decay"):
            if name in group:
                _check.number(who, name, group[name], 0)
        self.param_groups.append(group)

    def zero_grad(self) -> None:
        """Forgets the gradients: else those of the next backward would add to them."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    def step(self) -> None:
        """Moves every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    grad = -parameter.grad if group["maximize"] else parameter.grad
                    self._update(parameter, grad, group, self._state.setdefault(id(parameter), {}))

    def _update(self, parameter: Parameter, grad: Array, group: Group, state: dict[str, Any]) -> None:
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: parameter -= lr * gradient, with `momentum` of the gradient's running sum.

    `nesterov` looks a step ahead; `weight_decay` adds that part of the parameter to its gradient; `dampening` weakens
    what enters the momentum; `maximize` climbs.

    >>> w = Parameter([1.0]); w.grad = np.array([0.5])
    >>> SGD([w], lr=0.1).step(); w
    Parameter([0.95])
    """

    def __init__(
        self,
        params: Iterable[Parameter] | Iterable[Group],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        _check.number("SGD", "momentum", momentum, 0)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise _check.bad_value(
                "SGD", "momentum and no dampening with nesterov", f"momentum={momentum}, dampening={dampening}"
            )
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
        )

    def _update(self, parameter: Parameter, grad: Array, group: Group, state: dict[str, Any]) -> None:
        lr = float(group["lr"])  # a schedule's np.float64 would make float64 of everything
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * np.asarray(parameter)
        if momentum := group["momentum"]:
            if "momentum" not in state:
                state["momentum"] = grad.copy()
            else:
                state["momentum"] *= momentum
                state["momentum"] += (1 - group["dampening"]) * grad
            grad = grad + momentum * state["momentum"] if group["nesterov"] else state["momentum"]
        parameter -= lr * grad


class Adam(Optimizer):
    """Steps of about lr a parameter, whatever the gradient's size: its running mean by its running root mean square.

    `betas` are how much of each running mean stays; `eps` keeps the division safe; `weight_decay` adds that part of the
    parameter to its gradient; `amsgrad` divides by the largest mean square so far; `maximize` climbs.

    >>> w = Parameter([1.0]); w.grad = np.array([0.5])
    >>> Adam([w], lr=0.1).step(); w
    Parameter([0.9])
    """

    _decoupled = False

    def __init__(
        self,
        params: Iterable[Parameter] | Iterable[Group],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        for i, beta in enumerate(betas):
            _check.number(type(self).__name__, f"betas[{i}]", beta, 0, 1, below=True)
        super().__init__(
            params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize
        )

    def _update(self, parameter: Parameter, grad: Array, group: Group, state: dict[str, Any]) -> None:
        lr, decay, (beta1, beta2) = float(group["lr"]), group["weight_decay"], group["betas"]
        if decay and self._decoupled:
            parameter *= 1 - lr * decay
        elif decay:
            grad = grad + decay * np.asarray(parameter)
        if not state:
            state |= {"steps": 0, "mean": np.zeros_like(grad), "square": np.zeros_like(grad)}
        state["steps"] += 1
        state["mean"] += (1 - beta1) * (grad - state["mean"])
        state["square"] += (1 - beta2) * (grad * grad - state["square"])
        square = state["square"]
        if group["amsgrad"]:
            square = state["largest"] = np.maximum(state.get("largest", square), square)
        # Both means start at 0: divided by the sum of their weights so far, they are right from the first step.
        root = np.sqrt(square) / np.sqrt(1 - beta2 ** state["steps"]) + group["eps"]
        parameter -= lr / (1 - beta1 ** state["steps"]) * (state["mean"] / root)


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: parameter *= 1 - lr * weight_decay, then Adam's step.

    >>> w = Parameter([1.0]); w.grad = np.array([0.0])
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step(); w
    Parameter([0.95])
    """

    _decoupled = True

    def __init__(
        self,
        params: Iterable[Parameter] | Iterable[Group],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
