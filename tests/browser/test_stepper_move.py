"""The stepper's current cell, moved by keys, transport, pointer and touch, and what lights up with it."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import cnnviz
from cnnviz import nn
from cnnviz.page import save

from .conftest import Watched
from .stepper_page import Show, X, centre, press, result, sentence, sobel


def test_arrows_home_end_and_space_move_the_current_cell(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    out = np.asarray(sobel()(X[None, None]))[0, 0]
    press(page, "ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight")
    assert result(page) == out[2, 1]
    press(page, "End")
    assert result(page) == out[-1, -1]
    press(page, "ArrowRight", "ArrowDown")
    assert result(page) == out[-1, -1]
    press(page, "Home")
    assert result(page) == out[0, 0]
    press(page, "Space")
    page.wait_for_timeout(700)
    press(page, "Space")
    assert page.locator(".is-main").inner_text() == "play"
    assert page.locator(".cnnviz-where").inner_text() != "row 0, column 0"


def test_the_transport_goes_through_the_cells(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    where = page.locator(".cnnviz-where")
    page.get_by_role("button", name="last cell").click()
    expect(where).to_have_text("row 5, column 5")
    page.get_by_role("button", name="one cell back").click()
    expect(where).to_have_text("row 5, column 4")
    page.get_by_role("button", name="first cell").click()
    page.get_by_role("button", name="one cell on").click()
    expect(where).to_have_text("row 0, column 1")
    page.get_by_role("slider", name="cell").fill("20")
    expect(where).to_have_text("row 3, column 2")
    expect(page.get_by_role("checkbox", name="hide the rest")).to_be_checked()
    page.get_by_role("combobox", name="speed").select_option("100")
    page.get_by_role("button", name="play", exact=True).click()
    expect(where).to_have_text("row 5, column 5")
    expect(page.get_by_role("button", name="play", exact=True)).to_be_visible()


def test_hovering_an_output_shows_what_it_is_made_of_and_leaving_goes_back(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    out = np.asarray(sobel()(X[None, None]))[0, 0]
    page.mouse.move(*centre(page, "output", 4, 3))
    expect(page.locator('[data-grid="input"] .is-window')).to_have_attribute("data-place", "4,3")
    assert result(page) == out[4, 3]
    page.mouse.move(2, 2)
    expect(page.locator('[data-grid="input"] .is-window')).to_have_attribute("data-place", "0,0")
    assert result(page) == out[0, 0]


def test_hovering_an_input_shows_everything_that_it_feeds(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    page.mouse.move(*centre(page, "input", 5, 5))
    linked = page.locator('[data-grid="output"] .is-linked')
    expect(linked).to_have_attribute("data-place", "3,3")
    assert len(re.findall("M", linked.get_attribute("data-form") or "")) == 12  # the outline of 3 x 3 cells
    assert "feeds 9 outputs" in sentence(page)


def test_numbers_and_cells_light_each_other_up(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    weight = page.locator('.cnnviz-sentence [data-role="parameter"]').first
    weight.hover()
    expect(page.locator('[data-grid="weight"] .is-hot')).to_have_attribute("data-place", "0,0")
    page.mouse.move(*centre(page, "weight", 0, 0))
    expect(weight).to_have_class(re.compile("is-lit"))
    page.mouse.move(2, 2)
    page.locator('.cnnviz-sentence [tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-grid="input"] .is-hot')).to_have_attribute("data-place", "0,0")


def test_a_drag_on_the_output_moves_the_cell_and_on_the_input_its_window(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    where = page.locator(".cnnviz-where")
    page.mouse.move(*centre(page, "output", 0, 0))
    page.mouse.down()
    page.mouse.move(*centre(page, "output", 3, 4))
    page.mouse.up()
    expect(where).to_have_text("row 3, column 4")
    page.mouse.move(*centre(page, "input", 2, 2))
    page.mouse.down()
    page.mouse.move(*centre(page, "input", 3, 3))
    page.mouse.up()
    expect(where).to_have_text("row 2, column 2")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """One finger, from a point to another, as the browser itself would report it."""
    session = page.context.new_cdp_session(page)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for kind, points in (("Start", [start]), ("Move", [middle]), ("Move", [end]), ("End", [])):
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})
    session.detach()


def test_a_touch_moves_the_cell(browser: Browser, watched: Watched, tmp_path: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    watched.watch(context)
    page = context.new_page()
    page.goto(save(cnnviz.step(sobel(), X, cell=0), tmp_path / "touch.html").as_uri())
    page.locator('[data-grid="output"]').scroll_into_view_if_needed()
    page.touchscreen.tap(*centre(page, "output", 2, 3))
    expect(page.locator(".cnnviz-where")).to_have_text("row 2, column 3")
    drag(page, centre(page, "output", 2, 3), centre(page, "output", 4, 1))
    expect(page.locator(".cnnviz-where")).to_have_text("row 4, column 1")
    page.locator('[data-grid="input"]').scroll_into_view_if_needed()
    page.touchscreen.tap(*centre(page, "input", 4, 4))
    assert "feeds" in sentence(page) or page.locator(".is-lit").count()
    assert page.locator(".cnnviz-editor").count() == 0
    context.close()
    watched.check()


@pytest.mark.parametrize(("width", "seed"), [(390, 0), (390, 1), (390, 2), (736, 0)])  # 1, 2: one long sentence
def test_what_is_below_the_sentence_stands_still_while_playing_and_pointing(show: Show, width: int, seed: int) -> None:
    nn.manual_seed(seed)
    x = np.random.default_rng(8).normal(size=(3, 8, 8)).astype(np.float32)
    x[:, :4] = 0  # short sentences above, long ones below
    page = show(cnnviz.step(nn.Conv2d(3, 2, 3, padding=1), x, cell=0), width=width)
    top = "Math.round(document.querySelector('.cnnviz-transport').getBoundingClientRect().top + scrollY)"
    tops = {page.evaluate(top)}
    page.get_by_role("combobox", name="speed").select_option("30")
    page.get_by_role("button", name="play", exact=True).click()
    while page.get_by_role("button", name="pause").count():
        tops.add(page.evaluate(top))
    for cell in ((0, 0), (5, 5), (7, 7)):
        page.mouse.move(*centre(page, "input", *cell))
        tops.add(page.evaluate(top))
    assert len(tops) == 1
