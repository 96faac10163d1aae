"""Optimisers: how parameters move, given their gradients. torch's formulas, arguments and defaults."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from .parameter import Parameter

Group = dict[str, Any]


class Optimizer:
    """What optimisers share. `params` is parameters, or dicts of "params" and arguments of their own (groups).

    `param_groups[0]["lr"]` may be changed between steps. Raises TypeError for a model in its parameters' place,
    ValueError for an argument that a group cannot have.

    >>> a, b = Parameter([1.0]), Parameter([1.0])
    >>> optimiser = SGD([{"params": [a], "lr": 0.5}, {"params": [b]}], lr=0.1)
    >>> a.grad = b.grad = np.ones(1)
    >>> optimiser.step(); a, b
    (Parameter([0.5]), Parameter([0.9]))
    """

    def __init__(self, params: Iterable[Parameter] | Iterable[Group], **defaults: Any) -> None:
        who = type(self).__name__
        self.param_groups: list[Group] = []
        self._state: dict[int, dict[str, Any]] = {}
        given = _listed(who, params)
        if not given:
            raise _check.bad_value(who, "parameters", "none", "pass model.parameters()")
        self._check_arguments(defaults)
        for group in given if isinstance(given[0], Mapping) else [{"params": given}]:
            self._add_group(group, defaults)

    def _add_group(self, given: Any, defaults: Group) -> None:
        who = type(self).__name__
        if not isinstance(given, Mapping) or "params" not in given:
            got = f"one of {', '.join(map(str, given))}" if isinstance(given, Mapping) else type(given).__name__
            raise _check.bad_value(who, 'groups with their "params"', got, 'write {"params": model.parameters(), ...}')
        for name in given:
            _check.one_of(who, "a group's arguments", name, ("params", *defaults))
        group = {**defaults, **given}
        params = group["params"]
        group["params"] = [params] if isinstance(params, Parameter) else _listed(who, params)
        seen = {id(parameter) for other in self.param_groups for parameter in other["params"]}
        for parameter in group["params"]:
            if not isinstance(parameter, Parameter):
                raise _check.bad_type(who, "parameters", type(parameter).__name__, "pass model.parameters()")
            if id(parameter) in seen:
                raise _check.bad_value(who, "every parameter once", f"one of shape {parameter.shape} again")
            seen.add(id(parameter))
        self._check_arguments(group)
        self.param_groups.append(group)

    def _check_arguments(self, group: Group) -> None:
        """Raises for a value that cannot be; the same for the constructor's arguments and a group's own."""
        for name in ("lr", "eps", "weight_decay"):
            if name in group:
                _check.number(type(self).__name__, name, group[name], 0)

    def zero_grad(self) -> None:
        """Forgets the gradients: else those of the next backward would add to them."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    def step(self) -> None:
        """Moves every parameter that has a gradient.

        Raises ValueError for a gradient of another shape, TypeError for one of another kind, before anything moves.
        """
        who = f"{type(self).__name__}.step"
        moving = [(p, p.grad, group) for group in self.param_groups for p in group["params"] if p.grad is not None]
        for parameter, grad, _ in moving:
            if not isinstance(grad, np.ndarray | np.floating) or grad.dtype.kind != "f":
                got = getattr(grad, "dtype", type(grad).__name__)
                raise _check.bad_type(who, "gradients that are arrays of floats", got)
            if grad.shape != parameter.shape:
                needs = f"a gradient of its parameter's shape {parameter.shape}"
                raise _check.bad_value(who, needs, grad.shape, "it would be repeated to fit")
        for parameter, grad, group in moving:
            signed = -grad if group["maximize"] else grad
            self._update(parameter, signed, group, self._state.setdefault(id(parameter), {}))

    def _update(self, parameter: Parameter, grad: Array, group: Group, state: dict[str, Any]) -> None:
        raise NotImplementedError


def _listed(who: str, params: Any) -> list[Any]:
    # Some of these could be gone through, too: a Sequential gives layers, an array rows, a dict names.
    single = hasattr(params, "parameters") or isinstance(params, np.ndarray | Mapping)
    if single or not isinstance(params, Iterable):
        raise _check.bad_type(who, "parameters", type(params).__name__, "pass model.parameters()")
    return list(params)


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
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
        )

    def _check_arguments(self, group: Group) -> None:
        super()._check_arguments(group)
        momentum = _check.number("SGD", "momentum", group["momentum"], 0)
        dampening = _check.number("SGD", "dampening", group["dampening"])
        if group["nesterov"] and (momentum == 0 or dampening != 0):
            got = f"momentum={group['momentum']}, dampening={group['dampening']}"
            raise _check.bad_value("SGD", "momentum and no dampening with nesterov", got)

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
        super().__init__(
            params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize
        )

    def _check_arguments(self, group: Group) -> None:
        super()._check_arguments(group)
        who, betas = type(self).__name__, group["betas"]
        if not isinstance(betas, Sequence | np.ndarray):
            raise _check.bad_type(who, "two betas, such as (0.9, 0.999)", repr(betas))
        if len(betas) != 2:
            raise _check.bad_value(who, "two betas, such as (0.9, 0.999)", betas)
        for i, beta in enumerate(betas):
            _check.number(who, f"betas[{i}]", beta, 0, 1, below=True)

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
