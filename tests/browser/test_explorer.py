"""The network explorer as a reader meets it: the verdict against the same network run here, theme, width, no trace."""

from typing import Any

import pytest

from tests.browser.explorer_page import (
    CLOTHES,
    LAYER,
    PICTURES,
    Show,
    assert_sees,
    clothes_explorer,
    probabilities,
    shown_percent,
)
from tests.browser.readers import serious
from tests.browser.saved_bytes import BYTES_OF


@pytest.fixture
def figure() -> Any:
    return clothes_explorer()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_also_with_a_unit_open(show: Show, figure: Any, scheme: Any) -> None:
    page = show(figure)
    page.emulate_media(color_scheme=scheme)
    page.click(".cnnviz-board-tools >> text=more")
    page.focus(LAYER.format("conv1"))
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    assert serious(page) == []


def test_the_theme_switches_every_canvas(show: Show, figure: Any) -> None:
    page = show(figure)
    corner = "[...document.querySelectorAll('.cnnviz-explorer canvas')].map((canvas) => canvas.toDataURL())"
    light = page.evaluate(corner)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(50)
    dark = page.evaluate(corner)
    assert all(a != b for a, b in zip(light, dark, strict=True))


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
