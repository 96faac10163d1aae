"""The stepper with the operations that today's networks are made of, in both directions."""

from typing import Any

import numpy as np
import pytest
import torch

import cnnviz
from tests.browser.stepper_page import Show, press, result, sentence

DRAW = np.random.default_rng(3)
A, B = DRAW.normal(size=(2, 3, 5, 5)).round(1)
ONE = DRAW.normal(size=(4, 4)).round(1)
GATES = np.array([0.5, -2.0, 1.0]).reshape(3, 1, 1)
HALVES = {"weight": np.full(4, 0.5), "bias": np.ones(4)}

# What is stepped through, with which arguments, and what torch says the first cell of the output is.
CASES: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "hardswish": (ONE, {}, lambda x: torch.nn.functional.hardswish(x)),
    "gelu": (ONE, {}, lambda x: torch.nn.functional.gelu(x)),
    "mul": ((A, GATES), {}, lambda a, b: a * b),
    "div": ((A, GATES), {}, lambda a, b: a / b),
    "sub": ((A, B), {}, lambda a, b: a - b),
    "cat": ((A, B[:1]), {}, lambda a, b: torch.cat([a, b])),
    "group_norm": (
        DRAW.normal(size=(4, 3, 3)),
        {"args": {"num_groups": 2}, "params": HALVES},
        lambda x: torch.nn.functional.group_norm(x[None], 2, *map(torch.tensor, HALVES.values())),
    ),
    "pad": (
        ONE,
        {"args": {"padding": [1, 2, 0, 1], "mode": "reflect"}},
        lambda x: torch.nn.functional.pad(x[None, None], (0, 1, 1, 2), "reflect"),
    ),
    "interpolate": (
        ONE,
        {"args": {"size": [6, 6], "mode": "bilinear"}},
        lambda x: torch.nn.functional.interpolate(x[None, None], size=(6, 6), mode="bilinear"),
    ),
    "mean": (A[None], {"args": {"dim": [2, 3]}}, lambda x: x.mean((2, 3))),
    "permute": (ONE, {"args": {"dims": [1, 0]}}, lambda x: x.T),
    "slice": (ONE, {"args": {"dim": 1, "start": 1, "step": 2}}, lambda x: x[:, 1::2]),
    "pixel_shuffle": (
        DRAW.normal(size=(4, 2, 2)),
        {"args": {"upscale_factor": 2}},
        lambda x: torch.nn.functional.pixel_shuffle(x[None], 2),
    ),
}


def torchs(op: str) -> float:
    x, _, call = CASES[op]
    return float(call(*map(torch.tensor, x if isinstance(x, tuple) else (x,))).ravel()[0])


@pytest.mark.parametrize("op", CASES)
def test_the_first_cell_is_what_torch_says(show: Show, op: str) -> None:
    x, options, _ = CASES[op]
    page = show(cnnviz.step(op, x, cell=0, **options))
    assert abs(result(page) - torchs(op)) < 0.006
    press(page, "b")
    assert "·" in sentence(page) or "elsewhere" in sentence(page) or sentence(page).startswith("0 ")
    assert not page.locator(".cnnviz-error").is_visible()


def test_a_products_gradient_points_at_the_other_factor(show: Show) -> None:
    page = show(cnnviz.step("mul", (A, GATES), True, channel=1))
    assert sentence(page).startswith("−2·1 = −2")
    assert page.locator('[data-grid="input 2"] .cnnviz-surface').bounding_box()["width"] > 20  # type: ignore[index]
    for grid in ("input", "values"):  # the numbers beside the gradient are of its channel
        assert "channel 1" in page.locator(f'[data-grid="{grid}"]').inner_text()
