"""Firefox on every kind of figure and every page of the built book.

    python scripts/firefox.py [FOLDER]     by hand, after `make site`; about a minute; FOLDER: for screenshots

The tests open Chromium; this asks the same of Firefox: every figure is there, from a file and served, light and dark,
1200 and 390 pixels wide, with nothing in the console; keys and pointer work; a network's numbers in the page, by
WebAssembly and in a worker, are those of `Graph.run`. It needs Firefox (Debian: apt-get install firefox-esr; or
CNNVIZ_FIREFOX, its path) and nothing else.
"""

import base64
import functools
import http.server
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from _marionette import DARK, LIGHT, Firefox

import cnnviz
from cnnviz import data, models, nn
from cnnviz.graph import Graph, to_graph
from tests.browser.page_lab import HOOK, OUTPUTS

SITE = Path(__file__).resolve().parent.parent / "_build" / "html"
QUESTIONS = SITE.parent.parent / "book" / "questions" / "convolution.toml"
EXPLORERS = ("explorer", "long")
LOOKS = [(1200, LIGHT), (1200, DARK), (390, LIGHT), (390, DARK)]
RNG = np.random.default_rng(0)
CLOTHES = data.load("fashion_mnist")
COLOURED = RNG.integers(0, 256, (2, 3, 32, 32), dtype=np.uint8)

PROBE = """<script>
window.made = { modules: 0, workers: 0 };
const { Module } = WebAssembly;
WebAssembly.Module = new Proxy(Module, { construct: (type, given) => (made.modules++, new type(...given)) });
window.Worker = new Proxy(Worker, { construct: (type, given) => (made.workers++, new type(...given)) });
(() => { %s })();
</script>"""
READY = """return document.querySelectorAll("[data-anywidget]:not([data-mounted])").length === 0
  && (!globalThis.pageLab || pageLab.calls.size > 0 && pageLab.busy === null)"""
STATE = """const { scrollWidth } = document.scrollingElement;
const figures = [...document.querySelectorAll("[data-anywidget]")].map((el) => el.dataset.mounted);
const dark = !!document.querySelector(".cnnviz-dark");
return { figures, dark, sideways: Math.max(0, scrollWidth - innerWidth), width: innerWidth };"""

faults: list[str] = []


def say(right: object, what: str, found: object = "") -> None:
    print("ok    " if right else "FAULT ", what, "" if right else found, flush=True)
    if not right:
        faults.append(what)


def kinds() -> dict[str, Any]:
    small = models.load("clothes")
    return {
        "stepper": cnnviz.step(nn.Conv2d(1, 1, 3, rng=RNG), data.to_float(CLOTHES.test.images[:1, :, 8:20, 8:20])),
        "explorer": cnnviz.explore(small, CLOTHES.test.images[:10], CLOTHES.classes),
        "long": cnnviz.explore(long_network(), COLOURED, ["a", "b", "c"]),
        "maps": cnnviz.maps(RNG.normal(size=(8, 9, 9))),
        "cone": cnnviz.cone([3, 3, (2, 2), 3], 20),
        "attributions": cnnviz.attributions(small, CLOTHES.test.images[:3], CLOTHES.classes),
        "curves": cnnviz.curves({"epoch": [1, 2, 3], "train_loss": [2, 1, 0.5], "test_accuracy": [0.1, 0.5, 0.8]}),
        "question": cnnviz.ask(str(QUESTIONS), "flip"),
    }


@functools.cache
def long_network() -> Any:
    """40 million multiply-adds: a worker's."""
    convs = [nn.Conv2d(inputs, 64, 3, padding=1, rng=np.random.default_rng(1)) for inputs in (3, 64)]
    return nn.Sequential(convs[0], nn.ReLU(), convs[1], nn.AvgPool2d(32), nn.Flatten(), nn.Linear(64, 3))


def look_at_figures(firefox: Firefox, folder: Path) -> None:
    for name, figure in kinds().items():
        path = figure.save(folder / f"{name}.html", weights="float32")
        text = path.read_text("utf-8")
        hook = HOOK if name in EXPLORERS else ""
        path.write_text(text.replace("<head>", "<head>" + PROBE % hook, 1), "utf-8")
        for width, scheme in LOOKS:
            firefox.open(path.as_uri(), width, scheme)
            firefox.until(READY)
            look = f"{name}, {width} px, {'dark' if scheme == DARK else 'light'}"
            check_page(firefox, look, {"dark": scheme == DARK, "width": width})
            firefox.shot(folder / f"{look.replace(', ', '-').replace(' px', '')}.png")


