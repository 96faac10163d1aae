"""The effective receptive field: how much each pixel changes a unit, of a network with its weights."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check, nn
from cnnviz._arrays import plain
from cnnviz._check import Array
from cnnviz.recorder import record

Place = tuple[int, int]


def effective(model: Any, x: Any, layer: str, unit: Place | None = None, channel: int | None = None) -> Array:
    """How much each pixel changes a unit of a layer: the gradient's magnitude, averaged over the pictures, (H, W).

    Summed over the pixel's channels; float32, in the layer's units per unit of the input. x: pictures (N, C, H, W),
    several or random ones for a field that is no one picture's. layer: its name, as `cnnviz.layers(model, x)` lists it.
    unit: (row, column) in the layer's maps, by default the centre. channel: one of its maps, by default the sum of all.
    A model of torch or cnnviz.nn, in the mode that it is in, and left as it was. `extent` gives its size.
    After Luo and others, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", 2016.

    Raises UnknownLayerError for a layer that is not there, ValueError for one without maps (N, C, H, W), for a unit or
    channel that it has not, and for pictures that do not fit; TypeError for a model of another kind.

    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1))
    >>> np.argwhere(effective(model, np.ones((1, 1, 9, 9), np.float32), "2")).min(0)
    array([2, 2])
    """
    pictures = _check.images("effective", plain(x))
    gradient = (_ours if isinstance(model, nn.Module) else _torchs)(model, x, layer, unit, channel)
    magnitude: Array = np.abs(np.zeros_like(pictures) if gradient is None else plain(gradient)).sum(1).mean(0)
    return magnitude.astype(np.float32)


def extent(field: ArrayLike, share: float = 0.95, centre: Place | None = None) -> int:
    """The side, in pixels, of the smallest square around `centre` that holds `share` of a field (H, W).

    centre: the middle of the picture by default. The side is odd; of a square that passes the picture's edge, what lies
    inside counts. Raises ValueError for a field without anything in it, or a share outside 0 to 1.

    >>> extent(np.outer([0, 1, 2, 1, 0], [0, 1, 2, 1, 0]), share=0.9)
    3
    """
    values: NDArray[np.float64] = np.asarray(field, np.float64)
    wanted = _check.number("extent", "share", share, 0, 1)
    if values.ndim != 2 or not values.sum() > 0:
        got = values.shape if values.ndim != 2 else "one of zeros"
        raise _check.bad_value("extent", "a field (H, W) with something in it", got)
    row, column = centre or (values.shape[0] // 2, values.shape[1] // 2)
    down, across = (np.abs(np.arange(size) - at) for size, at in zip(values.shape, (row, column), strict=True))
    far = np.maximum(down[:, None], across)
    held = np.bincount(far.ravel(), values.ravel()).cumsum()
    return 2 * int(np.argmax(held >= wanted * held[-1])) + 1


def _torchs(model: Any, x: Any, layer: str, unit: Place | None, channel: int | None) -> Any:
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(model, torch.nn.Module):
        raise _check.bad_type("effective", "a model of torch or cnnviz.nn", type(model).__name__)
    picked: list[Any] = []

    def pick(_: Any, __: Any, output: Any) -> None:
        channels, row, column = _index(output, unit, channel)
        picked.append(output[:, channels, row, column].sum())

    like = x if isinstance(x, torch.Tensor) else next(model.parameters(), torch.zeros(0))
    followed = torch.as_tensor(x, device=like.device).detach().clone().requires_grad_()
    with _listening(model, layer, pick):
        return record(model, followed, layers=layer, gradients_of=lambda _: picked[-1]).input_gradient


def _ours(model: nn.Module, x: Any, layer: str, unit: Place | None, channel: int | None) -> Any:
    """Backwards from zeros at the output: on the way, the layer is given the gradient of its unit."""

    def begin(module: nn.Module, _: Any, grad: tuple[Array, ...]) -> tuple[Array | None]:
        start = np.zeros_like(grad[0])
        channels, row, column = _index(start, unit, channel)
        start[:, channels, row, column] = 1
        return (module.backprop(start),)

    def nothing(output: Array) -> Array:
        _index(seen[-1], unit, channel)
        return np.zeros_like(output)

    seen: list[Array] = []
    hear = partial(_hear, seen)
    with _listening(model, layer, hear), _listening(model, layer, begin, back=True):
        return record(model, plain(x), layers=layer, gradients_of=nothing).input_gradient


def _hear(seen: list[Array], _: Any, __: Any, output: Array) -> None:
    seen.append(output)


@contextmanager
def _listening(model: Any, layer: str, hook: Any, back: bool = False) -> Iterator[None]:
    """The hook is there within the block; a layer that is not there is left to `record` to refuse."""
    module = dict(model.named_modules()).get(layer)
    if module is None:
        yield
        return
    with (module.register_full_backward_hook if back else module.register_forward_hook)(hook):
        yield


def _index(output: Any, unit: Place | None, channel: int | None) -> tuple[slice, int, int]:
    """Where the unit is in a layer's output."""
    shape = tuple(getattr(output, "shape", ()))
    if len(shape) != 4:
        raise _check.bad_value("effective", "a layer with maps (N, C, H, W)", shape or type(output).__name__)
    row, column = (shape[2] // 2, shape[3] // 2) if unit is None else unit
    for name, place, count in (
        ("row", row, shape[2]),
        ("column", column, shape[3]),
        ("channel", channel or 0, shape[1]),
    ):
        if _check.integer("effective", name, place, 0) >= count:
            raise _check.bad_value("effective", f"a {name} of the layer's maps, 0 to {count - 1}", place)
    return slice(channel, None if channel is None else channel + 1), int(row), int(column)
