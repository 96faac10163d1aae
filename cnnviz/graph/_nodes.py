"""Nodes and the graph that they form, which runs with `cnnviz.nn.functional`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnviz import _check
from cnnviz._check import Array
from cnnviz.nn import functional as F

Args = dict[str, Any]
Params = dict[str, Array]
Description = tuple[str, Args, Params]

# The graph's own input, as a node's `inputs` name it.
INPUT = "input"


@dataclass(frozen=True)
class Node:
    """One operation: its `name` in the model, what it computes, and the names of the nodes it reads.

    source: the line of the model's code that it comes from ("model.py:31"), or "". shape: its output's for the example
    that the graph was made with, or ().
    """

    name: str
    op: str
    args: Args = field(default_factory=dict)
    params: Params = field(default_factory=dict)
    inputs: tuple[str, ...] = (INPUT,)
    source: str = ""
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Graph:
    """A model's operations in the order in which they run; the last one's output is the model's.

    >>> graph = Graph((Node("0", "relu"), Node("1", "flatten", {"start_dim": 0, "end_dim": -1}, {}, ("0",))))
    >>> {name: y.shape for name, y in graph.run(np.ones((2, 3))).items()}
    {'input': (2, 3), '0': (2, 3), '1': (6,)}
    """

    nodes: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def run(self, x: ArrayLike) -> dict[str, Array]:
        """Every node's output by name, and x itself as "input". Raises ValueError that names the node it came from."""
        values = {INPUT: np.asarray(x)}
        for node in self.nodes:
            if node.op not in _RUN:
                raise _check.bad_value(f"node {node.name!r}", f"an operation of {', '.join(_RUN)}", repr(node.op))
            for name in node.inputs:
                _check.one_of(f"node {node.name!r}", "its inputs", name, values)
            try:
                values[node.name] = _RUN[node.op](*(values[name] for name in node.inputs), **node.params, **node.args)
            except _check.Refused as error:
                error.who = f"{node.op} (node {node.name!r})"
                raise
        return values


_RUN: dict[str, Callable[..., Array]] = {
    "conv2d": F.conv2d,
    "conv_transpose2d": F.conv_transpose2d,
    "max_pool2d": F.max_pool2d,
    "avg_pool2d": F.avg_pool2d,
    "adaptive_avg_pool2d": F.adaptive_avg_pool2d,
    "adaptive_max_pool2d": F.adaptive_max_pool2d,
    "linear": F.linear,
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky_relu": F.leaky_relu,
    "prelu": F.prelu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "softplus": F.softplus,
    "hardtanh": F.hardtanh,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "softmax": F.softmax,
    "log_softmax": F.log_softmax,
    "batch_norm": F.batch_norm,
    "group_norm": F.group_norm,
    "layer_norm": F.layer_norm,
    "add": F.add,
    "sub": F.sub,
    "mul": F.mul,
    "div": F.div,
    "scale": F.scale,
    "mean": F.mean,
    "constant": lambda value: value,
    "cat": lambda *arrays, dim: F.cat(arrays, dim),
    "flatten": F.flatten,
    "permute": F.permute,
    "reshape": F.reshape,
    "slice": F.take,
    "pixel_shuffle": F.pixel_shuffle,
    "pad": F.pad,
    "interpolate": F.interpolate,
    "identity": lambda x: x,
}
