"""Every notebook and page of the book has the facts of book_facts.py, and each fact can fail."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from cnnviz import nn, questions
from tests.book_facts import (
    SHAPE,
    Notebook,
    bad_ids,
    errors_not_indexed,
    forbidden,
    lacking_practice,
    markdown,
    messages_not_printed,
    missing_targets,
    not_stripped,
    numbers_not_printed,
    other_admonitions,
    questions_asked,
    read,
    slug,
    terms_defined,
    terms_used,
    without_description,
    wrong_defaults,
    wrong_questions,
    wrong_shape,
)

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))
# The front page and a how-to teach no one thing: nothing to predict, and nothing to recall.
CHAPTERS = [path for path in NOTEBOOKS if path.stem not in {"start", "your-network"}]
PAGES = sorted(BOOK.glob("*.md"))


def table_of_contents() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def everywhere(fact: Callable[[Path], list[str]], paths: list[Path]) -> dict[str, list[str]]:
    return {path.name: wrong for path in paths if (wrong := fact(path))}


# The book has them.


def test_the_contents_list_every_notebook_and_page_once() -> None:
    assert sorted(table_of_contents()) == sorted(f"book/{path.stem}" for path in [*NOTEBOOKS, *PAGES])


def test_notebooks_are_stored_without_pictures_widget_state_and_errors() -> None:
    assert everywhere(lambda path: not_stripped(read(path)), NOTEBOOKS) == {}


def test_cells_have_ids_of_their_own() -> None:
    assert everywhere(lambda path: bad_ids(read(path)), NOTEBOOKS) == {}


def test_chapters_have_the_book_s_shape_in_order() -> None:
    assert everywhere(lambda path: wrong_shape(markdown(path)), CHAPTERS) == {}


def test_every_picture_and_figure_has_a_description() -> None:
    assert everywhere(lambda path: without_description(read(path)), NOTEBOOKS) == {}


def test_the_prose_calls_nothing_simple() -> None:
    files = [*NOTEBOOKS, *PAGES]
    assert everywhere(lambda path: forbidden(markdown(path)), files) == {}
    toml = sorted((BOOK / "questions").glob("*.toml"))
    assert everywhere(lambda path: forbidden(path.read_text(encoding="utf-8")), toml) == {}


def test_admonitions_are_of_four_kinds() -> None:
    assert everywhere(lambda path: other_admonitions(markdown(path)), [*NOTEBOOKS, *PAGES]) == {}


def test_every_linked_term_is_in_the_glossary_and_every_term_is_used() -> None:
    defined = terms_defined((BOOK / "glossary.md").read_text(encoding="utf-8"))
    assert sorted(defined) == sorted(set(defined))
    used = {path.name: terms_used(markdown(path)) for path in [*NOTEBOOKS, *PAGES]}
    unknown = {name: sorted(terms.difference(defined)) for name, terms in used.items() if terms.difference(defined)}
    assert unknown == {}
    assert set(defined) - set().union(*(terms for name, terms in used.items() if name != "glossary.md")) == set()


@pytest.mark.parametrize("path", sorted((BOOK / "questions").glob("*.toml")), ids=lambda path: path.stem)
def test_a_chapter_asks_each_of_its_questions_once(path: Path) -> None:
    notebook = read(BOOK / f"{path.stem}.ipynb")
    assert wrong_questions(notebook, set(questions.read(path))) == []
    assert {file for file, _ in questions_asked(notebook)} == {f"questions/{path.name}"}


def test_ids_of_questions_are_unique_in_the_book() -> None:
    names = [name for path in sorted((BOOK / "questions").glob("*.toml")) for name in questions.read(path)]
    assert sorted(names) == sorted(set(names))


def test_chapters_predict_play_build_and_recall() -> None:
    assert everywhere(lambda path: lacking_practice(read(path)), CHAPTERS) == {}


def test_numbers_in_the_prose_are_printed_by_a_cell() -> None:
    assert everywhere(lambda path: numbers_not_printed(read(path)), NOTEBOOKS) == {}


def test_no_link_points_to_a_file_that_is_not_there() -> None:
    assert everywhere(lambda path: missing_targets(markdown(path), BOOK), [*NOTEBOOKS, *PAGES]) == {}


def test_the_error_index_links_every_error_of_every_chapter() -> None:
    index = (BOOK / "errors.md").read_text(encoding="utf-8")
    assert everywhere(lambda path: errors_not_indexed(read(path), path.stem, index), CHAPTERS) == {}


def test_errors_quote_messages_that_a_cell_prints() -> None:
    index = (BOOK / "errors.md").read_text(encoding="utf-8")
    assert everywhere(lambda path: messages_not_printed(read(path), path.stem, index), CHAPTERS) == {}


def test_the_notation_page_names_the_defaults_of_torch_and_of_cnnviz() -> None:
    rows = re.findall(r"^\| (`\w+\([^|]*) \|", (BOOK / "notation.md").read_text(encoding="utf-8"), re.MULTILINE)
    layers = [row for row in rows if "lr=" not in row]
    optimisers = [row for row in rows if "lr=" in row]
    assert (len(layers), len(optimisers)) == (12, 2)
    assert wrong_defaults("\n".join(layers), torch.nn, nn) == []
    assert wrong_defaults("\n".join(optimisers), torch.optim, nn.optim) == []


# Each fact can fail.


def cell(source: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    ran = {"outputs": [], "execution_count": 1} if kind == "code" else {}
    return {"cell_type": kind, "id": "a", "source": [source], **ran, **more}


def notebook(*cells: dict[str, Any], **more: Any) -> Notebook:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def shown(mime: str, text: str = "x") -> dict[str, Any]:
    return {"output_type": "display_data", "data": {mime: text}, "metadata": {}}


def failing() -> Iterator[tuple[str, list[str]]]:
    """Each fact with something that breaks it."""
    yield "picture kept", not_stripped(notebook(cell("1", outputs=[shown("image/png")])))
    yield (
        "widget view kept",
        not_stripped(notebook(cell("1", outputs=[shown("application/vnd.jupyter.widget-view+json")]))),
    )
    yield "widget state kept", not_stripped(notebook(metadata={"widgets": {}}))
    yield "another execution count", not_stripped(notebook(cell("1", execution_count=3)))
    yield "no execution count", not_stripped(notebook(cell("1", execution_count=None)))
    yield "an error kept", not_stripped(notebook(cell("1", outputs=[{"output_type": "error"}])))
    yield "ids twice", bad_ids(notebook(cell("1"), cell("2")))
    yield "an old format", bad_ids(notebook(nbformat_minor=4))
    yield "a heading missing", wrong_shape("\n".join(f"## {title}" for title in SHAPE[:-1]))
    yield "headings in another order", wrong_shape("\n".join(f"## {title}" for title in reversed(SHAPE)))
    yield "no alt text", without_description(notebook(cell("![](a.png)", "markdown")))
    yield "an img without alt", without_description(notebook(cell('<img src="a.png">', "markdown")))
    yield "a figure without title", without_description(notebook(cell("cnnviz.step(layer, x)")))
    yield "simply", forbidden("You simply call it.")
    yield "just, in an admonition", forbidden("```{admonition} Try\n:class: try\n\nJust so.\n```")
    yield "a fifth kind of admonition", other_admonitions("```{note}\nx\n```")
    yield "a kind that is none", other_admonitions("```{admonition} A\n:class: tip\nx\n```")
    yield "a question twice", wrong_questions(notebook(*[cell('cnnviz.ask("q.toml", "a")')] * 2), {"a"})
    yield "an unknown question", wrong_questions(notebook(cell('cnnviz.ask("q.toml", "b")')), set())
    yield "a question not asked", wrong_questions(notebook(), {"a"})
    yield "a chapter without practice", lacking_practice(notebook())
    yield "a number from memory", numbers_not_printed(notebook(cell("It is 0.83 of it.", "markdown")))
    yield "a per cent from memory", numbers_not_printed(notebook(cell("It is 83 % of it.", "markdown")))
    yield "a broken link", missing_targets("[a](nowhere.md)", BOOK)
    yield "a broken picture", missing_targets("![a](_static/nowhere.png)", BOOK)
    yield "a broken doc", missing_targets("{doc}`it <nowhere>`", BOOK)
    quoted = cell("### Too large\n\n```{admonition} too large: 3\n:class: error\n```", "markdown")
    errors = notebook(cell("## Errors you will meet", "markdown"), quoted)
    yield (
        "an error not indexed",
        errors_not_indexed(errors, "pooling", "`too small: 3`: [Too small](a.ipynb#too-small)"),
    )
    yield "a message from memory", messages_not_printed(errors, "a", "")
    yield "a message from memory in the index", messages_not_printed(notebook(), "a", "- `too small`: [x](a.ipynb#x)")
    yield "another default", wrong_defaults("`Conv2d(stride=2)`", torch.nn, nn)
    yield "an unknown argument", wrong_defaults("`Conv2d(strides=1)`", torch.nn, nn)
    yield "an unknown layer", wrong_defaults("`Conv9d(stride=1)`", nn)


@pytest.mark.parametrize("wrong", [pytest.param(wrong, id=name) for name, wrong in failing()])
def test_each_fact_can_fail(wrong: list[str]) -> None:
    assert wrong


def test_a_clean_notebook_breaks_no_fact() -> None:
    clean = notebook(cell('cnnviz.step(layer, x, title="A dot")'))
    for fact in (not_stripped, bad_ids, without_description, numbers_not_printed):
        assert fact(clean) == []


def test_terms_are_found_in_roles_and_in_the_glossary() -> None:
    assert terms_used("{term}`Padding <padding>` and a {term}`feature\nmap`") == {"padding", "feature map"}
    assert terms_defined("# G\n\n```{glossary}\n:sorted:\nStride\n  How far.\n\nfeature map\n  What.\n```\n") == [
        "stride",
        "feature map",
    ]


def test_code_formulas_and_targets_are_no_prose() -> None:
    assert forbidden("`just` $just$ [a](just.md) {term}`b <just>`\n\n```python\njust = 1\n```") == []
    assert forbidden("adjust the readjustment") == []


def test_a_heading_s_anchor_is_myst_s() -> None:
    assert slug("Channels last, and no error at all") == "channels-last-and-no-error-at-all"
