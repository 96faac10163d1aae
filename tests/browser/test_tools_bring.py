"""Pictures that a reader brings, by file, clipboard or mouse, against Pillow."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Page

import cnnviz
from cnnviz import nn
from tests.browser.explorer_page import CLOTHES, MODEL, PICTURES, assert_sees
from tests.browser.tools_page import painted

Show = Callable[..., Page]
RNG = np.random.default_rng(3)
COLOUR = RNG.integers(0, 256, (2, 3, 24, 32), np.uint8)
LIVE = ".cnnviz-explorer > [aria-live]"
WORD = ".cnnviz-bring p"
PASTE = """async ([bytes, type, as]) => {
    const files = new DataTransfer();
    if (bytes) files.items.add(new File([Uint8Array.from(bytes)], "brought", { type }));
    else files.items.add("only words", "text/plain");
    const options = { bubbles: true, cancelable: true };
    const board = document.querySelector(".cnnviz-board");
    board.focus();
    document.activeElement.dispatchEvent(as === "paste"
        ? new ClipboardEvent("paste", { ...options, clipboardData: files })
        : new DragEvent("drop", { ...options, dataTransfer: files }));
}"""


@pytest.fixture
def figure() -> Any:
    return cnnviz.explore(MODEL, PICTURES, CLOTHES.classes)


@pytest.fixture
def colour_figure() -> Any:
    return cnnviz.explore(colour_model(), COLOUR, ["a", "b", "c"])


def colour_model() -> Any:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, rng=RNG), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3, rng=RNG)
    )


def smooth(height: int, width: int) -> np.ndarray:
    """A picture in colour without fine detail, whose four sides differ."""
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    picture: np.ndarray = np.rint(255 * np.stack([across, down, np.sin(3 * across * down) ** 2], -1)).astype(np.uint8)
    return picture


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def by_pillow(picture: Image.Image, height: int, width: int) -> np.ndarray:
    """(3, height, width): the middle in the wanted shape, over white, upright."""
    upright = ImageOps.exif_transpose(picture)
    over = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA")).convert("RGB")
    fitted = ImageOps.fit(over, (width, height), Image.Resampling.BILINEAR)
    return np.asarray(fitted).transpose(2, 0, 1)


def bring(page: Page, content: bytes, name: str = "mine.jpg", mime: str = "image/jpeg") -> str:
    """Upload; what the page says."""
    if page.is_hidden(WORD):
        page.click(".cnnviz-board-tools >> text=more")
    before = page.inner_text(WORD)
    page.set_input_files(".cnnviz-bring input", {"name": name, "mimeType": mime, "buffer": content})
    page.wait_for_function(f"(before) => document.querySelector('{WORD}').innerText !== before", arg=before)
    return page.inner_text(WORD)


@pytest.mark.parametrize("size", [(60, 90), (701, 430)])
def test_an_uploaded_photograph_is_turned_as_its_exif_says_and_cut_around_its_middle(
    show: Show, colour_figure: Any, size: tuple[int, int]
) -> None:
    page = show(colour_figure)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    content = encoded(Image.fromarray(smooth(*size)), "JPEG", quality=98, subsampling=0, exif=exif)
    said = bring(page, content)
    assert said == "mine.jpg: its middle, 24 × 32. It stays in this page."
    wanted = by_pillow(Image.open(io.BytesIO(content)), 24, 32)
    assert np.abs(painted(page).astype(int) - wanted).max() <= 4
    mine = page.get_by_role("radio", name="your picture: mine.jpg")
    assert mine.get_attribute("aria-checked") == "true"
    page.click(".cnnviz-thumb >> nth=1")
    assert (painted(page) == COLOUR[1]).all()
    mine.click()
    assert np.abs(painted(page).astype(int) - wanted).max() <= 4


def test_what_is_transparent_is_white_and_one_channel_is_grey(show: Show, figure: Any) -> None:
    page = show(figure)
    picture = np.concatenate([smooth(56, 80), np.full((56, 80, 1), 255, np.uint8)], -1)
    picture[20:36, 30:50, 3] = 0
    said = bring(page, encoded(Image.fromarray(picture), "PNG"), "half.png", "image/png")
    assert said == "half.png: its middle, 28 × 28, made grey. It stays in this page."
    rgb = by_pillow(Image.fromarray(picture), 28, 28)
    grey = np.asarray(Image.fromarray(rgb.transpose(1, 2, 0).copy()).convert("L")) / 255
    paper, ink = np.array([0xFD, 0xFD, 0xFB]), np.array([0x2F, 0x6D, 0xB5])
    wanted = paper[:, None, None] + (ink - paper)[:, None, None] * grey
    assert np.abs(painted(page) - wanted).max() <= 3


def test_a_picture_brought_is_undone_like_a_stroke_and_nothing_is_asked_of_any_host(show: Show, figure: Any) -> None:
    page = show(figure)
    bring(page, encoded(Image.fromarray(smooth(40, 40)), "JPEG"))
    page.click("text=undo")
    assert_sees(page, PICTURES[0])


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_is_pasted_and_dropped(show: Show, colour_figure: Any, way: str) -> None:
    page = show(colour_figure)
    wanted = smooth(24, 32)
    page.evaluate(PASTE, [list(encoded(Image.fromarray(wanted), "PNG")), "image/png", way])
    page.wait_for_selector("[aria-label='your picture: brought'][aria-checked='true']")
    assert (painted(page) == wanted.transpose(2, 0, 1)).all()


def test_pasted_words_and_a_broken_file_change_nothing_and_are_told(show: Show, figure: Any) -> None:
    page = show(figure)
    assert bring(page, b"no picture", "notes.jpg").startswith("notes.jpg is not a picture that this browser can read")
    page.wait_for_function(f"document.querySelector('{LIVE}').textContent.startsWith('notes.jpg is not a picture')")
    page.evaluate(PASTE, [None, "", "paste"])
    page.wait_for_function(f"document.querySelector('{WORD}').innerText.startsWith('There is no picture')")
    assert_sees(page, PICTURES[0])
    assert page.locator(".cnnviz-thumb").count() == len(PICTURES)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(show: Show, figure: Any) -> None:
    page = show(figure)
    page.evaluate("() => { window.createImageBitmap = () => { throw new Error('decoded') } }")
    content = encoded(Image.new("1", (10_000, 6_000)), "PNG")
    assert bring(page, content, "large.png", "image/png").startswith("This picture has 60 million pixels; at most 50")
    assert_sees(page, PICTURES[0])


def test_the_paste_button_reads_the_clipboard_and_says_when_it_may_not(show: Show, colour_figure: Any) -> None:
    page = show(colour_figure)
    page.click(".cnnviz-board-tools >> text=more")
    denied = "throw new DOMException('denied', 'NotAllowedError')"
    page.evaluate(f"() => {{ navigator.clipboard.read = async () => {{ {denied} }} }}")
    page.get_by_role("button", name="paste a picture").click()
    page.wait_for_function(f"document.querySelector('{WORD}').innerText.includes('press Ctrl+V')")
    content = list(encoded(Image.fromarray(smooth(24, 32)), "PNG"))
    page.evaluate(
        "(bytes) => { const file = new Blob([Uint8Array.from(bytes)], { type: 'image/png' });"
        " navigator.clipboard.read = async () => [new ClipboardItem({ 'image/png': file })]; }",
        content,
    )
    page.get_by_role("button", name="paste a picture").click()
    page.wait_for_selector("[aria-label='your picture: pasted picture'][aria-checked='true']")
    assert (painted(page) == smooth(24, 32).transpose(2, 0, 1)).all()
