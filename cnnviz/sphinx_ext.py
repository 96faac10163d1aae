"""Widgets that live in a built Jupyter Book or Sphinx + myst-nb site, and formulas that need no JavaScript.

Add `cnnviz.sphinx_ext` to `extensions` (Sphinx) or to `sphinx: extra_extensions` (Jupyter Book), and every anywidget
of every page, ours or not, works without a kernel, without a CDN, from http:// and from file://. Nothing to set.

What it does: myst-nb embeds each widget's whole state in its page. Here each distinct source in it moves to one file
of the site, states that the page does not show are left out, the bytes of the others are compressed, a placeholder that
keeps the figure's height takes the place of each view, and `host.js` joins them.
Formulas become MathML at build time; one that cannot be converted is a warning, so `-W` fails the build.
"""

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math import latex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from cnnviz import __version__
from cnnviz._buffers import squeeze
from cnnviz.page import HOST_CSS, LZMA, host_script, placeholder, source_script, split_sources, state_json

STATE = "application/vnd.jupyter.widget-state+json"
_VIEW = re.compile(
    r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>',
    re.DOTALL,
)
_NAMED = re.compile(r'"IPY_MODEL_(\w+)"')  # how one widget's state names another
_FOLDER = "anywidget"
# After myst-nb has added the page's state (priority 500).
_LATE = 900

logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline_math, None), block_renderers=(_block_math, None))
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _bring_widgets_to_life, priority=_LATE)
    app.connect("html-page-context", _drop_what_needs_a_network, priority=_LATE)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app: Sphinx, config: Any) -> None:
    # Sphinx and Jupyter Book name MathJax without being asked; another renderer was chosen by the site and stays.
    if config.html_math_renderer in {None, "mathjax"}:
        config.html_math_renderer = "mathml"
    config.nb_ipywidgets_js = {}  # No widget manager: its script comes from a CDN.
    # pydata's theme reads it before a reader has chosen, and complains on the console when it is not there.
    config.html_context.setdefault("default_mode", "auto")


def _bring_widgets_to_life(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    scripts = context.get("script_files", [])
    embedded = [script for script in scripts if getattr(script, "attributes", {}).get("type") == STATE]
    if not embedded:
        return
    static = Path(app.outdir) / "_static" / _FOLDER
    states: dict[str, Any] = {}
    for script in embedded:
        scripts.remove(script)
        shown = _shown(json.loads(script.attributes["body"])["state"], context["body"])
        kept, sources, styles = split_sources(shown)
        states.update((name, squeeze(state)) for name, state in kept.items())
        for name, source in sources.items():
            _store(static / f"{name}.js", source_script(name, source))
            app.add_js_file(f"{_FOLDER}/{name}.js")
        for name, css in styles.items():
            _store(static / f"{name}.css", css)
            app.add_css_file(f"{_FOLDER}/{name}.css")
    _store(static / "host.css", HOST_CSS.read_text(encoding="utf-8"))
    _store(static / "host.js", host_script(LZMA))
    app.add_css_file(f"{_FOLDER}/host.css")
    app.add_js_file(None, type=STATE, body=state_json(states).replace("</", "<\\/"))
    app.add_js_file(f"{_FOLDER}/host.js", loading_method="defer", priority=_LATE)
    context["body"] = _VIEW.sub(lambda view: placeholder(json.loads(view[1])["model_id"], states), context["body"])


def _shown(states: dict[str, Any], body: str) -> dict[str, Any]:
    """The states of the page's views, and of the widgets that these name; a cell may make others and not show them."""
    found: set[str] = set()
    left = [json.loads(view)["model_id"] for view in _VIEW.findall(body)]
    while left:
        one = left.pop()
        if one in states and one not in found:
            found.add(one)
            left += _NAMED.findall(json.dumps(states[one]["state"]))
    return {name: state for name, state in states.items() if name in found}


def _store(path: Path, text: str) -> None:
    """Written again only when it changed: pages are many, sources few."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _drop_what_needs_a_network(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """sphinx-thebe comes with Jupyter Book: its script names a CDN and declares a constant twice, a page error."""
    if "script_files" in context:
        context["script_files"][:] = [s for s in context["script_files"] if "thebe" not in _text_of(s)]


def _text_of(script: Any) -> str:
    return f"{getattr(script, 'filename', script)} {getattr(script, 'attributes', {}).get('body', '')}"


def _mathml(translator: Any, node: nodes.Element, display: bool) -> str:
    latex = node.astext()
    try:
        tree = latex2mathml.tex2mathml(latex, as_block=display)
    except Exception as error:  # docutils raises SyntaxError, KeyError, IndexError … for what it does not know
        logger.warning("cannot convert the formula %r: %s", latex, error, location=node)
        return f"<code>{translator.encode(latex)}</code>"
    return str(tree).replace("<mo>'</mo>", "<mo>\u2032</mo>")  # docutils writes a prime as a typewriter does


def _inline_math(translator: Any, node: nodes.math) -> None:
    translator.body.append(_mathml(translator, node, display=False))
    raise nodes.SkipNode


def _block_math(translator: Any, node: nodes.math_block) -> None:
    number = ""
    if node.get("number"):
        number = f'<span class="eqno">({get_node_equation_number(translator, node)})</span>'
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(f"{number}{_mathml(translator, node, display=True)}</div>\n")
    raise nodes.SkipNode
