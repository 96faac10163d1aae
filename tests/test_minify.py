"""What a saved page's program becomes: TypeScript says whether it is still the same."""

import json
import subprocess
from pathlib import Path

import pytest

from cnnviz._minify import minified
from cnnviz._names import GLOBALS
from cnnviz._tokens import NotUnderstoodError, tokens
from cnnviz.widgets import _base
from cnnviz.widgets._base import bundle

ROOT = Path(__file__).parents[1]
ENTRIES = sorted(path.name for path in (Path(_base.__file__).parent / "js").glob("*.js") if path.name != "host.js")
TRAPS = """
const far = 1;
const table = { far, near: far, far() { return far; }, async near2() {}, get size() { return far * 2; }, "a-b": far };
const [one, { two, three: [four = far] = [] }, ...five] = [far, { two: 2 }];
let regex = far / 2 / 3, pattern = /[/]\\/'"`{/gi.test("x");
class Shape extends Array {
  #size = { far };
  static kind = "far";
  far = () => { const size = this.#size; return size.far; };
  get size() { return this.#size; }
  async *each(far = one, { two: other = two, ...rest } = {}) { yield far + +other - -rest.far; }
  has(other) { return #size in other && !(this.far?.() ?? other?.far); }
}
function outer(table) {
  again: for (const far of table) {
    for (const { kind = Shape.kind } of far) { if (kind) continue again; else break again; }
  }
  switch (table) {
    case far: { return `${far} \\` $ ${`in ${{ far }.far}`} far`; }
    default: { return far ? table : one; }
  }
}
const late = (far) => (window) => ({ far, window, now: performance.now() }), other = 3.0 .toFixed(2)
const next = late
export default { outer, Shape, table, next, four, five, regex, pattern, other };
"""


def differences(programs: dict[str, str], tmp_path: Path) -> str:
    pairs = [[name, source, minified(source, whole=True), minified(source)] for name, source in programs.items()]
    (tmp_path / "pairs.json").write_text(json.dumps({"pairs": pairs, "globals": sorted(GLOBALS)}))
    script = ["node", str(ROOT / "tests" / "same_program.cjs"), str(ROOT / "node_modules/typescript")]
    return subprocess.run([*script, str(tmp_path / "pairs.json")], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_identifier_of_a_short_program_means_what_it_did(entry: str, tmp_path: Path) -> None:
    assert differences({entry: bundle(entry)}, tmp_path) == ""


def test_traps_of_the_language_are_read_as_typescript_reads_them(tmp_path: Path) -> None:
    assert differences({"traps": TRAPS}, tmp_path) == ""


def test_the_comparison_sees_a_name_that_means_something_else(tmp_path: Path) -> None:
    wrong = [["mixed", "const a = 1, b = 2; f(a, b);", "const a=1,b=2;f(a,a);", "f(1);"]]
    (tmp_path / "pairs.json").write_text(json.dumps({"pairs": wrong, "globals": []}))
    script = ["node", str(ROOT / "tests" / "same_program.cjs"), str(ROOT / "node_modules/typescript")]
    found = subprocess.run([*script, str(tmp_path / "pairs.json")], capture_output=True, text=True, check=True).stdout
    assert "became" in found
    assert "mixed: free f" in found


def test_what_nothing_needs_is_left_out_and_what_something_needs_is_not() -> None:
    source = "const used = 1;\nconst idle = used;\nfunction also() {\n  return used;\n}\nalso();\n"
    assert minified(source) == "const A=1;function B(){return A;}B();"


def test_a_source_that_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(NotUnderstoodError, match="cannot read 'never closed'"):
        list(tokens("const a = `never closed"))
