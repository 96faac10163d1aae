"""A widget as one offline HTML file, and the parts of a page that shows widgets without a kernel.

Works for any anywidget, ours or not: the state is the one that Jupyter embeds, each distinct source stands once, and
`js/host.js` brings them together in the reader's browser. `cnnviz.sphinx_ext` uses the same parts for a whole site.
"""

import base64
import hashlib
import html
import json
import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ipywidgets import Widget
from ipywidgets.embed import dependency_state

from cnnviz._buffers import compressed, replace_traits, squeeze
from cnnviz._javascript import JOINED, without_comments, without_margins
from cnnviz._minify import minified, without_operations
from cnnviz.compact import compact

WIDGETS = Path(__file__).parent / "widgets"
HOST = [WIDGETS / "js" / name for name in ("lib/saved_bytes.js", "lib/saved_model.js", "host.js")]
LZMA = [WIDGETS / "js" / "lib" / name for name in ("unpack_wasm.js", "lzma.js")]
HOST_CSS = WIDGETS / "css" / "host.css"
_MODULE = re.compile(r"^(?:import .*\n|export )", re.MULTILINE)  # what a classic script does not have

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{css}
</style>
</head>
<body class="cnnviz-page">
<main>
{heading}
{placeholder}
</main>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script>{lzma}</script>
<script>{sources}</script>
<script>{host}</script>
</body>
</html>
"""


def save(widget: Widget, path: str | os.PathLike[str], title: str | None = None, weights: str = "auto") -> Path:
    """Write `widget` as one self-contained HTML file: no kernel, no other file, no network.

    title is the page's title and heading; without it the page is named as the figure is. It and everything else that
    comes from the caller is escaped. weights: how a network's are stored, "float32", "float16", "int8", or "auto", the
    smallest whose error cannot be seen; the measured error is said in the figure. The file is written whole or not at
    all; its folder must be there. Returns the path.
    Raises TypeError for what is not an anywidget and for a title that is no text, ValueError for other weights,
    FileNotFoundError or IsADirectoryError for a path that cannot be a file.

    >>> import tempfile, cnnviz, numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = save(cnnviz.step(cnnviz.nn.MaxPool2d(2), np.eye(4, dtype=np.float32)), folder + "/pool.html")
    ...     page.name
    'pool.html'
    """
    if not (isinstance(widget, Widget) and hasattr(widget, "_esm")):
        raise TypeError(
            f"page.save needs an anywidget, such as cnnviz.step(...) makes, got {type(widget).__name__}: "
            "ipywidgets' own controls need a kernel and cannot be saved alone"
        )
    if title is not None and not isinstance(title, str):
        raise TypeError(f"page.save needs title as a text, got {type(title).__name__}")
    target = _target(path)
    saved = dependency_state([widget], drop_defaults=False)
    changes = compact({name: getattr(widget, name) for name in widget.keys}, weights)
    saved[widget.model_id] = replace_traits(saved[widget.model_id], changes)
    states, sources, styles = split_sources({name: squeeze(one) for name, one in saved.items()})
    text = _PAGE.format(
        title=html.escape(title or str(getattr(widget, "title", "")) or "cnnviz"),
        heading=f"<h1>{html.escape(title)}</h1>" if title else "",
        css=_tight(_host_css()),
        placeholder=placeholder(widget.model_id, states),
        state=inside_script(state_json(states)),
        lzma=inside_script("".join(map(_classic, LZMA))),
        sources=_code_script(
            {name: _short(source, _operations(name, states)) for name, source in sources.items()},
            map(_tight, styles.values()),
        ),
        host=inside_script(host_script()),
    )
    return _write_whole(target, text)


def host_script(before: Iterable[Path] = ()) -> str:
    """What shows a page's widgets, as one classic script that leaves no name behind in the page.

    before: modules that it needs and the page has not (LZMA).

    >>> host_script().startswith("(() => {"), "import {" in host_script()
    (True, False)
    """
    return "(() => {\n" + "".join(map(_classic, [*before, *HOST])) + "})();\n"


def _classic(module: Path) -> str:
    """A module as part of a classic script, after those that it imports."""
    return without_margins(_MODULE.sub("", without_comments(module.read_text(encoding="utf-8"))))


def _operations(name: str, states: Mapping[str, Any]) -> set[str] | None:
    """Those of the networks that a source shows; None if it also shows something else."""
    shown = [one["state"] for one in states.values() if one["state"]["_esm"] == name]
    if not all(isinstance(one.get("nodes"), list) for one in shown):
        return None
    return {node["op"] for one in shown for node in one["nodes"]}


def _short(source: str, operations: set[str] | None) -> str:
    """Our own code in fewer bytes; somebody else's as it is."""
    if not source.startswith(JOINED):
        return source
    return minified(source if operations is None else without_operations(source, operations))


