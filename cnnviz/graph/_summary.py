"""What a graph's nodes take, and what they see: a table."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import NamedTuple

import numpy as np

from cnnviz import _check
from cnnviz._rows import Rows, aligned

from ._nodes import Graph, Node

Shape = tuple[int, ...]
FLOAT32 = 4  # bytes
HEAD = ("node", "operation", "output", "parameters", "multiply-adds", "memory", "field", "jump", "start")


class Row(NamedTuple):
    """One node.

    parameters: its own, without running statistics; those that an earlier node has too count there. multiply_adds:
    the products that a convolution or a linear layer sums, 0 for others. memory: of its output in float32, in bytes.
    field, jump, start: (height, width) of a unit's receptive field in pixels, from one unit's to the next one's, and
    the first row and column of the first one's, margins counted; jump and start None without closed form.
    """

    name: str
    op: str
    output_shape: Shape
    parameters: int
    multiply_adds: int
    memory: int
    field: tuple[int, int]
    jump: tuple[Fraction | None, Fraction | None]
    start: tuple[int | None, int | None]


class Summary(Rows[Row]):
    """A row a node, in the order in which they run; printed as aligned text, with the sums."""

    @property
    def parameters(self) -> int:
        """Of all nodes together."""
        return sum(row.parameters for row in self)

    @property
    def multiply_adds(self) -> int:
        """Of all nodes together."""
        return sum(row.multiply_adds for row in self)

    @property
    def memory(self) -> int:
        """Bytes of all outputs together."""
        return sum(row.memory for row in self)

    def __repr__(self) -> str:
        total = ("total", "", "", *_counts(self.parameters, self.multiply_adds, self.memory), "", "", "")
        return aligned([HEAD, *map(_text, self), total], words=3)


def summary(graph: Graph, shape: Sequence[int]) -> Summary:
    """Shapes, parameters, multiply-adds, memory and receptive fields of a graph for an input of `shape` (N, C, H, W).

    The graph is run once, on zeros. The fields are those of `cnnviz.receptive.theoretical`.
    Raises ValueError for another shape, and for one that does not fit the graph.

    >>> from cnnviz import nn
    >>> from cnnviz.graph import to_graph
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    >>> summary(to_graph(model), (1, 1, 8, 8))
    node   operation   output         parameters  multiply-adds  memory  field   jump    start
    0      conv2d      1 x 4 x 8 x 8          40          2,304  1.0 kB  3 x 3  1 x 1  -1 x -1
    1      relu        1 x 4 x 8 x 8           0              0  1.0 kB  3 x 3  1 x 1  -1 x -1
    2      max_pool2d  1 x 4 x 4 x 4           0              0  0.3 kB  4 x 4  2 x 2  -1 x -1
    total                                     40          2,304  2.3 kB
    """
    from cnnviz.receptive import theoretical  # it reads graphs, and is not needed to make one

    size = tuple(_check.integer("summary", "shape", side, 0) for side in shape)
    if len(size) != 4:
        raise _check.bad_value("summary", "the shape of a batch of pictures, (N, C, H, W)", size)
    values = graph.run(np.zeros(size, np.float32))
    shapes = {name: value.shape for name, value in values.items()}
    fields = theoretical(graph, size, shapes)
    counted: set[int] = set()
    rows = []
    for node in graph:
        field, output = fields[node.name], shapes[node.name]
        work = multiply_adds(node, shapes[node.inputs[0]] if node.inputs else (), output)
        memory = prod(output) * FLOAT32
        own = _parameters(node, counted)
        rows.append(Row(node.name, node.op, output, own, work, memory, field.size, field.jump, field.start))
    return Summary(tuple(rows))


def multiply_adds(node: Node, read: Shape, output: Shape) -> int:
    """The products that a node sums, by the shapes that it reads and gives; those with padding are counted.

    >>> from cnnviz.graph import to_graph
    >>> from cnnviz import nn
    >>> multiply_adds(to_graph(nn.Conv2d(3, 8, 5)).nodes[0], (1, 3, 32, 32), (1, 8, 28, 28))
    470400
    """
    if node.op in ("conv2d", "linear"):
        return prod(output) * prod(node.params["weight"].shape[1:])
    return prod(read) * prod(node.params["weight"].shape[1:]) if node.op == "conv_transpose2d" else 0


def _parameters(node: Node, counted: set[int]) -> int:
    """How many numbers are the node's own; an array that two nodes share is counted once."""
    new = [array for name, array in node.params.items() if not name.startswith("running_") and id(array) not in counted]
    counted.update(map(id, new))
    return sum(array.size for array in new)


def _text(row: Row) -> tuple[str, ...]:
    counts = _counts(row.parameters, row.multiply_adds, row.memory)
    return (row.name, row.op, _by(row.output_shape), *counts, _by(row.field), _by(row.jump), _by(row.start))


def _counts(*numbers: int) -> tuple[str, str, str]:
    parameters, products, memory = numbers
    return f"{parameters:,}", f"{products:,}", f"{memory / 1000:,.1f} kB"


def _by(sizes: Sequence[object]) -> str:
    return " x ".join("all" if size is None else str(size) for size in sizes)
