"""The channels' panel as a reader meets it: every number against torch, or numpy, here; and what all panels have."""

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
    RECORDED,
    SETTLED,
    Pass,
    Show,
    assert_both,
    close,
    number,
    opened,
    panels,
    percent,
    recorded,
)
from tests.browser.readers import serious, sideways

LISTED = ".cnnviz-channels li button"


@pytest.fixture
def widget() -> Any:
    return panels(GRAPH, PICTURES, CLOTHES.classes)


def surveyed(show: Show, widget: Any, name: str, **viewport: int) -> Page:
    page = show(widget, **viewport)
    page.focus("text=start")
    page.evaluate("(name) => void channels(name)", name)
    page.wait_for_selector(".cnnviz-triage progress[hidden]", state="attached")
    page.wait_for_timeout(SETTLED)
    return page


def maps(name: str) -> np.ndarray:
    """A layer's outputs over all pictures: (pictures, channels, cells)."""
    found = np.stack([Pass(picture).of[name] for picture in PICTURES])
    return found.reshape(*found.shape[:2], -1)


def listed(page: Page) -> list[int]:
    return [
        int(re.findall(r"\d+", text)[0]) for text in page.locator(f"{LISTED} .cnnviz-channel-text").all_inner_texts()
    ]


def view(page: Page, name: str) -> None:
    page.locator(".cnnviz-triage .cnnviz-choice button", has_text=name).click()


