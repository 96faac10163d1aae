"""The bundler joins what it understands and refuses the rest by name; arrays cross as bytes."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cnnviz._javascript import JOINED, without_margins
from cnnviz.widgets import _base
from cnnviz.widgets._base import BundleError, bundle, pack, stylesheet, unpack, without_comments

ROOT = Path(__file__).parents[2]
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
    assert bundle("a.js").removeprefix(JOINED).split("\n") == [
        "const c = 1;",
        "",
        "const b = c + 1;",
        "",
        "export default { b, c };",
        "",
    ]


def test_a_joined_module_loses_its_comments_and_nothing_else(tmp_path: Path) -> None:
    """TypeScript prints both without comments: the same program."""
    folder = Path(_base.__file__).parent / "js"
    sources = {path.name: path.read_text("utf-8") for path in folder.rglob("*.js")}
    pairs = {name: [source, without_margins(without_comments(source))] for name, source in sources.items()}
    (tmp_path / "pairs.json").write_text(json.dumps(pairs))
    script = f"""
        const ts = require("{ROOT}/node_modules/typescript");
        const printer = ts.createPrinter({{ removeComments: true }});
        const text = (source) => printer.printFile(ts.createSourceFile("a.js", source, ts.ScriptTarget.ES2022));
        for (const [name, [before, after]] of Object.entries(require("{tmp_path}/pairs.json"))) {{
          if (text(before) !== text(after)) console.log(name);
        }}"""
    run = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert run.stdout == ""
    left = [name for name, (_, after) in pairs.items() if "/**" in after or "\n//" in after]
    assert left == []


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


ROWS = np.random.default_rng(0).normal(size=(4, 3, 2)) * np.array([1e-3, 1, 0, 1e4])[:, None, None]


MANY = np.random.default_rng(1).normal(size=(7, 19)) * np.logspace(-3, 3, 19)


@pytest.mark.parametrize("values", [ROWS, ROWS[1, :, 0], np.float64(2.5), np.zeros((0, 3)), ROWS > 0, MANY])
@pytest.mark.parametrize("dtype", ["float32", "float16", "int16", "int12", "int8"])
def test_the_page_reads_the_numbers_that_unpack_gives(dtype: str, values: np.ndarray) -> None:
    packed = pack(values, dtype)
    sent = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in packed.items()}
    script = f"""
        import {{ fromTrait }} from "{Path(_base.__file__).parent}/js/lib/tensor.js";
        const sent = {json.dumps(sent)};
        for (const key of ["data", "scale"]) if (key in sent) sent[key] = Buffer.from(sent[key], "base64");
        console.log(JSON.stringify([...fromTrait(sent).data]));"""
    run = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    np.testing.assert_array_equal(np.float32(json.loads(run.stdout)), unpack(packed).ravel())
    assert unpack(packed).shape == np.shape(values)


def test_float16_rounds_as_ieee_does() -> None:
    np.testing.assert_array_equal(unpack(pack(ROWS, "float16")), ROWS.astype(np.float32).astype(np.float16))


@pytest.mark.parametrize(("dtype", "steps"), [("int8", 127), ("int16", 32767)])
def test_whole_numbers_round_by_at_most_half_a_step_of_their_row(dtype: str, steps: int) -> None:
    rows = ROWS.astype(np.float32)
    step = np.abs(rows).max(axis=(1, 2)) / steps
    error = np.abs(unpack(pack(rows, dtype)) - rows).max(axis=(1, 2))
    assert (error <= 0.5 * step + 1e-7 * steps * step).all()
    assert (error[step > 0] > 0).all()


def test_twelve_bits_round_by_at_most_half_a_step_of_the_64_numbers_around() -> None:
    values = MANY.astype(np.float32).ravel()  # 133 numbers: three runs of 45, 45 and 43
    error = np.abs(unpack(pack(values, "int12")) - values)
    for run in (slice(0, 45), slice(45, 90), slice(90, 133)):
        step = np.abs(values[run]).max() / 2047
        assert 0.25 * step < error[run].max() <= 0.501 * step
    assert len(pack(values, "int12")["data"]) == 133 + 67


def test_pictures_stay_uint8_and_float32_is_exact() -> None:
    assert unpack(pack(np.full((2,), 7, np.uint8), "int8")).dtype == np.uint8
    np.testing.assert_array_equal(unpack(pack(ROWS)), ROWS.astype(np.float32))


@pytest.mark.parametrize(
    ("values", "dtype", "message"),
    [
        ([1.0], "int4", "pack needs dtype to be one of float32, float16, int16, int12, int8, got 'int4'"),
        ([1.0, np.nan], "int8", "pack needs finite numbers for int8, got NaN or infinity"),
        ([1.0, np.inf], "int12", "pack needs finite numbers for int12, got NaN or infinity"),
        ([1.0, -1e5], "float16", "pack needs numbers within 65504 for float16, got 100000: use float32"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(values: list[float], dtype: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pack(values, dtype)


def test_nan_and_infinity_survive_in_float16() -> None:
    np.testing.assert_array_equal(unpack(pack([np.nan, np.inf, -np.inf], "float16")), [np.nan, np.inf, -np.inf])


def test_every_stylesheet_begins_with_the_tokens() -> None:
    for path in (Path(_base.__file__).parent / "css").glob("*.css"):
        assert stylesheet(path.name).startswith(stylesheet()[:200])
