"""A graph of N H W C, as Keras computes, as the same network of N C H W: maps stand as maps, no turning is left."""

from dataclasses import replace

import numpy as np

from cnnviz._check import Array

from ._folded import folded
from ._nodes import INPUT, Args, Graph, Node

Shape = tuple[int, ...]

FIRST, LAST = [0, 3, 1, 2], [0, 2, 3, 1]  # permute's dims: to channels first, and to channels last
AXIS = {0: 0, 1: 2, 2: 3, 3: 1}  # where an axis of N H W C stands in N C H W
POINTWISE = (
    *("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "mish", "softplus", "hardtanh", "hardsigmoid"),
    *("hardswish", "sigmoid", "tanh", "scale", "identity"),
)
PAIRED = ("add", "sub", "mul", "div")


def channels_first(graph: Graph) -> Graph:
    """The same network for pictures (N, C, H, W), of a graph with shapes that was made with (N, H, W, C).

    Every node with four axes whose arithmetic does not depend on their order is turned, and so are its constants;
    permutations between the two orders go. What Keras writes as arithmetic (a batch norm, a bias) becomes the layer's.
    """
    turning = _Turning()
    for node in graph:
        turning.add(node)
    return folded(Graph(tuple(turning.finished(graph.nodes[-1].name))))


class _Turning:
    """What each node has become: a tensor as it was, one that is turned, or both."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.same: dict[str, str] = {}
        self.turned: dict[str, str] = {INPUT: INPUT}
        self.constants: dict[str, Node] = {}

    def add(self, node: Node) -> None:
        """One node more, in the order in which they run."""
        source = node.inputs[0] if node.inputs else ""
        if node.op == "constant":
            self.constants[node.name] = node
        elif node.op == "permute" and node.args["dims"] == FIRST and source in self.turned:
            self.same[node.name] = self.turned[source]
        elif node.op == "permute" and node.args["dims"] == LAST and source in self.same:
            self.turned[node.name] = self.same[source]
        elif (turned := self._turned(node)) is not None:
            self.nodes.append(turned)
            (self.turned if len(turned.shape) == 4 else self.same)[node.name] = node.name
        else:
            self.nodes.append(replace(node, inputs=tuple(self._as_it_was(name) for name in node.inputs)))
            self.same[node.name] = node.name

    def finished(self, last: str) -> list[Node]:
        """The nodes; the last one's output is the network's, maps with their channels first."""
        output = self.turned.get(last) or self.same[last]
        shape = next((node.shape for node in self.nodes if node.name == output), ())
        if self.nodes and self.nodes[-1].name == output:
            return self.nodes
        return [*self.nodes, Node(self._unused(f"{last}.identity"), "identity", {}, {}, (output,), shape=shape)]

    def _turned(self, node: Node) -> Node | None:
        """The node for turned inputs; None where its arithmetic needs them as they were."""
        tensors = [name for name in node.inputs if name not in self.constants]
        if not tensors or not all(name in self.turned for name in tensors):
            return None
        if node.op in PAIRED and all(len(self.constants[c].shape) in (0, 1, 4) for c in self._constants(node)):
            inputs = tuple(
                self._constant(name) if name in self.constants else self.turned[name] for name in node.inputs
            )
            return replace(node, inputs=inputs, shape=_turn(node.shape))
        args = _turned_args(node)
        if args is None or self._constants(node):
            return None
        shape = _turn(node.shape) if len(node.shape) == 4 else node.shape
        return replace(node, args=args, inputs=tuple(self.turned[name] for name in tensors), shape=shape)

    def _constants(self, node: Node) -> list[str]:
        return [name for name in node.inputs if name in self.constants]

    def _constant(self, name: str) -> str:
        """A constant beside turned maps."""
        value = self.constants[name].params["value"]
        four: Array = np.ascontiguousarray(value.reshape((1,) * (4 - value.ndim) + value.shape).transpose(FIRST))
        return self._write(replace(self.constants[name], params={"value": four}, shape=four.shape))

    def _as_it_was(self, name: str) -> str:
        if name in self.constants:
            return self._write(self.constants[name])
        if name not in self.same:
            turned = self.turned[name]
            shape = next((_back(node.shape) for node in self.nodes if node.name == turned), ())
            self.same[name] = self._write(Node(f"{name}.permute", "permute", {"dims": LAST}, {}, (turned,), "", shape))
        return self.same[name]

    def _write(self, node: Node) -> str:
        self.nodes.append(replace(node, name=self._unused(node.name)))
        return self.nodes[-1].name

    def _unused(self, wanted: str) -> str:
        used, name, number = {node.name for node in self.nodes}, wanted, 0
        while name in used:
            number += 1
            name = f"{wanted}_{number}"
        return name


def _turned_args(node: Node) -> Args | None:
    """Arguments that name axes, for turned inputs; None where the operation cannot be turned."""
    if node.op in POINTWISE:
        return node.args
    if node.op in ("cat", "slice", "softmax", "log_softmax"):
        return {**node.args, "dim": AXIS[node.args["dim"] % 4]}
    if node.op == "mean":
        dims = sorted(AXIS[dim % 4] for dim in node.args["dim"])
        # Without the axes, what is left must stand in the old order.
        return {**node.args, "dim": dims} if node.args["keepdim"] or dims == [2, 3] else None
    return None


def _turn(shape: Shape) -> Shape:
    return tuple(shape[axis] for axis in FIRST)


def _back(shape: Shape) -> Shape:
    return tuple(shape[axis] for axis in LAST)
