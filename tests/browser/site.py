"""The built book, as the browser tests find it."""

from pathlib import Path

from playwright.sync_api import Page

SITE = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(str(path.relative_to(SITE)) for path in (SITE / "book").glob("*.html"))


def open_page(page: Page, url: str) -> Page:
    page.goto(url)
    # Every figure has answered, one way or the other.
    page.wait_for_function("document.querySelectorAll('[data-anywidget]:not([data-mounted])').length === 0")
    return page
