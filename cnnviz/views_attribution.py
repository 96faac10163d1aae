"""`attributions`: a model's attribution maps as a figure, with the check that random weights change them."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnviz import _check, attribution
from cnnviz._pictures import PIXEL, Numbers, linear, network_input, to_pictures
from cnnviz.recorder import layers as layer_table
from cnnviz.widgets.attributions import Attributions, MethodMaps

METHODS = ("saliency", "gradient_x_input", "smoothgrad", "integrated_gradients", "occlusion", "gradcam", "layer_cam")

_TITLES = {
    "gradient_x_input": "gradient × input",
    "smoothgrad": "SmoothGrad",
    "gradcam": "Grad-CAM",
    "gradcam_plus_plus": "Grad-CAM++",
    "layer_cam": "LayerCAM",
}
_NOTES = {
    "smoothgrad": "the mean over noisy copies",
    "occlusion": "as coarse as its patch",
    **dict.fromkeys(("gradcam", "gradcam_plus_plus", "layer_cam"), "small maps, enlarged: smooth by interpolation"),
}
_ALL = (*METHODS, "gradcam_plus_plus")
_MOST = 12  # layers that a slider goes through one by one


def attributions(
    model: Any,
    images: Any,
    class_names: Sequence[str] | None = None,
    *,
    target: Any = None,
    methods: Sequence[str] = METHODS,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    layers: Sequence[str] | None = None,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    scale: Numbers = PIXEL,
    shift: Numbers = 0.0,
    seed: int = 0,
    title: str | None = None,
    after: str | None = None,
) -> Attributions:
    """Attribution methods side by side over the picture, and a slider that makes the network random from the top.

    images, mean, std, scale, shift: pictures, and what the model reads of them, as `cnnviz.explore` takes them.
    target: a class, one a picture, or None for each one's likeliest. methods: names of `cnnviz.attribution`. options:
    further arguments by method, such as {"occlusion": {"patch": 32}}. layers: which become random, in this order,
    layers or blocks; by default all that have parameters, or the blocks of a model with more than twelve. after: the id
    of a question of `cnnviz.ask`; the slider waits until it is answered.
    Everything is computed here, at once: each method runs once more than there are layers. The model, of torch or
    cnnviz.nn, is left as it was.
    Raises ValueError for an unknown method or layer, for options of a method that is not asked for, and for images that
    do not fit the model.

    >>> import numpy as np
    >>> from cnnviz import models
    >>> images = np.arange(784, dtype=np.uint8).reshape(1, 1, 28, 28)
    >>> attributions(models.clothes(seed=0), images, methods=["saliency", "gradcam"])
    Attributions(saliency, Grad-CAM; 1 picture of 28 × 28; 3 layers)
    """
    scale, shift = linear("attributions", mean, std, scale, shift)
    pictures = to_pictures("attributions", images, scale, shift)
    x = network_input(pictures, scale, shift, "attributions")
    names = [_check.one_of("attributions", "methods", name, _ALL) for name in methods]
    if not names:
        raise _check.bad_value("attributions", "at least one method", "none", f"take of {', '.join(_ALL)}")
    more = {_check.one_of("attributions", "options", name, names): dict(kw) for name, kw in (options or {}).items()}
    order = _order(model, x) if layers is None else list(layers)
    found = {
        name: attribution.sanity(
            getattr(attribution, name), model, x, target, layers=order, seed=seed, **more.get(name, {})
        )
        for name in names
    }
    shown = [
        MethodMaps(_TITLES.get(name, name.replace("_", " ")), _NOTES.get(name, ""), one.maps, one.correlation)
        for name, one in found.items()
    ]
    classes = next(iter(found.values())).classes
    explained = [str(one) if class_names is None else str(class_names[one]) for one in classes]
    return Attributions(pictures, shown, order, explained, title=title or "", after=after or "")


def _order(model: Any, x: Any) -> list[str]:
    """The layers with parameters from the top, or the blocks of a model that has many."""
    names = [row.name for row in layer_table(model, x[:1]) if row.parameters]
    if len(names) > _MOST:
        names = list(dict.fromkeys(name.split(".")[0] for name in names))
    return names[::-1]
