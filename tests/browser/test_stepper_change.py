"""Numbers and arguments of the stepper that the reader changes: typed, painted, chosen, refused."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import expect

import cnnviz

from .stepper_page import SOBEL, Show, X, centre, press, result, sentence, sobel


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
