"""Maps that the page computes over a picture, number by number against cnnviz.attribution on the model itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from cnnviz import attribution, models
from cnnviz._pictures import network_input
from cnnviz.graph import to_graph
from cnnviz.page import save
from cnnviz.widgets._base import bundle, pack
from tests.browser import deep_networks
from tests.browser.panels_page import CLOTHES, Panels, sent_nodes
from tests.browser.panels_page import PICTURES as GREY

MAKE = "(asked) => map(...asked)"
SHIFT = [-0.5, 0.25, 0.0]


class Tools(Panels):
    """A lab and what the picture's tools compute with it."""

    _esm = bundle("../../../tests/browser/tools_entry.js")


class Case:
    """A network in a page, and the same one here."""

    def __init__(self, page: Page, model: Any, inputs: Any) -> None:
        self.page, self.model, self.inputs = page, model, inputs

    def map(self, *asked: Any) -> tuple[np.ndarray, Any]:
        """As tools_entry.js: method, picture, target, layer or side of the square, picture on the board."""
        made = self.page.evaluate(MAKE, list(asked))
        size = tuple(self.inputs.shape[2:])
        return np.array(made["values"]).reshape(size), made

    def here(self, method: Any, picture: int, target: int | None, **options: Any) -> np.ndarray:
        found: np.ndarray = method(self.model, self.inputs[picture : picture + 1], target, **options)[0]
        return found


@pytest.fixture(params=["clothes", "deep"])
def case(page: Page, tmp_path: Path, request: pytest.FixtureRequest) -> Case:
    model: Any = models.load("clothes")
    pictures, names, shift = GREY, list(CLOTHES.classes), [0.0]
    if request.param == "deep":
        model = deep_networks.deep()
        pictures, names, shift = deep_networks.PICTURES, deep_networks.CLASSES, SHIFT
    inputs: Any = network_input(pictures, 1 / 255, shift)
    if isinstance(model, torch.nn.Module):
        inputs = torch.as_tensor(inputs)
    figure = Tools(
        nodes=sent_nodes(to_graph(model, inputs[:1])),
        images=pack(pictures),
        class_names=names,
        scale=[1 / 255],
        shift=shift,
    )
    # Not with fewer bits a weight, as a figure may be saved: the same network.
    page.goto(save(figure, tmp_path / "tools.html", weights="float32").as_uri())
    page.wait_for_selector("[data-mounted]")
    return Case(page, model, inputs)


def assert_same(made: np.ndarray, wanted: np.ndarray) -> None:
    assert np.abs(wanted).max() > 0
    np.testing.assert_allclose(made, wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize(("picture", "target"), [(0, None), (1, 3)])
def test_the_gradient_is_that_of_saliency_in_its_strongest_channel(
    case: Case, picture: int, target: int | None
) -> None:
    made, told = case.map("saliency", picture, target, "")
    wanted = case.here(attribution.saliency, picture, target)
    strongest = np.take_along_axis(wanted, np.abs(wanted).argmax(0)[None], 0)[0]
    assert_same(made, strongest)
    assert told["end"] == pytest.approx(np.quantile(np.abs(strongest), 0.99), rel=1e-3)


@pytest.mark.parametrize(("picture", "target"), [(0, None), (1, 3)])
def test_gradient_times_input_is_summed_over_the_channels(case: Case, picture: int, target: int | None) -> None:
    made, _ = case.map("gradient_x_input", picture, target, "")
    assert_same(made, case.here(attribution.gradient_x_input, picture, target).sum(0))


def test_grad_cam_is_the_same_at_every_layer_that_says_something(case: Case) -> None:
    layers = ("conv1", "pool1", "conv2") if case.inputs.shape[1] == 1 else ("conv1", "layer2.0.conv2", "mixed.3")
    for layer in layers:
        for picture, target in ((0, None), (1, 3), (2, 7)):
            wanted = case.here(attribution.gradcam, picture, target, layer=layer)
            made, told = case.map("gradcam", picture, target, layer)
            np.testing.assert_allclose(made, wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())
            assert told["end"] == pytest.approx(wanted.max(), rel=1e-3)
            assert ("0 everywhere" in told["note"]) == (wanted.max() == 0)


@pytest.mark.parametrize("side", [7, 10])
def test_occlusion_is_the_fall_of_the_score_under_a_grey_square(case: Case, side: int) -> None:
    shift = 0.0 if case.inputs.shape[1] == 1 else np.array(SHIFT, np.float32)[:, None, None]
    made, _ = case.map("occlusion", 1, 3, side)
    baseline = 128 / 255 + shift
    wanted = case.here(attribution.occlusion, 1, 3, patch=side, stride=side // 2, baseline=baseline)
    assert_same(made, wanted)


def test_occlusion_explains_the_likeliest_class_of_its_picture_not_of_what_covers_it(case: Case) -> None:
    said = [case.model(case.inputs[i : i + 1]) for i in (0, 1)]
    best = [int(np.argmax(one.detach().numpy() if isinstance(one, torch.Tensor) else one)) for one in said]
    names = CLOTHES.classes if case.inputs.shape[1] == 1 else deep_networks.CLASSES
    _, told = case.map("occlusion", 1, None, 8, 0)
    assert f"the score of {names[best[1]]} falls" in told["note"]
    if case.inputs.shape[1] == 1:
        assert best[0] != best[1]
