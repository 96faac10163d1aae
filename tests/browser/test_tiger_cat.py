"""EfficientNet-Lite0 on the photograph of a cat in a saved page: what it says, and a way to a pixel by keys alone."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page

import cnnviz
from cnnviz import data, models
from cnnviz._pictures import network_input
from tests.browser.page_lab import assert_near, open_page

PICTURE = data.photo("chelsea", size=224)
SCALE, SHIFT = 1 / 128, -127 / 128
TIMED = """async () => {
  const started = performance.now();
  pageLab.show({ ...pageLab.picture, data: pageLab.picture.data.map((value) => 255 - value) });
  const ended = new Promise((resolve) => pageLab.on("run", resolve));
  await ended;
  return performance.now() - started;
}"""


def press_until(page: Page, key: str, there: str) -> None:
    for _ in range(40):
        if page.evaluate(f"(at => {there})(document.activeElement)"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never came to {there}")


def test_it_says_tiger_cat_and_a_late_unit_is_followed_to_a_pixel_by_keyboard(page: Page, tmp_path: Path) -> None:
    network = models.load("efficientnet_lite0")
    figure = cnnviz.explore(network, PICTURE, data.IMAGENET_CLASSES, scale=SCALE, shift=SHIFT)
    x = torch.from_numpy(network_input(PICTURE, SCALE, SHIFT))
    values = cnnviz.to_graph(network, x).run(x.numpy())  # has the sums too
    recorded = {name: one.output.numpy() for name, one in cnnviz.record(network, x).items() if name in values}
    values.update(recorded, pixel=x.numpy())

    open_page(page, figure.save(tmp_path / "cat.html", weights="float32"))
    page.wait_for_function("document.querySelector('.cnnviz-verdict-sentence').innerText.includes('says')")
    assert page.inner_text(".cnnviz-verdict-sentence").startswith("The network says tiger cat, 39")
    assert_near(page, recorded, 1e-4, most=20_000)

    press_until(page, "Tab", "at.classList.contains('cnnviz-band-name')")
    page.keyboard.press("End")
    press_until(page, "ArrowUp", "at.closest('.cnnviz-band').dataset.layer === 'conv_head'")
    press_until(page, "Enter", "at.classList.contains('cnnviz-title')")
    press_until(page, "Tab", "at.closest('.cnnviz-parts')")
    layers = [follow(page, values)]
    while layers[-1] != "pixel":
        page.keyboard.press("Enter")
        layers.append(follow(page, values))
    assert layers[:3] == ["conv_head", "blocks.15.bn2", "blocks.15.project_conv"]
    assert layers[-2:] == ["conv_stem", "pixel"]
    assert page.inner_text(".cnnviz-unit-making") == "A pixel: the trail ends here."
    print(f"EfficientNet-Lite0 after a change of its picture: {page.evaluate(TIMED):.0f} ms in the worker")


def follow(page: Page, values: dict[str, NDArray[Any]]) -> str:
    """The layer of the open unit, whose number is torch's."""
    here = re.fullmatch(r"(.+)\[(.+)\]", page.inner_text(".cnnviz-trail [aria-current=step]").replace("\xa0", " "))
    told = re.search(r": (\S+)\.$", page.inner_text(".cnnviz-unit-place"))
    assert here
    assert told
    index = tuple(int(axis) for axis in here[2].split(", "))
    expected = float(values[here[1]][0][index])
    # Written with two decimals, below 0.1 with two figures; a sum of products may be 1e-4 of the layer off.
    assert float(told[1].replace("\u2212", "-")) == pytest.approx(expected, abs=0.006, rel=0.01)
    return here[1]
