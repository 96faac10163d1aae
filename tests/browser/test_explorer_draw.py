"""What a reader draws in the explorer: the network here sees the same pixels, and the page answers within a frame."""

from typing import Any

import numpy as np
import pytest

import cnnviz
from cnnviz import nn
from cnnviz.graph import to_graph
from tests.browser.explorer_page import PICTURES, Show, assert_sees, clothes_explorer, shown_percent, to_cell


@pytest.fixture
def figure() -> Any:
    return clothes_explorer()


def test_a_dot_drawn_with_the_keyboard_is_a_pixel_for_the_network(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click(".cnnviz-board-tools >> text=more")
    page.get_by_role("button", name="thin").click()
    page.focus(".cnnviz-board")
    page.keyboard.press("Delete")
    picture = np.zeros((1, 28, 28), np.uint8)
    assert_sees(page, picture)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    picture[0, 13, 14] = 255
    assert_sees(page, picture)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    picture[0, 13, 14:17] = 255
    assert_sees(page, picture)
    page.keyboard.press("Control+z")
    picture[0, 13, 16] = 0
    assert_sees(page, picture)
    page.keyboard.press("e")
    page.keyboard.press("Space")
    assert page.get_attribute("text=erase", "aria-pressed") == "true"
    assert_sees(page, picture)


def test_a_line_drawn_with_the_mouse_is_drawn_and_undone_in_one_step(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click(".cnnviz-board-tools >> text=more")
    page.get_by_role("button", name="thin").click()
    page.click("text=clear")
    to_cell(page, 4.5, 9.5)
    page.mouse.down()
    to_cell(page, 20.5, 9.5, steps=3)
    page.mouse.up()
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 9, 4:21] = 255
    assert_sees(page, picture)
    assert page.locator(".cnnviz-thumb[aria-checked='true']").count() == 0
    page.click("text=undo")
    assert_sees(page, picture * 0)


def test_a_shift_moves_the_picture_by_one_pixel(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click(".cnnviz-board-tools >> text=more")
    page.get_by_role("button", name="shift right").click()
    page.get_by_role("button", name="shift down").click()
    moved = np.zeros_like(PICTURES[0])
    moved[:, 1:, 1:] = PICTURES[0][:, :-1, :-1]
    assert_sees(page, moved)


def test_a_finger_draws_without_scrolling_the_page(show: Show, figure: Any) -> None:
    page = show(figure, width=390, height=700)
    page.click("text=clear")
    page.locator(".cnnviz-board").scroll_into_view_if_needed()
    before = page.evaluate("[scrollY, +document.querySelector('.cnnviz-board canvas').dataset.sum]")
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 100, box["y"] + 60
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + 15 * step}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    after = page.evaluate("[scrollY, +document.querySelector('.cnnviz-board canvas').dataset.sum]")
    assert after[0] == before[0]
    assert after[1] > before[1] + 255 * 8


def test_from_brush_to_painted_maps_is_within_a_frame(show: Show, figure: Any) -> None:
    page = show(figure)
    page.wait_for_timeout(500)
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    page.evaluate(
        """() => { window.passes = []; new PerformanceObserver((list) => {
          window.passes.push(...list.getEntriesByName("cnnviz-explore").map(({ duration }) => duration)); })
          .observe({ type: "measure" }); }"""
    )
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + 40 + 4 * step, box["y"] + 40 + 3 * step)
    page.mouse.up()
    page.wait_for_timeout(100)
    passes = np.array(page.evaluate("window.passes"))
    print(
        f"brush to painted maps: median {np.median(passes):.1f} ms, worst {passes.max():.1f} ms of {len(passes)} passes"
    )
    assert len(passes) > 5
    assert np.median(passes) < 16


def test_colour_pictures_are_explored_and_painted_in_colour(show: Show) -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    )
    pictures = np.random.default_rng(1).integers(0, 256, (2, 3, 16, 16), np.uint8)
    page = show(cnnviz.explore(model, pictures, shift=-0.5))
    scores = to_graph(model).run(pictures[:1].astype(np.float32) / np.float32(255) - np.float32(0.5))["4"][0]
    shares = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    shown = page.locator(".cnnviz-verdict-percent").all_inner_texts()
    assert shown == [shown_percent(float(share)) for share in shares]
    page.click(".cnnviz-board-tools >> text=more")
    page.fill(".cnnviz-board-tools input[type=color]", "#ff0000")
    page.focus(".cnnviz-board")
    page.keyboard.press("Space")
    middle = page.evaluate(
        "[...document.querySelector('.cnnviz-board canvas').getContext('2d').getImageData(8, 8, 1, 1).data]"
    )
    assert middle == [255, 0, 0, 255]


def test_a_picture_drawn_before_the_page_was_saved_is_on_the_board(show: Show, figure: Any) -> None:
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 5:20, 8:20] = 200
    figure.picture = {"shape": [1, 28, 28], "dtype": "uint8", "data": picture.tobytes()}
    assert_sees(show(figure), picture)
