"""The receptive field of every node of a graph, from the windows of its operations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from cnnviz import _check

from ._edges import NO_PIXELS, together
from ._field import Field
from ._graph import INPUT, Graph, Node, Shape
from ._rules import BROADCASTING, OPERATIONS, effects
from ._side import Mask, Side, pixels

NOTHING = Side(None, (), NO_PIXELS), Side(None, (), NO_PIXELS)


def theoretical(
    graph: Graph, shape: Sequence[int], shapes: Mapping[str, Sequence[int]] | None = None
) -> dict[str, Field]:
    """The receptive field of every node: which pixels of the input a unit can depend on, whatever the weights are.

    shape: the input's, (N, C, H, W). shapes: every node's output shape where they are known (as of a graph that was
    run); else the graph is run once on one picture of zeros. Returns a `Field` by node name, "input" first:
    `field.size` (height, width) and `field.jump` in pixels, `field.start`, `field.whole`, and for one unit
    `field.box(row, column)` inside the picture, `field.unclipped(row, column)`.

    Exact for convolution (strided, dilated, transposed, any margin), pooling, resizing, padding, slicing and every
    branch: the box is that of the pixels the gradient reaches, where no weight is 0 and nothing cancels. All channels
    count together. What reads an axis as a whole (global pooling, flatten, linear, norms over the picture, and so
    squeeze-and-excitation) sees all that its input sees, and has no closed form: `size` is then the largest box,
    `jump` None. Permute moves the axes; reshape keeps the rows (the columns) where an axis of their length still
    stands in front of as many numbers, and else counts as reading them all.
    After Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.

    Raises ValueError for another shape, or an operation outside the vocabulary.

    >>> from cnnviz import nn
    >>> from cnnviz.graph import to_graph
    >>> graph = to_graph(nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(4, 8, 3, padding=1)))
    >>> field = theoretical(graph, (1, 1, 28, 28))["2"]
    >>> field.size, field.box(0, 0), field.unclipped(0, 0)
    ((8, 8), Box(top=0, left=0, bottom=5, right=5), Box(top=-3, left=-3, bottom=5, right=5))
    """
    if len(shape) != 4:
        raise _check.bad_value("theoretical", "the shape of a batch of pictures, (N, C, H, W)", tuple(shape))
    known = _shapes(graph, shape) if shapes is None else {INPUT: tuple(shape), **_plain(shapes)}
    height, width = int(shape[2]), int(shape[3])
    fields = {INPUT: Field((height, width), pixels(2, height), pixels(3, width))}
    for node in graph.nodes:
        fields[node.name] = _field(node, fields, known)
    return fields


def _shapes(graph: Graph, shape: Sequence[int]) -> dict[str, Shape]:
    with np.errstate(all="ignore"):
        return {name: y.shape for name, y in graph.run(np.zeros((1, *shape[1:]), np.float32)).items()}


def _plain(shapes: Mapping[str, Sequence[int]]) -> dict[str, Shape]:
    return {name: tuple(int(size) for size in shape) for name, shape in shapes.items()}


def _field(node: Node, fields: dict[str, Field], shapes: dict[str, Shape]) -> Field:
    if node.op not in OPERATIONS:
        raise _check.bad_value(f"theoretical (node {node.name!r})", f"an operation of {', '.join(OPERATIONS)}", node.op)
    after = shapes[node.name]
    read = [_through(fields[name], node, shapes[name], after) for name in node.inputs]
    if node.op == "cat":
        read = _stacked(read, node.args["dim"] % len(after), [shapes[name] for name in node.inputs], after)
    read = [field for field in read if field.rows.masks]  # constants see nothing
    return _joined(read, after) if read else Field(fields[INPUT].pixels, *NOTHING)


def _through(field: Field, node: Node, before: Shape, after: Shape) -> Field:
    happens = effects(node, before, after)
    sides = [side.after(happens, before, after) for side in (field.rows, field.columns)]
    if node.op in BROADCASTING:  # the last axes are aligned
        more = len(after) - len(before)
        sides = [replace(side, axis=None if side.axis is None else side.axis + more) for side in sides]
    return Field(field.pixels, *sides)


def _stacked(fields: list[Field], dim: int, shapes: list[Shape], after: Shape) -> list[Field]:
    """The fields one behind the other, where they are stacked along an axis of the picture."""
    starts = accumulate((shape[dim] for shape in shapes), initial=0)
    return [_placed(field, dim, start, after[dim]) for field, start in zip(fields, starts, strict=False)]


def _placed(field: Field, dim: int, start: int, count: int) -> Field:
    rows, columns = (side.placed(start, count) if side.axis == dim else side for side in (field.rows, field.columns))
    return Field(field.pixels, rows, columns)


def _joined(fields: list[Field], after: Shape) -> Field:
    """The field of a unit that reads the units at its place in every one of `fields`, broadcast to `after`."""
    pairs = [(field.rows, field.columns) for field in fields]
    axes = [{pair[side].axis for pair in pairs} - {None} for side in (0, 1)]
    if any(len(one) > 1 for one in axes):  # rows of one stand along columns of another
        pairs, axes = [(rows.flattened(), columns.flattened()) for rows, columns in pairs], [set(), set()]
    rows, columns = (_met([pair[side] for pair in pairs], axes[side], after) for side in (0, 1))
    kept = _needed(rows.masks, columns.masks)
    rows, columns = (replace(side, masks=tuple(side.masks[i] for i in kept)) for side in (rows, columns))
    return Field(fields[0].pixels, rows, columns)


def _met(sides: list[Side], axes: set[int | None], after: Shape) -> Side:
    axis = next(iter(axes), None)
    spread = [side.spread(axis, 1 if axis is None else after[axis]) for side in sides]
    masks = tuple(mask for side in spread for mask in side.masks)
    return Side(axis, masks, together([side.form for side in spread]))


def _needed(rows: Sequence[Mask], columns: Sequence[Mask]) -> list[int]:
    """The ways that see something that no other sees."""
    kept: list[int] = []
    for i in range(len(rows)):
        if not any(_inside(rows[i], rows[j]) and _inside(columns[i], columns[j]) for j in kept):
            kept = [j for j in kept if not (_inside(rows[j], rows[i]) and _inside(columns[j], columns[i]))] + [i]
    return kept


def _inside(few: Mask, many: Mask) -> bool:
    return few is many or not (few & ~many).any()
