"""Layers and blocks switched off from their rows: the classes before and after against torch, and the way back."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

import cnnviz
from tests.browser.deep_networks import CLASSES, PICTURES, deep
from tests.browser.readers import sideways

Show = Callable[..., Page]
MODEL = deep()
X = torch.as_tensor(PICTURES[:1]) / 255
BLOCK = ".cnnviz-band[data-block='{}']"


@pytest.fixture(scope="module")
def figure() -> Any:
    return cnnviz.explore(MODEL, PICTURES, CLASSES)


def shares(*silent: str) -> np.ndarray:
    """The probabilities by torch with the outputs of these modules set to zero."""
    modules = dict(MODEL.named_modules())
    hooks = [modules[name].register_forward_hook(lambda _, __, y: y * 0) for name in silent]
    with torch.no_grad():
        found: np.ndarray = torch.softmax(MODEL(X), 1)[0].numpy()
    for hook in hooks:
        hook.remove()
    return found


def shown(page: Page) -> dict[str, list[float]]:
    rows = page.locator(".cnnviz-verdict tbody tr").all()
    texts = {row.locator("th").inner_text(): row.locator(".cnnviz-verdict-percent").inner_text() for row in rows}
    return {name: [float(part.strip("<>\u00a0 %")) for part in text.split("→")] for name, text in texts.items()}


def assert_before_and_after(page: Page, *silent: str) -> None:
    expect(page.locator(".cnnviz-verdict")).to_have_class("cnnviz-verdict has-before")
    before, after = shares(), shares(*silent)
    best = np.argsort(-after)[:2]
    found = shown(page)
    assert list(found)[:1] == [CLASSES[best[0]]]
    for i in best:
        assert found[CLASSES[i]] == [pytest.approx(100 * one[i], abs=0.6) for one in (before, after)]


def test_a_residual_block_goes_on_without_its_branch_and_the_verdict_says_before_and_after(
    show: Show, figure: Any
) -> None:
    page = show(figure)
    page.click(BLOCK.format("layer1") + " .cnnviz-band-name")
    page.hover(BLOCK.format("layer1.1") + " .cnnviz-band-head")
    page.get_by_role("button", name="switch off layer1.1", exact=True).click()
    assert_before_and_after(page, "layer1.1.bn2")
    expect(page.locator(".cnnviz-off p")).to_have_text(
        "Set to zero: the branch of layer1.1, which ends in layer1.1.bn2."
    )
    assert (
        page.get_by_role("button", name="switch on layer1.1", exact=True).inner_text() == "switch on"
    )  # seen also where nobody points
    page.get_by_role("button", name="restore all").first.click()
    expect(page.locator(".cnnviz-verdict")).to_have_class("cnnviz-verdict")
    assert page.locator(".cnnviz-off").is_hidden()
    first = int(shares().argmax())
    assert shown(page)[CLASSES[first]] == [pytest.approx(100 * shares()[first], abs=0.6)]


def test_by_key_a_stage_loses_all_its_branches_and_a_layer_its_output_and_both_come_back(
    show: Show, figure: Any
) -> None:
    page = show(figure)
    page.focus(BLOCK.format("layer2") + " .cnnviz-band-name")
    page.keyboard.press("x")
    assert_before_and_after(page, "layer2.0.bn2", "layer2.1.bn2")
    page.focus(".cnnviz-band[data-layer='conv1'] .cnnviz-band-name")
    page.keyboard.press("x")
    expect(page.locator(".cnnviz-off p")).to_have_text(
        "Set to zero: the branches of the 2 residual blocks in layer2; all of conv1."
    )
    page.wait_for_timeout(100)
    assert_before_and_after(page, "layer2.0.bn2", "layer2.1.bn2", "conv1")
    page.keyboard.press("x")
    page.wait_for_timeout(100)
    assert_before_and_after(page, "layer2.0.bn2", "layer2.1.bn2")
    page.focus(".cnnviz-band[data-layer='softmax'] .cnnviz-band-name")
    page.keyboard.press("x")  # probabilities that are zero say nothing
    page.focus(BLOCK.format("layer2") + " .cnnviz-band-name")
    page.keyboard.press("x")
    expect(page.locator(".cnnviz-off")).to_be_hidden()


def test_another_picture_is_told_before_and_after_too(show: Show, figure: Any) -> None:
    page = show(figure)
    page.focus(BLOCK.format("layer3") + " .cnnviz-band-name")
    page.keyboard.press("x")
    page.click(".cnnviz-thumb >> nth=2")
    page.wait_for_timeout(200)
    with torch.no_grad():
        before = torch.softmax(MODEL(torch.as_tensor(PICTURES[2:3]) / 255), 1)[0].numpy()
    for name, pair in shown(page).items():
        assert pair[0] == pytest.approx(100 * before[CLASSES.index(name)], abs=0.6)


def test_a_finger_opens_folded_rows_anywhere_and_hits_44_pixels_of_every_switch(
    show: Show, figure: Any, browser: Any, watched: Any, tmp_path: Any
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    watched.watch(context)
    page = context.new_page()
    page.goto(figure.save(tmp_path / "touch.html").as_uri())
    page.wait_for_selector("[data-mounted]")
    page.locator(".cnnviz-scroller").scroll_into_view_if_needed()
    for name, kind in (("layer1", "block"), ("conv1", "layer")):
        row = page.locator(f".cnnviz-band[data-{kind}='{name}']").first
        box = row.bounding_box()
        assert box
        assert box["height"] >= 44
        page.touchscreen.tap(box["x"] + box["width"] * 0.7, box["y"] + box["height"] - 8)  # beside its name
        expect(row.locator(".cnnviz-band-name")).to_have_attribute("aria-expanded", "true")
    tall = """(el) => { const { left, top, width, height } = el.getBoundingClientRect();
      const x = left + width / 2, hit = (y) => document.elementFromPoint(x, y)?.closest("button") === el;
      let up = top + height / 2, down = up; while (hit(up - 1)) up--;
      while (hit(down + 1)) down++;
      return down - up; }"""
    for target in (".cnnviz-band.is-head .cnnviz-band-off", "[data-layer='conv1'] .cnnviz-band-channels"):
        page.locator(target).first.scroll_into_view_if_needed()
        assert page.locator(target).first.evaluate(tall) >= 43
    page.locator(".cnnviz-band.is-head .cnnviz-band-off").first.tap()
    expect(page.locator(".cnnviz-off")).to_be_visible()
    assert sideways(page) <= 0
    context.close()
