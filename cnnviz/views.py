"""Layers and models as figures: each function describes what it is given, and hands plain data to a widget."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._experiment import described, gradient_of, inputs_of, numbers, output_of
from cnnviz.widgets.curves import Curves
from cnnviz.widgets.maps import Maps
from cnnviz.widgets.stepper import Stepper


def step(
    layer: Any,
    x: Any,
    backward: bool = False,
    *,
    title: str | None = None,
    channel: int = 0,
    cell: int | None = None,
    grad: Any = None,
    after: str | None = None,
    args: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Stepper:
    """Step through one layer, output cell by output cell: its window, its arithmetic, and its gradients in reverse.

    layer: one of cnnviz.nn or torch.nn, or an operation's name with its `args` and `params` as
        `cnnviz.graph.describe` gives them, or torch's defaults. "add", "sub", "mul" and "div" read two arrays,
        x = (a, b), of which the smaller is repeated; "cat" joins two or more, by default their channels.
    x: numbers, an array or a torch tensor. Images are (N, C, H, W); (C, H, W) and (H, W) get the axes in front that
        they lack. A linear layer and softmax also take (features,) and (N, features). A function of one number
        reads (H, W) as an image, unless H is 1.
    backward: begin in the backward view. grad: the gradient that arrives at the output, of its shape; default ones.
    channel, cell: where to begin: an output channel, and a cell of it counted row by row; by default the cell whose
        number is farthest from zero, in the backward view the input's with the largest gradient.
    after: the id of a question of `cnnviz.ask`; the output is veiled until it is answered.
    Raises TypeError for a layer outside the vocabulary and for what are no numbers, ValueError for shapes that do not
    fit the layer.

    >>> from cnnviz import nn
    >>> step(nn.MaxPool2d(2), np.arange(16.0).reshape(4, 4))
    Stepper(max_pool2d: 1 × 1 × 4 × 4)
    """
    op, arguments, parameters = described(layer, args, params)
    inputs = inputs_of(op, x)
    shape = output_of(op, inputs, arguments, parameters).shape
    arriving = None if grad is None else gradient_of(numbers(grad, "grad"), shape)
    places = {"channel": _place("channel", channel, _channels(shape))}
    if cell is not None:
        places["cell"] = _place("cell", cell, _cells(shape))
    return Stepper(
        op,
        inputs,
        arguments,
        parameters,
        grad=arriving,
        backward=bool(backward),
        title=title or "",
        after=after or "",
        output_shape=shape,
        **places,
    )


def maps(
    array: Any,
    names: Sequence[str] | None = None,
    *,
    title: str | None = None,
    shared: bool = True,
    pictures: bool | Sequence[int] | None = None,
) -> Maps:
    """An array as a sheet of small maps: (C, H, W) feature maps, (H, W) one map, or (O, I, kh, kw) filters.

    names: what stands under each map, by default its index. shared: one colour scale for all, else one a map.
    pictures: which of them are pictures, shown as they look on every page: True for all, or their indices; by default
        all of uint8. They are (N, H, W) or (N, 1, H, W), grey, or (N, 3, H, W), in colour; 0 to 255 in uint8, else 0
        to 1.
    Raises ValueError for other shapes, names that do not match and levels that are no picture's, TypeError for what
    are no numbers.

    >>> maps(np.zeros((8, 5, 5)))
    Maps(8 maps of 5 × 5)
    >>> maps(np.zeros((2, 3, 32, 32), np.uint8))
    Maps(2 pictures of 32 × 32)
    """
    values = numbers(array, "array", "maps")
    if str(getattr(array, "dtype", "")) in ("uint8", "torch.uint8"):
        values = values.astype(np.uint8)
    shown = values[None] if values.ndim == 2 else values
    return Maps(shown, names, title=title or "", shared=shared, pictures=pictures)


def curves(history: Mapping[str, Sequence[float | None]] | None = None, *, title: str | None = None) -> Curves:
    """A training run's curves: of a finished `History`, or empty, to be given to `fit` as `on_log=figure.update`.

    Any mapping of equally long columns will do; see `Curves.update` for how their names are read.

    >>> curves({"epoch": [1, 2], "train_loss": [2.1, 1.7], "test_loss": [2.2, 1.9]})
    Curves(loss: train, test; 2 points)
    """
    return Curves(history, title=title or "")


def _place(name: str, index: Any, count: int) -> int:
    place = _check.integer("step", name, index, 0)
    if place >= count:
        raise _check.bad_value("step", f"a {name} of the output, 0 to {count - 1}", place)
    return place


def _channels(shape: tuple[int, ...]) -> int:
    return shape[1] if len(shape) == 4 else 1


def _cells(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape[2:])) if len(shape) == 4 else shape[-1]
