"""The map over the picture as a figure's state: what a figure begins with, the reader's choice, how far one is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import attribution, nn
from cnnviz.views_explore import network_input
from tests.browser.explorer_page import CLOTHES, MODEL, PICTURES
from tests.browser.notebook_page import notebook
from tests.browser.tools_page import ends, painted, written

Show = Callable[..., Page]
LOOK = ".cnnviz-look select >> nth=0"
NOTE = ".cnnviz-look-more p"
SHARES = """() => {
  window.notes = [];
  const note = document.querySelector('.cnnviz-look-more p');
  const told = () => notes.push([note.textContent, note.classList.contains('is-busy')]);
  new MutationObserver(told).observe(note, { childList: true, attributes: true });
}"""


def test_a_figure_begins_with_the_map_that_python_chose(show: Show) -> None:
    figure = cnnviz.explore(MODEL, PICTURES, CLOTHES.classes, overlay="gradcam", image=1)
    figure.overlay = {"method": "gradcam", "layer": "conv1", "strength": 0.5}
    figure.target = 6
    page = show(figure)
    page.wait_for_selector(".cnnviz-look-map")
    wanted = attribution.gradcam(MODEL, network_input(PICTURES[1:2], 1 / 255, 0.0), 6, layer="conv1")
    assert wanted.max() > 0
    assert ends(page) == ["0", written(wanted.max())]
    assert page.inner_text(NOTE).startswith(f"Orange: where conv1 speaks for {CLOTHES.classes[6]}. A map of 28 × 28")
    assert page.inner_text(".cnnviz-look .cnnviz-slider span") == "50\u00a0%"
    # Half of the hue over the strongest pixel, of which the picture is paper.
    row, col = np.argwhere((PICTURES[1, 0] == 0) & (wanted[0] == wanted[0][PICTURES[1, 0] == 0].max()))[0]
    paper, orange = np.array([0xFD, 0xFD, 0xFB]), np.array([0xD9, 0x7C, 0x11])
    expected = paper + 0.5 * wanted[0, row, col] / wanted.max() * (orange - paper)
    assert np.abs(painted(page, ".cnnviz-look-map")[:, row, col] - expected).max() <= 4


def test_a_figure_that_begins_with_occlusion_maps_at_once_with_its_square(show: Show) -> None:
    figure = cnnviz.explore(MODEL, PICTURES, CLOTHES.classes)
    figure.overlay = {"method": "occlusion", "square": 10}
    page = show(figure)
    page.wait_for_selector(".cnnviz-look-map")
    wanted = attribution.occlusion(
        MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), patch=10, stride=5, baseline=128 / 255
    )
    assert ends(page)[1] == written(np.abs(wanted).max())
    assert page.inner_text(".cnnviz-occlude .cnnviz-slider span") == "10 × 10"


def state(page: Page, *names: str) -> list[Any]:
    found: list[Any] = page.evaluate("(names) => names.map((name) => notebook.models[0].get(name))", list(names))
    return found


def test_the_readers_choice_is_in_the_traits_and_pythons_in_the_page(show: Show) -> None:
    page = show(notebook(cnnviz.explore(MODEL, PICTURES, CLOTHES.classes)))
    page.evaluate("notebook.open(0)")
    assert state(page, "overlay", "target", "precision") == [{}, None, ""]
    page.select_option(LOOK, "gradcam")
    page.select_option(".cnnviz-look-more select >> nth=0", "conv1")
    page.locator(".cnnviz-look .cnnviz-slider input").fill("0.3")
    page.click(".cnnviz-verdict tbody tr >> nth=3")
    chosen = {"method": "gradcam", "layer": "conv1", "strength": 0.3, "square": 7}
    assert state(page, "overlay", "target") == [chosen, 3]
    page.select_option(LOOK, "occlusion")
    page.locator(".cnnviz-occlude input").fill("9")
    assert state(page, "overlay") == [{**chosen, "method": "occlusion", "square": 9}]
    page.get_by_role("button", name="compare two").click()
    page.select_option(".cnnviz-compare label:has-text('B is') select", "rounded")
    assert state(page, "precision") == ["int8"]
    page.focus(".cnnviz-compare-bits input")
    page.keyboard.press("ArrowRight")
    assert state(page, "precision") == ["int7"]

    page.evaluate("notebook.models[0].set('overlay', { method: 'saliency', strength: 1 })")
    page.evaluate("notebook.models[0].set({ target: null, precision: 'int2' })")
    page.wait_for_selector(".cnnviz-look-map")
    assert page.locator(LOOK).input_value() == "saliency"
    assert page.inner_text(".cnnviz-look .cnnviz-slider span") == "100\u00a0%"
    page.wait_for_function(f"document.querySelector('{NOTE}').textContent.includes('the score of Ankle boot')")
    page.wait_for_function(
        "document.querySelectorAll('.cnnviz-compare-side')[1].textContent === 'picture 1, weights in int2'"
    )
    # A second view, as of a figure shown again, begins where the first one is.
    page.evaluate("notebook.close()")
    page.evaluate("notebook.open(0)")
    page.wait_for_selector(".cnnviz-look-map")
    assert page.locator(LOOK).input_value() == "saliency"


def large_figure(**overlay: Any) -> Any:
    """Of a network that is computed beside the page; occlusion is five passes of it."""
    rng = np.random.default_rng(3)
    convs = [nn.Conv2d(before, 24, 3, padding=1, rng=rng) for before in (3, 24, 24, 24)]
    layers = [layer for conv in convs for layer in (conv, nn.ReLU())]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 3, rng=rng))
    figure = cnnviz.explore(model, rng.integers(0, 256, (2, 3, 64, 64), np.uint8), ["a", "b", "c"])
    figure.overlay = {"square": 32, **overlay}
    return figure


@pytest.fixture
def large(show: Show) -> Page:
    page = show(large_figure())
    page.evaluate(SHARES)
    return page


def test_a_large_network_begins_with_its_map_too(show: Show) -> None:
    page = show(large_figure(method="occlusion"))
    page.wait_for_selector(".cnnviz-look-map")
    assert "4 places, 32 apart" in page.inner_text(NOTE)


@pytest.mark.parametrize("method", ["saliency", "occlusion"])
def test_the_map_of_a_large_network_shows_how_far_it_is(large: Page, method: str) -> None:
    large.select_option(LOOK, method)
    large.wait_for_selector(".cnnviz-look-map")
    notes = large.evaluate("notes")
    shares = [int(text[9:-2]) for text, busy in notes if busy]
    assert shares[0] == 0
    assert any(0 < share < 100 for share in shares)
    assert shares == sorted(shares)
    assert max(shares) <= 100
    assert all(text.startswith("Mapping: ") for text, busy in notes if busy)
    assert not notes[-1][1]


def test_mapping_a_large_network_by_occlusion_is_stopped_in_its_middle(large: Page) -> None:
    # Pressed in the page: a driver's click may come when the map is ready.
    large.evaluate(
        """() => {
          const note = document.querySelector('.cnnviz-look-more p');
          const watched = new MutationObserver(() => {
            if (!(parseInt(note.textContent.slice(9)) > 20)) return;
            watched.disconnect();
            document.querySelector("[aria-label='stop mapping']").click();
          });
          watched.observe(note, { childList: true });
        }"""
    )
    large.select_option(LOOK, "occlusion")
    large.wait_for_function(f"document.querySelector('{NOTE}').textContent === 'Stopped.'")
    large.wait_for_timeout(300)
    assert large.inner_text(NOTE) == "Stopped."
    assert large.locator(".cnnviz-look-map").count() == 0
    large.click(".cnnviz-thumb >> nth=1")
    large.get_by_role("button", name="map it").click()
    large.wait_for_selector(".cnnviz-look-map")
