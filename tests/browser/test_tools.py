"""What a reader does with the picture: brings one, hides a part of it, looks for what the score rests on."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageOps
from playwright.sync_api import Page

import cnnviz
from cnnviz import attribution, nn
from cnnviz.views_explore import network_input
from tests.browser.test_explorer import CLOTHES, MODEL, PICTURES, assert_sees, probabilities, shown_percent

Show = Callable[..., Page]
RNG = np.random.default_rng(3)
COLOUR = RNG.integers(0, 256, (2, 3, 24, 32), np.uint8)
LIVE = ".cnnviz-explorer > [aria-live]"
LOOK = ".cnnviz-look select >> nth=0"
WORD = ".cnnviz-bring p"
BOARD = """(selector) => {
    const { width, height } = document.querySelector(selector);
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(document.querySelector(selector), 0, 0);
    return [height, width, [...copy.getImageData(0, 0, width, height).data]];
}"""
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


def painted(page: Page, selector: str = ".cnnviz-board canvas") -> np.ndarray:
    """(3, H, W) as the canvas has it."""
    height, width, rgba = page.evaluate(BOARD, selector)
    return np.array(rgba).reshape(height, width, 4)[..., :3].transpose(2, 0, 1)


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


def covered(picture: np.ndarray, row: int, col: int, side: int) -> np.ndarray:
    hidden = picture.copy()
    hidden[:, row : row + side, col : col + side] = 128
    return hidden


def test_the_square_is_moved_by_the_arrows_and_the_network_answers_for_every_place(show: Show, figure: Any) -> None:
    page = show(figure)
    page.focus(".cnnviz-board")
    page.keyboard.press("o")
    assert_sees(page, covered(PICTURES[0], 11, 11, 7))
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    hidden = covered(PICTURES[0], 9, 10, 7)
    assert_sees(page, hidden)
    before, after = (probabilities(picture).max() for picture in (PICTURES[0], hidden))
    name = CLOTHES.classes[int(probabilities(PICTURES[0]).argmax())]
    fall = f"{name} {shown_percent(before)} → {shown_percent(after)}"
    assert page.inner_text(".cnnviz-occlude p") == f"Rows 9 to 15, columns 10 to 16 hidden: {fall}."
    page.wait_for_function(f"document.querySelector('{LIVE}').textContent.startsWith('Rows 9 to 15')")
    page.keyboard.press("+")
    assert page.inner_text(".cnnviz-occlude .cnnviz-slider span") == "8 × 8"
    assert page.get_attribute(".cnnviz-thumb >> nth=0", "aria-checked") == "true"
    page.keyboard.press("o")
    assert_sees(page, PICTURES[0])
    assert page.locator(".cnnviz-board-square").count() == 0


def test_the_square_follows_the_pointer_and_stays_in_the_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("text=occlude")
    box = page.locator(".cnnviz-board canvas").bounding_box()
    assert box
    cell = box["width"] / 28
    page.mouse.move(box["x"] + 20.5 * cell, box["y"] + 8.5 * cell)
    page.mouse.down()
    assert_sees(page, covered(PICTURES[0], 5, 17, 7))
    page.mouse.move(box["x"] + 27.9 * cell, box["y"] + 0.1 * cell)
    assert_sees(page, covered(PICTURES[0], 0, 21, 7))
    page.mouse.up()
    page.mouse.move(box["x"] + 3 * cell, box["y"] + 20 * cell)
    assert_sees(page, covered(PICTURES[0], 0, 21, 7))
    page.click("text=clear")
    assert_sees(page, PICTURES[0] * 0)


def written(value: float) -> str:
    """As lib/numbers.js does, for numbers that are not exact."""
    size = abs(value)
    return f"{value:.{2 if size >= 0.1 else 1 - int(np.floor(np.log10(size)))}f}".replace("-", "−")


def ends(page: Page) -> list[str]:
    shown = page.locator(".cnnviz-look-legend .cnnviz-ends > span").all_inner_texts()
    return [text for text in shown if text]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_a_map_lies_over_the_picture_follows_the_strokes_and_its_ends_are_numbers(show: Show, figure: Any) -> None:
    page = show(figure)
    page.select_option(LOOK, "gradient")
    page.wait_for_selector(".cnnviz-look-map")
    inputs = network_input(PICTURES, 1 / 255, 0.0)
    gradient = attribution.saliency(MODEL, inputs[:1])[0, 0]
    end = np.quantile(np.abs(gradient), 0.99)
    low, high = ends(page)
    assert (number(low), number(high)) == pytest.approx((-end, end), rel=0.02)
    # Where the picture is paper, the strongest pixels have the whole hue at the strength of 80 in 100.
    paper, hues = np.array([0xFD, 0xFD, 0xFB]), {1: np.array([0xD9, 0x7C, 0x11]), -1: np.array([0x2F, 0x6D, 0xB5])}
    shares = np.clip(gradient / end, -1, 1)
    map_pixels = painted(page, ".cnnviz-look-map")
    empty = np.argwhere(PICTURES[0, 0] == 0)
    assert len(empty) > 100
    for row, col in empty:
        share = shares[row, col]
        wanted = paper + 0.8 * abs(share) * (hues[1 if share > 0 else -1] - paper)
        assert np.abs(map_pixels[:, row, col] - wanted).max() <= 4
    page.focus(".cnnviz-board")
    page.keyboard.press("Space")
    page.wait_for_timeout(100)
    assert (painted(page, ".cnnviz-look-map") != map_pixels).any()
    page.select_option(LOOK, "nothing")
    assert page.locator(".cnnviz-look-map").count() == 0


def test_a_clicked_class_is_looked_for_and_clicked_again_the_likeliest(show: Show, figure: Any) -> None:
    page = show(figure)
    page.select_option(LOOK, "product")
    page.click(".cnnviz-verdict tbody tr >> nth=3")
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.includes('for Dress')")
    wanted = attribution.gradient_x_input(MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), 3)
    assert number(ends(page)[1]) == pytest.approx(np.quantile(np.abs(wanted), 0.99), rel=0.03)
    page.wait_for_function(f"document.querySelector('{LIVE}').textContent.includes('Strongest at row ')")
    assert page.locator(".cnnviz-explorer-panel:visible").count() == 0
    page.click(".cnnviz-verdict tbody tr >> nth=3")
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.includes('for Ankle boot')")


def test_grad_cam_at_a_chosen_layer_says_that_it_is_enlarged(show: Show, figure: Any) -> None:
    page = show(figure)
    page.select_option(LOOK, "gradcam")
    page.select_option(".cnnviz-look-more select >> nth=0", "conv1")
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.includes('conv1')")
    wanted = attribution.gradcam(MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), layer="conv1")
    note = page.inner_text(".cnnviz-look-more p")
    assert note.endswith("A map of 28 × 28, enlarged smoothly: the smoothness says nothing.")
    assert ends(page) == ["0", written(wanted.max())]


def test_mapping_by_occlusion_can_be_stopped_and_goes_on_to_its_end(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click("text=occlude")
    page.locator(".cnnviz-occlude input").fill("1")
    page.get_by_role("button", name="map it").click()
    page.wait_for_function("document.querySelector('.cnnviz-look-more p').textContent.startsWith('Mapping: ')")
    page.get_by_role("button", name="stop mapping").click()
    assert page.inner_text(".cnnviz-look-more p") == "Stopped."
    assert page.locator(".cnnviz-look-map").count() == 0
    page.locator(".cnnviz-occlude input").fill("8")
    page.wait_for_selector(".cnnviz-look-map")
    wanted = attribution.occlusion(
        MODEL, network_input(PICTURES[:1], 1 / 255, 0.0), patch=8, stride=4, baseline=128 / 255
    )
    assert number(ends(page)[1]) == pytest.approx(np.abs(wanted).max(), rel=0.02)


def test_over_a_large_network_a_map_waits_for_the_strokes_end(show: Show, tmp_path: Path) -> None:
    wide = [nn.Conv2d(3, 24, 3, padding=1, rng=RNG), nn.ReLU()]
    wide += [nn.Conv2d(24, 24, 3, padding=1, rng=RNG), nn.ReLU(), nn.Conv2d(24, 24, 3, padding=1, rng=RNG), nn.ReLU()]
    model = nn.Sequential(*wide, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 3, rng=RNG))
    page = show(cnnviz.explore(model, RNG.integers(0, 256, (2, 3, 64, 64), np.uint8), ["a", "b", "c"]))
    page.select_option(LOOK, "product")
    page.wait_for_selector(".cnnviz-look-map")
    first = painted(page, ".cnnviz-look-map")
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 90, steps=4)
    page.wait_for_function("!document.querySelector('.cnnviz-look-map')")
    page.wait_for_timeout(600)
    assert page.locator(".cnnviz-look-map").count() == 0
    page.mouse.up()
    page.wait_for_selector(".cnnviz-look-map")
    assert (painted(page, ".cnnviz-look-map") != first).any()


def test_a_recorded_network_has_no_tools_and_says_why(show: Show) -> None:
    page = show(cnnviz.explore(MODEL, PICTURES, CLOTHES.classes, layers="*"))
    for selector in (".cnnviz-board-tools", ".cnnviz-look", ".cnnviz-occlude", "input[type=file]"):
        assert page.locator(selector).count() == 0
    assert "not the network's arithmetic. So they cannot be drawn on" in page.inner_text(".cnnviz-explorer-side")


def test_every_tool_is_reached_by_tab_and_large_enough_for_a_finger(show: Show, figure: Any) -> None:
    page = show(figure, width=390)
    page.select_option(LOOK, "gradcam")
    page.click("text=occlude")
    page.click(".cnnviz-board-tools >> text=more")
    small = page.evaluate(
        """[...document.querySelectorAll('.cnnviz-look-under, .cnnviz-board-tools')].flatMap((part) =>
          [...part.querySelectorAll('button, select, input:not([type=file])')])
          .filter((one) => one.offsetHeight > 0 && (one.offsetHeight < 44 || one.offsetWidth < 44))
          .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
    page.focus(".cnnviz-board")
    met = []
    for _ in range(24):
        page.keyboard.press("Tab")
        met.append(
            page.evaluate(
                "(({ tagName, labels, textContent }) => tagName === 'BUTTON' ? textContent"
                " : labels?.[0]?.firstChild.textContent)(document.activeElement)"
            )
        )
    wanted = ["look for", "at", "score of", "strength", "square", "map it", "draw", "erase", "occlude", "undo", "clear"]
    wanted += ["more", "thin", "medium", "thick", "left", "right", "up", "down", "invert", "upload", "paste"]
    assert [one for one in met if one in wanted] == wanted
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_with_all_tools_open(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.click(".cnnviz-board-tools >> text=more")
    page.click("text=occlude")
    page.select_option(LOOK, "gradcam")
    page.wait_for_selector(".cnnviz-look-map")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]
    assert serious == []
