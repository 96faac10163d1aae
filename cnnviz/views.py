"""Layers and models as figures: each function describes what it is given, and hands plain data to a widget."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array
from cnnviz.widgets.stepper import Stepper

_MAPS = {"conv2d", "conv_transpose2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "batch_norm", "flatten"}
_VECTORS = {"linear", "softmax"}


def step(
    layer: Any,
    x: Any,
    backward: bool = False,
    *,
    title: str | None = None,
    channel: int = 0,
    cell: int = 0,
    grad: Any = None,
    after: str | None = None,
    args: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Stepper:
    """Step through one layer, output cell by output cell: its window, its arithmetic, and its gradients in reverse.

    layer: one of cnnviz.nn or torch.nn, or an operation's name with its `args` and `params` as
        `cnnviz.graph.describe` gives them; "add" reads two arrays, x = (a, b).
    x: numbers, an array or a torch tensor. Images are (N, C, H, W); (C, H, W) and (H, W) get the axes in front that
        they lack. A linear layer and softmax also take (features,) and (N, features). A function of one number
        reads (H, W) as an image, unless H is 1.
    backward: begin in the backward view. grad: the gradient that arrives at the output, of its shape; default ones.
    channel, cell: where to begin: an output channel, and a cell of it counted row by row.
    after: the id of a question of `cnnviz.ask`; the output is veiled until it is answered.
    Raises TypeError for a layer outside the vocabulary and for what are no numbers, ValueError for shapes that do not
    fit the layer.

    >>> from cnnviz import nn
    >>> step(nn.MaxPool2d(2), np.arange(16.0).reshape(4, 4))
    Stepper(max_pool2d: 1 × 1 × 4 × 4)
    """
    op, arguments, parameters = _described(layer, args, params)
    inputs = [_shaped(op, _numbers(one)) for one in _inputs(op, x)]
    shape = _output(op, inputs, arguments, parameters).shape
    arriving = None if grad is None else _gradient(_numbers(grad, "grad"), shape)
    places = {"channel": _place("channel", channel, _channels(shape)), "cell": _place("cell", cell, _cells(shape))}
    return Stepper(
        op, inputs, arguments, parameters, grad=arriving, backward=bool(backward), title=title or "", after=after or "", **places
    )


def _described(
    layer: Any, args: Mapping[str, Any] | None, params: Mapping[str, Any] | None
) -> tuple[str, dict[str, Any], dict[str, Array]]:
    from cnnviz.graph import describe

    if isinstance(layer, str):
        return layer, dict(args or {}), {name: _numbers(value, name) for name, value in (params or {}).items()}
    if args is not None or params is not None:
        raise _check.bad_type("step", "args and params only with an operation's name", type(layer).__name__, "the layer has them")
    try:
        return describe(layer)
    except _check.Refused as error:
        error.who = "step"
        raise


def _inputs(op: str, x: Any) -> list[Any]:
    if op != "add":
        return [x]
    if not isinstance(x, tuple | list) or len(x) != 2:
        raise _check.bad_type("step", 'two arrays for "add"', type(x).__name__, "give x=(a, b)")
    return list(x)


def _numbers(value: Any, name: str = "x") -> Array:
    """A float32 array of whatever holds real numbers, on whatever device."""
    plain = value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)
    if plain.dtype.kind not in "fiub":
        raise _check.bad_type("step", f"{name} as real numbers", f"dtype {plain.dtype}")
    if plain.size == 0:
        raise _check.bad_value("step", f"{name} with at least one number", f"shape {plain.shape}")
    return plain.astype(np.float32)


def _shaped(op: str, x: Array) -> Array:
    """x with the axes in front that it lacks: a batch of one, of one channel."""
    as_vectors = op in _VECTORS or (op not in _MAPS and x.ndim == 2 and len(x) == 1)
    wanted = 2 if (as_vectors and x.ndim < 3) or (op not in _MAPS and x.ndim == 1) else 4
    if x.ndim > 4 or (op in _MAPS and x.ndim < 2):
        needs = "an image (H, W), (C, H, W) or (N, C, H, W)" if op in _MAPS else "at most four axes"
        raise _check.bad_value("step", needs, x.shape, "take one with x[0]" if x.ndim > 4 else "")
    return x.reshape((1,) * (wanted - x.ndim) + x.shape)


def _output(op: str, inputs: list[Array], args: dict[str, Any], params: dict[str, Array]) -> Array:
    """The output, computed once here so that what does not fit is an error where the reader wrote it."""
    from cnnviz.graph import Graph, Node

    second = (Node("second", "identity"),) if op == "add" else ()
    if op == "add":
        if inputs[0].shape != inputs[1].shape:
            raise _check.bad_value("step", f'two arrays of one shape for "add", {inputs[0].shape}', inputs[1].shape)
        node = Node(op, op, args, params, ("input", "second"))
    else:
        node = Node(op, op, args, params)
    return Graph((*second, node)).run(inputs[0])[op]


def _gradient(grad: Array, shape: tuple[int, ...]) -> Array:
    if grad.size != np.prod(shape):
        raise _check.bad_value("step", f"grad of the output's shape {shape}", grad.shape, "one number an output cell")
    return grad.reshape(shape)


def _place(name: str, index: Any, count: int) -> int:
    place = _check.integer("step", name, index, 0)
    if place >= count:
        raise _check.bad_value("step", f"a {name} of the output, 0 to {count - 1}", place)
    return place


def _channels(shape: tuple[int, ...]) -> int:
    return shape[1] if len(shape) == 4 else 1


def _cells(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape[2:])) if len(shape) == 4 else shape[-1]
