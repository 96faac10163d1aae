"""A network beside itself with its weights rounded, in the page: every number against torch with rounded weights."""

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

import cnnviz
from cnnviz._precision import PRECISIONS, rounded
from cnnviz.graph import rounded as rounded_graph
from tests.browser.explorer_page import MODEL
from tests.browser.panels_page import (
    CLOTHES,
    GRAPH,
    ORACLE,
    PICTURES,
    SAID,
    SETTLED,
    Pass,
    Show,
    assert_both,
    close,
    number,
    panels,
)
from tests.browser.readers import sideways
from tests.rounding import rounded_copy

WITH, LAYER, BITS = (
    f".cnnviz-compare {end}"
    for end in ("label:has-text('B is') select", "label:has-text('layer') select", "label:has-text('weights in') input")
)


@pytest.fixture
def exact(show: Show) -> Page:
    return show(panels(GRAPH, PICTURES, CLOTHES.classes))


def test_the_page_rounds_to_the_numbers_that_python_rounds_to(exact: Page) -> None:
    draw = np.random.default_rng(0)
    wide = (draw.standard_normal((5, 80)) * 10.0 ** draw.integers(-42, 37, (5, 80))).astype(np.float32)
    ties = np.arange(-20, 20, dtype=np.float32).reshape(1, 40) / 8 * np.float32(1 + 2**-11)
    for values in (wide, wide[0], ties, GRAPH.nodes[0].params["weight"]):
        made = exact.evaluate("(given) => roundAll(...given)", [list(values.shape), values.ravel().tolist()])
        assert list(made) == list(PRECISIONS)
        for precision, numbers in made.items():
            np.testing.assert_array_equal(np.float32(numbers), rounded(values, precision).ravel(), precision)


@pytest.mark.parametrize("layer", ["conv2", "linear"])
def test_the_network_beside_itself_rounded_differs_as_torch_says_at_every_stop(exact: Page, layer: str) -> None:
    exact.evaluate("void compare('float16')")
    exact.select_option(LAYER, layer)
    exact.focus(BITS)
    whole = Pass(PICTURES[0])
    x = torch.from_numpy(PICTURES[0][None] / np.float32(255))
    for precision in PRECISIONS:
        exact.wait_for_function(
            "(end) => document.querySelectorAll('.cnnviz-compare-side')[1].textContent.endsWith(end)", arg=precision
        )
        assert exact.get_attribute(BITS, "aria-valuetext") == precision
        coarse = rounded_copy(ORACLE, precision)
        with torch.no_grad():
            made = coarse[: list(dict(coarse.named_children())).index(layer) + 1](x)[0].numpy()
            shares = torch.softmax(coarse(x)[0], 0).numpy()
        difference = np.abs(whole.of[layer] - made)
        said = SAID.match(exact.inner_text(".cnnviz-compare-words"))
        assert said
        assert [said[1], close(number(said[2]), float(difference.mean()))] == [layer, True]
        assert close(number(said[4]), float(difference.max()))
        assert_both(exact, ".cnnviz-compare", whole.shares, shares)
        exact.keyboard.press("ArrowRight")
    assert exact.evaluate("told") == [["rounded", precision] for precision in PRECISIONS[1:]]


def test_what_few_bits_mean_is_said_with_the_bytes_they_take(exact: Page) -> None:
    exact.evaluate("void compare('int4')")
    exact.wait_for_selector(".cnnviz-compare-bits p:not(:empty)")
    weights = sum(n.params["weight"].size for n in GRAPH if n.params)
    rows = sum(len(n.params["weight"]) for n in GRAPH if n.params)
    biases = sum(n.params["bias"].size for n in GRAPH if n.params)
    bytes_of = (weights / 2 + 4 * (rows + biases), 4 * (weights + biases))
    few, all_of = (f"{size / 1000:.{1 if size < 10_000 else 0}f}\u00a0kB" for size in bytes_of)
    said = exact.inner_text(".cnnviz-compare-bits p")
    assert said.startswith("4 bits a weight: the weights of convolutions and linear layers become whole numbers")
    assert f"from −7 to 7, times one scale a filter. {few} of parameters, in float32 {all_of}." in said


def test_channels_stay_in_their_places_while_the_bits_change(exact: Page) -> None:
    exact.set_viewport_size({"width": 390, "height": 900})
    exact.evaluate("void compare('float16')")
    exact.select_option(LAYER, "conv2")
    captions = exact.locator(".cnnviz-compare .cnnviz-sheet >> nth=0").locator("text")
    exact.wait_for_timeout(SETTLED)
    before = captions.all_text_contents()
    exact.focus(BITS)
    exact.keyboard.press("End")
    exact.wait_for_function("document.querySelector('.cnnviz-compare').textContent.includes('their places of before')")
    assert captions.all_text_contents() == before
    assert exact.locator(".cnnviz-compare-side").nth(2).inner_text() == "the difference"
    exact.select_option(LAYER, "conv1")
    exact.select_option(LAYER, "conv2")
    exact.wait_for_function(
        "document.querySelector('.cnnviz-compare').textContent.includes('the most different first')"
    )
    coarse = rounded_copy(ORACLE, "int2")
    with torch.no_grad():
        x = torch.from_numpy(PICTURES[0][None] / np.float32(255))
        made = coarse[: list(dict(coarse.named_children())).index("conv2") + 1](x)[0].numpy()
    order = np.argsort(-np.abs(Pass(PICTURES[0]).of["conv2"] - made).mean(axis=(1, 2)), kind="stable")
    assert [int(text) for text in captions.all_text_contents()] == order[: len(before)].tolist()
    assert sideways(exact) <= 0


def test_escape_closes_the_comparison_from_its_slider_too(exact: Page) -> None:
    exact.focus("text=start")
    exact.evaluate("void compare('int4')")
    exact.focus(BITS)
    exact.keyboard.press("Escape")
    assert exact.locator(".cnnviz-compare").is_hidden()
    assert exact.evaluate("document.activeElement.textContent") == "start"


def test_what_is_set_to_zero_is_so_in_the_rounded_network_too(exact: Page) -> None:
    exact.evaluate("lab.ablate('conv1', [...Array(lab.shapes.get('conv1')[1]).keys()])")
    exact.evaluate("void compare('int3')")
    exact.wait_for_function("document.querySelector('.cnnviz-compare-words').textContent.startsWith('conv1: the same')")


def test_where_a_weight_already_has_so_few_bits_that_is_said(show: Show) -> None:
    page = show(panels(rounded_graph(GRAPH, "int4"), PICTURES, CLOTHES.classes))
    page.evaluate("void compare('int4')")
    told = "document.querySelector('.cnnviz-compare-bits p').textContent.includes('No weight changes')"
    page.wait_for_function(told)
    page.focus(BITS)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"!{told}")


def test_an_explorer_begins_with_the_precision_and_offers_every_live_network(show: Show) -> None:
    page = show(cnnviz.explore(MODEL, PICTURES[:1], CLOTHES.classes, compare="int5"))
    page.get_by_role("button", name="compare two").click()
    assert page.locator(BITS).get_attribute("aria-valuetext") == "int5"
    assert page.locator(".cnnviz-compare-side").nth(1).inner_text() == "picture 1, weights in int5"
    page = show(cnnviz.explore(MODEL, PICTURES[:1], CLOTHES.classes, layers="*"))
    assert page.get_by_role("button", name="compare two").count() == 0
