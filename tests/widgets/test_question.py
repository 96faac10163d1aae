"""What crosses to the page for a question, and that the page reads nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
import traitlets

import cnnviz.widgets.question as module
from cnnviz.widgets.question import Question

OPTIONS = [{"text": "2", "why": "Count.", "right": True}, {"text": "3", "why": "One too many.", "right": False}]
SOURCE = Path(module.__file__).parent / "js" / "question.js"


def question(**traits: Any) -> Question:
    return Question(**{"question": "sum", "kind": "predict", "prompt": "1 + 1?", "options": OPTIONS, **traits})


def test_every_trait_that_the_page_reads_or_sets_is_synced() -> None:
    source = SOURCE.read_text(encoding="utf-8")
    read = set(re.findall(r'model\.get\("(\w+)"\)', source)) | set(re.findall(r"change:(\w+)", source))
    figure = question()
    assert read == {"question", "kind", "prompt", "options", "chapter", "answer", "revealed"}
    assert read <= set(figure.keys)


def test_the_repr_is_short_and_the_same() -> None:
    assert repr(question()) == repr(question()) == "Question(predict sum, 2 options)"


def test_a_kind_of_its_own_is_refused() -> None:
    with pytest.raises(traitlets.TraitError, match="kind"):
        question(kind="guess")


def test_room_is_kept_for_more_text() -> None:
    short, long = question(), question(prompt="A long question. " * 30)
    assert long._height[0][1] > short._height[0][1]
    assert long._height[0][1] > long._height[-1][1]


def test_the_source_never_reads_text_as_html() -> None:
    assert "innerHTML" not in question()._esm
    assert "insertAdjacentHTML" not in question()._esm
