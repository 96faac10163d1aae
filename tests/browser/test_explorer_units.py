"""The explorer's layers and units: the numbers that they read, what they see, and the panels that open from them."""

from typing import Any

import pytest
from playwright.sync_api import expect

import cnnviz
from cnnviz import nn
from tests.browser.explorer_page import LAYER, PICTURES, READOUT, Show, clothes_explorer, number, run


@pytest.fixture
def figure() -> Any:
    return clothes_explorer()


def test_every_layer_reads_the_same_number_as_here_at_every_place_visited(show: Show, figure: Any) -> None:
    page = show(figure)
    values = run(PICTURES[0])
    for name, places in {"conv1": 3, "relu1": 3, "pool1": 2, "conv2": 4, "pool2": 2, "flatten": 2, "linear": 3}.items():
        page.focus(LAYER.format(name))
        page.keyboard.press("Home")
        page.keyboard.press("End")
        for left in range(places):
            text = page.inner_text(READOUT.format(name))
            expected = values[name].ravel()[values[name].size - 1 - left]
            assert number(text) == pytest.approx(expected, abs=0.0051, rel=0.06), (name, text)
            page.keyboard.press("ArrowLeft")


def test_a_tap_on_a_unit_tells_its_number_and_a_tap_on_that_opens_it(show: Show, figure: Any) -> None:
    page = show(figure, width=390)
    sheet = page.locator(LAYER.format("conv1"))
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    point = [{"x": box["x"] + 20, "y": box["y"] + 20}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    assert page.inner_text(READOUT.format("conv1")).startswith("channel 0, row ")
    assert page.locator(".cnnviz-explorer-panel:visible").count() == 0
    page.click(READOUT.format("conv1"))
    assert page.is_visible(".cnnviz-unit")


def test_hovering_a_unit_outlines_its_window_and_what_it_sees_of_the_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    box = page.locator(LAYER.format("conv2") + " canvas").bounding_box()
    assert box
    columns = page.evaluate(f'document.querySelector("{LAYER.format("conv2")} canvas").width')
    cell = box["width"] / columns
    page.mouse.move(box["x"] + 6.5 * cell, box["y"] + 5.5 * cell)  # channel 0, row 5, column 6
    assert page.inner_text(READOUT.format("conv2")).startswith("channel 0, row 5, column 6: ")
    marks = page.locator(LAYER.format("pool1") + " .cnnviz-mark-input.cnnviz-mark-line")
    assert marks.count() == 8  # 3 x 3 in each of the eight maps that it reads
    first = [float(str(marks.nth(0).get_attribute(name))) for name in ("x", "y", "width", "height")]
    assert first == [5, 4, 3, 3]
    # 3x3 after 2x2 pooling after 5x5: pixels 2*(5-1)-2 .. 2*(5+1)+1+2 down, 2*(6-1)-2 .. 2*(6+1)+1+2 across.
    field = page.evaluate(
        "(({top, left, width, height}) => [top, left, width, height])"
        "(document.querySelector('.cnnviz-board-window').style)"
    )
    assert [round(float(side[:-1]) * 28 / 100) for side in field] == [6, 8, 10, 10]
    page.mouse.move(2, 2)
    assert page.locator(".cnnviz-mark-input").count() == 0
    assert page.is_hidden(".cnnviz-board-window")


def test_clicking_a_unit_shows_how_it_is_made_and_the_way_back_through_the_network(show: Show, figure: Any) -> None:
    page = show(figure)
    values = run(PICTURES[0])
    page.focus(LAYER.format("conv2"))
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    panel = page.locator(".cnnviz-unit")
    assert "conv2" in panel.locator(".cnnviz-title").first.inner_text()
    place = panel.locator(".cnnviz-unit-place").inner_text()
    assert place.startswith("Channel 0, row 3, column 2: ")
    assert number(place.rstrip(".")) == pytest.approx(float(values["conv2"][0, 0, 3, 2]), abs=0.0051, rel=0.06)
    panel.get_by_role("button", name="follow pool1").first.click()
    assert "pool1" in panel.locator(".cnnviz-title").first.inner_text()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert page.evaluate("document.activeElement.closest('.cnnviz-band').dataset.layer") == "pool1"


def test_the_open_unit_follows_the_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    changed = "(text) => document.querySelector('.cnnviz-unit-place').innerText !== text"
    page.focus(LAYER.format("linear"))
    page.keyboard.press("Enter")
    before = page.inner_text(".cnnviz-unit-place")
    page.click("text=clear")
    page.wait_for_function(changed, arg=before)
    cleared = page.inner_text(".cnnviz-unit-place")
    page.click(".cnnviz-thumb >> nth=3")
    page.wait_for_function(changed, arg=cleared)


def test_a_layers_channels_and_a_comparison_open_under_the_network(show: Show, figure: Any) -> None:
    page = show(figure)
    page.hover(LAYER.format("conv2"))
    page.locator(".cnnviz-band[data-layer='conv2']").get_by_role("button", name="channels of conv2").click()
    panel = page.locator(".cnnviz-explorer-panel:visible")
    assert "conv2" in panel.inner_text()
    panel.get_by_role("button", name="close").first.click()
    assert panel.count() == 0
    page.get_by_role("button", name="compare two").click()
    assert panel.locator("canvas").count() >= 3
    page.keyboard.press("Escape")


@pytest.mark.parametrize("name", ["flatten", "linear", "softmax"])
def test_a_vector_has_units_and_no_channels_at_its_row_and_in_its_panel(show: Show, figure: Any, name: str) -> None:
    page = show(figure)
    row = page.locator(f".cnnviz-band[data-layer='{name}'] .cnnviz-band-channels")
    assert row.inner_text() == "units"
    row.click()
    panel = page.locator(".cnnviz-explorer-panel:visible")
    expect(panel.locator("progress")).to_be_hidden()
    panel.locator("li button").first.click()
    said = panel.evaluate("""(el) => el.innerText + [el, ...el.querySelectorAll("[aria-label]")]
        .map((one) => one.getAttribute("aria-label"))""")
    assert "units" in said
    assert "channel" not in said
    panel.get_by_role("button", name="close the units").click()


def test_page_down_and_the_edge_of_a_layer_lead_to_the_next_one(show: Show, figure: Any) -> None:
    page = show(figure)
    current = "document.activeElement.closest('.cnnviz-band').dataset.layer"
    page.focus(LAYER.format("conv1"))
    page.keyboard.press("PageDown")
    assert page.evaluate(current) == "relu1"
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(current) == "pool1"
    page.keyboard.press("PageUp")
    assert page.evaluate(current) == "relu1"
    assert page.locator(".cnnviz-band .cnnviz-sheet[tabindex='0']").count() == 1


def test_a_layer_of_many_maps_shows_some_and_then_all(show: Show) -> None:
    model = nn.Sequential(nn.Conv2d(1, 40, 3))
    page = show(cnnviz.explore(model, PICTURES, show=8))
    page.get_by_role("button", name="all 40 maps").click()
    page.keyboard.press("End")
    assert page.inner_text(READOUT.format("0")).startswith("channel 39, row 25, column 25: ")
