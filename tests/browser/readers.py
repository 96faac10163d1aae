"""What every figure owes every reader: nothing that axe finds serious, no scrolling sideways, a place that was kept."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def serious(page: Page, **options: Any) -> list[tuple[str, list[str]]]:
    """The rules that axe finds broken in a serious or critical way, with what breaks them."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [
        (rule["id"], [f"{node['html'][:160]} {node.get('failureSummary', '')[:300]}" for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]


def kept_and_high(page: Page, selector: str) -> tuple[float, float]:
    """The height that was kept free for a figure, and its height, in CSS pixels."""
    kept, high = page.evaluate(
        "(selector) => [parseFloat(getComputedStyle(document.querySelector('.anywidget-view'), '::before').height),"
        " document.querySelector(selector).offsetHeight]",
        selector,
    )
    return kept, high


def sideways(page: Page) -> float:
    """How far the page scrolls sideways, in CSS pixels."""
    return float(page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))
