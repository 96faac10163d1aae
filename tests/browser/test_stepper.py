"""The stepper in a real browser: the right numbers for every operation, forwards and backwards, and where it begins."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import cnnviz
from cnnviz import nn

from .stepper_page import SETTLED, SOBEL, Show, X, press, result, sentence, sobel

LAYERS: list[tuple[str, Any, tuple[int, ...]]] = [
    ("conv2d", nn.Conv2d(3, 4, 3, stride=2, padding=1, dilation=2), (2, 3, 9, 10)),
    ("grouped conv2d", nn.Conv2d(4, 4, 3, groups=2, padding=1, padding_mode="reflect"), (1, 4, 6, 6)),
    ("conv_transpose2d", nn.ConvTranspose2d(2, 1, 3, stride=2), (2, 4, 4)),
    ("max_pool2d", nn.MaxPool2d(3, stride=2, padding=1), (1, 7, 7)),
    ("avg_pool2d", nn.AvgPool2d(2, padding=1, count_include_pad=False), (1, 6, 6)),
    ("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d(3), (1, 7, 7)),
    ("linear", nn.Linear(40, 10), (40,)),
    ("relu", nn.ReLU(), (5, 5)),
    ("leaky_relu", nn.LeakyReLU(0.1), (5, 5)),
    ("sigmoid", nn.Sigmoid(), (5, 5)),
    ("tanh", nn.Tanh(), (5, 5)),
    ("silu", nn.SiLU(), (5, 5)),
    ("softmax", nn.Softmax(1), (10,)),
    ("batch_norm", nn.BatchNorm2d(2), (2, 4, 4)),
    ("flatten", nn.Flatten(), (2, 3, 3)),
]


@pytest.mark.parametrize(("name", "layer", "shape"), LAYERS, ids=[name for name, _, _ in LAYERS])
def test_every_operation_steps_and_turns_round(show: Show, name: str, layer: Any, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    figure = cnnviz.step(layer, x)
    packed = figure.inputs[0]
    full = np.frombuffer(packed["data"], "<f4").reshape(packed["shape"])
    expected = np.asarray(layer(full))
    page = show(figure)
    press(page, "End")
    assert result(page) == pytest.approx(
        float(expected[0, 0].ravel()[-1] if expected.ndim == 4 else expected[0, -1]), abs=0.006
    )
    layer(full)
    gradient = np.asarray(layer.backward(np.ones_like(expected)))
    press(page, "b")
    press(page, "Home")
    assert result(page) == pytest.approx(float(gradient.ravel()[0]), abs=0.011)


def test_add_shows_both_inputs(show: Show) -> None:
    page = show(cnnviz.step("add", (np.full((3, 3), 2.0), np.full((3, 3), 0.5))))
    assert sentence(page) == "2 + 0.5 = 2.5"


def test_channels_are_chosen_and_their_sums_stay_in_the_sentence(show: Show) -> None:
    layer = nn.Conv2d(3, 2, 3)
    x = np.random.default_rng(3).normal(size=(2, 3, 5, 5)).astype(np.float32)
    page = show(cnnviz.step(layer, x, cell=0))
    page.get_by_role("combobox", name="image").select_option("1")
    page.get_by_role("combobox", name="output channel").select_option("1")
    page.get_by_role("combobox", name="input channel").select_option("2")
    text = sentence(page)
    assert "(channel 0)" in text
    assert "(channel 1)" in text
    assert result(page) == pytest.approx(float(np.asarray(layer(x))[1, 1, 0, 0]), abs=0.006)


def test_the_gradient_of_a_weight_can_be_stepped_through(show: Show) -> None:
    layer = sobel()
    grad = np.random.default_rng(4).integers(-3, 4, (6, 6)).astype(np.float32)
    page = show(cnnviz.step(layer, X, backward=True, grad=grad))
    page.get_by_role("button", name="∂ kernel").click()
    expected = sum(grad[i, j] * X[i + 1, j + 2] for i in range(6) for j in range(6))
    press(page, "Home", "ArrowDown", "ArrowRight", "ArrowRight")
    assert result(page) == expected
    expect(page.locator('[data-grid="weight"] .cnnviz-grid-label')).to_have_text("∂ kernel")
    expect(page.locator('[data-grid="input"] .is-window')).to_have_attribute("data-place", "1,2")


def test_the_output_is_veiled_until_its_question_is_answered(show: Show, page: Page) -> None:
    show(cnnviz.step(sobel(), X, cell=0, after="flip"))
    expect(page.locator('[data-grid="output"] canvas')).to_be_hidden()
    assert not re.search(r"\d", sentence(page))
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnviz:answered', { detail: { id: 'another' } }))")
    expect(page.locator('[data-grid="output"] canvas')).to_be_hidden()
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnviz:answered', { detail: { id: 'flip' } }))")
    expect(page.locator('[data-grid="output"] canvas')).to_be_visible()
    page.evaluate("localStorage.setItem('cnnviz:answer:flip', '0')")
    page.reload()
    expect(page.locator('[data-grid="output"] canvas')).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.reload()
    page.get_by_role("button", name="show it anyway").click()
    assert result(page) == (X[:3, :3] * np.array(SOBEL)).sum()


def test_a_veil_that_has_fallen_stays_away_when_the_figure_is_laid_out_anew(show: Show) -> None:
    page = show(cnnviz.step(nn.MaxPool2d(2), X, after="flip"))
    page.get_by_role("button", name="show it anyway").click()
    for turn in ("∂ backward", "forward"):
        page.get_by_role("button", name=turn, exact=True).click()
        page.wait_for_timeout(SETTLED)
        expect(page.locator(".cnnviz-veil")).to_have_count(0)


def test_under_a_veil_turning_keeps_it(show: Show) -> None:
    page = show(cnnviz.step(nn.MaxPool2d(2), X, after="flip"))
    page.get_by_role("button", name="∂ backward", exact=True).click()
    page.wait_for_timeout(SETTLED)
    expect(page.locator(".cnnviz-veil")).to_have_count(1)


def test_a_figure_begins_with_its_largest_number_and_plays_from_the_first_cell(show: Show) -> None:
    x = np.zeros((8, 8), np.float32)
    x[5, 6] = 1
    page = show(cnnviz.step(sobel(), x))
    assert result(page) == 2
    expect(page.locator(".cnnviz-where")).to_have_text("row 4, column 4")
    page.get_by_role("combobox", name="speed").select_option("1")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".cnnviz-where")).to_have_text("row 0, column 0")
    page.get_by_role("button", name="pause").click()


def test_the_backward_view_begins_with_the_largest_gradient(show: Show) -> None:
    grad = np.zeros((6, 6), np.float32)
    grad[4, 2] = -3
    page = show(cnnviz.step(sobel(), X, backward=True, grad=grad))
    assert abs(result(page)) == 6
    page.get_by_role("button", name="∂ kernel").click()
    page.wait_for_timeout(SETTLED)
    assert result(page) == -3 * X[4:7, 2:5].max()


def test_under_a_veil_a_figure_waits_at_the_first_cell_which_gives_nothing_away(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, after="flip"))
    expect(page.locator(".cnnviz-where")).to_have_text("row 0, column 0")
    page.get_by_role("button", name="show it anyway").click()
    page.wait_for_timeout(SETTLED)
    assert abs(result(page)) == np.abs(np.asarray(sobel()(X[None, None]))).max()


def test_the_arithmetic_appears_also_where_the_first_cell_is_the_telling_one(show: Show) -> None:
    page = show(cnnviz.step(nn.MaxPool2d(2), np.arange(16.0, 0, -1).reshape(4, 4), after="flip"))
    page.get_by_role("button", name="show it anyway").click()
    assert result(page) == 16


def test_vectors_stand_below_each_other_in_cells_that_hold_their_numbers(show: Show) -> None:
    page = show(cnnviz.step(nn.Linear(32, 10), np.arange(32.0)), width=736)
    box = {name: page.locator(f'[data-grid="{name}"] .cnnviz-surface').bounding_box() for name in ("input", "weight")}
    assert box["input"] is not None
    assert box["weight"] is not None
    assert box["input"]["x"] == box["weight"]["x"]
    assert box["input"]["y"] + box["input"]["height"] < box["weight"]["y"]
    assert box["input"]["width"] / 8 >= 32
