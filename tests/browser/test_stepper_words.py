"""What the stepper says in words: to a screen reader, in titles, and of numbers that are none."""

import numpy as np
from playwright.sync_api import Page, expect

import cnnviz
from cnnviz import nn

from .stepper_page import Show, X, press, sentence, sobel

COUNT_SAID = """() => {
  window.said = 0;
  const watch = new MutationObserver(() => window.said++);
  watch.observe(document.querySelector('[aria-live=polite]'), { childList: true, characterData: true, subtree: true });
}"""


def said(page: Page) -> str:
    """What the screen reader is told, when its second is over."""
    page.wait_for_timeout(1200)
    return page.locator("[aria-live=polite]").inner_text()


def test_nan_and_infinity_are_said_in_words(show: Show) -> None:
    x = X.copy()
    x[1, 1], x[6, 6] = np.nan, np.inf
    page = show(cnnviz.step(sobel(), x, cell=0))
    expect(page.locator('[data-grid="input"]')).to_contain_text("2 cells hatched: NaN or ∞")
    assert sentence(page).endswith("= NaN")
    press(page, "ArrowRight")
    expect(page.locator("[aria-live=polite]")).to_contain_text("= not a number")


def test_the_live_text_is_polite_and_not_more_than_once_a_second(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    assert page.locator("[aria-live=polite]").inner_text() == ""  # a page of many figures opens in silence
    press(page, "End", "Home")
    expect(page.locator("[aria-live=polite]")).to_contain_text("output row 0, column 0: −1 times")
    page.evaluate(COUNT_SAID)
    page.get_by_role("combobox", name="speed").select_option("10")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_timeout(2500)
    assert 1 <= page.evaluate("window.said") <= 4


def test_flatten_says_which_channel_it_reads(show: Show) -> None:
    page = show(cnnviz.step(nn.Flatten(), np.ones((3, 2, 2)), cell=0))
    title = page.locator('[data-grid="input"] .cnnviz-grid-title')
    expect(title).to_contain_text("2 × 2, channel 0")
    press(page, "End")
    expect(title).to_contain_text("2 × 2, channel 2")


def test_what_the_keyboard_points_at_is_said_also_inside_the_window(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    press(page, "k")
    assert said(page).startswith("kernel row 1, column 1: 0 feeds 36 outputs")
    press(page, "ArrowRight")
    assert said(page).startswith("kernel row 1, column 2: 2 feeds 36 outputs")
    press(page, "Enter")
    page.keyboard.type("much")
    page.keyboard.press("Enter")
    assert "much is not a number" in said(page)
    page.keyboard.press("Escape")
    press(page, "Escape", "?")
    assert "space: play or pause" in said(page)


def test_a_number_of_the_sentence_says_which_cell_it_is(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    page.locator('.cnnviz-sentence [tabindex="0"]').focus()
    assert said(page) == "kernel row 0, column 0"
    page.keyboard.press("ArrowRight")
    assert said(page) == "input row 0, column 0"
