"""The bundler joins what it understands and refuses the rest by name; arrays cross as bytes."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from cnnviz.widgets import _base
from cnnviz.widgets._base import BundleError, bundle, pack, stylesheet

ENTRIES = sorted(path.name for path in (Path(_base.__file__).parent / "js").glob("*.js") if path.name != "host.js")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(_base, "_HERE", tmp_path)
    (tmp_path / "js" / "lib").mkdir(parents=True)
    bundle.cache_clear()
    return tmp_path / "js"


def test_there_are_entries() -> None:
    assert {"stepper.js", "explorer.js"} <= set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_joins_into_one_module_that_node_can_parse(entry: str, tmp_path: Path) -> None:
    joined = tmp_path / "joined.mjs"
    joined.write_text(bundle(entry), encoding="utf-8")
    assert "\nimport " not in joined.read_text(encoding="utf-8")
    checked = subprocess.run(["node", "--check", str(joined)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_dependencies_come_first_and_once(sources: Path) -> None:
    (sources / "a.js").write_text(
        'import { b } from "./lib/b.js";\nimport {\n  c,\n} from "./lib/c.js";\nexport default { b, c };\n'
    )
    (sources / "lib" / "b.js").write_text('import { c } from "./c.js";\nexport const b = c + 1;\n')
    (sources / "lib" / "c.js").write_text("export const c = 1;\n")
    assert bundle("a.js").split("\n") == ["const c = 1;", "", "const b = c + 1;", "", "export default { b, c };", ""]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('import { b as d } from "./lib/b.js";\n', "a.js: .*renames an import"),
        ('import b from "./lib/b.js";\n', r"a.js: cannot follow `import b"),
        ('const b = await import("./lib/b.js");\n', r"a.js: cannot follow `const b = await import"),
        ('export { b } from "./lib/b.js";\n', r"a.js: cannot follow `export \{ b \} from"),
        ('import { b } from "./lib/b.js";\nconst b = 2;\n', "a.js and b.js both declare b: rename one"),
        ('import { z } from "./lib/b.js";\n', "a.js imports z, which b.js does not export"),
        ('import { x } from "./lib/none.js";\n', "a.js needs none.js, which is not in"),
        ('import { l } from "./lib/loop.js";\n', "a.js -> loop.js -> back.js -> loop.js: modules import each other"),
        ('import { d } from "./lib/default.js";\n', "default.js: only an entry has a default export"),
    ],
)
def test_what_cannot_be_joined_is_refused_by_name(sources: Path, source: str, message: str) -> None:
    (sources / "a.js").write_text(source)
    (sources / "lib" / "b.js").write_text("export const b = 1;\n")
    (sources / "lib" / "loop.js").write_text('import { a } from "./back.js";\nexport const l = 1;\n')
    (sources / "lib" / "back.js").write_text('import { l } from "./loop.js";\nexport const a = 1;\n')
    (sources / "lib" / "default.js").write_text("export const d = 1;\nexport default d;\n")
    with pytest.raises(BundleError, match=message):
        bundle("a.js")


def test_arrays_are_packed_as_little_endian_float32_or_uint8() -> None:
    packed = pack(np.array([[1, 2]], dtype=">i8"))
    assert packed == {"shape": [1, 2], "dtype": "float32", "data": np.array([1, 2], "<f4").tobytes()}
    assert pack(np.full((2,), 7, np.uint8)) == {"shape": [2], "dtype": "uint8", "data": b"\x07\x07"}
    assert pack(np.arange(6.0).reshape(2, 3).T)["data"] == np.array([0, 3, 1, 4, 2, 5], "<f4").tobytes()


def test_every_stylesheet_begins_with_the_tokens() -> None:
    for path in (Path(_base.__file__).parent / "css").glob("*.css"):
        assert stylesheet(path.name).startswith(stylesheet()[:200])
