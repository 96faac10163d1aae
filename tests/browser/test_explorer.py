"""The network explorer as a reader meets it: every number in the page against the same network run here."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import cnnviz
from cnnviz import data, models, nn
from cnnviz.graph import to_graph
from tests.browser.saved_bytes import BYTES_OF

Show = Callable[..., Page]
MODEL = models.load("clothes")
GRAPH = to_graph(MODEL)
CLOTHES = data.load("fashion_mnist")
PICTURES = CLOTHES.test.images[:6]
LAYER = ".cnnviz-band[data-layer='{}'] .cnnviz-sheet"
READOUT = ".cnnviz-band[data-layer='{}'] .cnnviz-band-unit"


@pytest.fixture
def figure() -> Any:
    return cnnviz.explore(MODEL, PICTURES, CLOTHES.classes, title="one living network")


def run(picture: np.ndarray) -> dict[str, np.ndarray]:
    return GRAPH.run(picture[None].astype(np.float32) / np.float32(255))


def probabilities(picture: np.ndarray) -> np.ndarray:
    logits = run(picture)["linear"][0].astype(float)
    shares = np.exp(logits - logits.max())
    return shares / shares.sum()


def shown_percent(share: float) -> str:
    percent = 100 * share
    if 99.5 < percent < 100:
        return ">\u00a099\u00a0%"
    if 0 < percent < 0.1:
        return "<\u00a00.1\u00a0%"
    return f"{percent:.0f}\u00a0%" if percent >= 1 else f"{percent:.1f}\u00a0%"


def assert_sees(page: Page, picture: np.ndarray) -> None:
    """Every class's percentage, the sentence, and the current first row are what the network says here."""
    shares = probabilities(picture)
    page.wait_for_timeout(60)
    rows = page.locator(".cnnviz-verdict tbody tr")
    assert rows.locator("th").all_inner_texts() == list(CLOTHES.classes)
    assert rows.locator(".cnnviz-verdict-percent").all_inner_texts() == [shown_percent(share) for share in shares]
    best = CLOTHES.classes[int(shares.argmax())]
    assert page.inner_text(".cnnviz-verdict .is-first th") == best
    assert page.inner_text(".cnnviz-verdict-sentence") == f"The network says {best}, {shown_percent(shares.max())}."


def number(text: str) -> float:
    return float(text.rsplit(": ", 1)[1].replace("−", "-"))


def test_a_picture_picked_with_the_arrows_gives_the_networks_probabilities(show: Show, figure: Any) -> None:
    page = show(figure)
    assert_sees(page, PICTURES[0])
    page.focus(".cnnviz-thumb >> nth=0")
    for i in (1, 2):
        page.keyboard.press("ArrowRight")
        assert_sees(page, PICTURES[i])
    page.keyboard.press("End")
    assert_sees(page, PICTURES[5])
    assert page.get_attribute(".cnnviz-thumb >> nth=5", "aria-checked") == "true"
    assert page.locator(".cnnviz-thumb[tabindex='0']").count() == 1


def test_every_layer_reads_the_same_number_as_here_at_every_place_visited(show: Show, figure: Any) -> None:
    page = show(figure)
    values = run(PICTURES[0])
    for name, places in {"conv1": 3, "relu1": 3, "pool1": 2, "conv2": 4, "pool2": 2, "flatten": 2, "linear": 3}.items():
        page.focus(LAYER.format(name))
        page.keyboard.press("Home")
        page.keyboard.press("End")
        for left in range(places):
            text = page.inner_text(READOUT.format(name))
            expected = values[name].ravel()[values[name].size - 1 - left]
            assert number(text) == pytest.approx(expected, abs=0.0051, rel=0.06), (name, text)
            page.keyboard.press("ArrowLeft")


