"""What is read of a graph. `cnnviz.graph` itself is not imported: it prints receptive fields in its table."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Shape: TypeAlias = tuple[int, ...]

# The graph's own input, as a node's `inputs` name it.
INPUT = "input"


class Node(Protocol):
    """One operation of `cnnviz.graph.Node`."""

    @property
    def name(self) -> str:
        """Its name in the model."""

    @property
    def op(self) -> str:
        """What it computes, a word of the vocabulary."""

    @property
    def args(self) -> Mapping[str, Any]:
        """Its arguments, plain JSON."""

    @property
    def params(self) -> Mapping[str, NDArray[np.floating[Any]]]:
        """Its weights."""

    @property
    def inputs(self) -> Sequence[str]:
        """The names of the nodes that it reads."""


class Graph(Protocol):
    """A `cnnviz.graph.Graph`."""

    @property
    def nodes(self) -> Sequence[Node]:
        """In the order in which they run."""

    def run(self, x: NDArray[np.float32]) -> Mapping[str, NDArray[np.floating[Any]]]:
        """Every node's output by name."""
