"""The attribution figure as a reader meets it: what is painted and told is what was computed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from cnnviz.widgets.attributions import Attributions, MethodMaps
from tests.browser.readers import kept_and_high, serious

Show = Callable[..., Page]
HUE = np.array([0xD9, 0x7C, 0x11])
PICTURES = np.full((2, 1, 4, 6), 100, np.uint8)


@pytest.fixture
def figure() -> Any:
    maps = np.random.default_rng(0).random((3, 2, 4, 6), np.float32)
    methods = [
        MethodMaps("saliency", "", maps, [[1, 1], [0.25, -0.5], [0, np.nan]]),
        MethodMaps("Grad-CAM", "small maps, enlarged", maps[::-1], [[1, 1], [0.5, 0.5], [0.75, 0.75]]),
    ]
    return Attributions(PICTURES, methods, ["fc", "conv"], ["cat", "dog"], title="where it looks")


def painted(page: Page, tile: int) -> Any:
    canvas = page.locator(".cnnviz-attributions canvas").nth(tile)
    read = """(canvas) => {
        const copy = new OffscreenCanvas(6, 4).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        return [...copy.getImageData(0, 0, 6, 4).data];
    }"""
    return np.array(canvas.evaluate(read)).reshape(4, 6, 4)[..., :3]


def expected(figure: Any, method: int, stage: int, picture: int, opacity: float) -> Any:
    packed = figure.methods[method]["maps"]
    shade = np.frombuffer(packed["data"], np.uint8).reshape(packed["shape"])[stage, picture, :, :, None] / 255
    return 60 + (HUE - 60) * opacity * shade


def test_maps_are_painted_over_the_dimmed_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    assert (painted(page, 0) == 100).all()
    for method in (0, 1):
        np.testing.assert_allclose(painted(page, method + 1), expected(figure, method, 0, 0, 0.75), atol=1)


def test_the_keyboard_makes_the_layers_random(show: Show, figure: Any) -> None:
    page = show(figure)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    np.testing.assert_allclose(painted(page, 1), expected(figure, 0, 1, 0, 0.75), atol=1)
    slider = page.get_by_label("random layers")
    assert slider.get_attribute("aria-valuetext") == "1 of 2 layers random, from the top: the newest is fc"
    assert "rank correlation 0.25" in page.locator(".cnnviz-attributions-tile").nth(1).inner_text()
    page.keyboard.press("End")
    assert "the newest is conv" in page.inner_text(".cnnviz-attributions-stage")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert (painted(page, 1) == 60).all()


def test_another_picture_is_chosen_with_its_class_and_its_numbers(show: Show, figure: Any) -> None:
    page = show(figure)
    page.locator("select").select_option("2: dog")
    page.get_by_label("random layers").fill("2")
    np.testing.assert_allclose(painted(page, 2), expected(figure, 1, 2, 1, 0.75), atol=1)
    assert page.inner_text(".cnnviz-attributions-stage").startswith("Explained: dog.")
    assert "an empty map" in page.locator(".cnnviz-attributions-tile").nth(1).inner_text()


def test_the_numbers_stand_in_a_table_and_are_told(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("summary")
    rows = [row.split("\t") for row in page.locator("table tr").all_inner_texts()]
    assert rows == [
        ["made random", "saliency", "Grad-CAM"],
        ["nothing", "1.00", "1.00"],
        ["fc", "0.25", "0.50"],
        ["conv", "0.00", "0.75"],
    ]
    page.get_by_label("random layers").fill("1")
    told = page.locator("[aria-live]")
    page.wait_for_function("document.querySelector('[aria-live]').textContent.includes('saliency 0.25, Grad-CAM 0.50')")
    assert "1 of 2 layers random" in (told.text_content() or "")


def test_without_layers_two_classes_of_one_picture_are_shown_and_no_likeness(show: Show) -> None:
    maps = np.random.default_rng(0).random((1, 2, 4, 6), np.float32)
    picture = np.arange(24, dtype=np.uint8).reshape(1, 1, 4, 6).repeat(2, axis=0)
    figure = Attributions(picture, [MethodMaps("saliency", "", maps, [[1, 1]])], [], ["cat", "dog"])
    page = show(figure)
    page.get_by_label("picture").select_option("1")
    np.testing.assert_array_equal(painted(page, 0), picture[1, 0, :, :, None].repeat(3, axis=2))
    shade = np.frombuffer(figure.methods[0]["maps"]["data"], np.uint8).reshape(2, 4, 6, 1)[1] / 255
    below = 0.6 * picture[1, 0, :, :, None]
    np.testing.assert_allclose(painted(page, 1), below + (HUE - below) * 0.75 * shade, atol=1)
    assert "Explained: dog" in page.inner_text(".cnnviz-attributions-stage")
    assert "rank correlation" not in page.inner_text(".cnnviz-attributions")
    expect(page.locator("summary")).to_be_hidden()


def test_the_layers_stay_as_they_are_until_the_question_is_answered(show: Show, figure: Any) -> None:
    figure.after = "sane"
    page = show(figure)
    expect(page.get_by_label("random layers")).to_be_hidden()
    expect(page.locator("summary")).to_be_hidden()
    np.testing.assert_allclose(painted(page, 1), expected(figure, 0, 0, 0, 0.75), atol=1)
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnviz:answered', { detail: { id: 'sane' } }))")
    expect(page.get_by_label("random layers")).to_be_visible()
    page.get_by_label("random layers").fill("2")
    np.testing.assert_allclose(painted(page, 1), expected(figure, 0, 2, 0, 0.75), atol=1)


@pytest.mark.parametrize("after", ["", "a-question"])
def test_its_height_was_kept_free(show: Show, figure: Any, after: str) -> None:
    methods = [MethodMaps(m["name"], m["note"], np.ones((3, 2, 4, 6)), np.ones((3, 2))) for m in figure.methods]
    page = show(Attributions(PICTURES, methods, ["fc", "conv"], ["cat", "dog"], title="where it looks", after=after))
    for width in (360, 390, 520, 600, 632, 800, 928, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        kept, high = kept_and_high(page, ".cnnviz-attributions")
        assert kept == pytest.approx(high, abs=24), f"at {width} px"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 390])
def test_it_fits_and_can_be_used_by_all(show: Show, figure: Any, width: int, dark: bool) -> None:
    page = show(figure, width=width)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.click("summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = [box["height"] for one in page.locator("input, select, summary").all() if (box := one.bounding_box())]
    assert min(heights) >= 43.5
    assert serious(page) == []