def _code_script(sources: Mapping[str, str], styles: Iterable[str]) -> str:
    """The statement that brings the widgets' sources and styles, compressed as one text."""
    text = json.dumps({"sources": dict(sources), "styles": "\n".join(styles)}, ensure_ascii=False)
    content = text.encode("utf-8", errors="replace")
    data = base64.b64encode(compressed(content)).decode()
    return (
        f'{{ const {{ sources, styles }} = JSON.parse(unpackText("{data}", {len(content)}));\n'
        'document.head.append(Object.assign(document.createElement("style"), { textContent: styles }));\n'
        "window.anywidgetSources = sources; }"
    )


def _host_css() -> str:
    return "\n".join((WIDGETS / "css" / name).read_text(encoding="utf-8") for name in ("tokens.css", "host.css"))


def _target(path: str | os.PathLike[str]) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"page.save needs a path as a text or a pathlib.Path, got {type(path).__name__}")
    target = Path(path)
    if not str(path) or target.is_dir():
        raise IsADirectoryError(
            f"page.save needs the path of a file, got {str(path)!r}: add a name such as figure.html"
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(f"page.save needs a folder that is there, got {str(target.parent)!r}: create it first")
    return target


def split_sources(
    states: dict[str, dict[str, Any]],
) -> tuple[dict[str, dict[str, Any]], dict[str, str], dict[str, str]]:
    """Take the sources out of embedded widget states.

    Returns the states of the anywidgets, each naming its source in `_esm`; the JavaScript by name; the CSS by name.
    A name is a digest of the text, so that the same source is stored once.
    """
    kept: dict[str, dict[str, Any]] = {}
    sources: dict[str, str] = {}
    styles: dict[str, str] = {}
    for model_id, saved in states.items():
        state = dict(saved["state"])
        if "_esm" not in state:
            continue
        name = _digest(state["_esm"])
        sources[name] = state["_esm"]
        if css := state.pop("_css", None):
            styles[_digest(css)] = css
        kept[model_id] = {**saved, "state": {**state, "_esm": name}}
    return kept, sources, styles


def placeholder(model_id: str, states: dict[str, dict[str, Any]]) -> str:
    """Where a view will stand: it keeps the figure's height free (`_height`: [from this width on, so high], in pixels).

    >>> placeholder("a", {"a": {"state": {"_height": [[0, 900], [600, 500]]}}}).count("@container(min-width:600px)")
    1
    """
    match states.get(model_id, {}).get("state", {}).get("_height"):
        case [_, *_] as steps if all(map(_is_step, steps)):
            name = f"room-{_digest(json.dumps(steps))}"
            place = f".{name}::before"
            rules = (f"@container(min-width:{w:.0f}px){{{place}{{height:{h:.0f}px}}}}" for w, h in steps)
            style = f"<style>{''.join(rules)}</style>"
        case _:  # Somebody else's widget keeps no place free, or means something else by that name.
            name = style = ""
    return (
        f'{style}<div class="{f"anywidget-view {name}".strip()}" data-anywidget="{html.escape(model_id)}">'
        "<noscript>This figure needs JavaScript.</noscript></div>"
    )


def _is_step(step: Any) -> bool:
    match step:
        case [int() | float() as width, int() | float() as height]:
            return math.isfinite(width) and math.isfinite(height)
    return False


def state_json(states: dict[str, dict[str, Any]]) -> str:
    """The states as the host reads them. JSON has no NaN and no infinity: they become null, as in JavaScript.

    >>> state_json({"a": {"state": {"x": [1.0, float("nan")]}}})
    '{"version_major":2,"version_minor":0,"state":{"a":{"state":{"x":[1.0,null]}}}}'
    """
    return json.dumps(
        {"version_major": 2, "version_minor": 0, "state": _finite(states)}, allow_nan=False, separators=(",", ":")
    )


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {key: _finite(one) for key, one in value.items()}
        case str() | bytes():
            return value
        case Sequence():
            return [_finite(one) for one in value]
    return value


def source_script(name: str, source: str) -> str:
    """The statement that makes a source known to the host, in a file or in a script element."""
    return f"(window.anywidgetSources ??= {{}})[{json.dumps(name)}] = {json.dumps(source)};\n"


def inside_script(text: str) -> str:
    r"""Text that cannot end the script element around it.

    `<` becomes an escape that JSON and JavaScript strings read back. Our own code writes `</` nowhere else.

    >>> inside_script('"</script>"')
    '"\\u003c/script>"'
    """
    return text.replace("</", "\\u003c/").replace("<!--", "\\u003c!--")


def _tight(css: str) -> str:
    """Styles without comments, and without space around what ends a word anyway."""
    return re.sub(r"\s*([{};,])\s*|(:)\s+", r"\1\2", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_whole(path: Path, text: str) -> Path:
    """Write beside, then rename: a reader never sees half a page, and a failure leaves the old one."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        # A lone surrogate, which no UTF-8 can hold, becomes a question mark.
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        Path(beside).chmod(0o644)
        return Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
