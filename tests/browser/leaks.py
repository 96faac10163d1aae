"""What a page still holds when its garbage is collected: listeners, nodes, bytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

Counts = Callable[[], dict[str, float]]
HELD = ("JSEventListeners", "Nodes", "JSHeapUsedSize")


@contextmanager
def counting(page: Page) -> Iterator[Counts]:
    """A function that collects garbage and counts, for as long as the block lasts."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def counts() -> dict[str, float]:
        session.send("HeapProfiler.collectGarbage")
        return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}

    yield counts
    session.detach()


def grown(page: Page, counts: Counts, script: str, times: int) -> dict[str, float]:
    """What is more, after garbage collection, when a script has run that many times; it is warmed up first."""
    page.evaluate(script, times // 10 + 5)
    page.wait_for_timeout(1200)  # a live text waits a second
    before = counts()
    page.evaluate(script, times)
    page.wait_for_timeout(1200)
    after = counts()
    return {name: after[name] - before[name] for name in HELD}
