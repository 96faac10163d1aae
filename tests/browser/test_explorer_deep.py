"""The explorer of deep networks: every number against torch, and the ways through: folding, search, minimap, keys."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

import cnnviz
from tests.browser.deep_networks import CLASSES, PICTURES, deep
from tests.browser.readers import kept_and_high, serious, sideways

Show = Callable[..., Page]
MODEL = deep()
BLOCK = ".cnnviz-band[data-block='{}'] .cnnviz-band-name"
LAYER = ".cnnviz-band[data-layer='{}'] .cnnviz-band-name"
SHEET = ".cnnviz-band[data-layer='{}'] .cnnviz-sheet"
FOCUS = "document.activeElement.closest('.cnnviz-band')?.dataset"


@pytest.fixture(scope="module")
def figure() -> Any:
    return cnnviz.explore(MODEL, PICTURES, CLASSES, title="a deep network")


@pytest.fixture
def deep_page(show: Show, figure: Any) -> Page:
    return show(figure)


def names(page: Page) -> list[str]:
    script = "[...document.querySelectorAll('.cnnviz-band')].map(({ dataset }) => dataset.layer ?? dataset.block)"
    return list(page.evaluate(script))


def open_all(page: Page) -> None:
    while page.locator(".cnnviz-band[data-block] [aria-expanded=false]").count():
        page.locator(".cnnviz-band[data-block] [aria-expanded=false]").first.click()


def spoken(text: str) -> float:
    return float(text.rsplit(": ", 1)[1].replace("−", "-"))


def test_a_deep_network_is_folded_to_a_few_rows_that_unfold_in_order(deep_page: Page) -> None:
    assert names(deep_page) == ["conv1", "relu", "layer1", "layer2", "layer3", "mixed", "mean", "fc", "softmax"]
    assert deep_page.inner_text(BLOCK.format("layer1")).endswith("2 residual blocks, 4 convolutions")
    parameters = sum(p.numel() for p in MODEL.layer1.parameters())
    assert f"{parameters} parameters" in deep_page.inner_text(".cnnviz-band[data-block='layer1']")
    deep_page.click(BLOCK.format("layer2"))
    deep_page.click(BLOCK.format("layer2.0"))
    assert names(deep_page)[3:6] == ["layer2", "layer2.0", "layer2.0.conv1"]
    deep_page.click(BLOCK.format("layer2"))
    assert len(names(deep_page)) == 9


def test_every_layer_reads_torchs_number_wherever_it_is_folded(deep_page: Page) -> None:
    page = deep_page
    recording = cnnviz.record(MODEL, torch.as_tensor(PICTURES[:1]) / 255)
    open_all(page)
    layers = [name for name in names(page) if name in recording]
    assert len(layers) > 40
    for name in layers[::4]:
        page.focus(LAYER.format(name))
        page.keyboard.press("Enter")
        page.keyboard.press("End")
        values = recording[name].calls[0].output.numpy()
        values = values[:, : min(32, values.shape[1])].ravel()
        text = page.inner_text(f".cnnviz-band[data-layer='{name}'] .cnnviz-band-unit")
        # The page holds weights in half precision where that cannot be seen.
        assert spoken(text) == pytest.approx(values[-1], abs=0.006 + 0.01 * float(np.abs(values).max())), (name, text)


def test_the_rail_draws_a_line_for_every_tensor_that_a_row_reads(deep_page: Page) -> None:
    folded = deep_page.locator(".cnnviz-rail path:not([d=''])").count()
    assert folded == 9  # the picture and each row but the last
    assert deep_page.locator(".cnnviz-rail circle.is-block").count() == 4
    deep_page.click(BLOCK.format("layer2"))
    deep_page.click(BLOCK.format("layer2.0"))
    lanes = deep_page.evaluate(
        "new Set([...document.querySelectorAll('.cnnviz-rail circle')].map((c) => c.getAttribute('cx'))).size"
    )
    assert lanes == 2  # the shortcut's convolution stands beside the main way


def test_the_search_finds_by_words_and_shape_and_opens_what_is_folded(deep_page: Page) -> None:
    deep_page.focus(".cnnviz-thumb >> nth=0")
    deep_page.keyboard.press("/")
    deep_page.keyboard.type("concat")
    assert deep_page.inner_text(".cnnviz-find span") == "2"
    assert deep_page.locator(".cnnviz-band.is-hit").count() == 1  # both lie in one folded block
    deep_page.keyboard.press("Enter")
    assert deep_page.inner_text(".cnnviz-find span") == "1 of 2"
    assert deep_page.get_attribute(".cnnviz-band.is-found", "data-layer") == "mixed.0.cat"
    deep_page.keyboard.press("Enter")
    assert deep_page.get_attribute(".cnnviz-band.is-found", "data-layer") == "mixed.2.cat"
    assert deep_page.evaluate("document.activeElement.type") == "search"
    deep_page.fill(".cnnviz-find input", "16x16x16 relu")
    assert deep_page.inner_text(".cnnviz-find span") == "4"
    deep_page.fill(".cnnviz-find input", "lstm")
    assert deep_page.inner_text(".cnnviz-find span") == "none"


def test_escape_leaves_the_search_for_the_row_that_it_went_to(deep_page: Page) -> None:
    deep_page.focus(LAYER.format("conv1"))
    deep_page.keyboard.press("/")
    deep_page.keyboard.type("concat")
    deep_page.keyboard.press("Enter")
    deep_page.keyboard.press("Escape")
    assert deep_page.evaluate(f"{FOCUS}.layer") == "mixed.0.cat"
    assert deep_page.input_value(".cnnviz-find input") == ""
    assert deep_page.locator(".cnnviz-rows [tabindex='0']").count() == 1
    deep_page.keyboard.press("/")
    deep_page.keyboard.press("Escape")
    assert deep_page.evaluate(f"{FOCUS}.layer") == "mixed.0.cat"


def test_the_minimap_goes_where_it_is_clicked_and_tells_where_it_is(deep_page: Page, figure: Any) -> None:
    open_all(deep_page)
    top = deep_page.evaluate("document.querySelector('.cnnviz-scroller').scrollTop = 0")
    deep_page.wait_for_function("document.querySelector('.cnnviz-minimap').ariaValueText.includes(', 1 of 63')")
    box = deep_page.locator(".cnnviz-minimap").bounding_box()
    assert box
    deep_page.mouse.click(box["x"] + 10, box["y"] + box["height"] * 0.75)
    scrolled = deep_page.evaluate("document.querySelector('.cnnviz-scroller').scrollTop")
    assert scrolled > top + 500
    aimed = figure.nodes[int(63 * 0.75)]["name"]
    seen = deep_page.locator(f".cnnviz-band[data-layer='{aimed}']").bounding_box()
    assert seen
    assert box["y"] <= seen["y"] < box["y"] + box["height"]
    deep_page.focus(".cnnviz-minimap")
    deep_page.keyboard.press("Home")
    assert deep_page.evaluate("document.querySelector('.cnnviz-scroller').scrollTop") < 60
    deep_page.keyboard.press("End")
    deep_page.wait_for_function("+document.querySelector('.cnnviz-minimap').ariaValueNow > 40")


def test_the_rows_are_one_tab_stop_and_the_keys_go_through_them(deep_page: Page) -> None:
    assert deep_page.locator(".cnnviz-rows [tabindex='0']").count() == 1
    deep_page.focus(LAYER.format("conv1"))
    for _ in range(2):
        deep_page.keyboard.press("ArrowDown")
    assert deep_page.evaluate(f"{FOCUS}.block") == "layer1"
    deep_page.keyboard.press("ArrowRight")
    deep_page.keyboard.press("ArrowDown")
    assert deep_page.evaluate(f"{FOCUS}.block") == "layer1.0"
    deep_page.keyboard.press("Enter")
    deep_page.keyboard.press("PageDown")
    assert deep_page.evaluate(f"{FOCUS}.layer") == "layer1.0.conv1"
    deep_page.keyboard.press("Enter")
    assert deep_page.evaluate("document.activeElement.className").startswith("cnnviz-sheet")
    deep_page.keyboard.press("Escape")
    assert deep_page.evaluate("document.activeElement.className") == "cnnviz-band-name"
    deep_page.keyboard.press("ArrowLeft")
    deep_page.keyboard.press("ArrowLeft")
    assert deep_page.evaluate(f"{FOCUS}.block") == "layer1.0"
    deep_page.keyboard.press("ArrowLeft")
    assert deep_page.get_attribute(BLOCK.format("layer1.0"), "aria-expanded") == "false"
    deep_page.keyboard.press("End")
    assert deep_page.evaluate(f"{FOCUS}.layer") == "softmax"
    assert deep_page.locator(".cnnviz-rows [tabindex='0']").count() == 1


def test_a_unit_is_outlined_in_both_branches_that_it_reads(deep_page: Page) -> None:
    deep_page.click(BLOCK.format("layer2"))
    deep_page.click(BLOCK.format("layer2.0"))
    deep_page.focus(LAYER.format("layer2.0.add"))
    deep_page.keyboard.press("Enter")
    outlined = ".cnnviz-band:has(.cnnviz-mark-input)"
    assert deep_page.locator(outlined).count() == 2
    assert deep_page.locator(outlined).nth(0).get_attribute("data-layer") == "layer2.0.bn2"
    assert deep_page.locator(outlined).nth(1).get_attribute("data-block") == "layer2.0.downsample"
    assert deep_page.is_visible(".cnnviz-board-window")


def test_bands_are_made_only_near_what_is_seen(deep_page: Page) -> None:
    open_all(deep_page)
    deep_page.evaluate("document.querySelector('.cnnviz-scroller').scrollTop = 0")
    rows = len(names(deep_page))
    assert rows > 60
    page_height = "document.querySelector('.cnnviz-rows').scrollHeight"
    before = deep_page.evaluate(page_height)
    deep_page.evaluate("document.querySelector('.cnnviz-scroller').scrollTop = 1e6")
    deep_page.wait_for_function("document.querySelectorAll('.cnnviz-rows canvas').length > 30")
    assert deep_page.evaluate(page_height) == before  # the places were kept


def test_of_many_classes_the_likeliest_are_shown_and_any_is_found(deep_page: Page) -> None:
    with torch.no_grad():
        shares = torch.softmax(MODEL(torch.as_tensor(PICTURES[:1]) / 255), 1)[0].numpy()
    rows = deep_page.locator(".cnnviz-verdict tbody th")
    order = [CLASSES[i] for i in np.argsort(-shares)]
    assert rows.all_inner_texts()[:2] == order[:2]
    assert rows.count() == 5
    deep_page.locator(".cnnviz-verdict").get_by_role("button", name="more").click()
    assert sorted(rows.all_inner_texts()) == sorted(CLASSES)
    deep_page.fill(".cnnviz-verdict input", "class 7")
    assert rows.all_inner_texts()[0] == "class 7"
    shown = deep_page.inner_text(".cnnviz-verdict tbody tr >> nth=0 >> .cnnviz-verdict-percent")
    assert float(shown.split("\u00a0")[0]) == pytest.approx(100 * shares[7], abs=0.6)


@pytest.mark.parametrize("width", [390, 700, 1200])
def test_it_keeps_its_place_and_never_scrolls_sideways(show: Show, figure: Any, width: int, page: Page) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries())"
        " window.shift += one.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page = show(figure, width=width)
    page.wait_for_timeout(300)
    assert sideways(page) <= 0
    assert page.evaluate("window.shift") < 0.01
    kept, high = kept_and_high(page, ".cnnviz-explorer")
    assert kept == pytest.approx(high, rel=0.15)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.click(BLOCK.format("layer1"))
    page.click(BLOCK.format("layer1.0"))
    page.click(LAYER.format("layer1.0.conv1"))
    page.fill(".cnnviz-find input", "relu")
    page.wait_for_timeout(300)
    assert serious(page) == []


def test_a_recorded_network_is_picked_not_drawn_and_reads_the_recorded_numbers(show: Show) -> None:
    recording = cnnviz.record(MODEL, torch.as_tensor(PICTURES) / 255, layers=["conv1", "layer1.*", "fc"])
    figure = cnnviz.explore(recording, PICTURES, CLASSES)
    page = show(figure)
    assert page.get_attribute(".cnnviz-board", "role") == "img"
    assert "how it is made" not in page.inner_text(".cnnviz-hint")
    assert page.locator(".cnnviz-board-tools").count() == 0
    assert "not the network's arithmetic" in page.inner_text(".cnnviz-explorer-side")
    page.click(".cnnviz-thumb >> nth=2")
    page.focus(LAYER.format("fc"))
    page.keyboard.press("Home")
    page.wait_for_timeout(100)
    values = recording["fc"].output.numpy()
    sheet = SHEET.format("fc")
    page.hover(sheet, position={"x": 3, "y": 3})
    text = page.inner_text(".cnnviz-band[data-layer='fc'] .cnnviz-band-unit")
    assert spoken(text) == pytest.approx(values[2, 0], abs=0.006 + 0.01 * float(np.abs(values).max()))
    best = CLASSES[int(values[2].argmax())]
    assert page.inner_text(".cnnviz-verdict-sentence strong") == best


@pytest.mark.parametrize("width", [390, 600, 700, 790, 860, 1000, 1200])
def test_no_row_cuts_off_what_its_layer_is_and_every_button_is_24_pixels_high(
    show: Show, figure: Any, width: int
) -> None:
    page = show(figure, width=width)
    for name in ("layer1", "layer1.0", "layer2", "layer2.0", "layer2.0.downsample"):
        page.click(BLOCK.format(name))
    for name in ("conv1", "layer1.0.conv1", "layer1.0.add", "layer2.0.conv1", "layer2.0.downsample.0", "fc"):
        page.click(LAYER.format(name))
    cut = "all => all.filter((el) => el.scrollWidth > el.clientWidth + 1).map((el) => el.textContent)"
    assert page.eval_on_selector_all(".cnnviz-band-name", cut) == []
    low = "all => all.filter((el) => el.offsetParent && el.offsetHeight < 24).map((el) => el.textContent)"
    assert page.eval_on_selector_all(".cnnviz-explorer button", low) == []


def test_a_narrow_folded_block_shows_no_half_of_a_switch(show: Show, figure: Any) -> None:
    page = show(figure, width=390)
    row = page.locator(".cnnviz-band[data-block='layer1']")
    row.locator(".cnnviz-band-name").focus()
    assert row.locator(".cnnviz-band-off").is_hidden()
    page.keyboard.press("x")
    box, switch = row.bounding_box(), row.locator(".cnnviz-band-off").bounding_box()
    assert box
    assert switch
    assert switch["x"] + switch["width"] <= box["x"] + box["width"] + 1


def test_what_the_search_finds_stands_in_the_strip_of_the_whole_network_too(show: Show, figure: Any) -> None:
    page = show(figure)
    page.fill(".cnnviz-find input", "layer2.0.conv")
    nodes = cnnviz.to_graph(MODEL, torch.as_tensor(PICTURES[:1]) / 255).nodes
    at = [i for i, node in enumerate(nodes) if "layer2.0.conv" in node.name]
    marks = page.get_attribute(".cnnviz-minimap .is-hit", "d") or ""
    assert [int(mark.split()[1].split("h")[0]) for mark in marks.split("M")[1:]] == at
    page.fill(".cnnviz-find input", "")
    assert page.get_attribute(".cnnviz-minimap .is-hit", "d") == ""


def test_the_keys_are_those_that_do_something_here(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("text=keys")
    assert {"/", "x", "Space"} <= set(page.locator(".cnnviz-explorer-layers > .cnnviz-keys kbd").all_inner_texts())
    recording = cnnviz.record(MODEL, torch.as_tensor(PICTURES) / 255, layers=["conv1", "fc"])
    page = show(cnnviz.explore(recording, PICTURES, CLASSES))
    page.click("text=keys")
    keys = page.locator(".cnnviz-explorer-layers > .cnnviz-keys")
    assert keys.locator("kbd").all_inner_texts() == ["arrows", "Page Up, Page Down", "Enter", "Escape", "?"]
    assert "search" not in keys.inner_text()
