"""The stepper in a real browser: the right numbers by pointer, touch and keyboard, quick, and gone without a trace."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

import cnnviz
from cnnviz import nn
from cnnviz.page import save

from .conftest import Watched
from .stepper_page import SETTLED, SOBEL, Show, X, centre, press, result, sentence, sobel

COUNT_SAID = """() => {
  window.said = 0;
  const watch = new MutationObserver(() => window.said++);
  watch.observe(document.querySelector('[aria-live=polite]'), { childList: true, characterData: true, subtree: true });
}"""

LAYERS: list[tuple[str, Any, tuple[int, ...]]] = [
    ("conv2d", nn.Conv2d(3, 4, 3, stride=2, padding=1, dilation=2), (2, 3, 9, 10)),
    ("grouped conv2d", nn.Conv2d(4, 4, 3, groups=2, padding=1, padding_mode="reflect"), (1, 4, 6, 6)),
    ("conv_transpose2d", nn.ConvTranspose2d(2, 1, 3, stride=2), (2, 4, 4)),
    ("max_pool2d", nn.MaxPool2d(3, stride=2, padding=1), (1, 7, 7)),
    ("avg_pool2d", nn.AvgPool2d(2, padding=1, count_include_pad=False), (1, 6, 6)),
    ("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d(3), (1, 7, 7)),
    ("linear", nn.Linear(40, 10), (40,)),
    ("relu", nn.ReLU(), (5, 5)),
    ("leaky_relu", nn.LeakyReLU(0.1), (5, 5)),
    ("sigmoid", nn.Sigmoid(), (5, 5)),
    ("tanh", nn.Tanh(), (5, 5)),
    ("silu", nn.SiLU(), (5, 5)),
    ("softmax", nn.Softmax(1), (10,)),
    ("batch_norm", nn.BatchNorm2d(2), (2, 4, 4)),
    ("flatten", nn.Flatten(), (2, 3, 3)),
]


@pytest.mark.parametrize(("name", "layer", "shape"), LAYERS, ids=[name for name, _, _ in LAYERS])
def test_every_operation_steps_and_turns_round(show: Show, name: str, layer: Any, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    figure = cnnviz.step(layer, x)
    packed = figure.inputs[0]
    full = np.frombuffer(packed["data"], "<f4").reshape(packed["shape"])
    expected = np.asarray(layer(full))
    page = show(figure)
    press(page, "End")
    assert result(page) == pytest.approx(
        float(expected[0, 0].ravel()[-1] if expected.ndim == 4 else expected[0, -1]), abs=0.006
    )
    layer(full)
    gradient = np.asarray(layer.backward(np.ones_like(expected)))
    press(page, "b")
    press(page, "Home")
    assert result(page) == pytest.approx(float(gradient.ravel()[0]), abs=0.011)


def test_add_shows_both_inputs(show: Show) -> None:
    page = show(cnnviz.step("add", (np.full((3, 3), 2.0), np.full((3, 3), 0.5))))
    assert sentence(page) == "2 + 0.5 = 2.5"


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


def test_a_kernel_weight_and_a_pixel_can_be_typed(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    page.mouse.click(*centre(page, "weight", 0, 1))
    page.keyboard.type("0,5")
    page.keyboard.press("Enter")
    page.mouse.click(*centre(page, "input", 0, 0))
    page.keyboard.type("−7")
    page.keyboard.press("Enter")
    page.mouse.move(2, 2)
    x, w = X.copy(), np.array(SOBEL, np.float32)
    w[0, 1], x[0, 0] = 0.5, -7
    assert result(page) == pytest.approx((x[:3, :3] * w).sum())


def test_a_wrong_number_is_refused_and_escape_keeps_the_old_one(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    before = sentence(page)
    page.mouse.click(*centre(page, "weight", 0, 0))
    page.keyboard.type("much")
    page.keyboard.press("Enter")
    expect(page.locator(".cnnviz-editor")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".cnnviz-editor")).to_have_count(0)
    page.mouse.move(2, 2)
    assert sentence(page) == before


def test_the_keyboard_alone_reaches_and_changes_a_weight(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    press(page, "Home", "k", "ArrowUp", "ArrowLeft", "Enter")
    expect(page.locator(".cnnviz-editor")).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.locator(".cnnviz-stage")).to_be_focused()
    press(page, "Escape")
    w = np.array(SOBEL, np.float32)
    w[0, 0] = 10
    assert result(page) == (X[:3, :3] * w).sum()


def test_painting_by_dragging_sets_the_numbers_on_the_way(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    page.get_by_role("button", name="change").click()
    page.get_by_role("textbox", name="with").fill("9")
    page.get_by_role("textbox", name="with").press("Tab")
    page.get_by_role("button", name="paint numbers by dragging").click()
    page.mouse.move(*centre(page, "input", 0, 0))
    page.mouse.down()
    for col in (1, 2):
        page.mouse.move(*centre(page, "input", 0, col))
    page.mouse.up()
    page.mouse.move(2, 2)
    x = X.copy()
    x[0, :3] = 9
    assert result(page) == (x[:3, :3] * np.array(SOBEL)).sum()
    page.get_by_role("button", name="reset").click()
    assert result(page) == (X[:3, :3] * np.array(SOBEL)).sum()


def test_arguments_presets_and_flipping_give_torch_s_numbers(show: Show) -> None:
    import torch
    import torch.nn.functional as F

    page = show(cnnviz.step(sobel(), X, cell=0))
    page.get_by_role("button", name="change").click()
    page.get_by_role("button", name="PyTorch", exact=True).click()
    page.get_by_role("button", name="emboss").click()
    page.get_by_role("button", name="stride more").click()
    page.get_by_role("textbox", name="padding").fill("1, 2")
    page.get_by_role("textbox", name="padding").press("Tab")
    page.get_by_role("combobox", name="padding mode").select_option("reflect")
    page.get_by_role("button", name="kernel size more").click()
    page.get_by_role("button", name="convolution (flipped kernel)").click()
    press(page, "ArrowRight", "ArrowDown")
    names: dict[str, Any] = {"torch": torch, "F": F, "x": torch.tensor(X)[None, None]}
    exec(page.locator("code").inner_text(), names)
    assert result(page) == names["y"][0, 0, 1, 1].item()
    expect(page.locator('[data-grid="output"] .cnnviz-grid-title')).to_contain_text(
        " × ".join(map(str, names["y"].shape[2:]))
    )


def test_a_window_that_does_not_fit_is_said_and_one_that_never_fits_is_an_error_with_the_controls_left(
    show: Show,
) -> None:
    page = show(cnnviz.step(sobel(), X, cell=0))
    page.get_by_role("button", name="change").click()
    page.get_by_role("button", name="stride more").click()
    expect(page.locator(".cnnviz-words")).to_contain_text(
        "PyTorch rounds down: it makes 3. 15 pixels of the input are never seen"
    )
    for _ in range(3):
        page.get_by_role("button", name="dilation more").click()
    expect(page.get_by_role("alert")).to_contain_text("conv2d needs at least 9x9 pixels under its window, got 8x8")
    page.get_by_role("button", name="padding more").click()
    expect(page.locator(".cnnviz-error")).to_be_empty()
    expect(page.locator('[data-grid="output"]')).to_be_visible()


def test_channels_are_chosen_and_their_sums_stay_in_the_sentence(show: Show) -> None:
    layer = nn.Conv2d(3, 2, 3)
    x = np.random.default_rng(3).normal(size=(2, 3, 5, 5)).astype(np.float32)
    page = show(cnnviz.step(layer, x, cell=0))
    page.get_by_role("combobox", name="image").select_option("1")
    page.get_by_role("combobox", name="output channel").select_option("1")
    page.get_by_role("combobox", name="input channel").select_option("2")
    text = sentence(page)
    assert "(channel 0)" in text
    assert "(channel 1)" in text
    assert result(page) == pytest.approx(float(np.asarray(layer(x))[1, 1, 0, 0]), abs=0.006)


def test_the_gradient_of_a_weight_can_be_stepped_through(show: Show) -> None:
    layer = sobel()
    grad = np.random.default_rng(4).integers(-3, 4, (6, 6)).astype(np.float32)
    page = show(cnnviz.step(layer, X, backward=True, grad=grad))
    page.get_by_role("button", name="∂ kernel").click()
    expected = sum(grad[i, j] * X[i + 1, j + 2] for i in range(6) for j in range(6))
    press(page, "Home", "ArrowDown", "ArrowRight", "ArrowRight")
    assert result(page) == expected
    expect(page.locator('[data-grid="weight"] .cnnviz-grid-label')).to_have_text("∂ kernel")
    expect(page.locator('[data-grid="input"] .is-window')).to_have_attribute("data-place", "1,2")


def test_nan_and_infinity_are_said_in_words(show: Show) -> None:
    x = X.copy()
    x[1, 1], x[6, 6] = np.nan, np.inf
    page = show(cnnviz.step(sobel(), x, cell=0))
    expect(page.locator('[data-grid="input"]')).to_contain_text("2 cells hatched: NaN or ∞")
    assert sentence(page).endswith("= NaN")
    press(page, "ArrowRight")
    expect(page.locator("[aria-live=polite]")).to_contain_text("= not a number")


def test_the_output_is_veiled_until_its_question_is_answered(show: Show, page: Page) -> None:
    show(cnnviz.step(sobel(), X, cell=0, after="flip"))
    expect(page.locator('[data-grid="output"] canvas')).to_be_hidden()
    assert not re.search(r"\d", sentence(page))
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnviz:answered', { detail: { id: 'another' } }))")
    expect(page.locator('[data-grid="output"] canvas')).to_be_hidden()
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnviz:answered', { detail: { id: 'flip' } }))")
    expect(page.locator('[data-grid="output"] canvas')).to_be_visible()
    page.evaluate("localStorage.setItem('cnnviz:answer:flip', '0')")
    page.reload()
    expect(page.locator('[data-grid="output"] canvas')).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.reload()
    page.get_by_role("button", name="show it anyway").click()
    assert result(page) == (X[:3, :3] * np.array(SOBEL)).sum()


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


def test_a_figure_begins_with_its_largest_number_and_plays_from_the_first_cell(show: Show) -> None:
    x = np.zeros((8, 8), np.float32)
    x[5, 6] = 1
    page = show(cnnviz.step(sobel(), x))
    assert result(page) == 2
    expect(page.locator(".cnnviz-where")).to_have_text("row 4, column 4")
    page.get_by_role("combobox", name="speed").select_option("1")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".cnnviz-where")).to_have_text("row 0, column 0")
    page.get_by_role("button", name="pause").click()


def test_the_backward_view_begins_with_the_largest_gradient(show: Show) -> None:
    grad = np.zeros((6, 6), np.float32)
    grad[4, 2] = -3
    page = show(cnnviz.step(sobel(), X, backward=True, grad=grad))
    assert abs(result(page)) == 6
    page.get_by_role("button", name="∂ kernel").click()
    page.wait_for_timeout(SETTLED)
    assert result(page) == -3 * X[4:7, 2:5].max()


def test_under_a_veil_a_figure_waits_at_the_first_cell_which_gives_nothing_away(show: Show) -> None:
    page = show(cnnviz.step(sobel(), X, after="flip"))
    expect(page.locator(".cnnviz-where")).to_have_text("row 0, column 0")
    page.get_by_role("button", name="show it anyway").click()
    page.wait_for_timeout(SETTLED)
    assert abs(result(page)) == np.abs(np.asarray(sobel()(X[None, None]))).max()


def test_the_arithmetic_appears_also_where_the_first_cell_is_the_telling_one(show: Show) -> None:
    page = show(cnnviz.step(nn.MaxPool2d(2), np.arange(16.0, 0, -1).reshape(4, 4), after="flip"))
    page.get_by_role("button", name="show it anyway").click()
    assert result(page) == 16


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


def test_vectors_stand_below_each_other_in_cells_that_hold_their_numbers(show: Show) -> None:
    page = show(cnnviz.step(nn.Linear(32, 10), np.arange(32.0)), width=736)
    box = {name: page.locator(f'[data-grid="{name}"] .cnnviz-surface').bounding_box() for name in ("input", "weight")}
    assert box["input"] is not None
    assert box["weight"] is not None
    assert box["input"]["x"] == box["weight"]["x"]
    assert box["input"]["y"] + box["input"]["height"] < box["weight"]["y"]
    assert box["input"]["width"] / 8 >= 32


def test_flatten_says_which_channel_it_reads(show: Show) -> None:
    page = show(cnnviz.step(nn.Flatten(), np.ones((3, 2, 2)), cell=0))
    title = page.locator('[data-grid="input"] .cnnviz-grid-title')
    expect(title).to_contain_text("2 × 2, channel 0")
    press(page, "End")
    expect(title).to_contain_text("2 × 2, channel 2")


def said(page: Page) -> str:
    """What the screen reader is told, when its second is over."""
    page.wait_for_timeout(1200)
    return page.locator("[aria-live=polite]").inner_text()


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
