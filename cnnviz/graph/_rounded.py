"""A network whose weights have fewer bits."""

from dataclasses import replace

from cnnviz._precision import keeps
from cnnviz._precision import rounded as nearest

from ._nodes import Graph, Node


def rounded(graph: Graph, precision: str) -> Graph:
    """The same network with its weights rounded; the arithmetic stays that of float32.

    precision: "float16" or "bfloat16" for every parameter; or "int8", "int7" down to "int2" for the weights of
    convolutions and linear layers: whole numbers times one scale for each row of the weight's first axis, a filter's,
    symmetric about zero. Biases and norms stay as they are.
    Raises ValueError for another name.

    >>> from cnnviz import nn
    >>> from cnnviz.graph import to_graph
    >>> graph = rounded(to_graph(nn.Sequential(nn.Linear(100, 2))), "int2")
    >>> len(set(graph.nodes[0].params["weight"][0]))
    3
    """
    return Graph(tuple(_rounded(node, precision) for node in graph))


def _rounded(node: Node, precision: str) -> Node:
    params = {
        name: value if keeps(node.op, name, precision) else nearest(value, precision)
        for name, value in node.params.items()
    }
    return replace(node, params=params)
