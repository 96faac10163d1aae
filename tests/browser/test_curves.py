"""Training curves as a reader meets them: read by pointer, finger and keyboard, and as a table."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

import cnnviz
from tests.browser.readers import kept_and_high, serious, sideways

Show = Callable[..., Page]
COLUMNS: dict[str, list[float | None]] = {
    "epoch": [0, 0.5, 1, 1.5, 2],
    "train_loss": [None, 1.2, 0.8, 0.61, 0.5],
    "train_accuracy": [None, 0.6, 0.71, 0.78, 0.83],
    "test_loss": [2.31, None, 0.9, None, 0.55],
    "test_accuracy": [0.1, None, 0.7, None, 0.8125],
}
PLOT = ".cnnviz-curves-panels"


@pytest.fixture
def figure() -> Any:
    return cnnviz.curves(COLUMNS, title="a run")


def test_the_latest_values_are_told_and_arrows_read_the_others(show: Show, figure: Any) -> None:
    page = show(figure)
    said = "epoch 2: train loss 0.5, train accuracy 83.0 %, test loss 0.55, test accuracy 81.3 %"
    assert page.inner_text(".cnnviz-curves-values") == said
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert page.get_attribute(PLOT, "aria-valuetext") == "epoch 1.5: train loss 0.61, train accuracy 78.0 %"
    page.keyboard.press("Home")
    assert page.inner_text(".cnnviz-curves-values") == "epoch 0: test loss 2.31, test accuracy 10.0 %"
    page.keyboard.press("Escape")
    assert page.inner_text(".cnnviz-curves-values") == said


def test_the_pointer_reads_the_nearest_epoch_in_both_panels(show: Show, figure: Any) -> None:
    page = show(figure)
    ticks = page.locator(f"{PLOT} svg >> nth=1 >> text.cnnviz-curves-tick-x")
    box = ticks.filter(has_text="1").nth(1).bounding_box()  # 0.5, 1, 1.5
    assert box
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] - 60)
    assert page.inner_text(".cnnviz-curves-values").startswith("epoch 1")
    assert page.locator(".cnnviz-curves-reading line").count() == 2


def test_every_line_carries_its_name_at_its_end(show: Show, figure: Any) -> None:
    page = show(figure)
    names = page.locator(".cnnviz-curve-name").all_text_contents()
    assert sorted(names) == ["test", "test", "train", "train"]
    for panel in (0, 1):
        boxes = [name.bounding_box() for name in page.locator(f"{PLOT} svg >> nth={panel} >> .cnnviz-curve-name").all()]
        assert all(boxes)
        tops = sorted(box["y"] for box in boxes if box)
        assert tops[1] - tops[0] >= 12


def test_the_table_has_every_number(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("summary")
    page.wait_for_selector(".cnnviz-curves-table tr")  # the toggle event comes a moment after the click
    rows = page.locator(".cnnviz-curves-table tr").all()
    assert rows[0].inner_text().split("\t") == ["epoch", "train loss", "train accuracy", "test loss", "test accuracy"]
    assert rows[3].inner_text().split("\t") == ["1", "0.8", "71.0 %", "0.9", "70.0 %"]
    assert len(rows) == 6


def test_a_loss_that_is_not_a_number_is_named_where_it_happened(show: Show) -> None:
    page = show(cnnviz.curves({"epoch": [1, 2, 3], "loss": [2.0, 9.0, float("nan")]}))
    assert page.inner_text(".cnnviz-curves-values") == "epoch 3: train loss NaN"
    assert page.text_content(".cnnviz-curves-strange") == "NaN"


def test_an_empty_figure_keeps_its_place_and_says_what_will_come(show: Show) -> None:
    page = show(cnnviz.curves())
    assert "grow here" in page.inner_text(PLOT)
    page.focus(PLOT)
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".cnnviz-curves-values") == "no values yet"


@pytest.mark.parametrize("width", [360, 390, 500, 600, 800, 928, 1200])
def test_it_never_scrolls_sideways_and_keeps_its_height(show: Show, figure: Any, width: int) -> None:
    page = show(figure, width=width)
    assert sideways(page) <= 0
    kept, high = kept_and_high(page, ".cnnviz-curves")
    assert kept == pytest.approx(high, abs=8)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.click("summary")
    assert serious(page) == []


def test_new_values_are_drawn_while_the_kernel_trains_and_unmounting_removes_everything(show: Show) -> None:
    page = show(cnnviz.curves())
    drawn, told, heard, left = page.evaluate(
        """async () => {
        const source = Object.values(window.anywidgetSources)[0];
        const widget = (await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))).default;
        const state = { title: "", x_name: "epoch", series: [] };
        const listeners = new Set();
        const model = { get: (name) => state[name], on: (_, f) => listeners.add(f),
          off: (_, f) => listeners.delete(f) };
        const el = document.body.appendChild(document.createElement("div"));
        const unmount = widget.render({ model, el });
        state.series = [{ panel: "loss", name: "train", x: [1, 2], y: [3, 2.5] }];
        for (const f of listeners) f();
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const curves = el.querySelectorAll("path.cnnviz-curve").length;
        const seen = [curves, el.querySelector(".cnnviz-curves-values").textContent];
        unmount();
        return [...seen, listeners.size, el.childElementCount];
        }"""
    )
    assert (drawn, told) == (1, "epoch 2: train loss 2.5")
    assert (heard, left) == (0, 0)
