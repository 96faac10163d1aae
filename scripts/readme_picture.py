"""Take the README's picture of the stepper anew: book/_static/stepper.png. Needs Playwright and a Chromium."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

import cnnviz
from cnnviz import nn

TARGET = Path(__file__).resolve().parent.parent / "book" / "_static" / "stepper.png"


def main() -> None:
    """Sobel on a corner of a picture, twenty steps in."""
    sobel = nn.Conv2d(1, 1, kernel_size=3, bias=False)
    sobel.weight[:] = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    shirt = cnnviz.data.to_float(cnnviz.data.load("fashion_mnist").test.images[:1, :, 6:18, 6:18])
    figure = cnnviz.step(sobel, shirt, title="Sobel, one step at a time", cell=56)
    executable = os.environ.get("CNNVIZ_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = cnnviz.page.save(figure, Path(folder) / "stepper.html")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1000, "height": 700}, device_scale_factor=1.5)
        page.goto(page_file.as_uri())
        page.wait_for_selector("[data-mounted=yes]")
        page.wait_for_timeout(1000)
        page.locator("main").screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main()
