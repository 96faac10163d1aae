"""The room that a page keeps for an explorer is what it takes, whatever its network and its width."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

import cnnviz
from cnnviz.page import save
from tests.browser.explorer_page import clothes_explorer
from tests.browser.readers import kept_and_high, sideways

WIDTHS = (360, 390, 520, 600, 632, 720, 812, 928, 1000, 1200)  # CSS pixels of the screen
BESIDE = """() => {
    const side = document.querySelector(".cnnviz-explorer-side");
    return [...side.children].every((el) => el.offsetWidth <= side.clientWidth + 6);
}"""  # a row of pictures has room for its outline
GREY = np.random.default_rng(0).integers(0, 256, (3, 1, 28, 28)).astype(np.uint8)
COLOUR = np.random.default_rng(0).integers(0, 256, (1, 3, 32, 32)).astype(np.uint8)


class Sorted(torch.nn.Module):
    """What the page cannot compute."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = torch.nn.Conv2d(1, 4, 3), torch.nn.Linear(4, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.conv(x).sort(dim=-1).values.amax((2, 3)))


class Around(torch.nn.Module):
    """A block, and a way around it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.head = torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.Linear(16, 5)
        self.block = torch.nn.Sequential(torch.nn.Conv2d(16, 16, 3, padding=1), torch.nn.BatchNorm2d(16))
        self.pool = torch.nn.AdaptiveAvgPool2d(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        return self.head(self.pool(self.block(x) + x).flatten(1))


def deep() -> Any:
    many = [torch.nn.Conv2d(1, 1, 3, padding=1) for _ in range(20)]
    network = torch.nn.Sequential(*many, torch.nn.Flatten(), torch.nn.Linear(784, 1000)).eval()
    return cnnviz.explore(network, GREY, [f"class {i}" for i in range(1000)], title="deep")


def without_classes() -> Any:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 40, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2)).eval()
    return cnnviz.explore(network, COLOUR)


def recorded() -> Any:
    recording = cnnviz.record(Sorted().eval(), torch.tensor(GREY / 255).float())
    return cnnviz.explore(recording, GREY, list("abcde"), title="recorded")


def recorded_block() -> Any:
    recording = cnnviz.record(torch.nn.Sequential(Sorted()).eval(), torch.tensor(GREY / 255).float())
    return cnnviz.explore(recording, GREY, list("abcde"), title="recorded, in a block")


def around() -> Any:
    return cnnviz.explore(Around().eval(), GREY, list("abcde"), title="around")


@pytest.mark.parametrize("make", [clothes_explorer, deep, without_classes, recorded, recorded_block, around])
def test_it_never_scrolls_sideways_nor_cuts_a_name_and_its_height_was_kept_free(
    page: Page, tmp_path: Path, make: Any
) -> None:
    # As in a book: rounded weights would add a sentence, and below a page that is saved alone nothing can jump.
    page.goto(save(make(), tmp_path / "explorer.html", weights="float32").as_uri())
    page.wait_for_selector("[data-mounted=yes]")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        laid_out = "(wide) => document.querySelector('.cnnviz-explorer').clientWidth === wide"
        page.wait_for_function(laid_out, arg=min(width - 32, 1100))
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert sideways(page) <= 0
        cut = "all => all.filter((el) => el.scrollWidth > el.clientWidth + 1).map((el) => el.textContent)"
        assert page.eval_on_selector_all(".cnnviz-band-name", cut) == [], f"at {width} px"
        assert page.evaluate(BESIDE), f"at {width} px the picture's column lies over the layers"
        kept, high = kept_and_high(page, ".cnnviz-explorer")
        assert kept == pytest.approx(high, abs=24), f"at {width} px"
