"""One question with its options: predict and lock before the figure shows it, or recall with every option explained."""

import re
from functools import cache
from textwrap import wrap
from typing import Any

import traitlets

from cnnviz.widgets._base import Figure, bundle, stylesheet
from cnnviz.widgets._layout import steps

WIDEST = 704  # CSS pixels, as in css/question.css
LETTER, BOLD, OPTION = 7.5, 8.5, 7.8  # CSS pixels of a letter, about
LINE = 22.5
AROUND = 32 + 28 + 8 + 96 + 4  # the padding, what kind it is, and the room for the answer


class Question(Figure):
    """A question that works in the page alone: by keyboard, touch and screen reader, and offline.

    Traits, all plain data: question, its id; kind, "predict" or "recall"; prompt, whose last paragraph is the question
    itself; options, a list of {"text": ..., "why": ..., "right": ...}; chapter, where it comes from when that is
    another one; answer, the index of the option given, -1 for none; revealed, whether a prediction was compared with
    the truth.

    A prediction is locked once given: the browser keeps it under `cnnviz:answer:<id>`, and the document gets a
    `cnnviz:answered` event with detail {id}, for which a figure may wait. `code` stands between backticks; paragraphs
    indented by four spaces keep their lines.

    >>> Question(question="sum", kind="recall", prompt="1 + 1?", options=[
    ...     {"text": "2", "why": "Count.", "right": True}, {"text": "3", "why": "One too many.", "right": False}])
    Question(recall sum, 2 options)
    """

    _esm = bundle("question.js")
    _css = stylesheet("figure.css", "question.css")

    question = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Enum(["predict", "recall"], default_value="recall").tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Dict()).tag(sync=True)
    chapter = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Int(-1).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)
    _height = traitlets.List().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._height = steps(self._estimate)

    def _estimate(self, width: int) -> float:
        """About how many pixels high it is before it is answered, where it is so wide."""
        room = min(width, WIDEST)
        *given, asked = self.prompt.split("\n\n")
        prompt = sum(LINE * _lines(part, int(room / LETTER)) + 8 for part in given) + LINE * _lines(
            asked, int(room / BOLD)
        )
        within = int((room - 36) / OPTION)
        return AROUND + prompt + sum(max(44.0, 21 + LINE * _lines(one["text"], within)) for one in self.options)

    def _summary(self) -> str:
        return f"{self.kind} {self.question}, {len(self.options)} options"


@cache
def _lines(paragraph: str, columns: int) -> int:
    """How many lines it takes; a table keeps its own, and what stands between backticks does not break."""
    if paragraph.startswith("    "):
        return paragraph.count("\n") + 1
    whole = re.sub("`[^`]+`", lambda code: code[0].replace(" ", "_"), paragraph)
    return len(wrap(whole, columns, break_on_hyphens=False))
