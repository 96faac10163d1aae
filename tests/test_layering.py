"""Who may import whom: arrows point one way, and torch is imported only where and when it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cnnviz

PACKAGE = Path(cnnviz.__file__).parent

# Each part of the package, and the other parts that it may import. A new part needs a line here.
MAY_IMPORT: dict[str, set[str]] = {
    "_check": set(),
    "_arrays": {"_check"},
    "_pictures": {"_arrays", "_check"},
    "_rows": set(),
    "receptive": {"_check", "_arrays", "nn", "recorder"},
    "nn": {"_check"},
    "_precision": {"_check"},
    "graph": {"_check", "_precision", "_rows", "nn", "receptive"},
    "data": {"_check"},
    "history": {"_check"},
    "models": {"_check", "nn", "data"},
    "train": {"_check", "nn", "data", "history"},
    "recorder": {"_check", "_rows", "nn"},
    "attribution": {"_check", "_arrays", "nn", "recorder"},
    "widgets": {"_check", "_javascript", "_packed", "_pictures", "_precision", "page"},
    "figures": {"_arrays", "_check"},
    "_experiment": {"_arrays", "_check", "graph"},
    "views": {"_check", "_experiment", "graph", "widgets"},
    "views_attribution": {"_arrays", "_check", "_pictures", "attribution", "recorder", "widgets"},
    "views_cone": {"_check", "widgets"},
    "views_explore": {"_arrays", "_check", "_pictures", "_precision", "graph", "recorder", "widgets"},
    "questions": {"_check", "widgets"},
    "_packed": {"_check"},
    "_buffers": set(),
    "_javascript": set(),
    "_tokens": set(),
    "_names": {"_tokens"},
    "_minify": {"_names", "_tokens"},
    "compact": {"_check", "_packed", "_precision", "graph"},
    "page": {"_check", "_buffers", "_javascript", "_minify", "compact"},
    "sphinx_ext": {"_check", "_buffers", "page", "widgets"},
    "check": {"_check"},
    "cli": {"_pictures", "data", "graph", "models", "recorder", "views"},
    "__main__": {"cli"},
}
# Parts that may import torch, inside the functions that need it; `nn` and what draws never do.
MAY_USE_TORCH = {"attribution", "cli", "graph", "models", "recorder", "train"}


def part_of(path: Path) -> str:
    """`cnnviz/nn/conv.py` belongs to "nn", `cnnviz/graph.py` to "graph"."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


SOURCES = {path: part_of(path) for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"}
EACH_SOURCE = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))


def imports(tree: ast.AST, path: Path) -> set[str]:
    """The full names of everything that a piece of a file imports; relative imports resolved."""
    names: set[str] = set()
    package = ("cnnviz", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def parts_imported(path: Path) -> set[str]:
    named = imports(ast.parse(path.read_text("utf-8")), path)
    return {name.split(".")[1] for name in named if name.startswith("cnnviz.")} & set(SOURCES.values())


@EACH_SOURCE
def test_a_file_imports_only_the_parts_below_it(path):
    part = SOURCES[path]
    assert part in MAY_IMPORT, f"{part} is new: say in MAY_IMPORT what it may import"
    assert parts_imported(path) <= MAY_IMPORT[part] | {part}


@EACH_SOURCE
def test_torch_is_imported_only_where_and_when_it_is_used(path):
    tree = ast.parse(path.read_text("utf-8"))

    def uses_torch(node: ast.AST) -> bool:
        return any(name.split(".")[0] in ("torch", "keras") for name in imports(node, path))

    if SOURCES[path] not in MAY_USE_TORCH:
        assert not uses_torch(tree)
    assert not any(uses_torch(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))


@EACH_SOURCE
def test_matplotlib_is_imported_only_by_what_draws_with_it(path):
    named = {name.split(".")[0] for name in imports(ast.parse(path.read_text("utf-8")), path)}
    assert SOURCES[path] == "figures" or "matplotlib" not in named


def test_the_arrows_form_no_circle():
    above: dict[str, set[str]] = {part: set(below) for part, below in MAY_IMPORT.items()}
    while above:
        lowest = {part for part, below in above.items() if not below & set(above)}
        assert lowest, f"these import each other: {sorted(above)}"
        above = {part: below for part, below in above.items() if part not in lowest}


def test_every_arrow_is_of_a_part_that_exists():
    assert set(MAY_IMPORT) <= set(SOURCES.values())


@pytest.mark.parametrize("statement", ["import cnnviz", "from cnnviz import nn", "from cnnviz import graph"])
def test_it_imports_without_torch_installed(statement):
    block = "import sys; sys.modules['torch'] = None; "
    subprocess.run([sys.executable, "-c", block + statement], check=True)


@pytest.mark.parametrize("statement", ["import cnnviz", "from cnnviz import nn"])
def test_it_imports_nothing_but_numpy(statement):
    report = "; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", "import sys; " + statement + report], check=True, capture_output=True, text=True
    )
    heavy = {"torch", "keras", "matplotlib", "anywidget", "ipywidgets", "IPython", "PIL", "tqdm"}
    assert not heavy & set(run.stdout.split())