def test_a_dot_drawn_with_the_keyboard_is_a_pixel_for_the_network(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click(".cnnviz-board-tools >> text=more")
    page.get_by_role("button", name="thin").click()
    page.focus(".cnnviz-board")
    page.keyboard.press("Delete")
    picture = np.zeros((1, 28, 28), np.uint8)
    assert_sees(page, picture)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    picture[0, 13, 14] = 255
    assert_sees(page, picture)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    picture[0, 13, 14:17] = 255
    assert_sees(page, picture)
    page.keyboard.press("Control+z")
    picture[0, 13, 16] = 0
    assert_sees(page, picture)
    page.keyboard.press("e")
    page.keyboard.press("Space")
    assert page.get_attribute("text=erase", "aria-pressed") == "true"
    assert_sees(page, picture)


def test_a_line_drawn_with_the_mouse_is_drawn_and_undone_in_one_step(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click(".cnnviz-board-tools >> text=more")
    page.get_by_role("button", name="thin").click()
    page.click("text=clear")
    box = page.locator(".cnnviz-board canvas").bounding_box()
    assert box
    cell = box["width"] / 28
    page.mouse.move(box["x"] + 4.5 * cell, box["y"] + 9.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 20.5 * cell, box["y"] + 9.5 * cell, steps=3)
    page.mouse.up()
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 9, 4:21] = 255
    assert_sees(page, picture)
    assert page.locator(".cnnviz-thumb[aria-checked='true']").count() == 0
    page.click("text=undo")
    assert_sees(page, picture * 0)


def test_a_shift_moves_the_picture_by_one_pixel(show: Show, figure: Any) -> None:
    page = show(figure)
    page.click(".cnnviz-board-tools >> text=more")
    page.get_by_role("button", name="shift right").click()
    page.get_by_role("button", name="shift down").click()
    moved = np.zeros_like(PICTURES[0])
    moved[:, 1:, 1:] = PICTURES[0][:, :-1, :-1]
    assert_sees(page, moved)


def test_a_finger_draws_without_scrolling_the_page(show: Show, figure: Any) -> None:
    page = show(figure, width=390, height=700)
    page.click("text=clear")
    page.locator(".cnnviz-board").scroll_into_view_if_needed()
    before = page.evaluate("[scrollY, +document.querySelector('.cnnviz-board canvas').dataset.sum]")
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 100, box["y"] + 60
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + 15 * step}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    after = page.evaluate("[scrollY, +document.querySelector('.cnnviz-board canvas').dataset.sum]")
    assert after[0] == before[0]
    assert after[1] > before[1] + 255 * 8


