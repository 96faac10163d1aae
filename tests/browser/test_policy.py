"""Hosts that allow less: no worker and no WebAssembly, or no origin and no storage.

A policy, such as an editor's for its notebooks, may say so; Colab has a frame for each output, others sandbox a page's.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Frame, Page

import cnnviz
from cnnviz import nn
from cnnviz.data import to_float
from cnnviz.graph import to_graph
from cnnviz.page import save
from tests.browser.conftest import Watched
from tests.browser.page_lab import HOOK, open_page, outputs, settle

PICTURES = np.random.default_rng(0).integers(0, 256, (2, 3, 32, 32), np.uint8)
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline' blob:; worker-src 'none'"
)
NO_WASM = "try { new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); false; } catch { true; }"


def network(channels: int) -> Any:
    """64 channels are 40 million multiply-adds, which a worker computes where there may be one."""
    rng = np.random.default_rng(channels)
    convs = [nn.Conv2d(inputs, channels, 3, padding=1, rng=rng) for inputs in (3, channels)]
    return nn.Sequential(
        convs[0], nn.ReLU(), convs[1], nn.MaxPool2d(4), nn.Flatten(), nn.Linear(64 * channels, 3, rng=rng)
    )


def check_numbers(page: Page | Frame, model: Any) -> None:
    truth = to_graph(model).run(to_float(PICTURES[:1]))
    found = outputs(page)  # type: ignore[arg-type]
    assert set(truth) - {"input"} <= set(found)
    for name, (shape, _, numbers) in found.items():
        if name in truth:
            np.testing.assert_allclose(numbers.reshape(shape), truth[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("channels", [16, 64], ids=["in the page", "would be a worker's"])
def test_under_a_policy_without_workers_and_webassembly_a_network_computes_the_same(
    page: Page, tmp_path: Path, watched: Watched, channels: int
) -> None:
    model = network(channels)
    path = save(cnnviz.explore(model, PICTURES, ["a", "b", "c"]), tmp_path / "net.html", weights="float32")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    path.write_text(path.read_text("utf-8").replace("<head>", f"<head>{policy}", 1), "utf-8")
    open_page(page, path)
    assert page.evaluate(NO_WASM)
    assert page.workers == []
    check_numbers(page, model)
    assert bool(watched.complaints) == (channels == 64)
    assert all("Content Security Policy" in said for said in watched.complaints)
    watched.complaints.clear()  # The browser's word on the policy, and nothing else.


@pytest.fixture
def framed(page: Page, tmp_path: Path) -> Callable[[Any], Frame]:
    """`framed(widget)` opens a saved page in a frame that may run scripts and nothing else."""

    def framed(widget: Any) -> Frame:
        save(widget, tmp_path / "inner.html", weights="float32")
        outer = tmp_path / "outer.html"
        outer.write_text(
            '<iframe sandbox="allow-scripts" src="inner.html" width="1000" height="800"></iframe>', "utf-8"
        )
        page.add_init_script(f"(() => {{ {HOOK} }})()")
        page.goto(outer.as_uri())
        frame = page.frames[1]
        frame.wait_for_selector("[data-mounted=yes]")
        return frame

    return framed


@pytest.mark.parametrize("channels", [16, 64])
def test_in_a_frame_without_an_origin_a_network_computes_the_same(
    framed: Callable[[Any], Frame], channels: int
) -> None:
    model = network(channels)
    frame = framed(cnnviz.explore(model, PICTURES, ["a", "b", "c"]))
    settle(frame)  # type: ignore[arg-type]
    check_numbers(frame, model)
    frame.locator(".cnnviz-thumb").nth(1).click()
    frame.wait_for_function("pageLab.pictureIndex === 1 && pageLab.busy === null")


def test_without_forms_and_storage_a_question_is_answered(framed: Callable[[Any], Frame]) -> None:
    frame = framed(cnnviz.ask("book/questions/convolution.toml", "flip"))
    assert frame.evaluate("try { localStorage; false; } catch { true; }")
    frame.locator("input").first.check()
    frame.get_by_role("button", name="lock my answer").click()
    assert frame.locator("input").nth(1).is_disabled()


def test_without_storage_a_veil_is_lifted_by_hand(framed: Callable[[Any], Frame]) -> None:
    frame = framed(cnnviz.step(nn.MaxPool2d(2), to_float(PICTURES[:1, :1, :8, :8]), after="flip"))
    frame.get_by_role("button", name="show it anyway").click()
    assert frame.locator(".cnnviz-veil").count() == 0


def test_an_answer_given_in_another_frame_lifts_the_veil(page: Page, served: str, tmp_path: Path) -> None:
    """Of one origin, as the book's pages and two tabs are: served, since each file is an origin of its own."""
    page.route(f"{served}/one.html", lambda route: route.fulfill(path=tmp_path / "one.html"))
    page.route(f"{served}/two.html", lambda route: route.fulfill(path=tmp_path / "two.html"))
    page.route(f"{served}/both.html", lambda route: route.fulfill(path=tmp_path / "both.html"))
    save(cnnviz.ask("book/questions/convolution.toml", "flip"), tmp_path / "one.html")
    save(cnnviz.step(nn.MaxPool2d(2), to_float(PICTURES[:1, :1, :8, :8]), after="flip"), tmp_path / "two.html")
    frames = "".join(f'<iframe src="{name}.html" width="900" height="700"></iframe>' for name in ("one", "two"))
    (tmp_path / "both.html").write_text(f"<!doctype html><title>two</title>{frames}", "utf-8")
    page.goto(f"{served}/both.html")
    one, two = page.frame_locator("iframe").nth(0), page.frame_locator("iframe").nth(1)
    two.locator(".cnnviz-veil").wait_for()
    one.locator("input").first.check()
    one.locator("input").first.press("Enter")
    two.locator(".cnnviz-veil").wait_for(state="detached")
