"""The laboratory that a saved page computes with, found by the tests: every node's numbers, as the page has them."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

# A page's modules are one text, so a line at its end sees the class, by whatever short name a saved page gives it: the
# one that has restoreAll. The lab that shows a picture is kept.
HOOK = r"""
function kept(text) {
  const before = text.slice(0, text.search(/\brestoreAll\s*\(\)\s*\{/));
  const [, name] = [...before.matchAll(/\bclass\s+([\w$]+)/g)].at(-1) ?? [];
  return name ? `${text}
{ const { show } = ${name}.prototype;
${name}.prototype.show = function (...given) { globalThis.pageLab = this; return show.apply(this, given); }; }
` : text;
}
let sources;
Object.defineProperty(window, "anywidgetSources", {
  get: () => sources,
  set: (given) => { sources = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, kept(text)])); },
});
"""
OUTPUTS = """(most) => [...pageLab.calls].map(([name, { output: { shape, data } }]) => {
  const step = Math.ceil(data.length / most);
  const some = step > 1 ? data.filter((_, i) => i % step === 0) : data;
  const bytes = new Uint8Array(some.slice().buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return [name, shape, step, btoa(text)];
})"""


def open_page(page: Page, path: Path) -> None:
    """A saved explorer from file://, after its first pass."""
    page.add_init_script(f"(() => {{ {HOOK} }})()")
    page.goto(path.as_uri())
    page.wait_for_selector("[data-mounted=yes]", timeout=60_000)
    settle(page)


def settle(page: Page) -> None:
    """Waits until nothing is computed any more."""
    page.wait_for_function("globalThis.pageLab?.calls.size && pageLab.busy === null", timeout=60_000)


def outputs(page: Page, most: int = 10**9) -> dict[str, tuple[tuple[int, ...], int, NDArray[np.float32]]]:
    """By node its shape, a step, and each `step`-th of its numbers in memory's order: `most` at most."""
    return {
        name: (tuple(shape), step, np.frombuffer(base64.b64decode(text), "<f4"))
        for name, shape, step, text in page.evaluate(OUTPUTS, most)
    }


def choose(page: Page, picture: int) -> None:
    """Clicks one of the figure's pictures and waits for its numbers."""
    page.click(f".cnnviz-thumb >> nth={picture}")
    page.wait_for_function("(i) => pageLab.pictureIndex === i && pageLab.busy === null", arg=picture)


def errors(page: Page, expected: dict[str, NDArray[Any]], most: int = 10**9) -> dict[str, NDArray[Any]]:
    """By node of `expected`, how far the page's numbers are from it, as shares of the node's largest number."""
    found, shares = outputs(page, most), {}
    for name, values in expected.items():
        shape, step, numbers = found[name]
        assert shape == values.shape, name
        shares[name] = np.abs(numbers - values.ravel()[::step]) / max(np.abs(values).max(), 1e-30)
    return shares


def assert_near(page: Page, expected: dict[str, NDArray[Any]], tolerance: float, most: int = 10**9) -> None:
    """Every node to within `tolerance` of its largest number."""
    far = {name: error.max() for name, error in errors(page, expected, most).items() if not error.max() <= tolerance}
    assert far == {}
