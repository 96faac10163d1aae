"""The first and the last pixel that a unit reads, as if the picture had no end: the field's closed form."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import gcd, inf, lcm
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._windows import NOTHING, Ints, Window

Floats: TypeAlias = NDArray[np.float64]


class NoForm(Enum):
    """Why an axis has no closed form."""

    WHOLE = "some operation reads the whole axis"
    IRREGULAR = "paths of different strides meet"


@dataclass(frozen=True)
class Edges:
    """Unit i reads from `first[i]` to `last[i]`; after len(first) units both repeat, `advance` pixels further on.

    A unit that reads nothing has the first edge at infinity and the last at minus infinity.
    """

    first: Floats
    last: Floats
    advance: int

    @property
    def jump(self) -> Fraction:
        """Pixels from one unit to the next, on average."""
        return Fraction(self.advance, len(self.first))

    @property
    def size(self) -> int:
        """Pixels in the field of the unit that has the largest."""
        return int(max(0, (self.last - self.first).max() + 1))

    def at(self, unit: Ints) -> tuple[Floats, Floats]:
        """The first and last pixel of units, which may lie outside the map."""
        turns, place = np.divmod(unit, len(self.first))
        return self.first[place] + turns * self.advance, self.last[place] + turns * self.advance


PIXELS = Edges(np.zeros(1), np.zeros(1), 1)
NO_PIXELS = Edges(np.full(1, inf), np.full(1, -inf), 0)

Form: TypeAlias = Edges | NoForm


def through(form: Form, window: Window) -> Form:
    """The edges of the units of an operation that reads units with the edges `form` through `window`."""
    if isinstance(form, NoForm):
        return form
    turns = len(form.first) // gcd(len(form.first), window.advance)
    taps = window.taps(np.arange(window.period * turns))
    given = taps != NOTHING
    first, last = form.at(np.where(given, taps, 0))
    moved = form.advance * (window.advance * turns // len(form.first))
    return Edges(np.where(given, first, inf).min(1), np.where(given, last, -inf).max(1), moved)


def together(forms: list[Form]) -> Form:
    """The edges of a unit that several paths lead to."""
    edges = [form for form in forms if isinstance(form, Edges)]
    if NoForm.WHOLE in forms:
        return NoForm.WHOLE
    if len(edges) < len(forms) or len({one.jump for one in edges}) > 1:
        return NoForm.IRREGULAR
    period = lcm(*(len(one.first) for one in edges))
    ends = [one.at(np.arange(period)) for one in edges]
    first, last = np.min([first for first, _ in ends], 0), np.max([last for _, last in ends], 0)
    return Edges(first, last, int(edges[0].jump * period))
