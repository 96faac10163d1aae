"""What a check answers: right, or the name of the mistake, a hint, and the smallest case that shows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from ._answers import Array, differs

_MOST_NUMBERS = 200
# The sign says it in words; the rule's hue, readable on paper and in the dark, only repeats it.
_RIGHT, _WRONG = "currentColor", "#c9408c"


@dataclass(frozen=True, eq=False)
class Failure:
    """One case that came out wrong. `expected` and `got` are arrays, of shape () for a single number.

    `got` is None when there was no answer to compare; `said` then says why, or what else was wrong.
    """

    about: str
    arguments: dict[str, Any]
    expected: Array
    got: Array | None
    said: str = ""

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        arrays = {name: value for name, value in self.arguments.items() if isinstance(value, np.ndarray)}
        call = ", ".join(name if name in arrays else f"{name}={value}" for name, value in self.arguments.items())
        yield f"f({call})   # {self.about}"
        for name, array in arrays.items():
            yield from _block(name, array)
        yield from _block("expected", self.expected)
        if self.got is not None:
            yield from _block("got", self.got)
        if self.said:
            yield f"your function {self.said}"
        elif self.got is not None:
            yield _difference(self.expected, self.got)


@dataclass(frozen=True, eq=False)
class Verdict:
    """Truthy when the answer is right. Shows itself as text and as HTML, the same for the same answer.

    misconception: short name of the known wrong answer it equals, or None.
    hint: what to look at, never the solution.
    case: the smallest case that fails, as a Failure, or None.
    passed, total: on how many of the cases it is right.
    """

    exercise: str
    passed: int
    total: int
    misconception: str | None = None
    hint: str = ""
    case: Failure | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.case is None

    def __repr__(self) -> str:
        if self.case is None:
            return f"Right: {self._title()}"
        case = "\n".join(f"    {line}".rstrip() for line in str(self.case).splitlines())
        return f"Not yet: {self._title()}\n{self.hint}\n\nThe smallest case that shows it:\n{case}"

    def _repr_html_(self) -> str:
        if self.case is None:
            return _box(_RIGHT, f"<strong>✓ Right:</strong> {escape(self._title())}")
        return _box(
            _WRONG,
            f"<strong>✗ Not yet:</strong> {escape(self._title())}",
            _code(self.hint),
            "The smallest case that shows it:",
            after=f'<pre style="margin: 0; overflow-x: auto" tabindex="0">{escape(str(self.case))}</pre>',
        )

    def _title(self) -> str:
        if self.case is None:
            return f"{self.exercise} agrees in all {self.total} cases."
        return f"{self.misconception or 'a difference'} ({self.exercise}, right in {self.passed} of {self.total} cases)"


def _box(hue: str, *paragraphs: str, after: str = "") -> str:
    body = "".join(f'<p style="margin: 0 0 6px">{paragraph}</p>' for paragraph in paragraphs)
    return f'<div class="cnnviz-verdict" style="border-left: 3px solid {hue}; padding-left: 12px">{body}{after}</div>'


def _code(text: str) -> str:
    """Escaped text with `code` between backticks marked up."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def _block(name: str, array: Array) -> Iterator[str]:
    """A name with its numbers, plane by plane under its shape."""
    if array.ndim == 0:
        yield f"{name} {array[()]}"
        return
    yield f"{name} {_shape(array)}" + (f" {array.dtype}" if array.dtype.kind in "iu" else "")
    if array.size > _MOST_NUMBERS:
        yield f"  {array.size} numbers, too many to show"
        return
    for lead in np.ndindex(array.shape[:-2]):
        texts = [[_number(v) for v in row] for row in np.atleast_2d(array[lead])]
        width = max((len(text) for row in texts for text in row), default=1)
        label = f"{list(lead)} " if lead else ""
        for k, row in enumerate(texts):
            yield "  " + (label if k == 0 else " " * len(label)) + " ".join(text.rjust(width) for text in row)


def _difference(expected: Array, got: Array) -> str:
    if expected.shape != got.shape:
        return f"the shape should be {_shape(expected)}, and is {_shape(got)}"
    wrong = np.argwhere(differs(got, expected))
    if not len(wrong):
        return "the number is right, but it is a float and should be an int"
    if expected.ndim == 0:
        return f"{expected[()]} expected, {got[()]} came"
    at = tuple(int(k) for k in wrong[0])
    return f"they differ first at {list(at)}: {_number(expected[at])} expected, {_number(got[at])} came"


def _shape(array: Array) -> str:
    return str(tuple(int(n) for n in array.shape))


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, np.floating) else str(value)
