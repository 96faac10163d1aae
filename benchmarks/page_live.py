"""What a network costs in the reader's browser: Tiny VGG three ways, and EfficientNet-Lite0's layers in a worker."""

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
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import networks
from cnnviz.widgets._base import bundle
from tests.browser.conftest import FLAGS, NAMES

HERE = Path(__file__).parent
MOST_PLAIN_MS = 6.0
MOST_OF_ORT = 0.7
MOST_LITE0_MS = 1500.0
ORT = "onnxruntime-web"


def measured(rounds: int = 60, large_rounds: int = 8) -> tuple[dict[str, float], dict[str, float], list[str]]:
    """Tiny VGG's median milliseconds by contender; of the large network the pass, the first pass, the longest wait of
    the page and its million cells kept; what was left out. Raises AssertionError if contenders differ in their answers.
    """
    ort = os.environ.get("ONNXRUNTIME_WEB", "")
    has_ort = (Path(ort) / "ort.wasm.min.mjs").is_file() if ort else False
    left_out = [] if has_ort else [f"{ORT} was left out: set ONNXRUNTIME_WEB to its package's dist folder (npm)"]
    with _site(Path(ort) if has_ort else None) as address, _page(address) as page:
        small = page.evaluate("([ort, rounds]) => tinyVgg(ort, rounds)", [f"{address}ort/" if has_ort else "", rounds])
        large = page.evaluate("rounds => lite0(rounds)", large_rounds)
    if small["apart"] > 1e-5:
        raise AssertionError(f"the contenders' probabilities differ by {small['apart']:g}")
    spent = {name: statistics.median(times) for name, times in small["times"].items()}
    return spent, _large(large), left_out


def _large(answer: dict[str, Any]) -> dict[str, float]:
    return {
        "a pass": statistics.median(answer["times"]),
        "the first pass": answer["first"],
        "the page's longest wait": answer["waited"],
        "million cells kept": answer["cells"] / 1e6,
    }


def broken(spent: dict[str, float], large: dict[str, float]) -> list[str]:
    """The promises that do not hold."""
    promises = []
    if spent["plain JavaScript"] > MOST_PLAIN_MS:
        promises.append(f"Tiny VGG in plain JavaScript takes more than {MOST_PLAIN_MS} ms")
    if ORT in spent and spent["WebAssembly"] > MOST_OF_ORT * spent[ORT]:
        promises.append(f"Tiny VGG in WebAssembly takes more than {MOST_OF_ORT} of {ORT}'s time")
    if large["a pass"] > MOST_LITE0_MS:
        promises.append(f"EfficientNet-Lite0's layers take more than {MOST_LITE0_MS} ms in the worker")
    return promises


def lines(spent: dict[str, float], large: dict[str, float]) -> Iterator[str]:
    """What was measured, as text."""
    yield f"Tiny VGG in Chromium  (median ms, ratio to {ORT if ORT in spent else 'plain JavaScript'})"
    unit = spent.get(ORT, spent["plain JavaScript"])
    yield from (f"  {name:<18}{ms:8.2f} ms  {ms / unit:6.2f}" for name, ms in spent.items())
    yield "EfficientNet-Lite0's layers in a worker, 224 x 224, every layer kept"
    yield from (f"  {name:<26}{value:9.1f}{'' if 'cells' in name else ' ms'}" for name, value in large.items())


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
def _page(address: str) -> Iterator[Page]:
    found = os.environ.get("CNNVIZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        page.wait_for_function("document.title === 'ready'")
        yield page
        browser.close()
