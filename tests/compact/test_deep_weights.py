"""Weights of a network in which the rounding of small ones would be seen."""

from typing import Any

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz._packed import unpack
from cnnviz.compact import compact

PICTURES = np.random.default_rng(0).integers(0, 256, (2, 1, 8, 8), np.uint8)
PICTURES[..., ::2] = 0


def compacted(first: torch.nn.Conv2d) -> tuple[Any, dict[str, Any]]:
    """A figure of this layer before one of many weights, and by parameter what its page has."""
    torch.manual_seed(0)
    second = torch.nn.Conv2d(2, 400, 3, padding=1)
    with torch.no_grad():
        second.bias.zero_()
        second.weight[:] *= 1e4
    figure = cnnviz.explore(torch.nn.Sequential(first, second).eval(), PICTURES)
    changed = compact({name: getattr(figure, name) for name in figure.keys}, "auto")
    return figure, {f"{n['name']}.{k}": v for n in changed["nodes"] for k, v in n["params"].items()}


@pytest.mark.parametrize(
    ("small", "weights", "bias"),
    [("bias", [1.0, 0.0], [1e-6, 1.3e-7]), ("weight", [1e6, 1e-6], [0.0, 0.0])],
    ids=["biases that float16 cannot hold", "weights that vanish beside those that meet zeros only"],
)
def test_large_weights_are_halved_also_where_the_small_ones_must_stay(
    small: str, weights: list[float], bias: list[float]
) -> None:
    first = torch.nn.Conv2d(1, 2, (1, 2), stride=(1, 2))
    with torch.no_grad():
        first.weight[:] = torch.tensor(weights)
        first.bias.copy_(torch.tensor(bias))
    figure, packed = compacted(first)
    assert packed[f"0.{small}"]["dtype"] == "float32"
    assert packed["1.weight"]["dtype"].startswith("int")
    np.testing.assert_array_equal(unpack(packed[f"0.{small}"]), unpack(figure.nodes[0]["params"][small]))
