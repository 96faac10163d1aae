"""One question with its options: predict and lock before the figure shows it, or recall with every option explained."""

from math import ceil
from typing import Any

import traitlets

from cnnviz.widgets._base import Figure, bundle, stylesheet


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
    _height = traitlets.List([0, 0]).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._height = [self._estimate(columns=80), self._estimate(columns=44)]

    def _estimate(self, columns: int) -> int:
        """About how many pixels high it is before it is answered, with lines of so many characters."""
        paragraphs = self.prompt.split("\n\n")
        tables = [part for part in paragraphs if part.startswith("    ")]
        lines = sum(part.count("\n") + 1 for part in tables)
        lines += sum(ceil(len(part) / columns) for part in paragraphs if part not in tables)
        options = sum(21 + 23 * ceil(len(option["text"]) / (columns - 5)) for option in self.options)
        return 32 + 28 + 23 * lines + 8 * len(paragraphs) + options + 98

    def _summary(self) -> str:
        return f"{self.kind} {self.question}, {len(self.options)} options"
