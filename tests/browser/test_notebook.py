"""Figures in a notebook: drawn before they are in the page, beside others, closed again, among the notebook's keys."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import cnnviz
from cnnviz import nn
from tests.browser.leaks import counting, grown
from tests.browser.notebook_page import notebook

Show = Callable[..., Page]
RNG = np.random.default_rng(5)
PICTURES = RNG.integers(0, 256, (2, 1, 8, 8), dtype=np.uint8)
CANVASES = "(i) => [...notebook.outputs()[i].querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"


def network() -> Any:
    return nn.Sequential(nn.Conv2d(1, 3, 3, rng=RNG), nn.ReLU(), nn.Flatten(), nn.Linear(108, 2, rng=RNG))


FIGURES: dict[str, Callable[[], Any]] = {
    "stepper": lambda: cnnviz.step(nn.Conv2d(1, 1, 3, rng=RNG), PICTURES[:1] / np.float32(255)),
    "explorer": lambda: cnnviz.explore(network(), PICTURES, ["a", "b"]),
    "maps": lambda: cnnviz.maps(RNG.normal(size=(3, 5, 5))),
    "attributions": lambda: cnnviz.attributions(network(), PICTURES, ["a", "b"], methods=["saliency", "occlusion"]),
    "cone": lambda: cnnviz.cone([3, 3], 12),
    "curves": lambda: cnnviz.curves({"step": [1, 1.0416666], "train_loss": [2, 1]}),
    "question": lambda: cnnviz.ask("book/questions/convolution.toml", "flip"),
}
DRAWN = ("stepper", "explorer", "maps", "attributions")  # on canvases


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_drawn_before_it_stands_in_the_page_has_the_pages_colours(show: Show, name: str) -> None:
    page = show(notebook(FIGURES[name]()))
    page.evaluate("notebook.open(0, false)")
    page.evaluate("notebook.open(0)")
    page.wait_for_function("document.querySelectorAll('.is-stale').length === 0")
    in_the_page, before = page.evaluate(CANVASES, 0), page.evaluate(CANVASES, 1)
    assert in_the_page
    assert before == in_the_page


@pytest.mark.parametrize("name", DRAWN)
def test_a_theme_switched_while_an_output_is_out_of_the_page_is_there_when_it_is_back(show: Show, name: str) -> None:
    page = show(notebook(FIGURES[name]()))
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.evaluate("notebook.open(0)")
    light = page.evaluate(CANVASES, 0)
    page.evaluate("""async () => {
      const [output] = notebook.outputs();
      const page = output.parentElement;
      output.remove();
      document.body.dataset.jpThemeLight = "false";
      await new Promise((later) => setTimeout(later, 50));
      page.append(output);
    }""")
    page.wait_for_selector(".cnnviz.cnnviz-dark")
    page.evaluate("notebook.open(0, false)")
    page.wait_for_function("document.querySelectorAll('.is-stale').length === 0")
    dark = page.evaluate(CANVASES, 0)
    assert dark == page.evaluate(CANVASES, 1)
    assert dark != light


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_follows_the_theme_of_jupyterlab(show: Show, name: str) -> None:
    page = show(notebook(FIGURES[name]()))
    page.evaluate("notebook.open(0)")
    paper = "getComputedStyle(document.querySelector('.cnnviz')).backgroundColor"
    for light, colour in (("false", "rgb(22, 24, 28)"), ("true", "rgb(253, 253, 251)")):
        page.evaluate("(light) => (document.body.dataset.jpThemeLight = light)", light)
        page.wait_for_function(f"{paper} === '{colour}'")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figures_keys_are_not_the_notebooks_but_those_with_ctrl_are(show: Show, name: str) -> None:
    page = show(notebook(FIGURES[name]()))
    page.evaluate("notebook.open(0)")
    focusable = page.locator(".cnnviz :is([tabindex='0'], button, input, select, summary):visible")
    assert focusable.count()
    for at in range(focusable.count()):
        focusable.nth(at).focus()
        for key in ("d", "ArrowDown", "Escape"):
            page.keyboard.press(key)
    assert page.evaluate("notebook.keys.splice(0)") == []
    page.keyboard.press("Control+s")
    assert page.evaluate("notebook.keys") == ["Control", "s"]


@pytest.mark.parametrize("width", [1200, 700, 390])
@pytest.mark.parametrize("name", FIGURES)
def test_no_output_scrolls_sideways(show: Show, name: str, width: int) -> None:
    page = show(notebook(FIGURES[name]()), width=width)
    page.evaluate("notebook.open(0)")
    for outline in ("", "End"):
        if outline and name == "stepper":
            page.locator(".cnnviz-stage").press(outline)
        assert page.evaluate("notebook.outputs()[0].parentElement.scrollWidth - notebook.outputs()[0].clientWidth") <= 0


def test_figures_that_each_have_their_own_copy_of_the_code_share_no_id_and_no_group(show: Show) -> None:
    ids = ("flip", "conv-size")
    steppers = [FIGURES["stepper"]() for _ in range(2)]
    page = show(notebook(*steppers, *(cnnviz.ask("book/questions/convolution.toml", one) for one in ids)))
    page.evaluate("async () => { for (const i of [0, 0, 1, 2, 3]) await notebook.open(i); }")
    names = page.eval_on_selector_all(".cnnviz [id]", "all => all.map(({ id }) => id)")
    assert len(names) == len(set(names))
    assert len(names) >= 3 * 2
    for question in (0, 1):
        page.locator(".cnnviz-question").nth(question).locator("input").nth(1).check()
    assert page.locator(".cnnviz-question input:checked").count() == 2


def test_an_answer_also_lifts_the_veil_of_an_output_that_is_out_of_the_page(show: Show) -> None:
    page = show(notebook(cnnviz.step(nn.MaxPool2d(2), PICTURES[:1] / np.float32(255), after="elsewhere")))
    page.evaluate("notebook.open(0)")
    assert page.locator(".cnnviz-veil").count() == 1
    page.evaluate("""() => {
      const [output] = notebook.outputs();
      const page = output.parentElement;
      output.remove();
      document.dispatchEvent(new CustomEvent("cnnviz:answered", { detail: { id: "elsewhere" } }));
      page.append(output);
    }""")
    assert page.locator(".cnnviz-veil, .is-veiled").count() == 0


def test_what_is_set_in_python_or_chosen_in_one_view_is_seen_in_every_view(show: Show) -> None:
    page = show(notebook(FIGURES["explorer"]()))
    page.evaluate("async () => { await notebook.open(0); await notebook.open(0); }")
    chosen = "document.querySelectorAll('.cnnviz-thumb[aria-checked=true]:nth-child(2)').length"
    assert page.evaluate(chosen) == 0
    page.evaluate("notebook.models[0].set('image', 1)")
    assert page.evaluate(chosen) == 2
    page.locator(".cnnviz-thumb").first.click()
    assert page.evaluate(chosen) == 0
    assert page.evaluate("notebook.models[0].get('image')") == 0


@pytest.mark.parametrize("name", FIGURES)
def test_a_closed_view_leaves_nothing_behind(show: Show, name: str) -> None:
    page = show(notebook(FIGURES[name]()))
    script = "async (times) => { while (times--) { await notebook.open(0); notebook.close(); } }"
    with counting(page) as counts:
        more = grown(page, counts, script, 30)
    print(f"\n30 views of a {name} leave: {more}")
    assert more["JSEventListeners"] <= 0
    assert more["Nodes"] <= 20
    assert page.workers == []
    listeners = "Object.values(notebook.models[0].listeners).flatMap((all) => [...all]).length"
    assert page.evaluate(listeners) == 0


def test_steps_between_two_epochs_are_told_in_short(show: Show) -> None:
    page = show(notebook(FIGURES["curves"]()))
    page.evaluate("notebook.open(0)")
    assert page.inner_text(".cnnviz-curves-values") == "step 1.04: train loss 1"
