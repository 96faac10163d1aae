"""What the tests of the picture's tools share: the colours that a canvas shows."""

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
