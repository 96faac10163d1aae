"""The compare panel as a reader meets it: every number against torch, or numpy, here."""

import re
from typing import Any

import numpy as np
import pytest

from cnnviz.graph import Graph, Node
from tests.browser.panels_page import (
    CLOTHES,
    GRAPH,
    PICTURES,
    SAID,
    SETTLED,
    Pass,
    Show,
    assert_both,
    close,
    number,
    panels,
    sent_nodes,
)
from tests.browser.readers import sideways


@pytest.fixture
def widget() -> Any:
    return panels(GRAPH, PICTURES, CLOTHES.classes)


def test_two_pictures_side_by_side_differ_as_numpy_says(show: Show, widget: Any) -> None:
    page = show(widget)
    page.evaluate("void compare()")
    page.select_option(".cnnviz-compare label:has-text('layer') select", "conv2")
    page.select_option(".cnnviz-compare label:has-text('B is') select", "3")
    page.wait_for_timeout(SETTLED)
    a, b = Pass(PICTURES[0]), Pass(PICTURES[3])
    difference = a.of["conv2"] - b.of["conv2"]
    said = SAID.match(page.inner_text(".cnnviz-compare-words"))
    assert said
    assert said[1] == "conv2"
    assert close(number(said[2]), float(np.abs(difference).mean()))
    assert close(number(said[3]), float(np.abs(a.of["conv2"]).mean()))
    assert close(number(said[4]), float(np.abs(difference).max()))
    channel, row, col = np.unravel_index(np.abs(difference).argmax(), difference.shape)
    assert said[5] == f"channel {channel}, row {row}, column {col}"
    captions = page.locator(".cnnviz-compare .cnnviz-sheet >> nth=0").locator("text").all_text_contents()
    order = np.argsort(-np.abs(difference).mean(axis=(1, 2)), kind="stable")
    assert [int(text) for text in captions] == order[: len(captions)].tolist()
    page.focus(".cnnviz-compare .cnnviz-sheet >> nth=2")
    page.keyboard.press("ArrowRight")
    place = f"channel {order[0]}, row 0, column 1"
    numbers = re.match(rf"{place}: (\S+) and (\S+), difference (\S+)$", page.inner_text(".cnnviz-compare-readout"))
    assert numbers
    expected = [side[order[0], 0, 1] for side in (a.of["conv2"], b.of["conv2"], difference)]
    assert all(close(number(text), float(value)) for text, value in zip(numbers.groups(), expected, strict=True))
    assert page.locator(".cnnviz-compare .cnnviz-mark-current.cnnviz-mark-line").count() == 3
    assert_both(page, ".cnnviz-compare", a.shares, b.shares)


def test_two_networks_side_by_side_differ_by_their_parameters(show: Show, widget: Any) -> None:
    halved = Graph(tuple(Node(n.name, n.op, n.args, {k: v / 2 for k, v in n.params.items()}, n.inputs) for n in GRAPH))
    widget.others = sent_nodes(halved)
    page = show(widget)
    page.evaluate("void compare()")
    page.select_option(".cnnviz-compare label:has-text('layer') select", "linear")
    page.wait_for_timeout(SETTLED)
    assert page.locator(".cnnviz-compare-side").all_inner_texts()[1] == "picture 1, halved weights"
    x = PICTURES[0][None] / np.float32(255)
    difference = np.abs(GRAPH.run(x)["linear"] - halved.run(x)["linear"])[0]
    assert difference.max() > 0
    said = re.search(r"at most they differ by (\S+), in unit (\d+)", page.inner_text(".cnnviz-compare-words"))
    assert said
    assert close(number(said[1]), float(difference.max()))
    assert int(said[2]) == difference.argmax()


def test_more_channels_than_fit_come_a_row_at_a_time(show: Show, widget: Any) -> None:
    page = show(widget, width=390)
    page.evaluate("void compare()")
    page.select_option(".cnnviz-compare label:has-text('layer') select", "conv2")
    page.wait_for_timeout(SETTLED)
    captions = page.locator(".cnnviz-compare .cnnviz-sheet >> nth=1").locator("text")
    seen = captions.all_text_contents()
    while page.get_by_role("button", name="channels that differ less").is_enabled():
        page.get_by_role("button", name="channels that differ less").click()
        seen += captions.all_text_contents()
    difference = np.abs(Pass(PICTURES[0]).of["conv2"] - Pass(PICTURES[1]).of["conv2"]).mean(axis=(1, 2))
    firsts = list(dict.fromkeys(int(text) for text in seen))
    assert firsts == np.argsort(-difference, kind="stable").tolist()
    assert sideways(page) <= 0
