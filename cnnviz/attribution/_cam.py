"""Methods that weigh the maps of a layer, and show them at the picture's size."""

from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array
from cnnviz.nn import functional as F
from cnnviz.recorder import layers as layer_table

from ._asked import Asked


def gradcam(model: Any, x: Any, target: Any = None, *, layer: str | None = None) -> Array:
    """A layer's maps, each weighted by the mean of its gradient, summed; what is negative is 0. (N, H, W).

    layer: a name as `cnnviz.layers(model, x)` lists it; by default the last layer that has maps of more than one pixel,
    which is the coarsest and the nearest to the answer. The small map is enlarged to the picture by bilinear
    interpolation: its smoothness says nothing.
    After Selvaraju and others, "Grad-CAM", 2017. Raises UnknownLayerError, with the nearest names, for a layer that is
    not there, ValueError for one without maps or that the score does not depend on, and for pictures or a target that
    do not fit the model.

    >>> from cnnviz import models
    >>> gradcam(models.clothes(seed=0), np.ones((2, 1, 28, 28), np.float32)).shape
    (2, 28, 28)
    """
    maps, gradient, size = _maps("gradcam", model, x, target, layer)
    return _weighed(maps, gradient.mean((2, 3), keepdims=True), size)


def gradcam_plus_plus(model: Any, x: Any, target: Any = None, *, layer: str | None = None) -> Array:
    """Grad-CAM with a weight for each pixel of the gradient, so that several objects of a class count alike. (N, H, W).

    The weights are those for the exponential of the score, in which its second and third derivative become powers of
    the gradient; the factor exp(score), the same for a whole map, is left out.
    After Chattopadhay and others, "Grad-CAM++", 2018. Takes and raises what `gradcam` does.
    """
    maps, gradient, size = _maps("gradcam_plus_plus", model, x, target, layer)
    square = np.square(gradient)
    below = 2 * square + maps.sum((2, 3), keepdims=True) * square * gradient
    alpha = np.divide(square, below, out=np.zeros_like(square), where=below != 0)
    weights = (alpha * np.maximum(gradient, 0)).sum((2, 3), keepdims=True)
    return _weighed(maps, weights, size)


def layer_cam(model: Any, x: Any, target: Any = None, *, layer: str | None = None) -> Array:
    """A layer's maps times what is positive of their gradient, pixel by pixel, summed; negative is 0. (N, H, W).

    It keeps its place in early layers too, of which the maps are large.
    After Jiang and others, "LayerCAM", 2021. Takes and raises what `gradcam` does.
    """
    maps, gradient, size = _maps("layer_cam", model, x, target, layer)
    return _weighed(maps, np.maximum(gradient, 0), size)


def _weighed(maps: Array, weights: Array, size: tuple[int, int]) -> Array:
    """The weighted sum of the maps (N, C, h, w), what is negative cut off, at the picture's size."""
    summed = np.maximum((maps * weights).sum(1, keepdims=True), 0)
    return F.interpolate(summed.astype(np.float32), size, mode="bilinear")[:, 0]


def _maps(who: str, model: Any, x: Any, target: Any, layer: str | None) -> tuple[Array, Array, tuple[int, int]]:
    """A layer's output and its gradient, (N, C, h, w), and the picture's size."""
    asked = Asked(who, model, x, target)
    name = _last_with_maps(asked) if layer is None else layer
    maps, gradient = asked.layer(name)
    if maps.ndim != 4:
        do = f"take {_last_with_maps(asked)!r}, or another that cnnviz.layers(model, x) lists with four sizes"
        raise _check.bad_value(who, "a layer with maps (N, C, H, W)", f"{maps.shape} at {name!r}", do)
    if gradient is None:
        raise _check.bad_value(who, "a layer that the score depends on", repr(name))
    return maps, gradient, (asked.pictures.shape[2], asked.pictures.shape[3])


def _last_with_maps(asked: Asked) -> str:
    shapes = {row.name: row.output_shape for row in layer_table(asked.model, asked.one())}
    names = [name for name, (height, width) in asked.map_sizes(shapes).items() if height * width > 1]
    if not names:
        raise _check.bad_value(asked.who, "a model with a layer that has maps", f"{len(shapes)} layers without")
    return names[-1]