def check_page(firefox: Firefox, what: str, looks: Mapping[str, object]) -> None:
    """Every figure is there, with nothing in the console, as wide as the page and in its theme."""
    state, complaints = firefox.run(STATE), firefox.complaints()
    as_asked = all(state[name] == value for name, value in {**looks, "sideways": 0}.items())
    there = set(state["figures"]) <= {"yes"}
    say(there and as_asked and not complaints, f"{what}: {len(state['figures'])} figures", (state, complaints))


def check_numbers(firefox: Firefox, page: Path, graph: Graph, picture: np.ndarray, workers: int) -> None:
    firefox.open(page.as_uri())
    firefox.until(READY)
    truth = graph.run(data.to_float(picture[None]))
    found = firefox.run(f"return ({OUTPUTS})(1e9)")
    worst = 0.0
    for name, shape, _, packed in found:
        numbers = np.frombuffer(base64.b64decode(packed), "<f4").reshape(shape)
        if name in truth:
            worst = max(worst, float(np.abs(numbers - truth[name]).max() / np.abs(truth[name]).max()))
    same = len(found) >= len(graph.nodes) and worst < 1e-5
    say(same, f"{page.stem}: {len(found)} layers' numbers within {worst:.0e} of Graph.run's", worst)
    made = firefox.run("return made")
    right = made["workers"] == workers and (workers or made["modules"])
    say(right, f"{page.stem}: {'a worker' if workers else 'WebAssembly in the page'}", made)


def check_use(firefox: Firefox, folder: Path) -> None:
    firefox.open((folder / "explorer.html").as_uri())
    firefox.until(READY)
    firefox.drag(".cnnviz-thumb:nth-child(4)")
    firefox.until("return pageLab.pictureIndex === 3")
    firefox.drag(".cnnviz-board", (40, 30))
    firefox.until("return pageLab.pictureIndex === -1")
    firefox.run("document.querySelector('.cnnviz-explorer .cnnviz-sheet').focus()")
    firefox.press("\ue007")  # Enter
    firefox.until("return !!document.querySelector('.cnnviz-explorer-panel:not([hidden])')")
    say(True, "explorer: a picture chosen and drawn on, a unit opened by Enter")
    firefox.open((folder / "stepper.html").as_uri())
    firefox.until(READY)
    firefox.run("document.querySelector('.cnnviz-stage').focus()")
    for key in ("\ue011", "\ue014", "\ue015"):  # Home, right, down
        firefox.press(key)
    firefox.until("return document.querySelector('.cnnviz-where').textContent === 'row 1, column 1'")
    say(True, "stepper: moved by Home and arrows")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def look_at_book(firefox: Firefox) -> None:
    pages = sorted(str(path.relative_to(SITE)) for path in (SITE / "book").glob("*.html"))
    say(bool(pages), "the book is built", "run `make site` first")
    with served(SITE) as address:
        for base in (address, SITE.as_uri()):
            for page in pages:
                firefox.open(f"{base}/{page}")
                firefox.until(READY)
                check_page(firefox, f"{base[:4]} {page}", {"dark": False})


def main() -> None:
    path = os.environ.get("CNNVIZ_FIREFOX") or shutil.which("firefox") or shutil.which("firefox-esr")
    if not path:
        sys.exit("No Firefox here: install it (Debian: apt-get install firefox-esr) or set CNNVIZ_FIREFOX to its path.")
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else scratch).resolve()
        firefox = Firefox(path, Path(profile))
        try:
            look_at_figures(firefox, folder)
            clothes = to_graph(models.load("clothes"))
            check_numbers(firefox, folder / "explorer.html", clothes, CLOTHES.test.images[0], 0)
            check_numbers(firefox, folder / "long.html", to_graph(long_network()), COLOURED[0], 1)
            check_use(firefox, folder)
            look_at_book(firefox)
        finally:
            firefox.end()
    sys.exit(f"{len(faults)} faults." if faults else 0)


if __name__ == "__main__":
    main()
