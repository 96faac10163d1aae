"""What the tests of the picture's tools share: the colours that a canvas shows, and a map's ends."""

import numpy as np
from playwright.sync_api import Page

BOARD = """(selector) => {
    const { width, height } = document.querySelector(selector);
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(document.querySelector(selector), 0, 0);
    return [height, width, [...copy.getImageData(0, 0, width, height).data]];
}"""


def painted(page: Page, selector: str = ".cnnviz-board canvas") -> np.ndarray:
    """(3, H, W) as the canvas has it."""
    height, width, rgba = page.evaluate(BOARD, selector)
    return np.array(rgba).reshape(height, width, 4)[..., :3].transpose(2, 0, 1)


def ends(page: Page) -> list[str]:
    shown = page.locator(".cnnviz-look-legend .cnnviz-ends > span").all_inner_texts()
    return [text for text in shown if text]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def written(value: float) -> str:
    """As lib/numbers.js does, for numbers that are not exact."""
    size = abs(value)
    return f"{value:.{2 if size >= 0.1 else 1 - int(np.floor(np.log10(size)))}f}".replace("-", "−")
