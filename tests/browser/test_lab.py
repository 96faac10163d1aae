"""A lab's long passes in a saved page, opened from file://: in a worker, and where the page's policy forbids one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from cnnviz.page import save
from cnnviz.widgets._base import Figure, bundle
from tests.browser.conftest import Watched

RIGHT = {"pass": True, "slopes": True, "silent": True, "beside": True, "index": 1, "first": 0, "last": None}
NO_WORKER = '<meta http-equiv="Content-Security-Policy" content="worker-src \'none\'">'


class LabPage(Figure):
    _esm = bundle(str(Path(__file__).parent / "lab_page.js"))


def test_a_worker_of_the_figures_own_source_computes_what_the_page_does(show: Callable[..., Page]) -> None:
    page = show(LabPage())
    assert page.evaluate("tour()") == RIGHT
    assert len(page.workers) == 1
    closed: list[Any] = []
    page.workers[0].on("close", lambda worker: closed.append(worker))
    page.evaluate("end()")
    page.wait_for_timeout(200)
    assert len(closed) == 1


def test_where_workers_are_forbidden_the_page_computes_the_same_itself(
    page: Page, tmp_path: Path, watched: Watched
) -> None:
    path = save(LabPage(), tmp_path / "lab.html")
    path.write_text(
        path.read_text("utf-8").replace('<meta charset="utf-8">', f'<meta charset="utf-8">{NO_WORKER}'), "utf-8"
    )
    page.goto(path.as_uri())
    page.wait_for_selector("[data-mounted]")
    assert page.evaluate("tour()") == RIGHT
    assert page.workers == []
    assert watched.complaints
    assert all("Content Security Policy" in said for said in watched.complaints)
    watched.complaints.clear()  # The browser's word on the policy, and nothing else.
