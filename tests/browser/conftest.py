"""A real Chromium with no network: what the page asks of other hosts, and what it complains of, fails the test."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cnnviz.page import save
from tests.browser.site import SITE

# What these assert is shown in full, as in a test.
pytest.register_assert_rewrite("tests.browser.explorer_page", "tests.browser.panels_page")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = ("file:", "blob:", "data:", "about:", "http://127.0.0.1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def find_chromium() -> str:
    found = os.environ.get("CNNVIZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found and os.access(found, os.X_OK):
        return found
    where = f" at {found}" if found else ""
    needed = f"no Chromium{where}: install it (Debian: apt-get install chromium) or set CNNVIZ_CHROMIUM to its path"
    if os.environ.get("CI"):
        pytest.fail(f"the browser tests must run in CI, but {needed}")
    pytest.skip(needed)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """What a page did that it should not have."""

    def __init__(self) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        def route(route: Any) -> None:
            url = route.request.url
            if url.startswith(LOCAL):
                route.continue_()
            else:
                self.foreign.append(url)
                route.abort()

        context.route("**/*", route)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))

    def _on_console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def check(self) -> None:
        assert self.foreign == [], f"the page asked other hosts: {self.foreign}"
        assert self.complaints == [], f"the page complained: {self.complaints}"


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def context(browser: Browser, watched: Watched) -> Iterator[BrowserContext]:
    """A fresh reader: no storage, 1200 px wide, light; every test ends with no foreign request and no complaint."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme="light")
    context.set_default_timeout(10_000)
    watched.watch(context)
    yield context
    context.close()
    watched.check()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def show(page: Page, tmp_path: Path) -> Callable[..., Page]:
    """`show(widget)` saves a widget as one file, opens it from file:// and waits until it is there."""

    def show(widget: Any, **viewport: int) -> Page:
        if viewport:
            page.set_viewport_size({"width": 1200, "height": 900, **viewport})  # type: ignore[typeddict-item]
        weights = getattr(widget, "saved_weights", "auto")
        page.goto(save(widget, tmp_path / "widget.html", weights=weights).as_uri())
        page.wait_for_selector("[data-mounted]")
        return page

    return show


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["served", "file"])
def site(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("served") if request.param == "served" else SITE.as_uri()
