"""What a reader does with the picture: hides a part of it, looks for what the score rests on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import attribution, nn
from cnnviz._pictures import network_input
from tests.browser.explorer_page import CLOTHES, MODEL, PICTURES, assert_sees, probabilities, shown_percent, to_cell
from tests.browser.readers import serious, sideways
from tests.browser.tools_page import ends, number, painted, written

Show = Callable[..., Page]
RNG = np.random.default_rng(3)
LIVE = ".cnnviz-explorer > [aria-live]"
LOOK = ".cnnviz-look select >> nth=0"


@pytest.fixture
def figure() -> Any:
    return cnnviz.explore(MODEL, PICTURES, CLOTHES.classes)


def covered(picture: np.ndarray, row: int, col: int, side: int) -> np.ndarray:
    hidden = picture.copy()
    hidden[:, row : row + side, col : col + side] = 128
    return hidden


def test_the_square_is_moved_by_the_arrows_and_the_network_answers_for_every_place(show: Show, figure: Any) -> None:
    page = show(figure)
    page.focus(".cnnviz-board")
    page.keyboard.press("o")
    assert_sees(page, covered(PICTURES[0], 11, 11, 7))
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    hidden = covered(PICTURES[0], 9, 10, 7)
    assert_sees(page, hidden)
    before, after = (probabilities(picture).max() for picture in (PICTURES[0], hidden))
    name = CLOTHES.classes[int(probabilities(PICTURES[0]).argmax())]
    fall = f"{name} {shown_percent(before)} → {shown_percent(after)}"
    assert page.inner_text(".cnnviz-occlude p") == f"Rows 9 to 15, columns 10 to 16 hidden: {fall}."
    page.wait_for_function(f"document.querySelector('{LIVE}').textContent.startsWith('Rows 9 to 15')")
    page.keyboard.press("+")
    assert page.inner_text(".cnnviz-occlude .cnnviz-slider span") == "8 × 8"
    assert page.get_attribute(".cnnviz-thumb >> nth=0", "aria-checked") == "true"
    page.keyboard.press("o")
    assert_sees(page, PICTURES[0])
    assert page.locator(".cnnviz-board-square").count() == 0


def test_the_square_follows_the_pointer_and_stays_in_the_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("text=occlude")
    to_cell(page, 20.5, 8.5)
    page.mouse.down()
    assert_sees(page, covered(PICTURES[0], 5, 17, 7))
    to_cell(page, 27.9, 0.1)
    assert_sees(page, covered(PICTURES[0], 0, 21, 7))
    page.mouse.up()
    to_cell(page, 3, 20)
    assert_sees(page, covered(PICTURES[0], 0, 21, 7))
    page.click("text=clear")
    assert_sees(page, PICTURES[0] * 0)


def test_a_map_lies_over_the_picture_follows_the_strokes_and_its_ends_are_numbers(show: Show, figure: Any) -> None:
    page = show(figure)
    page.select_option(LOOK, "saliency")
    page.wait_for_selector(".cnnviz-look-map")
    inputs = network_input(PICTURES, 1 / 255, 0.0)
    gradient = attribution.saliency(MODEL, inputs[:1])[0, 0]
    end = np.quantile(np.abs(gradient), 0.99)
    low, high = ends(page)
    assert (number(low), number(high)) == pytest.approx((-end, end), rel=0.02)
    # Where the picture is paper, the strongest pixels have the whole hue at the strength of 80 in 100.
    paper, hues = np.array([0xFD, 0xFD, 0xFB]), {1: np.array([0xD9, 0x7C, 0x11]), -1: np.array([0x2F, 0x6D, 0xB5])}
    shares = np.clip(gradient / end, -1, 1)
    map_pixels = painted(page, ".cnnviz-look-map")
    empty = np.argwhere(PICTURES[0, 0] == 0)
    assert len(empty) > 100
    for row, col in empty:
        share = shares[row, col]
        wanted = paper + 0.8 * abs(share) * (hues[1 if share > 0 else -1] - paper)
        assert np.abs(map_pixels[:, row, col] - wanted).max() <= 4
    page.focus(".cnnviz-board")
    page.keyboard.press("Space")
    page.wait_for_timeout(100)
    assert (painted(page, ".cnnviz-look-map") != map_pixels).any()
    page.select_option(LOOK, "nothing")
    assert page.locator(".cnnviz-look-map").count() == 0


def test_a_clicked_class_is_looked_for_and_clicked_again_the_likeliest(show: Show, figure: Any) -> None:
    page = show(figure)
    page.select_option(LOOK, "gradient_x_input")
    page.click(".cnnviz-verdict tbody tr >> nth=3")
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.includes('for Dress')")
    wanted = attribution.gradient_x_input(MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), 3)
    assert number(ends(page)[1]) == pytest.approx(np.quantile(np.abs(wanted), 0.99), rel=0.03)
    page.wait_for_function(f"document.querySelector('{LIVE}').textContent.includes('Strongest at row ')")
    assert page.locator(".cnnviz-explorer-panel:visible").count() == 0
    page.click(".cnnviz-verdict tbody tr >> nth=3")
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.includes('for Ankle boot')")


def test_grad_cam_at_a_chosen_layer_says_that_it_is_enlarged(show: Show, figure: Any) -> None:
    page = show(figure)
    page.select_option(LOOK, "gradcam")
    page.select_option(".cnnviz-look-more select >> nth=0", "conv1")
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.includes('conv1')")
    wanted = attribution.gradcam(MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), layer="conv1")
    note = page.inner_text(".cnnviz-look-more p")
    assert note.endswith("A map of 28 × 28, enlarged smoothly: the smoothness says nothing.")
    assert ends(page) == ["0", written(wanted.max())]


def test_mapping_by_occlusion_can_be_stopped_and_goes_on_to_its_end(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("text=occlude")
    page.locator(".cnnviz-occlude input").fill("1")
    page.get_by_role("button", name="map it").click()
    # Pressed in the page: by the time that a driver's click arrives, the map may be ready.
    page.wait_for_function(
        """() => document.querySelector('.cnnviz-look-more p').textContent.startsWith('Mapping: ')
          && (document.querySelector("[aria-label='stop mapping']").click(), true)"""
    )
    page.wait_for_timeout(200)
    assert page.inner_text(".cnnviz-look-more p") == "Stopped."
    assert page.locator(".cnnviz-look-map").count() == 0
    page.locator(".cnnviz-occlude input").fill("8")
    page.wait_for_selector(".cnnviz-look-map")
    wanted = attribution.occlusion(
        MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), patch=8, stride=4, baseline=128 / 255
    )
    assert number(ends(page)[1]) == pytest.approx(np.abs(wanted).max(), rel=0.02)


def test_over_a_large_network_a_map_waits_for_the_strokes_end(show: Show, tmp_path: Path) -> None:
    wide = [nn.Conv2d(3, 24, 3, padding=1, rng=RNG), nn.ReLU()]
    wide += [nn.Conv2d(24, 24, 3, padding=1, rng=RNG), nn.ReLU(), nn.Conv2d(24, 24, 3, padding=1, rng=RNG), nn.ReLU()]
    model = nn.Sequential(*wide, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 3, rng=RNG))
    page = show(cnnviz.explore(model, RNG.integers(0, 256, (2, 3, 64, 64), np.uint8), ["a", "b", "c"]))
    page.select_option(LOOK, "gradient_x_input")
    page.wait_for_selector(".cnnviz-look-map")
    first = painted(page, ".cnnviz-look-map")
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 90, steps=4)
    page.wait_for_function("!document.querySelector('.cnnviz-look-map')")
    page.wait_for_timeout(600)
    assert page.locator(".cnnviz-look-map").count() == 0
    page.mouse.up()
    page.wait_for_selector(".cnnviz-look-map")
    assert (painted(page, ".cnnviz-look-map") != first).any()


def test_a_recorded_network_has_no_tools_and_says_why(show: Show) -> None:
    page = show(cnnviz.explore(MODEL, PICTURES, CLOTHES.classes, layers="*"))
    for selector in (".cnnviz-board-tools", ".cnnviz-look", ".cnnviz-occlude", "input[type=file]"):
        assert page.locator(selector).count() == 0
    assert "not the network's arithmetic. So they cannot be drawn on" in page.inner_text(".cnnviz-explorer-side")


def test_every_tool_is_reached_by_tab_and_large_enough_for_a_finger(show: Show, figure: Any) -> None:
    page = show(figure, width=390)
    page.select_option(LOOK, "gradcam")
    page.click("text=occlude")
    page.click(".cnnviz-board-tools >> text=more")
    small = page.evaluate(
        """[...document.querySelectorAll('.cnnviz-look-under, .cnnviz-board-tools')].flatMap((part) =>
          [...part.querySelectorAll('button, select, input:not([type=file])')])
          .filter((one) => one.offsetHeight > 0 && (one.offsetHeight < 44 || one.offsetWidth < 44))
          .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
    page.focus(".cnnviz-board")
    met = []
    for _ in range(24):
        page.keyboard.press("Tab")
        met.append(
            page.evaluate(
                "(({ tagName, labels, textContent }) => tagName === 'BUTTON' ? textContent"
                " : labels?.[0]?.firstChild.textContent)(document.activeElement)"
            )
        )
    wanted = ["look for", "at", "score of", "strength", "square", "map it", "draw", "erase", "occlude", "undo", "clear"]
    wanted += ["more", "thin", "medium", "thick", "left", "right", "up", "down", "invert", "upload", "paste"]
    assert [one for one in met if one in wanted] == wanted
    assert sideways(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_with_all_tools_open(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.click(".cnnviz-board-tools >> text=more")
    page.click("text=occlude")
    page.select_option(LOOK, "gradcam")
    page.wait_for_selector(".cnnviz-look-map")
    assert serious(page) == []
