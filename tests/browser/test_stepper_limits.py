"""The stepper for every reader: theme, width, motion, screen reader; and how little it costs."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import nn
from tests.browser.leaks import Counts, counting, grown
from tests.browser.readers import serious
from tests.browser.saved_bytes import BYTES_OF

from .stepper_page import SOBEL, Show, X, press, result, sobel

TARGETS = """[...document.querySelectorAll('.cnnviz button, .cnnviz select, .cnnviz-check,' +
  '.cnnviz input:not([type=checkbox])')].filter((e) => e.checkVisibility())
  .map((e) => [e.textContent, e.getBoundingClientRect()]).map(([text, box]) => [text, box.width, box.height])"""

# One key after the other, each timed from the event to the end of its handler: all the script of a step.
TIMED_STEPS = """() => {
  const stage = document.querySelector('.cnnviz-stage');
  const times = [];
  for (let i = 0; i < 200; i++) {
    const key = i % 27 === 26 ? 'ArrowDown' : i % 54 < 27 ? 'ArrowRight' : 'ArrowLeft';
    const begin = performance.now();
    stage.dispatchEvent(new KeyboardEvent('keydown', { key }));
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b);
}"""

STEPS = """(count) => {
  const stage = document.querySelector('.cnnviz-stage');
  for (let i = 0; i < count; i++) {
    stage.dispatchEvent(new KeyboardEvent('keydown', { key: i % 28 < 14 ? 'ArrowRight' : 'ArrowLeft' }));
  }
}"""

# Mount the page's own widget again and again, as a notebook does, and remove it by the function that render returns.
REMOUNT = """async (count) => {
  const [source] = Object.values(window.anywidgetSources);
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const widget = (await import(address)).default;
  const text = document.querySelector('script[type*=widget-state]').textContent;
  const { state, buffers } = Object.values(JSON.parse(text).state).find((saved) => saved.state.op);
  const bytesOf = BYTES_OF;
  for (const buffer of buffers) {
    const { path } = buffer;
    path.slice(0, -1).reduce((at, key) => at[key], state)[path.at(-1)] = new DataView((await bytesOf(buffer)).buffer);
  }
  const model = { get: (name) => state[name], set() {}, on() {}, off() {}, save_changes() {} };
  for (let i = 0; i < count; i++) {
    const el = document.createElement('div');
    document.body.append(el);
    const end = widget.render({ model, el });
    await new Promise(requestAnimationFrame);
    end();
    el.remove();
  }
}""".replace("BYTES_OF", BYTES_OF)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    show: Show, page: Page, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    show(cnnviz.step(nn.Conv2d(3, 2, 3, padding=1), np.ones((3, 12, 12)), title="Axe"), width=width)
    for name in ("change", "PyTorch", "keys"):
        page.get_by_role("button", name=name, exact=True).click()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_at_least_44_pixels(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0), width=390)
    page.get_by_role("button", name="change").click()
    sizes = page.evaluate(TARGETS)
    assert sizes
    assert [one for one in sizes if one[1] < 43.9 or one[2] < 43.9] == []


def test_nothing_below_moves_while_it_plays(show: Show) -> None:
    x = np.random.default_rng(5).normal(size=(3, 8, 8)).astype(np.float32)
    page = show(cnnviz.step(nn.Conv2d(3, 1, 3, padding=1), x), width=390)
    top = "document.querySelector('.cnnviz-transport').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    page.get_by_role("combobox", name="speed").select_option("30")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_timeout(2300)
    assert abs(page.evaluate(top) - before) <= 26  # at most one line, when a longer sentence than any before comes


def test_with_reduced_motion_nothing_slides(show: Show, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    show(cnnviz.step(sobel(), X, cell=0))
    page.locator(".cnnviz-stage").focus()
    page.keyboard.press("ArrowRight")
    assert result(page) == (X[:3, 1:4] * np.array(SOBEL)).sum()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_theme_can_be_switched_while_it_stands(show: Show, page: Page) -> None:
    show(cnnviz.step(sobel(), X, cell=0))
    ink = "getComputedStyle(document.querySelector('.cnnviz')).color"
    light = page.evaluate(ink)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"{ink} !== '{light}'")


@pytest.fixture
def counts(page: Page) -> Iterator[Counts]:
    with counting(page) as counts:
        yield counts


def big() -> Any:
    return cnnviz.step(nn.Conv2d(1, 8, 5, padding=2), np.random.default_rng(6).random((28, 28)))


def test_a_step_on_28_by_28_takes_at_most_8_ms_of_script(show: Show, counts: Any) -> None:
    page = show(big())
    page.emulate_media(reduced_motion="reduce")
    press(page, "Home", "ArrowRight")
    times = page.evaluate(TIMED_STEPS)
    print(f"\na step on 28x28: median {times[100]:.2f} ms, 95 of 100 within {times[190]:.2f} ms of script")
    assert times[100] <= 8


def test_1000_steps_leave_nothing_behind(show: Show, counts: Any) -> None:
    page = show(big())
    page.emulate_media(reduced_motion="reduce")
    more = grown(page, counts, STEPS, 1000)
    print(f"\n1,000 steps leave: {more}")
    assert more["JSEventListeners"] <= 0
    assert more["Nodes"] <= 60  # a sentence more or less
    assert more["JSHeapUsedSize"] <= 1e6


def test_a_figure_that_is_removed_leaves_nothing_behind(show: Show, counts: Any) -> None:
    page = show(big())
    more = grown(page, counts, REMOUNT, 20)
    print(f"\n20 figures, mounted and removed, leave: {more}")
    assert more["JSEventListeners"] <= 0
    assert more["Nodes"] <= 20
