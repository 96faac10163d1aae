"""What torch says of a network, node by node of its graph: numbers, and gradients of one of its output's."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz.graph import INPUT, Graph
from cnnviz.graph._draft import Draft
from cnnviz.graph._export import functional, leaves
from cnnviz.graph._translate import Translator
from tests.architectures.in_torch import Running

Arrays = dict[str, NDArray[Any]]

# Where nodes like these follow each other, a graph reads past them: their own gradient is a part of torch's.
PASSED_BY = ("reshape", "flatten", "permute", "pad")


@dataclass
class Known:
    """A network's graph, what it read, and torch's numbers and gradients by node, of the output's cell `target`.

    unsure: how far off float32 may be where terms cancel or a maximum is a near thing, of numbers and of gradients.
    """

    graph: Graph
    x: NDArray[Any]
    target: int
    values: Arrays
    gradients: Arrays
    unsure: tuple[dict[str, float], dict[str, float]]


class Differentiable(Running):
    """Runs a program as torch does, and gives it the gradients that torch has not, or has wrong."""

    def run_node(self, node: Any) -> Any:
        """A copy into a tensor is the tensor that is copied; an instance norm is told its gradient channel by channel.

        Of one that lies in memory with its channels last, torch 2.13 makes another than torch.autograd.gradcheck.
        """
        if str(node.target) == "aten.copy.default":
            to, new = (self.env[value] for value in node.args[:2])
            self.seen[node.name] = new.expand_as(to).clone()
            return self.seen[node.name]
        value = super().run_node(node)
        if str(node.target) == "aten.instance_norm.default" and value.requires_grad:
            value.register_hook(torch.Tensor.contiguous)
        return value


class Exact(Differentiable):
    """The same in float64."""

    def run_node(self, node: Any) -> Any:
        """What the program converts or makes as float32 is float64."""
        value = super().run_node(node)
        if isinstance(value, torch.Tensor) and value.dtype == torch.float32:
            value = self.seen[node.name] = value.double()
        return value


# These choose and move numbers, and round none.
MOVING = (
    *("view", "reshape", "permute", "transpose", "slice", "select", "split", "unbind", "squeeze", "flatten", "expand"),
    *(
        "repeat",
        "cat",
        "stack",
        "copy",
        "clone",
        "pad",
        "shuffle",
        "pool",
        "nearest",
        "relu",
        "clamp",
        "tanh",
        "contig",
    ),
)


class Shaken(Exact):
    """The same where every number that is computed is a few of float32's steps off."""

    def run_node(self, node: Any) -> Any:
        """Noise of 5e-7 to each number, the same each time."""
        value = super().run_node(node)
        moves = any(word in str(node.target) for word in MOVING)
        if moves or not isinstance(value, torch.Tensor) or value.dtype != torch.double:
            return value
        noise = torch.randn(value.shape, generator=torch.Generator().manual_seed(len(self.seen)))
        self.seen[node.name] = value * (1 + 5e-7 * noise)
        return self.seen[node.name]


def known(net: torch.nn.Module, x: torch.Tensor, target: int) -> Known:
    """`target` is counted from the output's first cell, and again from there where it is beyond the last."""
    program = functional(net, x)
    translator = Translator(program, leaves(net))
    graph, names = translator.graph()
    named = [(names[draft], node.name) for node, draft in _drafts(translator) if draft in names]
    target %= prod(graph.nodes[-1].shape)
    own, exact, shaken = (
        _run(kind(program), named, graph, x.to(dtype), target)
        for kind, dtype in ((Differentiable, x.dtype), (Exact, torch.double), (Shaken, torch.double))
    )
    values, gradients = (_unsure(*three) for three in zip(own, exact, shaken, strict=True))
    return Known(graph, x.numpy(), target, *own, (values, gradients))


def _unsure(own: Arrays, exact: Arrays, shaken: Arrays) -> dict[str, float]:
    """Ten times what torch's own float32 is off, and what it is off where all that is computed is a little off."""
    return {
        name: 10 * _largest(value - exact[name]) + _largest(shaken[name] - exact[name]) for name, value in own.items()
    }


def _drafts(translator: Translator) -> list[tuple[Any, Draft]]:
    """What became one node of the graph, or stayed one; not what is spread over the shape of another later."""
    return [
        (node, value)
        for node, value in translator.values.items()
        if isinstance(value, Draft) and value.op != INPUT and value.shape == tuple(node.meta["val"].shape)
    ]


def _run(
    running: Running, named: list[tuple[str, str]], graph: Graph, x: torch.Tensor, target: int
) -> tuple[Arrays, Arrays]:
    start = x.clone().requires_grad_()
    seen = running.of(start)
    first = {**{name: seen[node] for name, node in reversed(named)}, INPUT: start}
    # A network that gives back what it reads is an operation that torch has not.
    last = {graph.nodes[-1].name: start, **{name: seen[node] for name, node in named}}
    ops = {node.name: node.op for node in graph}
    asked = {name: value for name, value in first.items() if value.requires_grad and ops.get(name) not in PASSED_BY}
    score = last[graph.nodes[-1].name].flatten()[target]
    found = torch.autograd.grad(score, list(asked.values()), allow_unused=True)
    gradients = {name: value.numpy() for name, value in zip(asked, found, strict=True) if value is not None}
    return {name: value.detach().numpy() for name, value in last.items()}, gradients


def worst_value(net: Known, found: Arrays) -> tuple[float, str]:
    """The largest error of a node's numbers and its name; where terms cancel, as a share of what they were made of."""
    large = {INPUT: _largest(net.x)}
    for node in net.graph:
        kept = 1 if node.op in PASSED_BY else 0.1
        own = _largest(net.values[node.name]) if node.name in net.values else 0
        large[node.name] = max(own, *(kept * large[name] for name in node.inputs), 0)
    return max(
        (_error(found.get(name), value, net.unsure[0][name], large[name]), name) for name, value in net.values.items()
    )


def worst_gradient(net: Known, found: Arrays) -> tuple[float, str]:
    """The largest error of the gradients by a node, and its name; a node left out has a gradient of 0."""
    least = 1e-4 * max(map(_largest, net.gradients.values()))
    return max(
        (_error(found.get(name, np.zeros_like(value)), value, net.unsure[1][name], least), name)
        for name, value in net.gradients.items()
    )


def _error(value: NDArray[Any] | None, expected: NDArray[Any], unsure: float, least: float) -> float:
    """The largest difference beyond what is unsure, as a share of the largest number.

    Infinite for other shapes and for what is no number.
    """
    if value is None or value.shape != expected.shape or not np.isfinite(value).all():
        return float("inf")
    return max(_largest(value - expected) - unsure, 0) / max(_largest(expected), least, 1e-12)


def _largest(values: NDArray[Any]) -> float:
    return float(np.abs(values).max(initial=0))
