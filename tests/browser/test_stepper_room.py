"""The room that a page keeps for a stepper is what it takes: every operation, both directions, many widths."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz import nn
from tests.browser.readers import kept_and_high
from tests.browser.stepper_page import Show

WIDTHS = (360, 390, 600, 632, 800, 928, 1200)  # CSS pixels of the screen; the figure has 32 fewer
LINE = 24  # CSS pixels of the sentence
WORDS = Path(__file__).parents[1] / "vectors"  # a file for each operation of the vocabulary


def drawn(*shape: int) -> Any:
    return np.random.default_rng(3).normal(size=shape).round(1)


def affine(*shape: int) -> dict[str, Any]:
    return {"weight": np.full(shape, 0.5), "bias": np.ones(shape)}


ONE, SEVERAL, FLAT = drawn(4, 4), drawn(3, 5, 5), drawn(8)
GATES = np.array([0.5, -2.0, 1.0]).reshape(3, 1, 1)

# An operation or a layer, what it reads, its arguments and parameters.
ROOMS: dict[str, tuple[Any, Any, dict[str, Any], dict[str, Any]]] = {
    "adaptive_avg_pool2d": ("adaptive_avg_pool2d", drawn(2, 5, 7), {"output_size": [2, 3]}, {}),
    "adaptive_max_pool2d": ("adaptive_max_pool2d", drawn(2, 6, 6), {"output_size": [2, 2]}, {}),
    "add": ("add", (SEVERAL, SEVERAL), {}, {}),
    "add, vectors": ("add", (FLAT, FLAT), {}, {}),
    "avg_pool2d": (nn.AvgPool2d(2), drawn(2, 6, 6), {}, {}),
    "avg_pool2d of a photograph": (nn.AvgPool2d(4), drawn(1, 56, 56), {}, {}),
    "batch_norm": (nn.BatchNorm2d(3), drawn(2, 3, 6, 6), {}, {}),
    "cat": ("cat", (SEVERAL, SEVERAL[:1]), {}, {}),
    "cat of three": ("cat", (SEVERAL, SEVERAL, SEVERAL), {}, {}),
    "conv2d": (nn.Conv2d(1, 1, 3, padding=1), drawn(12, 12), {}, {}),
    "conv2d, channels and a batch": (nn.Conv2d(3, 4, 3, stride=2), drawn(2, 3, 11, 12), {}, {}),
    "conv2d, depthwise": (nn.Conv2d(4, 4, 3, groups=4, padding=1), drawn(4, 8, 8), {}, {}),
    "conv2d, one pixel": (nn.Conv2d(8, 4, 1), drawn(8, 6, 6), {}, {}),
    "conv2d of a digit": (nn.Conv2d(1, 2, 5), drawn(1, 28, 28), {}, {}),
    "conv_transpose2d": (nn.ConvTranspose2d(2, 1, 3, stride=2), drawn(2, 4, 4), {}, {}),
    "div": ("div", (SEVERAL, GATES), {}, {}),
    "flatten": (nn.Flatten(), drawn(8, 7, 7), {}, {}),
    "gelu, tanh": ("gelu", ONE, {"approximate": "tanh"}, {}),
    "group_norm": ("group_norm", drawn(4, 3, 3), {"num_groups": 2}, affine(4)),
    "group_norm of single channels": ("group_norm", drawn(4, 3, 3), {"num_groups": 4}, {}),
    "interpolate": ("interpolate", ONE, {"size": [6, 6], "mode": "bilinear"}, {}),
    "interpolate, nearest": ("interpolate", ONE, {"size": [8, 8], "mode": "nearest"}, {}),
    "layer_norm": ("layer_norm", FLAT, {"normalized_shape": [8]}, {}),
    "layer_norm, affine": ("layer_norm", FLAT, {"normalized_shape": [8]}, affine(8)),
    "layer_norm of maps": ("layer_norm", drawn(4, 3, 3), {"normalized_shape": [4, 3, 3]}, affine(4, 3, 3)),
    "layer_norm of rows": ("layer_norm", drawn(2, 3, 5), {"normalized_shape": [5]}, affine(5)),
    "linear": (nn.Linear(6, 3), drawn(6), {}, {}),
    "linear, wrapped": (nn.Linear(128, 10), drawn(128), {}, {}),
    "linear of a digit": (nn.Linear(784, 10), drawn(784), {}, {}),
    "log_softmax": ("log_softmax", drawn(10), {"dim": -1}, {}),
    "max_pool2d": (nn.MaxPool2d(2), drawn(1, 7, 7), {}, {}),
    "max_pool2d, overlapping": (nn.MaxPool2d(3, stride=1), drawn(1, 6, 6), {}, {}),
    "mean": ("mean", SEVERAL[None], {"dim": [2, 3]}, {}),
    "mean of channels": ("mean", SEVERAL[None], {"dim": [1], "keepdim": True}, {}),
    "mul": ("mul", (SEVERAL, GATES), {}, {}),
    "pad": ("pad", ONE, {"padding": [1, 2, 0, 1], "mode": "reflect"}, {}),
    "pad, cropping": ("pad", ONE, {"padding": [-1, 0, 0, -1]}, {}),
    "permute": ("permute", ONE, {"dims": [1, 0]}, {}),
    "permute of maps": ("permute", drawn(1, 2, 3, 4), {"dims": [0, 2, 3, 1]}, {}),
    "pixel_shuffle": ("pixel_shuffle", drawn(4, 2, 2), {"upscale_factor": 2}, {}),
    "prelu": ("prelu", drawn(3, 4, 4), {}, {"weight": np.full(3, 0.25)}),
    "relu of many channels": ("relu", drawn(4, 8, 8), {}, {}),
    "reshape": ("reshape", drawn(1, 2, 4, 4), {"shape": [1, 4, 2, 4]}, {}),
    "scale": ("scale", ONE, {"factor": 0.1, "offset": 1.0}, {}),
    "slice": ("slice", ONE, {"dim": 1, "start": 1, "step": 2}, {}),
    "slice of channels": ("slice", drawn(1, 4, 4, 4), {"dim": 1, "start": 1, "stop": 3}, {}),
    "softmax": (nn.Softmax(1), drawn(10), {}, {}),
    "softmax of channels": (nn.Softmax(1), drawn(1, 3, 4, 4), {}, {}),
    "sub": ("sub", (SEVERAL, SEVERAL), {}, {}),
}
# Without arguments that must be given, on one map: the functions of one number, and what passes it on.
ROOMS |= {
    op: (op, ONE, {}, {})
    for op in (path.stem for path in sorted(WORDS.glob("*.json")))
    if op not in {*ROOMS, "constant"}  # which reads nothing: there is nothing to step through
}


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("name", ROOMS)
def test_the_page_keeps_the_room_that_the_figure_takes(show: Show, name: str, backward: bool) -> None:
    layer, x, args, params = ROOMS[name]
    page = show(cnnviz.step(layer, x, backward, title="Room", args=args or None, params=params or None))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        laid_out = (
            "(width) => document.querySelector('.cnnviz-stepper').classList.contains('is-narrow') === width < 632"
        )
        page.wait_for_function(laid_out, arg=width)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        kept, high = kept_and_high(page, ".cnnviz-stepper")
        # A sentence may have a line more or less than is known beforehand, a name on a narrow grid too.
        assert abs(kept - high) <= 1.5 * LINE, f"at {width} px kept {kept}, took {high}"
