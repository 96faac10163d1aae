"""What every figure shares: one self-contained module, one stylesheet, arrays as bytes, a short name in text."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\./[\w./-]+\.js)";\n', re.MULTILINE)
_ANY_IMPORT = re.compile(r"""^(?:import\b.*|export .*\bfrom *["'].*|.*\bimport\(.*)$""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*[\s\S]*?\*/[ \t]*|^[ \t]*//.*$|[ \t]+// .*$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n[ \t]*(?=\n)")
_TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class)\s+(\w+)", re.MULTILINE)


class BundleError(Exception):
    """A JavaScript source uses something that joining modules cannot follow."""


@cache
def bundle(entry: str) -> str:
    """Join `js/<entry>` and the modules it imports into one ES module, dependencies first.

    Needed since an anywidget's source is imported from a `blob:` address, where relative imports fail. Understands
    `import { a, b } from "./x.js";` on one or several lines, and `export` before a declaration; everything else
    raises BundleError with the file's name: renamed or default imports, two modules that declare the same top-level
    name, cycles. Comments stay behind: they would be a third of what a page weighs.

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
    return "\n".join(_EXPORT.sub("", without_comments(source)) for source in joined.values())


def without_comments(source: str) -> str:
    r"""Our JavaScript without its comments and empty lines; a test shows that nothing else is lost.

    >>> without_comments("// why\nconst a = 1; // one\n\n/** @type {number} */ let b;\n")
    'const a = 1;\nlet b;\n'
    """
    return _EMPTY_LINES.sub("", _COMMENT.sub("", source)).lstrip("\n")


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
    source = _IMPORT.sub("", source)
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


def pack(array: ArrayLike, dtype: str = "float32") -> dict[str, Any]:
    """An array as it crosses to the page: shape, dtype and little-endian C-order bytes.

    dtype: "float32", "float16", or "int8" with a `scale` (float32 bytes): whole numbers -127 to 127 times the scale of
    their row of the first axis, of all numbers where there is one axis or none. uint8 always stays uint8.
    Raises ValueError for another dtype, and for numbers that it cannot hold: NaN and infinity in int8, and what is
    beyond 65504 in float16.

    >>> [len(pack(np.zeros((2, 3)), dtype)["data"]) for dtype in ("float32", "float16", "int8")]
    [24, 12, 6]
    """
    _check.one_of("pack", "dtype", dtype, _PACKERS)
    values = np.asarray(array)
    shape = list(np.shape(array))
    if values.dtype == np.uint8:
        return {"shape": shape, "dtype": "uint8", "data": values.tobytes()}
    return {"shape": shape, "dtype": dtype, **_PACKERS[dtype](np.ascontiguousarray(values, dtype="<f4"))}


def _pack_float16(values: NDArray[np.float32]) -> dict[str, bytes]:
    with np.errstate(over="ignore"):
        half = values.astype("<f2")
    if np.any(np.isinf(half) & np.isfinite(values)):
        raise _check.bad_value("pack", "numbers within 65504 for float16", f"{np.abs(values).max():g}", "use float32")
    return {"data": half.tobytes()}


def _pack_int8(values: NDArray[np.float32]) -> dict[str, bytes]:
    if not np.isfinite(values).all():
        raise _check.bad_value("pack", "finite numbers for int8", "NaN or infinity", "use float32 or float16")
    count = len(values) if values.ndim > 1 else 1
    rows = values.reshape(count, values.size // max(1, count))
    scale = np.abs(rows).max(axis=1, initial=0).astype("<f4") / np.float32(127)
    whole = np.rint(rows / np.where(scale > 0, scale, 1)[:, None]).clip(-127, 127).astype(np.int8)
    return {"data": whole.tobytes(), "scale": scale.tobytes()}


_PACKERS: dict[str, Callable[[NDArray[np.float32]], dict[str, bytes]]] = {
    "float32": lambda values: {"data": values.tobytes()},
    "float16": _pack_float16,
    "int8": _pack_int8,
}


def unpack(packed: Mapping[str, Any]) -> NDArray[Any]:
    """The numbers that the page will read from what `pack` made: uint8 for uint8, else float32.

    >>> unpack(pack(np.array([0.5, -1.0]), "float16"))
    array([ 0.5, -1. ], dtype=float32)
    """
    kind = {"float32": "<f4", "float16": "<f2", "int8": "i1", "uint8": "u1"}[packed["dtype"]]
    values = np.frombuffer(bytes(packed["data"]), kind)
    if packed["dtype"] == "int8":
        scale = np.frombuffer(bytes(packed["scale"]), "<f4")
        values = values.reshape(len(scale), -1) * scale[:, None] if values.size else values
    return values.reshape(packed["shape"]).astype(np.uint8 if kind == "u1" else np.float32)


class Figure(anywidget.AnyWidget):
    """A figure of the book: all its state is its traits, and it lives on without a kernel."""

    def _summary(self) -> str:
        """What `repr` says in the brackets; the same for the same figure, since nbval compares it."""
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._summary()})"
