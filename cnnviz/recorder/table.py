"""What can be recorded, and what it will take: a table of a model's layers that keeps no activation."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, NamedTuple

from cnnviz._rows import Rows, aligned

from .fronts import Front
from .nested import found, shapes_in


class LayerRow(NamedTuple):
    """A layer that can be recorded.

    `output_shape` is that of its last call; `parameters` counts its own, `multiply_adds` those of its calls for the
    given input (convolutions and linear layers; 0 for others); `memory` is the bytes that a recording of it takes.
    """

    name: str
    type: str
    output_shape: Any
    parameters: int
    multiply_adds: int
    memory: int


class LayerTable(Rows[LayerRow]):
    """The layers that a model calls, in the order of their first call; printed as aligned text, with the sums.

    A layer that is called again is counted again in `multiply_adds` and `memory`.
    """

    def __repr__(self) -> str:
        head = ("layer", "type", "output", "parameters", "multiply-adds", "memory")
        sums = (sum(row.parameters for row in self), sum(row.multiply_adds for row in self))
        total = LayerRow("total", "", "", *sums, sum(row.memory for row in self))
        return aligned([head, *map(_text, [*self, total])], words=3)


def _text(row: LayerRow) -> tuple[str, ...]:
    return (
        row.name,
        row.type,
        str(row.output_shape),
        f"{row.parameters:,}",
        f"{row.multiply_adds:,}",
        _bytes(row.memory),
    )


def _bytes(count: int) -> str:
    """A number of bytes as people read it.

    >>> _bytes(512), _bytes(25_088), _bytes(12_845_056)
    ('512 B', '25.1 kB', '12.8 MB')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"


class Counter:
    """Hooks that count what a recording would take, and keep nothing."""

    def __init__(self, front: Front, layers: Mapping[str, Any]) -> None:
        self._front, self._layers = front, layers
        self._rows: dict[str, LayerRow] = {}

    def hook(self, name: str) -> Callable[[tuple[Any, ...], Any], None]:
        """What to call after the layer `name`."""
        layer = self._layers[name]
        count = sum(_numel(value) for value in self._front.parameters(layer).values())
        empty = LayerRow(name, type(layer).__name__, None, count, 0, 0)

        def add(inputs: tuple[Any, ...], output: Any) -> None:
            row = self._rows.get(name, empty)
            tensors = list(found(output, self._front.tensor))
            before = next(found(inputs, self._front.tensor), None)
            work = 0 if before is None or not tensors else multiply_adds(layer, _numel(before), _numel(tensors[0]))
            size = sum(_numel(value) * _item_size(value) for value in tensors)
            self._rows[name] = row._replace(
                output_shape=shapes_in(output),
                multiply_adds=row.multiply_adds + work,
                memory=row.memory + size,
            )

        return add

    def table(self) -> LayerTable:
        """All that was counted."""
        return LayerTable(tuple(self._rows.values()))


def multiply_adds(layer: Any, inputs: int, outputs: int) -> int:
    """The products that a layer sums, given how many numbers go in and come out; 0 but for convolutions and linear.

    Each output of a convolution or linear layer sums one product a weight of its filter; each input of a transposed
    convolution enters one product a weight of its own. Products with padding are counted, as is usual.

    >>> from cnnviz import nn
    >>> multiply_adds(nn.Conv2d(3, 8, 5), 3 * 32 * 32, 8 * 28 * 28)
    470400
    """
    kind = type(layer).__mro__
    if any(ancestor.__name__ in ("_ConvTransposeNd", "ConvTranspose2d", "BaseConvTranspose") for ancestor in kind):
        return inputs * _filter(layer)
    if any(ancestor.__name__ in _SUMS for ancestor in kind):
        return outputs * _filter(layer)
    return 0


_SUMS = ("_ConvNd", "Conv2d", "Linear", "BaseConv", "BaseDepthwiseConv", "Dense")


def _filter(layer: Any) -> int:
    """The weights of one filter: torch has the filters first, Keras last."""
    if hasattr(layer, "weight"):
        weight = layer.weight() if callable(layer.weight) else layer.weight  # packed, in a quantised layer
        return prod(weight.shape[1:])
    shape = layer.kernel.shape
    depthwise = any(ancestor.__name__ == "BaseDepthwiseConv" for ancestor in type(layer).__mro__)
    return prod(shape[:-2] if depthwise else shape[:-1])


def _numel(value: Any) -> int:
    return prod(value.shape)


def _item_size(value: Any) -> int:
    return int(value.dtype.itemsize)
