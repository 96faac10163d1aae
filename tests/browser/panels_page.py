"""What the panels' browser tests share: a page of nothing but the panels, how to read it, and torch as the oracle."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from playwright.sync_api import Page
from torch import nn

from cnnviz import data, models
from cnnviz.graph import Graph, to_graph
from cnnviz.widgets._base import Figure, bundle, pack, stylesheet

Show = Callable[..., Page]
GRAPH = to_graph(models.load("clothes"))
CLOTHES = data.load("fashion_mnist")
PICTURES = CLOTHES.test.images[:6]
ORACLE = nn.Sequential()
for _node in GRAPH:
    _weight = torch.from_numpy(_node.params.get("weight", np.zeros((1, 1), np.float32)))
    _layer: nn.Module = {
        "conv2d": lambda w=_weight: nn.Conv2d(w.shape[1], w.shape[0], w.shape[2], padding=w.shape[2] // 2),
        "linear": lambda w=_weight: nn.Linear(w.shape[1], w.shape[0]),
        "relu": nn.ReLU,
        "max_pool2d": lambda: nn.MaxPool2d(2),
        "flatten": nn.Flatten,
    }[_node.op]()
    _layer.load_state_dict({name: torch.from_numpy(value) for name, value in _node.params.items()})
    ORACLE.add_module(_node.name, _layer)
RECORDED = np.arange(2 * 3 * 14 * 14, dtype=np.float32).reshape(2, 3, 14, 14)
SAID = re.compile(
    r"(\S+): on average they differ by (\S+), and A's numbers, signs left out, are (\S+); "
    r"at most they differ by (\S+), in (.*)\.$"
)  # what the comparison says of a layer
SETTLED = 400  # milliseconds after which what follows a change has been drawn


class Panels(Figure):
    """The panels over a network, without the explorer around them."""

    saved_weights = "float32"  # The numbers are torch's to the last digit that is shown.
    _esm = bundle("../../../tests/browser/panels_entry.js")
    _css = stylesheet("figure.css", "stepper.css", "maps.css", "panels.css", "channels.css")

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


class Pass:
    """One pass by torch: every layer's output, and its gradient of the target's score (default: the likeliest)."""

    def __init__(self, picture: np.ndarray, target: int | None = None, off: tuple[str, list[int]] = ("", [])) -> None:
        x = torch.tensor(picture[None] / np.float32(255), requires_grad=True)
        tensors = {"input": x}
        for name, layer in ORACLE.named_children():
            x = layer(x)
            if name == off[0]:
                mask = torch.ones(x.shape[1])
                mask[off[1]] = 0
                x = x * mask.reshape(1, -1, *[1] * (x.ndim - 2))
            x.retain_grad()
            tensors[name] = x
        x[0, x.argmax() if target is None else target].backward()
        self.of = {name: tensor.detach().numpy()[0] for name, tensor in tensors.items()}
        self.slope = {name: (tensor.grad * 1).numpy()[0] for name, tensor in tensors.items() if tensor.grad is not None}
        self.shares = torch.softmax(x[0], 0).detach().numpy()


def close(said: float, expected: float) -> bool:
    """Whether a number is written right: two decimals, below 0.1 two significant digits."""
    return abs(said - expected) <= (0.0051 if abs(expected) >= 0.1 else 0.06 * abs(expected) + 1e-7)


def opened(show: Show, widget: Any, name: str, at: int, **viewport: int) -> Page:
    page = show(widget, **viewport)
    page.focus("text=start")
    page.evaluate("([name, at]) => unit.open(name, at)", [name, at])
    page.wait_for_function("!/being computed/.test(document.querySelector('.cnnviz-unit-slope').textContent)")
    return page


def recorded() -> Any:
    nodes = [
        {"name": "odd", "op": "recorded", "args": {"type": "Odd"}, "params": {}, "inputs": ["input"]},
        {"name": "head", "op": "recorded", "args": {"type": "Linear"}, "params": {}, "inputs": ["odd"]},
    ]
    records = {"odd": pack(RECORDED), "head": pack(np.array([[1, 3], [4, 2]], np.float32))}
    widget = panels(Graph(()), PICTURES[:2], ["top", "bag"], records=records)
    widget.nodes = nodes
    return widget


def percent(text: str) -> float:
    return float(re.sub(r"[^0-9.]", "", text)) / 100


def points(page: Page, table: str) -> dict[str, list[str]]:
    rows = page.locator(f"{table} .cnnviz-both tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def assert_both(page: Page, table: str, before: np.ndarray, after: np.ndarray) -> None:
    shown = points(page, table)
    assert list(shown) == [CLOTHES.classes[i] for i in np.argsort(-before, kind="stable")]
    # Beside the maps of A − B their table has the same sign; after switching off it says what has grown.
    heading = page.inner_text(f"{table} .cnnviz-both thead th >> nth=3")
    sign = -1 if heading == "A − B, points" else 1
    assert heading in {"A − B, points", "points"}
    for name, (first, second, difference) in shown.items():
        i = CLOTHES.classes.index(name)
        for text, share in ((first, before[i]), (second, after[i])):
            if text.startswith((">", "<")):
                assert share > 0.99 or share < 0.001
            else:
                assert percent(text) == pytest.approx(share, abs=0.0051)
        assert number(difference) == pytest.approx(sign * 100 * (after[i] - before[i]), abs=0.051)
