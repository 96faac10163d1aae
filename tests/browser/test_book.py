"""Every page of the built book, served and from a folder on disk, as a reader without a network meets it."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.readers import serious, sideways
from tests.browser.site import PAGES, open_page


def test_the_book_was_built_with_its_chapters() -> None:
    assert {"book/start.html", "book/convolution.html", "book/pooling.html", "book/first-network.html"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_mounts_with_no_request_elsewhere_and_no_complaint(page: Page, site: str, name: str) -> None:
    open_page(page, f"{site}/{name}")
    states = page.eval_on_selector_all("[data-anywidget]", "all => all.map((el) => el.dataset.mounted)")
    assert set(states) <= {"yes"}, states
    assert page.eval_on_selector_all("[data-anywidget]", "all => all.filter((el) => !el.children.length).length") == 0


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1200, 390])
def test_no_page_scrolls_sideways_and_no_figure_moves_the_text(page: Page, served: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script(
        """window.shifted = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifted += e.value; })
          .observe({ type: "layout-shift", buffered: true });"""
    )
    open_page(page, f"{served}/{name}")
    page.wait_for_timeout(300)
    assert sideways(page) <= 0
    # A "good" cumulative layout shift is below 0.1.
    assert page.evaluate("window.shifted") < 0.1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(page: Page, served: str, name: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, f"{served}/{name}")
    assert page.get_attribute("html", "data-theme") == scheme
    assert serious(page, preload=False) == []


def test_search_finds_a_word_offline(page: Page, site: str) -> None:
    page.goto(f"{site}/search.html?q=correlation")
    page.wait_for_selector("#search-results li")
    assert "Convolution" in page.inner_text("#search-results")


def test_dark_mode_reaches_the_figures_when_the_reader_switches(page: Page, site: str) -> None:
    open_page(page, f"{site}/book/convolution.html")
    figure = page.locator(".cnnviz").first
    paper = figure.evaluate("el => getComputedStyle(el).backgroundColor")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_selector(".cnnviz.cnnviz-dark")
    assert figure.evaluate("el => getComputedStyle(el).backgroundColor") != paper


# Axe takes text of its background's very colour for text that is hidden on purpose.
UNSEEN = """() => [...document.querySelectorAll(".cell_output *")].filter((el) => {
  if (![...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return false;
  const isClear = (box) => getComputedStyle(box).backgroundColor === "rgba(0, 0, 0, 0)";
  let box = el;
  while (box.parentElement && isClear(box)) box = box.parentElement;
  return getComputedStyle(el).color === getComputedStyle(box).backgroundColor;
}).map((el) => el.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["book/receptive-field.html", "book/what-cnns-see.html"])
def test_no_word_of_a_verdict_has_the_colour_of_its_paper(page: Page, site: str, name: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, f"{site}/{name}")
    assert page.locator(".cell_output code").count() > 0
    assert page.evaluate(UNSEEN) == []


def test_beside_other_figures_an_explorer_keeps_its_own_looks(page: Page, site: str) -> None:
    open_page(page, f"{site}/book/receptive-field.html")
    border = "el => getComputedStyle(el).borderTopWidth"
    assert page.locator(".cnnviz-band-channels").first.evaluate(border) == "0px"


def test_a_notebook_can_be_downloaded_and_code_copied(context: BrowserContext, page: Page, served: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, f"{served}/book/convolution.html")
    href = page.eval_on_selector(".dropdown-download-buttons a[href$='.ipynb']", "a => a.href")
    assert page.request.get(href).json()["nbformat"] == 4
    cell = page.locator(".cell_input:visible").first
    cell.hover()
    cell.locator("button.copybtn").click()
    assert page.evaluate("navigator.clipboard.readText()") in cell.locator("pre").inner_text() + "\n"
