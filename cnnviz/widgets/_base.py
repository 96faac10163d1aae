"""What every figure shares: one self-contained module, one stylesheet, arrays as bytes, a short name in text."""

import os
import re
from functools import cache
from pathlib import Path

import anywidget

from cnnviz._javascript import JOINED, without_comments, without_margins
from cnnviz._packed import pack, unpack

__all__ = ["BundleError", "Figure", "bundle", "pack", "stylesheet", "unpack", "without_comments"]

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\./[\w./-]+\.js)";\n', re.MULTILINE)
_ANY_IMPORT = re.compile(r"""^(?:import\b.*|export .*\bfrom *["'].*|.*\bimport\(.*)$""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class)\s+(\w+)", re.MULTILINE)


class BundleError(Exception):
    """A JavaScript source uses something that joining modules cannot follow."""


@cache
def bundle(entry: str) -> str:
    """Join `js/<entry>` and the modules it imports into one ES module, dependencies first.

    Needed since an anywidget's source is imported from a `blob:` address, where relative imports fail. Understands
    `import { a, b } from "./x.js";` on one or several lines, and `export` before a declaration; everything else
    raises BundleError with the file's name: renamed or default imports, two modules that declare the same top-level
    name, cycles. Comments stay behind: they would be a third of what a notebook weighs. Names stay as they are, so that
    a notebook's errors can be read; saved pages have short ones (`cnnviz._minify`), and the browser's tests with them.

    >>> bundle("stepper.js").count("export default")
    1
    """
    joined: dict[Path, str] = {}
    _join(_HERE / "js" / entry, joined, ())
    owners: dict[str, Path] = {}
    for path, source in joined.items():
        for name in _TOP_LEVEL.findall(source):
            if name in owners:
                raise BundleError(f"{path.name} and {owners[name].name} both declare {name}: rename one")
            owners[name] = path
    return JOINED + "\n".join(without_margins(_EXPORT.sub("", source)) for source in joined.values())


def _join(path: Path, joined: dict[Path, str], above: tuple[Path, ...]) -> None:
    if path in above:
        raise BundleError(f"{' -> '.join(p.name for p in (*above, path))}: modules import each other in a circle")
    if path in joined:
        return
    if not path.is_file():
        raise BundleError(f"{above[-1].name if above else 'bundle'} needs {path.name}, which is not in {path.parent}")
    source = path.read_text(encoding="utf-8")
    for names, target in _IMPORT.findall(source):
        if " as " in names:
            raise BundleError(f"{path.name}: `{{{names}}}` renames an import; use the exported name")
        wanted = (path.parent / target).resolve()
        _join(wanted, joined, (*above, path))
        _check_exported(path, wanted, names)
    source = without_comments(_IMPORT.sub("", source))  # types in comments may name other modules
    if left := _ANY_IMPORT.search(source):
        raise BundleError(f'{path.name}: cannot follow `{left[0].strip()}`; write import {{ name }} from "./x.js";')
    if above and "export default" in source:
        raise BundleError(f"{path.name}: only an entry has a default export; name it")
    joined[path] = source


def _check_exported(importer: Path, target: Path, names: str) -> None:
    exported = set(
        re.findall(r"^export (?:async )?(?:function\*?|const|let|class)\s+(\w+)", target.read_text("utf-8"), re.M)
    )
    for name in filter(None, (n.strip() for n in names.split(","))):
        if name not in exported:
            raise BundleError(f"{importer.name} imports {name}, which {target.name} does not export")


@cache
def stylesheet(*names: str) -> str:
    """The shared tokens and parts, then the named files of `css/`, joined.

    >>> "--cnnviz-input" in stylesheet()
    True
    """
    return "\n".join((_HERE / "css" / name).read_text(encoding="utf-8") for name in ("tokens.css", *names))


class Figure(anywidget.AnyWidget):
    """A figure of the book: all its state is its traits, and it lives on without a kernel."""

    def save(self, path: str | os.PathLike[str], title: str | None = None, weights: str = "auto") -> Path:
        """Write the figure as one HTML file that needs no kernel and no network; see `cnnviz.page.save`."""
        from cnnviz import page

        return page.save(self, path, title, weights)

    def _summary(self) -> str:
        """What `repr` says in the brackets; the same for the same figure, since nbval compares it."""
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._summary()})"
