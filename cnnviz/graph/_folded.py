"""Arithmetic with constants as the layer that it is: a batch norm, a bias."""

from collections import Counter
from dataclasses import replace

import numpy as np

from cnnviz._check import Array

from ._nodes import Graph, Node


def folded(graph: Graph) -> Graph:
    """The same network in fewer nodes, of one with shapes whose maps have their channels first.

    x - a, times b, plus c, one number a channel each, is a batch norm; a convolution's or linear layer's output plus
    one number a channel has a bias. Constants that nobody reads any more go.
    """
    folding = _Folding(graph)
    for node in graph:
        if node.op == "add":
            folding.fold(node)
    return folding.finished()


class _Folding:
    def __init__(self, graph: Graph) -> None:
        self.nodes = {node.name: node for node in graph}
        self.readers = Counter(name for node in graph for name in node.inputs)

    def fold(self, add: Node) -> None:
        """What ends in this sum as one layer, if it is one."""
        x, bias = self._with_constant(add)
        if x is None or bias is None:
            return
        if x.op in ("conv2d", "linear") and "bias" not in x.params:
            self.nodes[x.name] = replace(x, params={**x.params, "bias": bias})
            self._replace(add, x.name)
        elif x.op == "mul":
            self._fold_norm(add, x, bias)

    def _fold_norm(self, add: Node, mul: Node, bias: Array) -> None:
        sub, weight = self._with_constant(mul)
        if sub is None or weight is None or sub.op != "sub" or sub.inputs[0] not in self.nodes:
            return
        mean = self._numbers(sub.inputs[1], sub.shape)
        if mean is None:
            return
        # The factor has the deviation in it already.
        params = {"running_mean": mean, "running_var": np.ones_like(mean), "weight": weight, "bias": bias}
        args = {"training": False, "eps": 0.0}
        norm = replace(
            add, name=self._unused("batch_norm"), op="batch_norm", args=args, params=params, inputs=sub.inputs[:1]
        )
        place = {sub.name: norm}
        self.nodes = {one.name: one for one in (place.get(name, node) for name, node in self.nodes.items())}
        del self.nodes[mul.name]
        self._replace(add, norm.name)

    def _with_constant(self, node: Node) -> tuple[Node | None, Array | None]:
        """Of a sum or product, the node that nothing else reads, and the constant as one number a channel."""
        for name, other in (node.inputs, node.inputs[::-1]):
            if name in self.nodes and self.readers[name] == 1 and self.nodes[name].op != "constant":
                return self.nodes[name], self._numbers(other, node.shape)
        return None, None

    def _numbers(self, name: str, shape: tuple[int, ...]) -> Array | None:
        node = self.nodes.get(name)
        if node is None or node.op != "constant" or len(shape) < 2:
            return None
        value = node.params["value"]
        whole = value.reshape((1,) * (len(shape) - value.ndim) + value.shape)
        return whole.ravel() if whole.shape == (1, shape[1], *(1 for _ in shape[2:])) else None

    def _replace(self, old: Node, new: str) -> None:
        del self.nodes[old.name]
        self.nodes = {
            name: replace(node, inputs=tuple(new if one == old.name else one for one in node.inputs))
            for name, node in self.nodes.items()
        }
        self.readers[new] = self.readers[old.name]

    def _unused(self, wanted: str) -> str:
        name, number = wanted, 0
        while name in self.nodes:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def finished(self) -> Graph:
        read = {name for node in self.nodes.values() for name in node.inputs}
        return Graph(tuple(node for node in self.nodes.values() if node.op != "constant" or node.name in read))
