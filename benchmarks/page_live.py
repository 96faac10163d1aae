"""What a network costs in the reader's browser: Tiny VGG three ways, EfficientNet-Lite0's layers in a worker, 64 maps
drawn anew, and what a saved page's first figure and a stroke of its brush take.
"""

import functools
import http.server
import json
import os
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import networks, page_saved
from cnnviz.widgets._base import bundle, stylesheet
from tests.browser.conftest import FLAGS, NAMES

HERE = Path(__file__).parent
MOST_PLAIN_MS = 6.0
MOST_OF_ORT = 0.7
MOST_LITE0_MS = 1500.0
MOST_REDRAW_MS = 2.0
ORT = "onnxruntime-web"


class Measured(NamedTuple):
    """Median milliseconds."""

    small: dict[str, float]  # Tiny VGG, by contender
    large: dict[str, float]  # a pass, the first one, the longest wait of the page; and million cells kept
    redraw: float  # of 64 maps of 30 x 30
    first: dict[str, dict[str, float]]  # until the first figure stands: by saved page, by phase
    stroke: float  # until Tiny VGG's maps are painted
    left_out: list[str]


def measured(rounds: int = 60, large_rounds: int = 8) -> Measured:
    """All of it, in one run. Raises AssertionError if contenders differ in their answers."""
    ort = os.environ.get("ONNXRUNTIME_WEB", "")
    has_ort = (Path(ort) / "ort.wasm.min.mjs").is_file() if ort else False
    left_out = [] if has_ort else [f"{ORT} was left out: set ONNXRUNTIME_WEB to its package's dist folder (npm)"]
    with _site(Path(ort) if has_ort else None) as address, _browser() as browser:
        page = _open(browser, address)
        small = page.evaluate("([ort, rounds]) => tinyVgg(ort, rounds)", [f"{address}ort/" if has_ort else "", rounds])
        large = page.evaluate("rounds => lite0(rounds)", large_rounds)
        drawn = page.evaluate("rounds => redraws(rounds)", rounds)
        page.close()
        first, stroke = page_saved.measured(browser)
    if small["apart"] > 1e-5:
        raise AssertionError(f"the contenders' probabilities differ by {small['apart']:g}")
    spent = {name: statistics.median(times) for name, times in small["times"].items()}
    return Measured(spent, _large(large), statistics.median(drawn), first, stroke, left_out)


def _large(answer: dict[str, Any]) -> dict[str, float]:
    return {
        "a pass": statistics.median(answer["times"]),
        "the first pass": answer["first"],
        "the page's longest wait": answer["waited"],
        "million cells kept": answer["cells"] / 1e6,
    }


def broken(found: Measured) -> list[str]:
    """The promises that do not hold."""
    small, large = found.small, found.large
    promises = []
    if small["plain JavaScript"] > MOST_PLAIN_MS:
        promises.append(f"Tiny VGG in plain JavaScript takes more than {MOST_PLAIN_MS} ms")
    if ORT in small and small["WebAssembly"] > MOST_OF_ORT * small[ORT]:
        promises.append(f"Tiny VGG in WebAssembly takes more than {MOST_OF_ORT} of {ORT}'s time")
    if large["a pass"] > MOST_LITE0_MS:
        promises.append(f"EfficientNet-Lite0's layers take more than {MOST_LITE0_MS} ms in the worker")
    if found.redraw > MOST_REDRAW_MS:
        promises.append(f"a redraw of 64 maps takes more than {MOST_REDRAW_MS} ms of script")
    return promises + page_saved.broken(found.first, found.stroke)


def lines(found: Measured) -> Iterator[str]:
    """What was measured, as text."""
    small, large = found.small, found.large
    yield f"Tiny VGG in Chromium  (median ms, ratio to {ORT if ORT in small else 'plain JavaScript'})"
    unit = small.get(ORT, small["plain JavaScript"])
    yield from (f"  {name:<18}{ms:8.2f} ms  {ms / unit:6.2f}" for name, ms in small.items())
    yield "EfficientNet-Lite0's layers in a worker, 224 x 224, every layer kept"
    yield from (f"  {name:<26}{value:9.1f}{'' if 'cells' in name else ' ms'}" for name, value in large.items())
    yield f"redraw of 64 maps of 30x30: {found.redraw:.2f} ms of script"
    yield from page_saved.lines(found.first, found.stroke)
    yield from (f"  {line}" for line in found.left_out)


@contextmanager
def _site(ort: Path | None) -> Iterator[str]:
    """The benchmark's page at an address of this machine, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        tiny = networks.tiny_vgg()
        (site / "tiny_vgg.json").write_text(json.dumps(networks.for_page(tiny)), encoding="utf-8")
        (site / "tiny_vgg.onnx").write_bytes(networks.tiny_vgg_onnx(tiny))
        (site / "lite0.json").write_text(json.dumps(networks.for_page(networks.lite0())), encoding="utf-8")
        (site / "page_live.js").write_text(bundle(str(HERE / "page_live.js")), encoding="utf-8")
        (site / "page_live.css").write_text(stylesheet("explorer.css"), encoding="utf-8")
        shutil.copy(HERE / "page_live.html", site / "index.html")
        if ort:
            (site / "ort").symlink_to(ort.resolve(), target_is_directory=True)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/"
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _browser() -> Iterator[Browser]:
    found = os.environ.get("CNNVIZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_function("document.title === 'ready'")
    return page


if __name__ == "__main__":
    print(*lines(measured()), sep="\n")
