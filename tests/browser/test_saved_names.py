"""What comes from users is text in a saved page, and never code: titles, class names, layer names."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page

import cnnviz
from cnnviz.graph import Graph, Node

EVIL = '</script><script>window.ran = 1</script><img src=x onerror="window.ran = 2">\'"&amp;<!--'


def test_names_with_markup_are_shown_as_text_and_run_nothing(page: Page, tmp_path: Path) -> None:
    weight = np.ones((2, 4), np.float32)
    nodes = (
        Node(f"a{EVIL}", "flatten", {"start_dim": 1, "end_dim": -1}),
        Node(EVIL, "linear", {}, {"weight": weight}, (f"a{EVIL}",)),
    )
    figure = cnnviz.explore(Graph(nodes), np.zeros((1, 1, 2, 2), np.uint8), [EVIL, "dog"], title=f"figure {EVIL}")
    page.goto(figure.save(tmp_path / "net.html", f"page {EVIL}").as_uri())
    page.wait_for_selector("[data-mounted=yes]")
    assert page.title() == f"page {EVIL}"
    assert page.inner_text("h1") == f"page {EVIL}"
    text = page.inner_text("main")
    assert f"figure {EVIL}" in text
    assert text.count(EVIL) >= 4  # heading, figure's title, class, layer
    assert page.evaluate("window.ran") is None
    assert page.locator("main img, main script").count() == 0