def test_dead_channels_are_those_that_never_rise_above_zero(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    found = maps("relu2")
    dead = [c for c in range(16) if found[:, c].max() <= 0]
    assert dead
    assert page.inner_text(".cnnviz-triage-words").startswith(
        f"16 channels over 6 pictures: {len(dead)} dead, 0 saturated, "
    )
    view(page, "dead")
    assert listed(page) == dead
    assert page.locator(LISTED).first.inner_text().endswith("dead: never above zero")
    before = surveyed(show, widget, "conv2")  # what a ReLU reads is dead with it
    assert before.inner_text(".cnnviz-triage-words").startswith(f"16 channels over 6 pictures: {len(dead)} dead, ")


def test_channels_for_a_class_stand_by_gradient_times_activation(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    for target in (None, 2):
        if target is not None:
            page.select_option(".cnnviz-triage .cnnviz-unit-head select", str(target))
            page.wait_for_timeout(SETTLED)
        found = Pass(PICTURES[0], target)
        added = (found.of["relu2"] * found.slope["relu2"]).sum(axis=(1, 2))
        shown = listed(page)
        assert np.all(np.diff(np.abs(added[shown])) <= 1e-6)
        assert sorted(shown) == list(range(16))
        for channel, text in zip(shown, page.locator(f"{LISTED} .cnnviz-quiet").all_inner_texts(), strict=True):
            said = 0.0 if text == "adds nothing" else number(text.split()[1]) * (-1 if text.startswith("takes") else 1)
            assert close(said, float(added[channel])), (channel, text)


def test_one_channel_has_its_numbers_over_all_pictures_and_its_top_pictures(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    channel = listed(page)[0]
    page.locator(LISTED).first.click()
    values = maps("relu2")[:, channel]
    said = page.inner_text(".cnnviz-channel-body p >> nth=0").replace("\u00a0", " ")
    found = re.match(r"(\d+) numbers over 6 pictures: (\S+) to (\S+), mean (\S+), above zero (\S+ %)\.", said)
    assert found
    assert int(found[1]) == values.size
    assert close(number(found[3]), float(values.max()))
    assert close(number(found[4]), float(values.mean()))
    assert percent(found[5]) == pytest.approx((values > 0).mean(), abs=0.0051)
    tops = page.locator(".cnnviz-top button").all_inner_texts()
    order = np.argsort(-values.max(axis=1), kind="stable")
    assert [int(re.findall(r"\d+", text)[0]) - 1 for text in tops] == list(order)
    assert all(close(number(text.split(": ")[1]), float(values[i].max())) for text, i in zip(tops, order, strict=True))
    widths = page.evaluate(
        "[...document.querySelectorAll('.cnnviz-bars rect')].map((bar) => +bar.getAttribute('height'))"
    )
    assert len(widths) > 10


def test_a_top_picture_opens_the_unit_where_its_map_is_largest(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    channel = listed(page)[0]
    page.locator(LISTED).first.click()
    values = maps("relu2")[:, channel]
    best = int(values.max(axis=1).argmax())
    page.locator(".cnnviz-top button").first.click()
    page.wait_for_timeout(SETTLED)
    assert page.evaluate("lab.pictureIndex") == best
    at = int(values[best].argmax())
    assert page.evaluate("told.at(-1)[1]") == {"name": "relu2", "at": channel * 196 + at}
    assert close(number(page.inner_text(".cnnviz-unit-place").rsplit(": ", 1)[1][:-1]), float(values[best].max()))


def test_channels_are_switched_off_and_the_classes_change_as_in_torch(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    before = Pass(PICTURES[0]).shares
    first, second = listed(page)[:2]
    assert page.is_hidden(".cnnviz-ablation")
    for channels in ([first], [first, second]):
        page.locator(LISTED, has_text=re.compile(rf"\b{channels[-1]}\b")).first.click()
        page.get_by_role("button", name="switch it off").click()
        page.wait_for_timeout(SETTLED)
        assert_both(page, ".cnnviz-ablation", before, Pass(PICTURES[0], off=("relu2", channels)).shares)
        off = ", ".join(map(str, sorted(channels)))
        assert page.inner_text(".cnnviz-ablation p").startswith(f"Switched off: relu2 {off}. The network ")
    page.get_by_role("button", name="switch it on").click()
    page.wait_for_timeout(SETTLED)
    assert_both(page, ".cnnviz-ablation", before, Pass(PICTURES[0], off=("relu2", [first])).shares)
    page.get_by_role("button", name="switch the whole layer off").click()
    page.wait_for_timeout(SETTLED)
    assert page.inner_text(".cnnviz-ablation p").startswith("Switched off: all of relu2.")
    assert_both(page, ".cnnviz-ablation", before, Pass(PICTURES[0], off=("relu2", list(range(16)))).shares)
    page.get_by_role("button", name="switch the whole layer on").click()
    page.wait_for_timeout(SETTLED)
    assert page.is_hidden(".cnnviz-ablation")
    page.get_by_role("button", name="switch the whole layer off").click()
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="restore all").click()
    page.wait_for_timeout(SETTLED)
    assert page.is_hidden(".cnnviz-ablation")
    assert page.evaluate("document.activeElement.classList.contains('cnnviz-title')")
    assert page.evaluate("[...lab.probabilities()]") == pytest.approx(before.tolist(), abs=1e-4)


def test_switching_the_dead_channels_off_changes_nothing(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    view(page, "dead")
    before = page.evaluate("[...lab.probabilities()]")
    page.get_by_role("button", name=f"switch these {len(listed(page))} off").click()
    page.wait_for_timeout(SETTLED)
    assert page.evaluate("lab.ablated.get('relu2').size") > 0
    assert page.evaluate("[...lab.probabilities()]") == before
    assert "still says" in page.inner_text(".cnnviz-ablation p")


def test_what_switching_does_comes_into_sight(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    page.set_viewport_size({"width": 390, "height": 600})
    page.locator(LISTED).first.click()
    page.get_by_role("button", name="switch it off").click()
    page.wait_for_timeout(SETTLED)
    top, bottom = page.evaluate(
        "(({ top, bottom }) => [top, bottom])(document.querySelector('.cnnviz-ablation').getBoundingClientRect())"
    )
    assert top >= 0
    assert bottom <= 601


def twins() -> Graph:
    """Three filters of which the last is three times the first, then a tanh that saturates the second."""
    weight = np.zeros((3, 1, 3, 3), np.float32)
    weight[0, 0, 0] = [0.2, -0.1, 0.3]
    weight[1, 0, 1, 1], weight[2] = 1, 1.2 * weight[0]
    args = {"stride": [1, 1], "padding": [0] * 4, "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"}
    bias = np.array([0, 3, 0], np.float32)
    return Graph(
        (Node("conv", "conv2d", args, {"weight": weight, "bias": bias}), Node("tanh", "tanh", inputs=("conv",)))
    )


def test_near_duplicates_and_saturated_channels_are_found(show: Show) -> None:
    page = surveyed(show, panels(twins(), PICTURES, []), "tanh")
    assert (
        page.inner_text(".cnnviz-triage-words") == "3 channels over 6 pictures: 0 dead, 1 saturated, 2 near-duplicates."
    )
    view(page, "near-duplicates")
    outputs = np.stack([twins().run(p[None] / np.float32(255))["tanh"][0] for p in PICTURES]).astype(np.float64)
    a, b = outputs[:, 0].ravel(), outputs[:, 2].ravel()
    cosine = a @ b / np.sqrt((a @ a) * (b @ b))
    assert sorted(listed(page)) == [0, 2]
    assert f"near-duplicate of 2 (cosine {cosine:.3f})" in " ".join(page.locator(LISTED).all_inner_texts())
    view(page, "saturated")
    assert listed(page) == [1]


def test_recorded_channels_are_sorted_too_but_not_switched(show: Show) -> None:
    page = surveyed(show, recorded(), "odd")
    flat = RECORDED.transpose(1, 0, 2, 3).reshape(3, -1).astype(np.float64)
    cosines = flat @ flat.T / np.outer(np.linalg.norm(flat, axis=1), np.linalg.norm(flat, axis=1))
    alike = int((cosines - 2 * np.eye(3) >= 0.99).any(axis=1).sum())
    said = f"3 channels over 2 pictures: 0 dead, 0 saturated, {alike} near-duplicates."
    assert page.inner_text(".cnnviz-triage-words") == said
    page.locator(LISTED).first.click()
    assert page.is_visible(".cnnviz-bars")
    assert page.get_by_role("button", name=re.compile("switch")).count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_panels(show: Show, widget: Any, scheme: Any) -> None:
    page = opened(show, widget, "conv2", 11 * 196 + 10 * 14 + 9)
    page.emulate_media(color_scheme=scheme)
    page.locator(".cnnviz-parts button").first.click()
    page.evaluate("() => { channels('relu2'); compare(); }")
    page.wait_for_selector(".cnnviz-triage progress[hidden]", state="attached")
    page.locator(LISTED).first.click()
    page.get_by_role("button", name="switch it off").click()
    page.wait_for_timeout(SETTLED)
    assert serious(page) == []


def test_on_a_telephone_nothing_is_wider_than_the_page_and_a_finger_hits_every_button(
    browser: Any, watched: Any, widget: Any, tmp_path: Any
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    watched.watch(context)
    page = context.new_page()
    page.goto(widget.save(tmp_path / "panels.html").as_uri())
    page.wait_for_selector("[data-mounted]")
    page.evaluate("() => { unit.open('conv2', 700); channels('relu2'); compare(); }")
    page.wait_for_selector(".cnnviz-triage progress[hidden]", state="attached")
    page.wait_for_timeout(SETTLED)
    page.locator(".cnnviz-parts button").first.tap()
    page.locator(LISTED).first.tap()
    assert sideways(page) <= 0
    small = page.evaluate(
        "[...document.querySelectorAll('[data-panel] :is(button, select)')].filter((one) => one.offsetParent)"
        ".map((one) => [one.textContent, one.offsetWidth, one.offsetHeight]).filter(([, w, h]) => w < 44 || h < 44)"
    )
    assert small == []
    context.close()
    watched.check()


def test_escape_closes_each_panel_and_ending_leaves_nothing(show: Show, widget: Any) -> None:
    page = surveyed(show, widget, "relu2")
    page.locator(LISTED).nth(2).focus()
    assert page.locator(f"{LISTED}[tabindex='0']").count() == 1
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert page.is_hidden(".cnnviz-triage")
    assert page.evaluate("told.at(-1)") == ["closed", "relu2"]
    page.focus("text=start")
    page.evaluate("void compare()")
    page.wait_for_timeout(SETTLED)
    page.keyboard.press("Escape")
    assert page.is_hidden(".cnnviz-compare")
    assert page.evaluate("document.activeElement.textContent") == "start"
    page.evaluate("end()")
    assert page.evaluate("[...document.querySelectorAll('[data-panel]')].map((one) => one.childElementCount)") == [
        0,
        0,
        0,
    ]


def test_the_gradient_that_is_shown_can_be_chosen_again(show: Show, widget: Any) -> None:
    page = opened(show, widget, "conv2", 700)
    page.click("text=∂ backward")
    page.click("text=∂ input >> nth=0")
    page.locator(".cnnviz-choice[aria-label='gradient of'] button").first.click()
    page.wait_for_timeout(SETTLED)
    assert page.inner_text(".cnnviz-where").startswith("row ")
