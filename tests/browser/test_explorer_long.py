"""A network whose pass takes long, in the explorer: the page answers meanwhile, and says how far it is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import nn
from cnnviz.graph import to_graph

Show = Callable[..., Page]
PICTURES = np.random.default_rng(0).integers(0, 256, (2, 3, 128, 128), np.uint8)
nn.manual_seed(0)
MODEL = nn.Sequential(
    *(nn.Conv2d(48 if i else 3, 48, 3, padding=1) for i in range(6))
)  # 1.7 thousand million multiply-adds


@pytest.fixture(scope="module")
def figure() -> Any:
    return cnnviz.explore(MODEL, PICTURES)


def test_while_a_long_pass_runs_its_share_grows_the_maps_are_dim_and_drawing_goes_on(show: Show, figure: Any) -> None:
    page = show(figure)
    page.wait_for_function("!document.querySelector('.is-stale') && document.querySelector('.cnnviz-rows canvas')")
    page.evaluate(
        """() => { window.shares = []; window.pale = 1; window.strokes = [];
        const bar = document.querySelector("[role=progressbar]");
        new MutationObserver(() => window.shares.push(+bar.getAttribute("aria-valuenow")))
          .observe(bar, { attributes: true, attributeFilter: ["aria-valuenow"] });
        const board = document.querySelector(".cnnviz-board canvas");
        const frame = () => {
          window.strokes.push([document.querySelector(".is-stale") !== null, +board.dataset.sum]);
          window.pale = Math.min(window.pale, +getComputedStyle(document.querySelector(".cnnviz-band-maps")).opacity);
          requestAnimationFrame(frame); };
        requestAnimationFrame(frame); }"""
    )
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + 10 * step, box["y"] + 30 + 6 * step)
        page.wait_for_timeout(20)
    page.mouse.up()
    page.wait_for_selector(".is-stale .cnnviz-band-maps")
    page.wait_for_selector(".cnnviz-explorer:not(.is-stale)", timeout=20_000)
    assert page.is_hidden(".cnnviz-progress.is-busy")
    shares, strokes = page.evaluate("[window.shares, window.strokes]")
    assert page.evaluate("window.pale") < 0.6
    assert any(0 < share < 100 for share in shares)
    assert len({drawn for busy, drawn in strokes if busy}) > 5  # the picture changed while the network was computed
    assert sum(busy for busy, _ in strokes) > 10  # frames: a page that waits for a pass draws none of them


def test_a_worker_that_ends_is_told_and_the_page_goes_on(show: Show, figure: Any, page: Page) -> None:
    page.add_init_script(
        "const known = window.Worker; window.Worker = class extends known {"
        " constructor(...given) { super(...given); window.worker = this; } };"
    )
    page = show(figure)
    page.wait_for_selector(".cnnviz-explorer:not(.is-stale)")
    page.evaluate("worker.terminate(); worker.dispatchEvent(new Event('error'))")
    page.click(".cnnviz-thumb >> nth=1")
    page.wait_for_selector("[role=alert]:has-text('The worker of this figure has ended')")
    page.wait_for_selector(".cnnviz-explorer:not(.is-stale)", timeout=60_000)
    page.focus(".cnnviz-band[data-layer='5'] .cnnviz-sheet")
    page.keyboard.press("Home")
    text = page.inner_text(".cnnviz-band[data-layer='5'] .cnnviz-band-unit")
    values = to_graph(MODEL).run(PICTURES[1:].astype(np.float32) / np.float32(255))["5"]
    assert float(text.rsplit(": ", 1)[1].replace("−", "-")) == pytest.approx(float(values[0, 0, 0, 0]), abs=0.006)
