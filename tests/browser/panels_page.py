"""What the panels' browser tests share: a page of nothing but the panels, and how to read it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from cnnviz.graph import Graph
from cnnviz.widgets._base import Figure, bundle, pack, stylesheet


class Panels(Figure):
    """The panels over a network, without the explorer around them."""

    _esm = bundle("../../../tests/browser/panels_entry.js")
    _css = stylesheet("figure.css", "stepper.css", "maps.css", "panels.css")

    nodes = traitlets.List(traitlets.Dict()).tag(sync=True)
    others = traitlets.List(traitlets.Dict()).tag(sync=True)
    images = traitlets.Dict().tag(sync=True)
    records = traitlets.Dict().tag(sync=True)
    class_names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    scale = traitlets.List(traitlets.Float()).tag(sync=True)
    shift = traitlets.List(traitlets.Float()).tag(sync=True)


def panels(graph: Graph, images: np.ndarray, class_names: Sequence[str], **traits: Any) -> Panels:
    """The panels over a graph, its pictures as bytes, which the network reads divided by 255."""
    sent = {"scale": [1 / 255], "shift": [0.0], **traits}
    return Panels(nodes=sent_nodes(graph), images=pack(images), class_names=list(class_names), **sent)


def sent_nodes(graph: Graph) -> list[dict[str, Any]]:
    return [
        {
            "name": node.name,
            "op": node.op,
            "args": node.args,
            "params": {name: pack(value) for name, value in node.params.items()},
            "inputs": list(node.inputs),
        }
        for node in graph
    ]


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace("∞", "inf"))