def test_a_tap_on_a_unit_tells_its_number_and_a_tap_on_that_opens_it(show: Show, figure: Any) -> None:
    page = show(figure, width=390)
    sheet = page.locator(LAYER.format("conv1"))
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    point = [{"x": box["x"] + 20, "y": box["y"] + 20}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    assert page.inner_text(READOUT.format("conv1")).startswith("channel 0, row ")
    assert page.locator(".cnnviz-explorer-panel:visible").count() == 0
    page.click(READOUT.format("conv1"))
    assert page.is_visible(".cnnviz-unit")


def test_hovering_a_unit_outlines_its_window_and_what_it_sees_of_the_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    box = page.locator(LAYER.format("conv2") + " canvas").bounding_box()
    assert box
    columns = page.evaluate(f'document.querySelector("{LAYER.format("conv2")} canvas").width')
    cell = box["width"] / columns
    page.mouse.move(box["x"] + 6.5 * cell, box["y"] + 5.5 * cell)  # channel 0, row 5, column 6
    assert page.inner_text(READOUT.format("conv2")).startswith("channel 0, row 5, column 6: ")
    marks = page.locator(LAYER.format("pool1") + " .cnnviz-mark-input.cnnviz-mark-line")
    assert marks.count() == 8  # 3 x 3 in each of the eight maps that it reads
    first = [float(str(marks.nth(0).get_attribute(name))) for name in ("x", "y", "width", "height")]
    assert first == [5, 4, 3, 3]
    # 3x3 after 2x2 pooling after 5x5: pixels 2*(5-1)-2 .. 2*(5+1)+1+2 down, 2*(6-1)-2 .. 2*(6+1)+1+2 across.
    field = page.evaluate(
        "(({top, left, width, height}) => [top, left, width, height])"
        "(document.querySelector('.cnnviz-board-window').style)"
    )
    assert [round(float(side[:-1]) * 28 / 100) for side in field] == [6, 8, 10, 10]
    page.mouse.move(2, 2)
    assert page.locator(".cnnviz-mark-input").count() == 0
    assert page.is_hidden(".cnnviz-board-window")


def test_clicking_a_unit_shows_how_it_is_made_and_the_way_back_through_the_network(show: Show, figure: Any) -> None:
    page = show(figure)
    values = run(PICTURES[0])
    page.focus(LAYER.format("conv2"))
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    panel = page.locator(".cnnviz-unit")
    assert "conv2" in panel.locator(".cnnviz-title").first.inner_text()
    place = panel.locator(".cnnviz-unit-place").inner_text()
    assert place.startswith("Channel 0, row 3, column 2: ")
    assert number(place.rstrip(".")) == pytest.approx(float(values["conv2"][0, 0, 3, 2]), abs=0.0051, rel=0.06)
    panel.get_by_role("button", name="follow pool1").first.click()
    assert "pool1" in panel.locator(".cnnviz-title").first.inner_text()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert page.evaluate("document.activeElement.closest('.cnnviz-band').dataset.layer") == "pool1"


def test_the_open_unit_follows_the_picture(show: Show, figure: Any) -> None:
    page = show(figure)
    changed = "(text) => document.querySelector('.cnnviz-unit-place').innerText !== text"
    page.focus(LAYER.format("linear"))
    page.keyboard.press("Enter")
    before = page.inner_text(".cnnviz-unit-place")
    page.click("text=clear")
    page.wait_for_function(changed, arg=before)
    cleared = page.inner_text(".cnnviz-unit-place")
    page.click(".cnnviz-thumb >> nth=3")
    page.wait_for_function(changed, arg=cleared)


def test_a_layers_channels_and_a_comparison_open_under_the_network(show: Show, figure: Any) -> None:
    page = show(figure)
    page.hover(LAYER.format("conv2"))
    page.locator(".cnnviz-band[data-layer='conv2']").get_by_role("button", name="channels of conv2").click()
    panel = page.locator(".cnnviz-explorer-panel:visible")
    assert "conv2" in panel.inner_text()
    panel.get_by_role("button", name="close").first.click()
    assert panel.count() == 0
    page.get_by_role("button", name="compare two").click()
    assert panel.locator("canvas").count() >= 3
    page.keyboard.press("Escape")


def test_page_down_and_the_edge_of_a_layer_lead_to_the_next_one(show: Show, figure: Any) -> None:
    page = show(figure)
    current = "document.activeElement.closest('.cnnviz-band').dataset.layer"
    page.focus(LAYER.format("conv1"))
    page.keyboard.press("PageDown")
    assert page.evaluate(current) == "relu1"
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(current) == "pool1"
    page.keyboard.press("PageUp")
    assert page.evaluate(current) == "relu1"
    assert page.locator(".cnnviz-band .cnnviz-sheet[tabindex='0']").count() == 1


def test_the_verdict_is_said_politely_and_not_more_than_once_a_second(show: Show, figure: Any) -> None:
    page = show(figure)
    page.evaluate(
        """() => { window.said = []; const live = document.querySelector('.cnnviz-explorer > [aria-live]');
        new MutationObserver(() => window.said.push(live.textContent))
          .observe(live, { childList: true, characterData: true, subtree: true }); }"""
    )
    page.focus(".cnnviz-thumb >> nth=0")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1300)
    said = page.evaluate("window.said")
    assert len(said) <= 2
    shares = probabilities(PICTURES[5])
    best = CLOTHES.classes[int(shares.argmax())]
    assert said[-1].startswith(f"The network says: {best}, {shown_percent(shares.max())}")
    assert page.get_attribute(".cnnviz-explorer > [aria-live]", "aria-live") == "polite"


def test_each_map_its_own_scale_brightens_pale_maps_and_back(show: Show, figure: Any) -> None:
    page = show(figure)
    pixels = f'document.querySelector("{LAYER.format("conv2")} canvas").toDataURL()'
    shared = page.evaluate(pixels)
    page.check(".cnnviz-explorer-options input")
    assert page.evaluate(pixels) != shared
    page.uncheck(".cnnviz-explorer-options input")
    assert page.evaluate(pixels) == shared


def test_from_brush_to_painted_maps_is_within_a_frame(show: Show, figure: Any) -> None:
    page = show(figure)
    page.wait_for_timeout(500)
    box = page.locator(".cnnviz-board").bounding_box()
    assert box
    page.evaluate(
        """() => { window.passes = []; new PerformanceObserver((list) => {
          window.passes.push(...list.getEntriesByName("cnnviz-explore").map(({ duration }) => duration)); })
          .observe({ type: "measure" }); }"""
    )
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + 40 + 4 * step, box["y"] + 40 + 3 * step)
    page.mouse.up()
    page.wait_for_timeout(100)
    passes = np.array(page.evaluate("window.passes"))
    print(
        f"brush to painted maps: median {np.median(passes):.1f} ms, worst {passes.max():.1f} ms of {len(passes)} passes"
    )
    assert len(passes) > 5
    assert np.median(passes) < 16


