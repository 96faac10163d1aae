"""Rounded weights: what the page says of their error is what a pass with them shows."""

import re
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz import data, models, nn
from cnnviz._packed import unpack
from cnnviz.compact import compact
from cnnviz.compact._error import difference
from cnnviz.graph import Graph, Node
from tests.compact.nets import tiny_vgg

EMOJI = data.load("emoji10")
PICTURES = EMOJI.test.images[:10]


@pytest.fixture(scope="module")
def figure() -> Any:
    return cnnviz.explore(tiny_vgg(), PICTURES, EMOJI.classes)


def state_of(figure: Any) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in figure.keys}


def passes(nodes: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    graph = [
        Node(n["name"], n["op"], n["args"], {k: unpack(v) for k, v in n["params"].items()}, tuple(n["inputs"]))
        for n in nodes
    ]
    return Graph(tuple(graph)).run(PICTURES.astype(np.float32) / np.float32(255))


def kinds(nodes: list[dict[str, Any]]) -> dict[str, str]:
    return {f"{n['name']}.{k}": v["dtype"] for n in nodes for k, v in n["params"].items()}


def test_by_itself_a_page_takes_the_smallest_weights_whose_error_cannot_be_seen(figure: Any) -> None:
    changes = compact(state_of(figure), "auto")
    exact, rounded = passes(figure.nodes), passes(changes["nodes"])
    for name in exact:
        end = np.abs(exact[name]).reshape(10, -1).max(axis=1).reshape(-1, *[1] * (exact[name].ndim - 1))
        error = np.abs(rounded[name] - exact[name]) / end
        assert np.mean(error <= 1 / 256) >= 0.999, name
    assert 100 * np.abs(rounded["softmax"] - exact["softmax"]).max() <= 0.5
    assert kinds(changes["nodes"])["11.weight"] == "int8"
    assert kinds(changes["nodes"])["0.weight"] == "int16"


@pytest.mark.parametrize("weights", ["auto", "float16", "int8"])
def test_the_note_says_the_error_that_was_measured(figure: Any, weights: str) -> None:
    changes = compact(state_of(figure), weights)
    found = re.search(
        r"on its 10 pictures the maps differ by at most ([\d.]+) of 256 shades in 99.9 % of the cells, "
        r"the probabilities by at most ([\d.]+) percentage points\.$",
        changes["note"],
    )
    assert found
    exact, rounded = passes(figure.nodes), passes(changes["nodes"])
    exact.pop("softmax")
    worst = max(
        np.quantile(
            np.abs(rounded[name] - y) / np.abs(y).reshape(10, -1).max(1).reshape(-1, *[1] * (y.ndim - 1)), 0.999
        )
        for name, y in exact.items()
    )
    assert 256 * worst <= float(found[1]) <= 256 * worst * 1.1 + 0.01
    assert changes["note"].startswith(figure.note)


def test_maps_with_scales_of_their_own_are_judged_by_them(figure: Any) -> None:
    exact = {"a": np.stack([np.ones((4, 4)), np.full((4, 4), 1e-3)])[None]}
    other = {"a": exact["a"] + np.float64(1e-4)}
    assert difference(exact, other, shared=True).shades == pytest.approx(256e-4)
    assert difference(exact, other, shared=False).shades == pytest.approx(25.6)


def test_an_error_in_fewer_than_one_cell_of_a_thousand_is_not_seen_and_in_more_is() -> None:
    exact = {"a": np.ones((1, 1, 100, 100))}
    other = {"a": exact["a"].copy()}
    other["a"].flat[:9] = 2
    assert difference(exact, other, shared=True).shades == 0
    other["a"].flat[:12] = 2
    assert not difference(exact, other, shared=True).hidden


def test_a_map_that_was_zero_and_a_number_that_is_no_longer_finite_are_seen() -> None:
    zero = {"a": np.zeros((1, 1, 2, 2))}
    assert not difference(zero, {"a": np.full((1, 1, 2, 2), 1e-9)}, shared=True).hidden
    assert difference(zero, zero, shared=True).hidden
    strange = {"a": np.full((1, 1, 2, 2), np.nan)}
    assert not difference({"a": np.ones((1, 1, 2, 2))}, strange, shared=True).hidden


def test_probabilities_are_those_of_the_softmax() -> None:
    exact, other = {"y": np.array([[0.0, 0.0]])}, {"y": np.array([[0.0, np.log(3)]])}
    assert difference(exact, other, shared=True, classes="y").points == pytest.approx(25)


def test_weights_that_are_compared_with_rounded_ones_stay_finer_than_these(figure: Any) -> None:
    state = state_of(figure)
    assert "int8" in kinds(compact(state, "auto")["nodes"]).values()
    assert set(kinds(compact({**state, "precision": "int8"}, "auto")["nodes"]).values()) == {"int16", "float16"}
    assert compact({**state, "precision": "float16"}, "auto") == {}


def test_weights_that_half_precision_cannot_hold_stay_as_they_are() -> None:
    layer = nn.Conv2d(1, 1, 1)
    layer.load_state_dict({"weight": np.full((1, 1, 1, 1), 1e5, np.float32), "bias": np.zeros(1, np.float32)})
    figure = cnnviz.explore(nn.Sequential(layer), PICTURES[:, :1])
    assert kinds(compact(state_of(figure), "auto")["nodes"])["0.weight"] != "float16"
    with pytest.raises(ValueError, match="pack needs numbers within 65504 for float16, got 100000"):
        compact(state_of(figure), "float16")


def test_where_nothing_may_be_rounded_nothing_changes(figure: Any) -> None:
    assert compact(state_of(figure), "float32") == {}
    assert compact(state_of(cnnviz.maps(np.ones((2, 3, 3)))), "auto") == {}
    assert compact(state_of(cnnviz.explore(nn.Sequential(nn.ReLU()), PICTURES)), "auto") == {}
    assert compact({**state_of(figure), "compare": {"0": {}}}, "auto") == {}


def test_other_weights_are_refused(figure: Any, tmp_path: Any) -> None:
    with pytest.raises(ValueError, match=r"save needs weights to be one of auto, .*, got 'float8': did you mean"):
        figure.save(tmp_path / "a.html", weights="float8")


def test_the_clothes_network_cannot_have_8_bits_since_its_probabilities_would_move() -> None:
    clothes = data.load("fashion_mnist")
    figure = cnnviz.explore(models.load("clothes"), clothes.test.images[:10], clothes.classes)
    assert set(kinds(compact(state_of(figure), "auto")["nodes"]).values()) == {"int16", "int12", "float16"}
    points = re.search(r"by at most ([\d.]+) percentage", compact(state_of(figure), "int8")["note"])
    assert points
    assert float(points[1]) > 0.5
