"""The sheet of maps as a reader meets it: every number that is told is the array's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from tests.browser.readers import kept_and_high, serious, sideways

Show = Callable[..., Page]
VALUES = np.random.default_rng(0).normal(size=(5, 6, 4)).astype(np.float32)


@pytest.fixture
def figure() -> Any:
    return cnnviz.maps(VALUES, title="five maps")


def told(page: Page) -> tuple[str, float]:
    place, number = page.inner_text(".cnnviz-maps-cell").rsplit(": ", 1)
    return place, float(number.replace("−", "-"))


def test_the_keyboard_reads_every_map_over_its_edges(show: Show, figure: Any) -> None:
    page = show(figure)
    page.keyboard.press("Tab")
    assert told(page) == ("map 0, row 0, column 0", pytest.approx(VALUES[0, 0, 0], abs=0.0051))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert told(page) == ("map 1, row 1, column 1", pytest.approx(VALUES[1, 1, 1], abs=0.0051))
    page.keyboard.press("End")
    assert told(page) == ("map 4, row 5, column 3", pytest.approx(VALUES[4, 5, 3], abs=0.0051))


def test_the_pointer_reads_the_cell_under_it_and_forgets_it_outside(show: Show, figure: Any) -> None:
    page = show(figure)
    box = page.locator(".cnnviz-sheet canvas").bounding_box()
    width = page.evaluate("document.querySelector('.cnnviz-sheet canvas').width")
    assert box
    cell = box["width"] / width
    gap = (width - 5 * 4) // 4
    page.mouse.move(box["x"] + (4 + gap + 2.5) * cell, box["y"] + 3.5 * cell)
    assert told(page) == ("map 1, row 3, column 2", pytest.approx(VALUES[1, 3, 2], abs=0.0051))
    page.mouse.move(1, 1)
    assert page.inner_text(".cnnviz-maps-cell") == ""


def test_the_scale_tells_its_ends_and_changes_with_the_switch(show: Show, figure: Any) -> None:
    page = show(figure)
    end = float(np.abs(VALUES).max())
    assert page.inner_text(".cnnviz-ends").split() == [f"−{end:.2f}", f"{end:.2f}"]
    page.click("text=scale each map by itself")
    assert page.inner_text(".cnnviz-ends") == "each map has its own scale"
    page.focus(".cnnviz-sheet")
    page.keyboard.press("End")
    own = float(np.abs(VALUES[4]).max())
    assert page.inner_text(".cnnviz-ends").split() == [f"−{own:.2f}", f"{own:.2f}"]


def test_values_that_are_not_numbers_are_painted_in_the_wrong_hue_and_named(show: Show) -> None:
    values = np.zeros((1, 2, 2), np.float32)
    values[0, 0, 1] = np.nan
    page = show(cnnviz.maps(values))
    assert page.locator(".cnnviz-sheet canvas").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(1, 0, 1, 1).data]"
    ) == [0xB0, 0x18, 0x6F, 255]
    page.focus(".cnnviz-sheet")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".cnnviz-maps-cell") == "map 0, row 0, column 1: NaN"


@pytest.mark.parametrize("shape", [(8, 28, 28), (64, 3, 3, 3), (1, 300, 500), (32, 14, 14)])
@pytest.mark.parametrize("width", [390, 1200])
def test_no_sheet_is_wider_than_its_column(show: Show, shape: tuple[int, ...], width: int) -> None:
    page = show(cnnviz.maps(np.ones(shape)), width=width)
    assert sideways(page) <= 0
    box = page.locator(".cnnviz-sheet").bounding_box()
    assert box
    assert 0 < box["width"] <= width


@pytest.mark.parametrize("shape", [(8, 28, 28), (64, 3, 3, 3), (16, 14, 14), (6, 200, 300), (1, 5, 5)])
@pytest.mark.parametrize("width", [360, 390, 600, 800, 928, 1200])
def test_its_height_was_kept_free(show: Show, shape: tuple[int, ...], width: int) -> None:
    page = show(cnnviz.maps(np.ones(shape), title="maps"), width=width)
    kept, high = kept_and_high(page, ".cnnviz-maps")
    assert kept == pytest.approx(high, abs=8)


COUNT = 3


def pixels(page: Page, height: int, width: int) -> Any:
    """The maps' red, green and blue, (COUNT, H, W, 3), where all stand in one row."""
    canvas = page.locator(".cnnviz-sheet canvas")
    wide = canvas.evaluate("(canvas) => canvas.width")
    read = "(canvas, h) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, h).data]"
    row = np.reshape(canvas.evaluate(read, height), (height, wide, 4))[..., :3]
    step = width + (wide - COUNT * width) // (COUNT - 1)
    return np.stack([row[:, map_ * step : map_ * step + width] for map_ in range(COUNT)])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_look_as_they_are_in_every_theme(show: Show, scheme: Any) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (COUNT, 6, 5)).astype(np.uint8)
    colour = np.random.default_rng(2).integers(0, 256, (COUNT, 3, 6, 5)).astype(np.uint8)
    for array, seen in [
        (grey, np.repeat(grey[..., None], 3, -1)),
        (colour, colour.transpose(0, 2, 3, 1)),
        (grey / np.float32(255), np.repeat(grey[..., None], 3, -1)),
    ]:
        page = show(cnnviz.maps(array, pictures=True))
        page.emulate_media(color_scheme=scheme)
        np.testing.assert_array_equal(pixels(page, 6, 5), seen)
        assert not page.locator(".cnnviz-maps button").is_visible()


def test_a_picture_among_maps_has_its_own_scale_and_leaves_theirs_alone(show: Show) -> None:
    array = np.stack([np.full((4, 4), 0.5), np.full((4, 4), -0.25), np.full((4, 4), 0.125)])
    page = show(cnnviz.maps(array, pictures=[0]))
    assert page.inner_text(".cnnviz-ends").split() == ["−0.25", "0.25"]
    assert (pixels(page, 4, 4)[0] == 128).all()
    page.keyboard.press("Tab")
    assert page.inner_text(".cnnviz-ends").split() == ["0", "1"]
    assert page.inner_text(".cnnviz-maps-cell") == "map 0, row 0, column 0: 0.5"


def test_a_colour_pictures_pixel_is_told_by_its_colours(show: Show) -> None:
    page = show(cnnviz.maps(np.arange(3 * 3 * 4 * 4).reshape(3, 3, 4, 4).astype(np.uint8)))
    page.keyboard.press("Tab")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.inner_text(".cnnviz-maps-cell") == "picture 1, row 0, column 1: red 49, green 65, blue 81"
    assert page.inner_text(".cnnviz-ends") == "red, green and blue from 0 to 255"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.focus(".cnnviz-sheet")
    assert serious(page) == []
