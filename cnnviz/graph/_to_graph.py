"""A model's Graph."""

from collections.abc import Iterator
from typing import Any

from ._describe import describe, vocabulary_class
from ._nodes import INPUT, Graph, Node


def to_graph(model: Any) -> Graph:
    """A layer, or a Sequential of them (nested too), as a Graph; of cnnviz.nn or of torch.nn.

    Parameters are copied, so that training on does not change the graph. Nodes have the names of `named_modules()`; a
    single layer's is its operation. Raises TypeError for a layer that is not in the vocabulary, ValueError for one
    whose output is random (call `model.eval()` first).

    >>> from cnnviz import nn
    >>> [(node.name, node.op) for node in to_graph(nn.Sequential(nn.Linear(4, 2), nn.ReLU()))]
    [('0', 'linear'), ('1', 'relu')]
    """
    nodes: list[Node] = []
    for name, layer in _leaves(model, ""):
        op, args, params = describe(layer)
        nodes.append(Node(name or op, op, args, params, (nodes[-1].name if nodes else INPUT,)))
    return Graph(tuple(nodes))


def _leaves(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    if vocabulary_class(module, {"Sequential": None}) is None:
        yield name, module
        return
    for child_name, child in module.named_children():
        yield from _leaves(child, f"{name}.{child_name}" if name else child_name)
