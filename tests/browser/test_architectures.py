"""Saved pages of many architectures, opened from file://: every node's numbers in the page against torch's."""

import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

import cnnviz
from cnnviz._pictures import network_input
from cnnviz.compact._error import SHADES, SHARE
from tests.architectures import ARCHITECTURES
from tests.architectures.in_torch import graph_and_values
from tests.browser.page_lab import assert_near, choose, errors, open_page

SCALE, SHIFT = 1 / 64, -2.0
LIVE = [name for name, one in ARCHITECTURES.items() if one.refused is None]
REFUSED = [name for name in ARCHITECTURES if name not in LIVE]
NOISE = 1e-4 * SHADES  # what float32 sums in another order may add
Values = dict[str, NDArray[Any]]


def pictures(name: str) -> NDArray[np.uint8]:
    shape = ARCHITECTURES[name].shape[1:]
    channels_first = (shape[-1], *shape[:-1]) if name == "keras" else shape
    return np.random.default_rng(0).integers(0, 256, (2, *channels_first), np.uint8)


@functools.cache
def figure(name: str) -> Any:
    return cnnviz.explore(ARCHITECTURES[name].model(), pictures(name), scale=SCALE, shift=SHIFT)


def read(name: str) -> Any:
    """What the network reads of both pictures."""
    return torch.from_numpy(network_input(pictures(name), SCALE, SHIFT))


def recorded(name: str) -> Values:
    """Every leaf's output of both pictures, copied in hooks."""
    model, kept = ARCHITECTURES[name].model(), {}
    for path, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(lambda _, __, y, path=path: kept.update({path: y.detach().clone().numpy()}))
    with torch.no_grad():
        model(read(name))
    return kept


# What Keras calls its layers, and what these end in as operations.
KERAS = {
    **{"conv1": "conv2d", "bn1": "batch_norm", "relu1": "relu", "depthwise": "relu_1", "add": "add_2"},
    **{"pool": "max_pool2d", "mean": "mean", "scores": "softmax"},
}


def of_keras() -> Values:
    """Every layer's output of both pictures as Keras itself gives it, maps with their channels first."""
    import keras

    model = ARCHITECTURES["keras"].model()
    outputs = keras.Model(model.input, [model.get_layer(name).output for name in KERAS])(read("keras").movedim(1, 3))
    values = zip(KERAS.values(), (output.detach() for output in outputs), strict=True)
    return {name: (value.movedim(3, 1) if value.ndim == 4 else value).numpy() for name, value in values}


@functools.cache
def in_torch(name: str) -> Values:
    """Both pictures' numbers in torch itself, by node: at all of a graph's nodes, or at least at most of them."""
    if name in REFUSED:
        return recorded(name)
    if name == "keras":
        return of_keras()
    graph, values = graph_and_values(ARCHITECTURES[name].model(), read(name))
    assert len(values) >= 0.6 * len(graph)
    return values


def of_picture(name: str, i: int) -> Values:
    return {node: values[i : i + 1] if len(values) == 2 else values for node, values in in_torch(name).items()}


@pytest.mark.parametrize("name", LIVE)
def test_every_node_of_a_live_page_equals_torch(name: str, page: Page, tmp_path: Path) -> None:
    open_page(page, figure(name).save(tmp_path / "net.html", weights="float32"))
    for i in range(2):
        choose(page, i)
        assert_near(page, of_picture(name, i), 1e-4)


@pytest.mark.parametrize("name", REFUSED)
def test_a_network_without_a_graph_is_refused_by_name_and_its_page_holds_torchs_maps(
    name: str, page: Page, tmp_path: Path
) -> None:
    with pytest.raises((TypeError, ValueError), match=str(ARCHITECTURES[name].refused)):
        cnnviz.to_graph(ARCHITECTURES[name].model(), read(name))
    open_page(page, figure(name).save(tmp_path / "net.html", weights="float32"))
    for i in range(2):
        choose(page, i)
        assert_near(page, of_picture(name, i), 0)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_page_of_small_numbers_keeps_to_the_error_that_it_tells(name: str, page: Page, tmp_path: Path) -> None:
    open_page(page, figure(name).save(tmp_path / "net.html"))
    assert_kept(page, [of_picture(name, i) for i in range(2)])


def test_so_does_a_page_of_recorded_maps(page: Page, tmp_path: Path) -> None:
    model = ARCHITECTURES["resnet"].model()
    figure = cnnviz.explore(model, pictures("resnet"), scale=SCALE, shift=SHIFT, layers="*")
    open_page(page, figure.save(tmp_path / "net.html"))
    assert "8-bit" in note_of(page)
    kept = {node: values for node, values in recorded("resnet").items() if not node.endswith("relu")}
    assert_kept(page, [{node: values[i : i + 1] for node, values in kept.items()} for i in range(2)])


def note_of(page: Page) -> str:
    return " ".join(page.locator(".cnnviz-explorer-note").all_inner_texts())


def assert_kept(page: Page, expected: list[Values]) -> None:
    """The maps of all pictures are as near to these as the page says, which says nothing where they are exact."""
    note = note_of(page)
    told = re.search(r"differ by at most ([\d.]+) of 256 shades", note)
    assert bool(told) == ("-bit" in note), note
    found = []
    for i, values in enumerate(expected):
        choose(page, i)
        found.append(errors(page, values))
    for node in found[0]:
        error = np.quantile(np.concatenate([one[node] for one in found]), SHARE, method="higher")
        assert SHADES * error <= (float(told[1]) if told else 0) + NOISE, node
