"""What a saved page asks of the processor: the script until its first figure stands, and a stroke of the brush."""

import json
import statistics
import tempfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

import cnnviz
from cnnviz import data, models
from tests.compact.nets import tiny_vgg

MOST_SCRIPT_MS = 100.0
MOST_STROKE_MS = 1000 / 60
FRAME = {"width": 1200, "height": 900}
SCRIPT = ("EvaluateScript", "FunctionCall", "RunMicrotasks", "TimerFire", "FireAnimationFrame", "FireIdleCallback")
LAYOUT = ("Layout", "UpdateLayoutTree")
TRACED = ["devtools.timeline", "v8", "v8.execute", "blink.user_timing"]

# Each phase begins with a mark in the trace. The last ends with the callback that has painted the maps.
PHASES = {
    "begin": "the code unpacked",
    "numbers": "the numbers unpacked",
    "module": "the module read",
    "render": "the figure made",
    "mounted": "the first pass, painted",
}
MARKS = """(() => {
  const mark = (name) => performance.mark(`cnnviz:${name}`);
  mark("begin");
  const before = (owner, name, tell) => {
    const own = owner[name];
    owner[name] = function (...given) {
      tell(this, given);
      return own.apply(this, given);
    };
  };
  let sources;
  Object.defineProperty(window, "anywidgetSources", {
    get: () => (mark("numbers"), sources),
    set: (given) => (sources = given),
  });
  before(URL, "createObjectURL", () => mark("module"));
  before(Element.prototype, "replaceChildren", (el) => el.dataset?.anywidget && mark("render"));
  before(performance, "measure", () => mark("painted"));
  new MutationObserver(() => mark("mounted")).observe(document, { subtree: true, attributeFilter: ["data-mounted"] });
})()"""

# From the pointer's event, which the browser gives a page before it draws a frame, to the maps' pixels in that frame.
STROKES = """() => {
  window.strokes = [];
  let began = 0;
  addEventListener("pointermove", () => (began = performance.now()), { capture: true });
  const { measure } = performance;
  performance.measure = (...given) => {
    strokes.push(performance.now() - began);
    return measure.apply(performance, given);
  };
}"""


def save_pages(folder: Path) -> dict[str, Path]:
    """The pages that are measured: of ten pictures each."""
    emoji, clothes = data.load("emoji10"), data.load("fashion_mnist")
    figures = {
        "clothes": cnnviz.explore(models.load("clothes"), clothes.test.images[:10], clothes.classes),
        "Tiny VGG": cnnviz.explore(tiny_vgg(), emoji.test.images[:10], emoji.classes),
    }
    return {name: figure.save(folder / f"{name}.html") for name, figure in figures.items()}


def measured(browser: Browser, rounds: int = 9, strokes: int = 60) -> tuple[dict[str, dict[str, float]], float]:
    """By page the median milliseconds of script of each phase, of all, and of layout among them; those of a stroke."""
    with tempfile.TemporaryDirectory() as folder:
        pages = save_pages(Path(folder))
        seen: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        for _ in range(rounds):
            for name, path in pages.items():
                seen[name].append(_first_figure(browser, path))
        spent = {
            name: {part: statistics.median(one[part] for one in all) for part in all[0]} for name, all in seen.items()
        }
        return spent, _stroke(browser, pages["Tiny VGG"], strokes)


def lines(spent: dict[str, dict[str, float]], stroke: float) -> Iterator[str]:
    """What was measured, as text."""
    for name, parts in spent.items():
        yield f"first figure, {name}: {parts['script']:.1f} ms of script, and {parts['layout']:.1f} ms of layout in it"
        yield from (f"  {part:<26}{parts[part]:8.1f} ms" for part in PHASES.values())
    yield f"brush stroke to painted maps, Tiny VGG: {stroke:.1f} ms"


def broken(spent: dict[str, dict[str, float]], stroke: float) -> list[str]:
    """The promises that do not hold."""
    late = [name for name, parts in spent.items() if parts["script"] > MOST_SCRIPT_MS]
    promises = [f"the first figure of {name} takes more than {MOST_SCRIPT_MS:.0f} ms of script" for name in late]
    return promises + ["a stroke takes Tiny VGG more than a frame"] * (stroke > MOST_STROKE_MS)


def _first_figure(browser: Browser, path: Path) -> dict[str, float]:
    context = browser.new_context(viewport=FRAME)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(MARKS)
    browser.start_tracing(page=page, categories=TRACED)
    page.goto(path.as_uri())
    page.wait_for_function("performance.getEntriesByName('cnnviz:painted').length")
    page.wait_for_timeout(100)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    return _spent(events)


def _spent(events: list[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds of the thread's own time by phase: what else the machine does takes none of it."""
    marks = {name: min(_times(events, f"cnnviz:{name}"), key=lambda one: one["tts"]) for name in [*PHASES, "painted"]}
    thread = [one for one in events if _thread(one) == _thread(marks["begin"]) and one["ph"] == "X"]
    scripts = _spans(thread, SCRIPT)
    layouts = [(start, end) for start, end in _spans(thread, LAYOUT) if _within(scripts, start, end)]
    painted = marks["painted"]["tts"]
    end = next(end for start, end in scripts if start <= painted <= end)
    bounds = [*(marks[name]["tts"] for name in PHASES), end]
    parts = [_within(scripts, *phase) - _within(layouts, *phase) for phase in pairwise(bounds)]
    layout = _within(layouts, bounds[0], end)
    return dict(zip(PHASES.values(), parts, strict=True)) | {"script": sum(parts), "layout": layout}


def _times(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [one for one in events if one["name"] == name]


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _spans(events: Iterable[dict[str, Any]], names: Iterable[str]) -> list[tuple[float, float]]:
    """When one of these runs: events in each other count once."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((one["tts"], one["tts"] + one["tdur"]) for one in events if one["name"] in names):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _within(spans: Iterable[tuple[float, float]], start: float, end: float) -> float:
    """Milliseconds of these between two times."""
    return sum(max(0.0, min(end, last) - max(start, first)) for first, last in spans) / 1e3


def _stroke(browser: Browser, path: Path, count: int) -> float:
    context = browser.new_context(viewport=FRAME)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("[data-mounted=yes]")
    page.wait_for_timeout(1000)  # it warms up at idle, before a reader's hand is there
    page.evaluate(STROKES)
    spent = _draw(page, count)
    context.close()
    return spent


def _draw(page: Page, count: int) -> float:
    board = page.locator(".cnnviz-board").bounding_box()
    assert board, "the page has no board"
    page.mouse.move(board["x"] + 20, board["y"] + 20)
    page.mouse.down()
    page.evaluate("strokes.length = 0")
    for i in range(count):
        page.mouse.move(board["x"] + 20 + 2 * i, board["y"] + 20 + (37 * i) % 100)
        page.wait_for_function("(count) => strokes.length > count", arg=i)
    page.mouse.up()
    times: list[float] = page.evaluate("strokes")
    return statistics.median(times[5:])