@pytest.mark.parametrize("width", [390, 700, 1200])
def test_it_never_scrolls_sideways_and_its_height_was_kept_free(show: Show, figure: Any, width: int) -> None:
    page = show(figure, width=width)
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    kept, high = page.evaluate(
        "[parseFloat(getComputedStyle(document.querySelector('.anywidget-view')).minHeight),"
        " document.querySelector('.cnnviz-explorer').offsetHeight]"
    )
    assert kept == pytest.approx(high, rel=0.15)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_also_with_a_unit_open(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.click(".cnnviz-board-tools >> text=more")
    page.focus(LAYER.format("conv1"))
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]
    assert serious == []


def test_the_theme_switches_every_canvas(show: Show, figure: Any) -> None:
    page = show(figure)
    corner = "[...document.querySelectorAll('.cnnviz-explorer canvas')].map((canvas) => canvas.toDataURL())"
    light = page.evaluate(corner)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(50)
    dark = page.evaluate(corner)
    assert all(a != b for a, b in zip(light, dark, strict=True))


def test_colour_pictures_are_explored_and_painted_in_colour(show: Show) -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    )
    pictures = np.random.default_rng(1).integers(0, 256, (2, 3, 16, 16), np.uint8)
    page = show(cnnviz.explore(model, pictures, shift=-0.5))
    scores = to_graph(model).run(pictures[:1].astype(np.float32) / np.float32(255) - np.float32(0.5))["4"][0]
    shares = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    shown = page.locator(".cnnviz-verdict-percent").all_inner_texts()
    assert shown == [shown_percent(float(share)) for share in shares]
    page.click(".cnnviz-board-tools >> text=more")
    page.fill(".cnnviz-board-tools input[type=color]", "#ff0000")
    page.focus(".cnnviz-board")
    page.keyboard.press("Space")
    middle = page.evaluate(
        "[...document.querySelector('.cnnviz-board canvas').getContext('2d').getImageData(8, 8, 1, 1).data]"
    )
    assert middle == [255, 0, 0, 255]


def test_a_layer_of_many_maps_shows_some_and_then_all(show: Show) -> None:
    model = nn.Sequential(nn.Conv2d(1, 40, 3))
    page = show(cnnviz.explore(model, PICTURES, show=8))
    page.get_by_role("button", name="all 40 maps").click()
    page.keyboard.press("End")
    assert page.inner_text(READOUT.format("0")).startswith("channel 39, row 25, column 25: ")


def test_a_picture_drawn_before_the_page_was_saved_is_on_the_board(show: Show, figure: Any) -> None:
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, 5:20, 8:20] = 200
    figure.picture = {"shape": [1, 28, 28], "dtype": "uint8", "data": picture.tobytes()}
    assert_sees(show(figure), picture)


def test_unmounting_removes_everything(show: Show, figure: Any) -> None:
    page = show(figure)
    left = page.evaluate(
        """async () => {
        const source = Object.values(window.anywidgetSources)[0];
        const widget = (await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))).default;
        const heard = new Set();
        const saved = JSON.parse(document.querySelector('script[type*="widget-state"]').textContent).state;
        const own = Object.values(saved).find(({ state }) => state._esm);
        const state = structuredClone(own.state);
        const bytesOf = BYTES_OF;
        for (const buffer of own.buffers) {
          const holder = buffer.path.slice(0, -1).reduce((at, key) => at[key], state);
          holder[buffer.path.at(-1)] = new DataView((await bytesOf(buffer)).buffer);
        }
        const model = { get: (name) => state[name], set() {}, save_changes() {}, send() {},
          on: (name, f) => heard.add(`${name}`), off: (name) => heard.delete(`${name}`) };
        const el = document.createElement("div");
        document.body.append(el);
        const unmount = await widget.render({ model, el });
        const during = heard.size;
        unmount();
        return [during > 0, heard.size, el.childElementCount];
        }""".replace("BYTES_OF", BYTES_OF)
    )
    assert left == [True, 0, 0]
