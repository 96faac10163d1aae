"""Run the book's notebooks, and keep what is stored of them small and comparable.

    python scripts/notebooks.py run [book/convolution.ipynb ...]     execute in place, then strip
    python scripts/notebooks.py strip [...]                          only strip (the pre-commit hook)

Stored are the text outputs, which nbval compares; pictures, widget views, widget state and run metadata are not.
"""

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

BOOK = Path(__file__).resolve().parent.parent / "book"
KEPT = {"text/plain", "text/html", "text/markdown"}
NOT_KEPT = {"widgets", "signature", "toc", "varInspector"}


def strip(notebook: Any) -> Any:
    """Leave text only; the same notebook gives the same file, whoever ran it."""
    for key in NOT_KEPT & set(notebook.metadata):
        del notebook.metadata[key]
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    ran = 0
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index:02d}"
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        if cell.cell_type == "code":
            ran += 1
            cell.execution_count = ran  # nbval compares no cell without a count
            cell.outputs = [kept for output in cell.outputs if (kept := _strip_output(output)) is not None]
    return notebook


def _strip_output(output: Any) -> Any | None:
    if output.output_type == "stream":
        return output if output.name == "stdout" else None
    if output.output_type in {"display_data", "execute_result"}:
        output.data = {mime: value for mime, value in output.data.items() if mime in KEPT}
        output.metadata = {}
        if output.output_type == "execute_result":
            output.execution_count = None
        return output if output.data else None
    return output


def run(path: Path) -> None:
    """Execute with the notebook's folder as the working directory, as a reader does; raises on the first error."""
    notebook = nbformat.read(path, as_version=4)
    # One stream a cell: how a kernel cuts its output into pieces differs from run to run.
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=240, resources=resources, coalesce_streams=True).execute()
    nbformat.write(strip(notebook), path)


def main(arguments: list[str]) -> int:
    """Run or strip the named notebooks, all of the book's when none is named."""
    if not arguments or arguments[0] not in {"run", "strip"}:
        print(__doc__, file=sys.stderr)
        return 2
    paths = [Path(name) for name in arguments[1:]] or sorted(BOOK.glob("*.ipynb"))
    for path in paths:
        print(f"{arguments[0]} {path}", flush=True)
        if arguments[0] == "run":
            run(path)
        else:
            before = path.read_text(encoding="utf-8")
            after = nbformat.writes(strip(nbformat.reads(before, as_version=4))) + "\n"
            if after != before:
                path.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
