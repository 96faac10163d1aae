"""The unit panel as a reader meets it: every number in the page against torch here."""

import itertools
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.graph import Graph, Node
from tests.browser.panels_page import (
    CLOTHES,
    GRAPH,
    PICTURES,
    SETTLED,
    Pass,
    Show,
    close,
    number,
    opened,
    panels,
    recorded,
)


def slope(page: Page) -> float:
    said = re.search(r"this unit = (\S+): ", page.inner_text(".cnnviz-unit-slope"))
    assert said
    return number(said[1])


def value(page: Page) -> float:
    return number(page.inner_text(".cnnviz-unit-place").rsplit(": ", 1)[1].removesuffix("."))


def input_channel(page: Page) -> int:
    return int(page.input_value(".cnnviz-choices label:has-text('input channel') select"))


def parts(page: Page) -> list[list[str]]:
    rows = page.locator(".cnnviz-parts tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


@pytest.fixture
def widget() -> Any:
    return panels(GRAPH, PICTURES, CLOTHES.classes)


def test_a_units_number_patch_and_true_gradient_stand_in_words(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    found = Pass(PICTURES[0])
    assert page.inner_text(".cnnviz-unit-place").startswith("Channel 11, row 10, column 9: ")
    assert close(value(page), found.of["conv2"][11, 10, 9])
    best = CLOTHES.classes[int(found.shares.argmax())]
    assert page.inner_text(".cnnviz-unit-slope").startswith(f"∂ score of {best} / ∂ this unit = ")
    assert found.slope["conv2"][11, 10, 9] != 0
    assert close(slope(page), found.slope["conv2"][11, 10, 9])
    # 3x3 after 2x2 pooling after 5x5: rows 2*(10-1)-2 .. 2*(10+1)+1+2, columns 2*(9-1)-2 .. 2*(9+1)+1+2.
    said = "It sees 10 × 10 of 28 × 28 pixels: rows 16–25, columns 14–23."
    assert page.inner_text(".cnnviz-patch figcaption") == said
    crop = "[...document.querySelectorAll('.cnnviz-patch-crop canvas')].map(({width, height}) => [width, height])"
    assert page.evaluate(crop) == [[10, 10]]


def test_the_parts_are_the_largest_products_in_order_and_the_rest_is_said(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    found = Pass(PICTURES[0])
    window = found.of["pool1"][:, 9:12, 8:11]
    weight = GRAPH.nodes[3].params["weight"][11]
    products = (window * weight).ravel()
    order = np.argsort(-np.abs(products), kind="stable")[:8]
    shown = parts(page)
    assert len(shown) == 8
    for (name, read, times, adds), place in zip(shown, order, strict=True):
        channel, row, col = np.unravel_index(place, window.shape)
        assert name.replace("\u00a0", " ") == f"pool1[{channel}, {row + 9}, {col + 8}]"
        assert close(number(read), window.ravel()[place])
        assert close(number(times), weight.ravel()[place])
        assert close(number(adds), products[place])
    said = re.search(
        r"of 72 numbers and a bias of (\S+), .* the others add (\S+)\.$", page.inner_text(".cnnviz-unit-making")
    )
    assert said
    assert close(number(said[1]), GRAPH.nodes[3].params["bias"][11])
    assert close(number(said[2]), products.sum() - products[order].sum())


def test_terms_are_followed_by_keyboard_from_the_score_down_to_a_pixel_and_back(show: Show, widget: Any) -> None:
    page = opened(show, widget, "linear", 9)
    found = Pass(PICTURES[0])
    page.locator(".cnnviz-parts button").first.focus()
    for name in ("flatten", "pool2", "relu2", "conv2", "pool1", "relu1", "conv1"):
        page.keyboard.press("Enter")
        page.wait_for_timeout(60)
        stop = page.evaluate("told.at(-1)[1]")
        assert stop["name"] == name
        assert close(value(page), found.of[name].ravel()[stop["at"]])
        assert close(slope(page), found.slope[name].ravel()[stop["at"]])
    page.keyboard.press("Enter")
    page.wait_for_timeout(60)
    stop = page.evaluate("told.at(-1)[1]")
    assert stop["name"] == "input"
    assert close(value(page), PICTURES[0].ravel()[stop["at"]] / 255)
    assert close(slope(page), found.slope["input"].ravel()[stop["at"]])
    assert page.inner_text(".cnnviz-unit-making") == "A pixel: the trail ends here."
    assert page.locator(".cnnviz-unit .cnnviz-stepper").count() == 0
    crumbs = page.locator(".cnnviz-trail button")
    assert crumbs.count() == 9
    assert crumbs.last.get_attribute("aria-current") == "step"
    assert page.locator(".cnnviz-trail button[tabindex='0']").count() == 1
    crumbs.last.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert crumbs.count() == 3
    assert page.evaluate("told.at(-1)[1].name") == "pool2"
    assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "step"
    crumbs.first.click()
    assert page.is_hidden(".cnnviz-trail")
    assert page.inner_text(".cnnviz-unit-place").startswith("Unit 9 (Ankle boot): ")


def test_the_backward_view_has_the_true_gradient_of_the_chosen_classs_score(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    for target in (9, 3):
        page.select_option(".cnnviz-unit-head select", str(target))
        page.wait_for_timeout(SETTLED)
        found = Pass(PICTURES[0], target)
        assert close(slope(page), found.slope["conv2"][11, 10, 9])
        if target == 9:
            page.click("text=∂ backward")
            page.wait_for_timeout(SETTLED)
        place = page.inner_text(".cnnviz-where")
        row, col = (int(digits) for digits in re.findall(r"\d+", place))
        channel = input_channel(page)
        said = number(page.locator(".cnnviz-sentence .is-strong").last.inner_text())
        assert close(said, found.slope["pool1"][channel, row, col])
        assert found.slope["pool1"][channel, row, col] != 0
    page.keyboard.press("Escape")


def test_another_unit_in_the_stepper_is_the_panels_unit(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    found = Pass(PICTURES[0])
    page.get_by_role("button", name="one cell on").click()
    page.wait_for_timeout(SETTLED)
    assert page.inner_text(".cnnviz-unit-place").startswith("Channel 11, row 10, column 10: ")
    assert close(value(page), found.of["conv2"][11, 10, 10])
    page.select_option(".cnnviz-choices label:has-text('output channel') select", "5")
    page.wait_for_timeout(SETTLED)
    assert close(value(page), found.of["conv2"][5, 10, 10])
    assert close(slope(page), found.slope["conv2"][5, 10, 10])
    assert page.evaluate("told.at(-1)[1]") == {"name": "conv2", "at": 5 * 196 + 10 * 14 + 10}


def input_cell(page: Page, row: int, col: int) -> tuple[float, float]:
    """Where a cell of the 14 x 14 input stands, with its padding of 1 around it."""
    box = page.locator("[data-grid='input'] .cnnviz-surface").bounding_box()
    assert box
    return box["x"] + (col + 1.5) * box["width"] / 16, box["y"] + (row + 1.5) * box["height"] / 16


def test_a_click_on_an_input_cell_follows_it(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    channel = input_channel(page)
    page.locator("[data-grid='input']").scroll_into_view_if_needed()
    page.mouse.click(*input_cell(page, 9, 8))
    assert page.evaluate("told.at(-1)[1]") == {"name": "pool1", "at": channel * 196 + 9 * 14 + 8}
    assert page.locator(".cnnviz-editor").count() == 0


def test_the_keyboards_cursor_in_the_input_follows_with_enter(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    channel = input_channel(page)
    page.focus(".cnnviz-stage")
    for key in ("i", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("told.at(-1)[1]") == {"name": "pool1", "at": channel * 196 + 10 * 14 + 8}


def test_two_taps_on_an_input_cell_follow_it(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9, width=390)
    page.locator("[data-grid='input']").scroll_into_view_if_needed()
    x, y = input_cell(page, 9, 8)
    touch = page.context.new_cdp_session(page)
    for count in (1, 2):
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(100)
        assert page.evaluate("told.at(-1)[1].name") == ("conv2", "pool1")[count - 1]


def test_a_sum_of_branches_is_followed_to_either(show: Show) -> None:
    scale = {"weight": np.full((1, 1, 1, 1), -2, np.float32)}
    args = {"stride": [1, 1], "padding": [0] * 4, "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"}
    graph = Graph((Node("branch", "conv2d", args, scale), Node("sum", "add", {}, {}, ("branch", "input"))))
    page = opened(show, panels(graph, PICTURES, []), "sum", 15 * 28 + 12)
    pixel = float(PICTURES[0, 0, 15, 12]) / 255
    assert pixel > 0
    assert [row[0].replace("\u00a0", " ") for row in parts(page)] == ["branch[0, 15, 12]", "input[0, 15, 12]"]
    assert close(number(parts(page)[0][1]), -2 * pixel)
    page.locator(".cnnviz-parts button").nth(1).click()
    assert page.evaluate("told.at(-1)[1]") == {"name": "input", "at": 15 * 28 + 12}
    page.locator(".cnnviz-trail button").first.click()
    page.locator(".cnnviz-parts button").nth(0).click()
    assert page.evaluate("told.at(-1)[1]") == {"name": "branch", "at": 15 * 28 + 12}


def test_the_open_unit_follows_the_picture_on_the_board(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    for i in (1, 2):
        page.evaluate("(i) => lab.show(lab.pictures[i], i)", i)
        page.wait_for_timeout(SETTLED)
        found = Pass(PICTURES[i])
        assert close(value(page), found.of["conv2"][11, 10, 9])
        assert close(slope(page), found.slope["conv2"][11, 10, 9])
        said = page.locator(".cnnviz-unit .cnnviz-sentence .is-strong").last.inner_text()
        assert close(number(said), found.of["conv2"][11, 10, 9])


def test_a_recorded_unit_has_its_number_its_place_and_why_there_is_no_arithmetic(show: Show) -> None:
    page = opened(show, recorded(), "odd", 2 * 196 + 3 * 14 + 4)
    assert page.inner_text(".cnnviz-unit-place") == f"Channel 2, row 3, column 4: {2 * 196 + 3 * 14 + 4}."
    assert "recorded" in page.inner_text(".cnnviz-unit-making")
    assert page.inner_text(".cnnviz-patch figcaption").startswith("About where it lies.")
    window = page.evaluate(
        "(({top, left, width}) => [top, left, width])(document.querySelector('.cnnviz-patch-window').style)"
    )
    assert [float(side[:-1]) * 28 / 100 for side in window] == pytest.approx([6, 8, 2], abs=1e-3)
    assert page.locator(".cnnviz-unit .cnnviz-stepper").count() == 0
    assert page.is_hidden(".cnnviz-parts")
    page.evaluate("lab.show(lab.pictures[1], 1)")
    page.wait_for_timeout(SETTLED)
    assert page.inner_text(".cnnviz-unit-place").endswith(f": {588 + 2 * 196 + 3 * 14 + 4}.")


def test_escape_closes_from_anywhere_inside_and_the_focus_returns(show: Show, widget: Any) -> None:
    for inside in (".cnnviz-unit-head .cnnviz-title", ".cnnviz-parts button >> nth=0", ".cnnviz-stage"):
        page = opened(show, widget, "conv2", 700)
        page.focus(inside)
        page.keyboard.press("Escape")
        assert page.is_hidden(".cnnviz-unit")
        assert page.evaluate("document.activeElement.textContent") == "start"
    page = opened(show, widget, "conv2", 700)
    page.focus(".cnnviz-stage")
    page.keyboard.press("i")
    page.keyboard.press("Escape")
    assert page.is_visible(".cnnviz-unit")
    page.keyboard.press("Escape")
    assert page.is_hidden(".cnnviz-unit")


def test_the_unit_is_said_when_it_opens(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 700)
    page.wait_for_function("document.querySelector('.cnnviz-unit > [aria-live]').textContent.startsWith('conv2: ')")
    assert page.inner_text(".cnnviz-unit-place") in page.inner_text(".cnnviz-unit > [aria-live]")


def test_a_long_way_is_folded_and_unfolds(show: Show) -> None:
    names = ["input", *(f"relu{i}" for i in range(13))]
    graph = Graph(tuple(Node(name, "relu", inputs=(before,)) for before, name in itertools.pairwise(names)))
    page = opened(show, panels(graph, PICTURES, []), "relu12", 15 * 28 + 12)
    for _ in range(12):
        page.locator(".cnnviz-parts button").first.click()
    crumbs = page.locator(".cnnviz-trail button")
    assert [text.split("[")[0] for text in crumbs.all_inner_texts()] == [
        "relu12",
        "… 6 more",
        *(f"relu{i}" for i in range(5, -1, -1)),
    ]
    crumbs.nth(1).click()
    assert [text.split("[")[0] for text in crumbs.all_inner_texts()] == names[:0:-1]
    crumbs.nth(3).click()
    assert page.evaluate("told.at(-1)[1]") == {"name": "relu9", "at": 15 * 28 + 12}
