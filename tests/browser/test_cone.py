"""The cone as a reader meets it: every number against `cnnviz.receptive`, by pointer, finger and keyboard."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import nn, receptive
from cnnviz.graph import to_graph
from tests.browser.readers import kept_and_high, serious, sideways

Show = Callable[..., Page]
STAGE, SENTENCE = ".cnnviz-cone-stage", ".cnnviz-cone-sentence"
CHAINS: dict[str, list[Any]] = {
    "strided": [(3, 2, 1, 1), (4, 1, 1, 2), (3, 2, 1, 0)],
    "dilated": [(3, 1, 2, 2), (3, 1, 2, 2), (5, 1, 1, 0)],
}
PIXELS = 24


@pytest.fixture
def figure() -> Any:
    return cnnviz.cone(CHAINS, pixels=PIXELS, title="a chain")


def network(layers: list[Any]) -> nn.Sequential:
    """The chain as convolutions along a row, every weight 1."""
    convolutions = []
    for kernel, stride, dilation, padding in layers:
        around = {"stride": (1, stride), "padding": (0, padding), "dilation": (1, dilation)}
        one = nn.Conv2d(1, 1, (1, kernel), bias=False, **around)
        one.weight[:] = 1
        convolutions.append(one)
    return nn.Sequential(*convolutions)


def bars(page: Page) -> list[float]:
    """How high the bar of each pixel is, against the highest."""
    path = page.locator(".cnnviz-cone-bar").get_attribute("d") or ""
    highs = [float(high) for high in re.findall(r"v-([\d.]+)h", path)]
    return [round(high / max(highs), 1) for high in highs]


@pytest.mark.parametrize("chain", CHAINS)
def test_every_unit_s_field_jump_and_ways_are_those_of_receptive(show: Show, figure: Any, chain: str) -> None:
    page = show(figure)
    page.locator("select").select_option(chain)
    model = network(CHAINS[chain])
    x = np.ones((1, 1, 1, PIXELS), np.float32)
    field = receptive.theoretical(to_graph(model), x.shape)["2"]
    page.focus(STAGE)
    page.keyboard.press("Home")
    for unit in range(field.units[1]):
        box, ways = field.unclipped(0, unit), receptive.effective(model, x, "2", (0, unit))[0]
        said = page.inner_text(SENTENCE)
        assert f"Unit {unit} of layer 3:" in said
        assert f"= {field.size[1]} pixels, {box.left} to {box.right - 1};".replace("-", "−") in said
        assert f"= {field.jump[1]}." in said
        assert bars(page) == [round(float(way / ways.max()), 1) for way in ways[ways > 0]]
        page.keyboard.press("ArrowRight")


def test_the_gutter_names_each_layer_s_field_and_jump(show: Show, figure: Any) -> None:
    page = show(figure)
    fields = receptive.theoretical(to_graph(network(CHAINS["strided"])), (1, 1, 1, PIXELS))
    wanted = [f"field {fields[str(k)].size[1]}, jump {fields[str(k)].jump[1]}" for k in (2, 1, 0)]
    assert page.locator("button.cnnviz-cone-layer .cnnviz-quiet").all_inner_texts() == wanted


def test_the_chosen_layer_stays_marked_under_the_pointer(show: Show, figure: Any) -> None:
    chosen = show(figure).locator("button.cnnviz-cone-layer[aria-pressed=true]")
    colour = "one => getComputedStyle(one).borderLeftColor"
    marked = chosen.evaluate(colour)
    chosen.hover()
    assert chosen.evaluate(colour) == marked


def test_the_pointer_previews_a_unit_and_a_press_keeps_it(show: Show, figure: Any) -> None:
    page = show(figure)
    kept = page.inner_text(SENTENCE)
    box = page.locator(STAGE).bounding_box()
    assert box
    at = (box["x"] + 0.3 * box["width"], box["y"] + 28 + 56)  # the second row from above
    page.mouse.move(*at)
    seen = page.inner_text(SENTENCE)
    assert "of layer 2:" in seen
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] + 60)
    assert page.inner_text(SENTENCE) == kept
    page.mouse.click(*at)
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] + 60)
    assert page.inner_text(SENTENCE) == seen


def test_numbers_change_the_chosen_layer_and_what_cannot_be_is_refused_aloud(show: Show, figure: Any) -> None:
    page = show(figure)
    page.get_by_role("button", name=re.compile("layer 2")).click()
    page.get_by_role("button", name="kernel more").click()
    assert "layer 2: kernel 5" in page.locator("button.cnnviz-cone-layer").nth(1).inner_text()
    page.get_by_role("textbox", name="kernel").fill("99")
    page.keyboard.press("Enter")
    alert = page.locator(".cnnviz-cone-refused")
    assert alert.inner_text() == "Not possible: kernel is a whole number from 1 to 11."
    assert "layer 2: kernel 5" in page.locator("button.cnnviz-cone-layer").nth(1).inner_text()
    page.get_by_role("button", name="start again").click()
    assert alert.inner_text() == ""
    assert "layer 2: kernel 4" in page.locator("button.cnnviz-cone-layer").nth(1).inner_text()


def test_layers_are_added_up_to_six_and_removed_down_to_one(show: Show) -> None:
    page = show(cnnviz.cone([3], pixels=32))
    add, drop = (page.get_by_role("button", name=name) for name in ("add a layer", "remove this layer"))
    assert drop.is_disabled()
    for _ in range(5):
        add.click()
    assert add.is_disabled()
    assert page.locator("button.cnnviz-cone-layer .cnnviz-quiet").first.inner_text() == "field 13, jump 1"
    drop.click()
    assert page.locator("button.cnnviz-cone-layer").count() == 5


def test_up_and_down_change_the_layer_and_a_screen_reader_hears_it(show: Show, figure: Any) -> None:
    page = show(figure)
    page.focus(STAGE)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    said = page.inner_text(SENTENCE)
    assert "of layer 2:" in said
    assert page.get_attribute(STAGE, "aria-valuetext") == said
    page.wait_for_timeout(1100)
    assert page.locator("[aria-live=polite]").text_content() == said
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "of layer 1:" in page.inner_text(SENTENCE)


@pytest.mark.parametrize("width", [390, 1200])
def test_while_it_is_covered_the_whole_place_that_it_will_take_is_seen(show: Show, width: int) -> None:
    page = show(cnnviz.cone([3, 3], after="some-question", title="two"), width=width)
    whole, cover = (page.locator(one).bounding_box() for one in (".cnnviz-cone", ".cnnviz-veil"))
    assert whole
    assert cover
    assert cover["width"] == whole["width"]
    assert whole["y"] + whole["height"] == pytest.approx(cover["y"] + cover["height"], abs=1)
    page.get_by_role("button", name="show it anyway").click()
    shown = page.locator(".cnnviz-cone").bounding_box()
    assert shown == whole


def test_it_is_covered_until_its_question_is_answered(show: Show) -> None:
    page = show(cnnviz.cone([3, 3], after="some-question"))
    assert not page.locator(SENTENCE).is_visible()
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnviz:answered', {detail: {id: 'some-question'}}))")
    assert page.locator(SENTENCE).is_visible()
    page.focus(STAGE)
    page.keyboard.press("Home")
    assert "Unit 0 of layer 2" in page.inner_text(SENTENCE)


@pytest.mark.parametrize("width", [360, 390, 500, 600, 800, 928, 1200])
def test_it_never_scrolls_sideways_and_keeps_its_height(show: Show, figure: Any, width: int) -> None:
    page = show(figure, width=width)
    assert sideways(page) <= 0
    kept, high = kept_and_high(page, ".cnnviz-cone")
    assert kept == pytest.approx(high, abs=8)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    assert serious(page) == []
