"""What the explorer's browser tests share: a network that knows clothes, how to read the page, and the oracle."""

from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import Page

import cnnviz
from cnnviz import data, models
from cnnviz.graph import to_graph

Show = Callable[..., Page]
MODEL = models.load("clothes")
GRAPH = to_graph(MODEL)
CLOTHES = data.load("fashion_mnist")
PICTURES = CLOTHES.test.images[:6]
LAYER = ".cnnviz-band[data-layer='{}'] .cnnviz-sheet"
READOUT = ".cnnviz-band[data-layer='{}'] .cnnviz-band-unit"


def clothes_explorer() -> Any:
    return cnnviz.explore(MODEL, PICTURES, CLOTHES.classes, title="one living network")


def run(picture: np.ndarray) -> dict[str, np.ndarray]:
    return GRAPH.run(picture[None].astype(np.float32) / np.float32(255))


def probabilities(picture: np.ndarray) -> np.ndarray:
    logits = run(picture)["linear"][0].astype(float)
    shares = np.exp(logits - logits.max())
    return shares / shares.sum()


def shown_percent(share: float) -> str:
    percent = 100 * share
    if 99.5 < percent < 100:
        return ">\u00a099\u00a0%"
    if 0 < percent < 0.1:
        return "<\u00a00.1\u00a0%"
    return f"{percent:.0f}\u00a0%" if percent >= 1 else f"{percent:.1f}\u00a0%"


def assert_sees(page: Page, picture: np.ndarray) -> None:
    """Every class's percentage, the sentence, and the current first row are what the network says here."""
    shares = probabilities(picture)
    page.wait_for_timeout(60)
    rows = page.locator(".cnnviz-verdict tbody tr")
    assert rows.locator("th").all_inner_texts() == list(CLOTHES.classes)
    assert rows.locator(".cnnviz-verdict-percent").all_inner_texts() == [shown_percent(share) for share in shares]
    best = CLOTHES.classes[int(shares.argmax())]
    assert page.inner_text(".cnnviz-verdict .is-first th") == best
    assert page.inner_text(".cnnviz-verdict-sentence") == f"The network says {best}, {shown_percent(shares.max())}."


def to_cell(page: Page, col: float, row: float, steps: int = 1) -> None:
    """The mouse goes over the board, so many of a 28 x 28 picture's cells from its left and its top."""
    box = page.locator(".cnnviz-board canvas").bounding_box()
    assert box, "the page has no board"
    cell = box["width"] / 28
    page.mouse.move(box["x"] + col * cell, box["y"] + row * cell, steps=steps)


def number(text: str) -> float:
    return float(text.rsplit(": ", 1)[1].replace("−", "-"))
