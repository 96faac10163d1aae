"""The explorer by finger on a telephone, where the picture is out of sight: what a unit sees, and how it is opened."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.explorer_page import LAYER, READOUT, Show, clothes_explorer
from tests.browser.readers import serious, sideways

GLANCE = ".cnnviz-glance"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = clothes_explorer().save(tmp_path_factory.mktemp("glance") / "net.html")
    return path


@pytest.fixture
def phone(browser: Browser, watched: Any, saved: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    watched.watch(context)
    page = context.new_page()
    page.goto(saved.as_uri())
    page.wait_for_selector("[data-mounted]")
    yield page
    context.close()


def tap(page: Page, layer: str, row: int, col: int, down: float) -> None:
    """A finger on channel 0 of a layer, which stands so far down the screen (0 to 1)."""
    sheet = page.locator(LAYER.format(layer))
    sheet.evaluate("(el, y) => scrollBy(0, el.getBoundingClientRect().top - y)", down * 844)
    page.wait_for_timeout(100)
    box = sheet.locator("canvas").bounding_box()
    assert box
    cell = box["width"] / sheet.locator("canvas").evaluate("el => el.width")
    page.touchscreen.tap(box["x"] + (col + 0.5) * cell, box["y"] + (row + 0.5) * cell)
    page.wait_for_timeout(100)


def field(page: Page) -> list[int]:
    """The outlined pixels on the small picture: top, left, rows, columns."""
    style = page.evaluate(
        "(({top, left, height, width}) => [top, left, height, width])"
        f"(document.querySelector('{GLANCE} .cnnviz-patch-window').style)"
    )
    return [round(float(side[:-1]) * 28 / 100) for side in style]


def test_what_a_unit_sees_stands_in_small_over_the_layers_and_a_tap_opens_the_unit(phone: Page) -> None:
    height = phone.evaluate("document.body.scrollHeight")
    tap(phone, "conv2", 5, 6, 0.3)
    # 3x3 after 2x2 pooling after 5x5: pixels 2*(5-1)-2 .. 2*(5+1)+1+2 down, 2*(6-1)-2 .. 2*(6+1)+1+2 across.
    assert field(phone) == [6, 8, 10, 10]
    said = phone.inner_text(GLANCE)
    assert phone.inner_text(READOUT.format("conv2")) in said
    assert "It sees 10 × 10 of 28 × 28 pixels: rows 6–15, columns 8–17." in said
    assert phone.evaluate("document.body.scrollHeight") == height
    assert sideways(phone) <= 0
    assert serious(phone) == []
    phone.tap(GLANCE)
    expect(phone.locator(".cnnviz-unit-place")).to_contain_text("Channel 0, row 5, column 6")
    expect(phone.locator(GLANCE)).to_be_hidden()


def test_it_goes_while_the_picture_is_in_sight_and_comes_back(phone: Page) -> None:
    tap(phone, "conv2", 5, 6, 0.3)
    down = phone.evaluate("scrollY")
    phone.evaluate("scrollTo(0, 0)")
    expect(phone.locator(GLANCE)).to_be_hidden()
    phone.evaluate("y => scrollTo(0, y)", down)
    expect(phone.locator(GLANCE)).to_be_visible()
    assert field(phone) == [6, 8, 10, 10]


@pytest.mark.parametrize("down", [0.1, 0.5, 0.9])
def test_it_never_covers_the_unit_that_it_is_about(phone: Page, down: float) -> None:
    tap(phone, "pool1", 3, 3, down)
    unit = phone.locator(LAYER.format("pool1") + " .cnnviz-mark-current").first.bounding_box()
    glance = phone.locator(GLANCE).bounding_box()
    assert unit
    assert glance
    assert 0 <= glance["y"] <= 844 - glance["height"]
    assert unit["y"] + unit["height"] < glance["y"] or glance["y"] + glance["height"] < unit["y"]


def test_from_one_layer_to_the_next_a_finger_takes_the_outlines_along(phone: Page) -> None:
    tap(phone, "pool1", 3, 3, 0.3)
    tap(phone, "conv2", 5, 6, 0.3)
    assert phone.locator(LAYER.format("pool1") + " .cnnviz-mark-input.cnnviz-mark-line").count() == 8
    assert field(phone) == [6, 8, 10, 10]


def test_by_finger_the_hint_speaks_of_taps_and_the_number_looks_like_a_link(phone: Page) -> None:
    assert phone.inner_text(".cnnviz-hint").startswith("Tap a unit")
    tap(phone, "conv1", 3, 3, 0.3)
    line = "el => getComputedStyle(el).textDecorationLine"
    assert phone.locator(READOUT.format("conv1")).evaluate(line) == "underline"


def test_where_the_picture_is_in_sight_it_alone_is_outlined(show: Show) -> None:
    page = show(clothes_explorer())
    assert page.inner_text(".cnnviz-hint").startswith("Point at a unit")
    page.hover(LAYER.format("conv1"), position={"x": 20, "y": 20})
    assert page.is_visible(".cnnviz-board-window")
    top = "el => el.getBoundingClientRect().top"
    layers, options = (page.locator(f".cnnviz-explorer-{part}").evaluate(top) for part in ("layers", "options"))
    assert options == pytest.approx(layers, abs=1)  # its edges take no room
    assert page.is_hidden(GLANCE)
