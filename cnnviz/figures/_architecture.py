"""A network as a diagram: its layers from top to bottom, each as wide as its maps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from cnnviz import _check
from cnnviz.figures._style import SMALL, TOKENS, axes, titled

ROW = 0.27  # inches
HALF = 1.0  # of the widest block
LEFT = -4.6


@dataclass(frozen=True)
class _Row:
    name: str
    op: str
    shape: tuple[int, ...]
    params: int


def architecture(rows: Iterable[Any], *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """A network's layers from top to bottom: a block is as wide as the layer's maps, on a logarithmic scale.

    rows: mappings or objects with name, op, shape (with or without the batch axis: (1, C, H, W), (C, H, W), (1, F) or
    (F,)) and params, the number of its parameters; such as `cnnviz.graph.summary` gives. Layers with parameters have a
    violet bar. Raises ValueError for no rows, and for a row that lacks one of these, by its number.

    >>> layers = [{"name": "conv1", "op": "conv2d", "shape": (1, 8, 28, 28), "params": 208}]
    >>> [text.get_text() for text in architecture(layers).texts][:4]
    ['conv1', 'conv2d', '8 × 28 × 28', '208']
    """
    layers = [_row(i, row) for i, row in enumerate(rows)]
    if not layers:
        raise _check.bad_value("architecture", "at least one layer", "none")
    ax = axes("architecture", ax, (7.6, ROW * len(layers) + 0.7))
    widest = max(_side(layer.shape) for layer in layers)
    for y, layer in enumerate(layers):
        _block(ax, y, layer, HALF * max(0.06, _side(layer.shape) / widest))
        _words(ax, y, layer)
    for x, text, side in ((LEFT, "layer", "left"), (1.25, "output", "left"), (3.6, "parameters", "right")):
        ax.annotate(text, (x, -0.9), ha=side, va="center", fontsize=SMALL, color=TOKENS["quiet"], annotation_clip=False)
    ax.set(xlim=(LEFT, 3.7), ylim=(len(layers) - 0.4, -1.3))
    ax.set_axis_off()
    return titled(ax, title)


def _row(i: int, row: Any) -> _Row:
    def read(key: str) -> Any:
        found = row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)
        if found is None:
            raise _check.bad_value("architecture", f"rows with name, op, shape and params (row {i})", f"no {key}")
        return found

    shape = tuple(_check.integer("architecture", f"shape of row {i}", size) for size in read("shape"))
    params = _check.integer("architecture", f"params of row {i}", read("params"), 0)
    return _Row(str(read("name")), str(read("op")), shape[1:] if len(shape) in (2, 4) else shape, params)


def _side(shape: tuple[int, ...]) -> float:
    """How wide a block is: a map's longer side, 1 for a vector, by its logarithm."""
    return log2(1 + max(shape[-2:])) if len(shape) > 2 else 1.0


def _block(ax: Axes, y: int, layer: _Row, half: float) -> None:
    box: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=0.04", "linewidth": 0}
    ax.add_patch(FancyBboxPatch((-half, y - 0.36), 2 * half, 0.72, facecolor=TOKENS["output"], alpha=0.45, **box))
    if layer.params:
        ax.add_patch(FancyBboxPatch((-half, y - 0.36), 0.07, 0.72, facecolor=TOKENS["parameter"], **box))


def _words(ax: Axes, y: int, layer: _Row) -> None:
    plain: dict[str, Any] = {"va": "center", "fontsize": SMALL}
    ax.text(LEFT, y, layer.name, ha="left", color=TOKENS["ink"], **plain)
    ax.text(-1.2, y, layer.op, ha="right", color=TOKENS["quiet"], **plain)
    ax.text(1.25, y, " × ".join(map(str, layer.shape)), ha="left", color=TOKENS["output-text"], **plain)
    if layer.params:
        ax.text(3.6, y, f"{layer.params:,}", ha="right", color=TOKENS["parameter"], **plain)
