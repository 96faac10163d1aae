"""Weights of a network in which the rounding of small ones would be seen."""

from typing import Any

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz._packed import unpack
from cnnviz.compact import compact


@pytest.fixture(scope="module")
def figure() -> Any:
    """A first layer of few weights that float16 cannot hold, before many that it can."""
    torch.manual_seed(0)
    first, second = torch.nn.Conv2d(1, 2, 1), torch.nn.Conv2d(2, 400, 3)
    with torch.no_grad():
        first.weight.copy_(torch.tensor([1e-6, 1.3e-7]).reshape(2, 1, 1, 1))
        first.bias.zero_()
        second.bias.zero_()
        second.weight[:] *= 1e4
    pictures = np.random.default_rng(0).integers(0, 256, (2, 1, 8, 8), np.uint8)
    return cnnviz.explore(torch.nn.Sequential(first, second).eval(), pictures)


def test_large_weights_are_halved_also_where_the_small_ones_must_stay(figure: Any) -> None:
    state = {name: getattr(figure, name) for name in figure.keys}
    changed = compact(state, "auto")
    kinds = {f"{n['name']}.{k}": v["dtype"] for n in changed["nodes"] for k, v in n["params"].items()}
    assert kinds["0.weight"] == "float32"
    assert kinds["1.weight"] in ("float16", "int8")
    np.testing.assert_array_equal(
        unpack(changed["nodes"][0]["params"]["weight"]), unpack(figure.nodes[0]["params"]["weight"])
    )
