"""What the stepper's browser tests share: a layer, an image, and how to read and press the figure."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

from cnnviz import nn

Show = Callable[..., Page]
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
X = np.random.default_rng(0).integers(0, 5, (8, 8)).astype(np.float32)
SETTLED = 400  # milliseconds after which every motion has ended


def sobel() -> nn.Conv2d:
    layer = nn.Conv2d(1, 1, 3, bias=False)
    layer.weight[...] = np.array(SOBEL, np.float32)
    return layer


def result(page: Page) -> float:
    """The number that the sentence ends with."""
    text = page.locator(".cnnviz-sentence .is-strong").last.inner_text()
    return float(text.replace("−", "-").replace("∞", "inf"))


def sentence(page: Page) -> str:
    return page.locator(".cnnviz-sentence").inner_text()


def centre(page: Page, grid: str, row: int, col: int) -> tuple[float, float]:
    """Where a cell of a grid stands on the page, in CSS pixels."""
    surface = page.locator(f'[data-grid="{grid}"] .cnnviz-surface')
    box = surface.bounding_box()
    rows, cols = (int(surface.get_attribute(f"data-{name}") or 0) for name in ("rows", "cols"))
    assert box is not None
    return box["x"] + (col + 0.5) * box["width"] / cols, box["y"] + (row + 0.5) * box["height"] / rows


def press(page: Page, *keys: str) -> None:
    page.locator(".cnnviz-stage").focus()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(SETTLED)
