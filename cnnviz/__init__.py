"""Convolutional neural networks, step by step: NumPy layers, and figures that are alive.

>>> import cnnviz
>>> from cnnviz import nn
>>> nn.MaxPool2d(2)  # every layer of torch.nn that a CNN needs, in NumPy
MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)

`step` draws a layer's arithmetic, `explore` a network, `maps` and `curves` arrays and training runs; `ask` and `check`
are the book's questions and exercises; `data`, `models` and `train` what its lessons run on.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnviz import attribution, check, data, figures, graph, models, nn, page, receptive, train
    from cnnviz.graph import to_graph
    from cnnviz.questions import ask
    from cnnviz.recorder import layers, record, recording
    from cnnviz.views import curves, maps, step
    from cnnviz.views_attribution import attributions
    from cnnviz.views_cone import cone
    from cnnviz.views_explore import explore

__version__ = "0.1.0"

__all__ = [
    "ask",
    "attribution",
    "attributions",
    "check",
    "cone",
    "curves",
    "data",
    "explore",
    "figures",
    "graph",
    "layers",
    "maps",
    "models",
    "nn",
    "page",
    "receptive",
    "record",
    "recording",
    "step",
    "to_graph",
    "train",
]

_HOMES = {
    "ask": "questions",
    "attributions": "views_attribution",
    "cone": "views_cone",
    "curves": "views",
    "explore": "views_explore",
    "layers": "recorder",
    "maps": "views",
    "record": "recorder",
    "recording": "recorder",
    "step": "views",
    "to_graph": "graph",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `import cnnviz` is quick, and needs neither torch nor Jupyter."""
    if name not in __all__:
        raise AttributeError(f"module 'cnnviz' has no attribute {name!r}: it has {', '.join(__all__)}")
    if name in _HOMES:
        return getattr(import_module(f"cnnviz.{_HOMES[name]}"), name)
    return import_module(f"cnnviz.{name}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
