"""The extension in a plain Sphinx + myst-nb site, with a widget that is not ours."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sphinx.application import Sphinx

# Sphinx and its extensions warn of their own futures.
pytestmark = pytest.mark.filterwarnings("ignore")

NOTEBOOK = """
import anywidget, ipywidgets, traitlets
class Hello(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { el.textContent = model.get('text'); } };"
    _css = "div { color: inherit; }"
    text = traitlets.Unicode("</script>").tag(sync=True)
    _height = traitlets.List([[0, 340], [600, 120]]).tag(sync=True)
    many = traitlets.Dict({"data": bytes(range(256)) * 40, "shape": "round", "dtype": []}).tag(sync=True)
    other = traitlets.Any(None, allow_none=True).tag(sync=True, **ipywidgets.widget_serialization)
unseen = Hello(text="never shown")
Hello(other=Hello(text="shown by another"))
"""


def build(folder: Path, text: str = "A formula $\\frac{a_{i}}{2} = H'$.", **config: Any) -> tuple[Sphinx, str]:
    source, out = folder / "source", folder / "out"
    source.mkdir()
    (source / "conf.py").write_text("")
    for name in ("index", "other"):
        cells = [
            nbformat.v4.new_markdown_cell(f"# {name}\n\n{text}"),
            nbformat.v4.new_code_cell(NOTEBOOK, metadata={"tags": ["remove-input"]}),
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), source / f"{name}.ipynb")
    (source / "plain.md").write_text("# plain\n\nno figure\n")
    overrides = {"extensions": ["myst_nb", "cnnviz.sphinx_ext"], "myst_enable_extensions": ["dollarmath"], **config}
    warnings = (folder / "warnings").open("w+")
    with warnings:
        app = Sphinx(source, None, out, folder / "trees", "html", overrides, status=None, warning=warnings)
        app.build()
    return app, (folder / "warnings").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder / "out"


def test_each_source_is_stored_once_for_the_site(site: Path) -> None:
    stored = [re.sub(r"^[0-9a-f]{16}", "x", path.name) for path in (site / "_static" / "anywidget").iterdir()]
    assert sorted(stored) == ["host.css", "host.js", "x.css", "x.js"]
    for page in ("index", "other"):
        html = (site / f"{page}.html").read_text()
        assert "el.textContent" not in html
        assert html.count("_static/anywidget/host.js") == 1


def test_a_page_carries_what_it_shows_and_what_that_names(site: Path) -> None:
    html = (site / "index.html").read_text()
    assert "shown by another" in html
    assert "never shown" not in html


def test_a_view_becomes_a_place_of_the_right_height(site: Path) -> None:
    html = (site / "index.html").read_text()
    rules = re.findall(r"@container\(min-width:(\d+)px\)\{\.(room-[0-9a-f]+)::before\{height:(\d+)px\}\}", html)
    assert [(width, height) for width, _, height in rules] == [("0", "340"), ("600", "120")]
    assert {name for _, name, _ in rules} == set(re.findall(r'class="anywidget-view (room-[0-9a-f]+)"', html))
    assert "widget-view+json" not in html
    state = re.search(r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', html, re.DOTALL)
    assert state
    (saved,) = [one for one in json.loads(state[1])["state"].values() if one["state"]["other"]]
    assert saved["state"]["text"] == "</script>"


def test_bytes_are_compressed_and_the_host_unpacks_them(site: Path) -> None:
    state = re.search(r'widget-state\+json">(.*?)</script>', (site / "index.html").read_text(), re.DOTALL)
    assert state
    saved = [one["buffers"] for one in json.loads(state[1])["state"].values()]
    assert [[(one["path"], one["encoding"], one["size"]) for one in buffers] for buffers in saved] == [
        [(["many", "data"], "lzma", 256 * 40)]
    ] * 2
    assert max(len(buffers[0]["data"]) for buffers in saved) < 1000
    assert "function unpackLzma(" in (site / "_static" / "anywidget" / "host.js").read_text()


def test_no_page_names_another_host(site: Path) -> None:
    for page in site.glob("*.html"):
        sources = re.findall(r'<(?:script|link)[^>]*?(?:src|href)="(https?:[^"]*)"', page.read_text())
        assert sources == [], page.name
    assert "host.js" not in (site / "plain.html").read_text()


def test_formulas_are_mathml(site: Path) -> None:
    html = (site / "index.html").read_text()
    assert "<mfrac>" in html
    assert "<mo>\N{PRIME}</mo>" in html
    assert "MathJax" not in html


def test_an_unknown_command_in_a_formula_is_a_warning_that_names_it(tmp_path: Path) -> None:
    _, warnings = build(tmp_path, "A formula $\\nosuchthing{a}$.")
    assert re.search(r"cannot convert the formula '\\\\nosuchthing\{a\}'", warnings)


def test_a_site_that_names_another_math_renderer_keeps_it(tmp_path: Path) -> None:
    app, _ = build(
        tmp_path, extensions=["myst_nb", "sphinx.ext.imgmath", "cnnviz.sphinx_ext"], html_math_renderer="imgmath"
    )
    assert app.builder.math_renderer_name == "imgmath"
