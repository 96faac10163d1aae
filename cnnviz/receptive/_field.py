"""A node's receptive field: its closed form, and the exact box of every unit."""

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

import numpy as np

from cnnviz import _check

from ._edges import Edges, Form, NoForm
from ._side import Mask, Side


class Box(NamedTuple):
    """Pixels of the input, `bottom` and `right` not included: x[..., top:bottom, left:right]."""

    top: int
    left: int
    bottom: int
    right: int


NOWHERE = Box(0, 0, 0, 0)


@dataclass(frozen=True)
class Field:
    """The receptive fields of a node's units, all its channels together; pixels: (height, width) of the picture."""

    pixels: tuple[int, int]
    rows: Side
    columns: Side

    @property
    def units(self) -> tuple[int, int]:
        """How many down and across, as the picture's axes lie; 1 where there are none any more, as after flatten."""
        return self.rows.units, self.columns.units

    @property
    def whole(self) -> tuple[bool, bool]:
        """Whether, of the rows and of the columns, some operation on the way reads all, as global pooling does."""
        return self.rows.form is NoForm.WHOLE, self.columns.form is NoForm.WHOLE

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels, margins counted; without closed form the largest inside the picture."""
        return _size(self.rows), _size(self.columns)

    @property
    def jump(self) -> tuple[Fraction | None, Fraction | None]:
        """Pixels from one unit's field to the next one's, down and across; None without closed form."""
        return _jump(self.rows.form), _jump(self.columns.form)

    @property
    def start(self) -> tuple[int | None, int | None]:
        """The first row and column of the field of unit (0, 0), margins counted: -3 is three pixels outside."""
        return _start(self.rows.form), _start(self.columns.form)

    def support(self, row: int = 0, column: int = 0) -> Mask:
        """(H, W): the pixels that the units at (row, column) read. Raises ValueError for a unit that is not there."""
        seen = np.zeros(self.pixels, bool)
        for rows, columns in self._reach(row, column):
            seen |= np.outer(rows, columns)
        return seen

    def box(self, row: int = 0, column: int = 0) -> Box:
        """The smallest box around `support`; empty where no pixel is read."""
        ends = [(*_ends(rows), *_ends(columns)) for rows, columns in self._reach(row, column)]
        if not ends:
            return NOWHERE
        tops, bottoms, lefts, rights = zip(*ends, strict=True)
        return Box(min(tops), min(lefts), max(bottoms), max(rights))

    def unclipped(self, row: int = 0, column: int = 0) -> Box:
        """The box as if the picture had no end; along an axis without closed form that of `box`."""
        inside = self.box(row, column)
        top, bottom = _open(self.rows.form, row) or (inside.top, inside.bottom)
        left, right = _open(self.columns.form, column) or (inside.left, inside.right)
        return Box(top, left, bottom, right)

    def _reach(self, row: int, column: int) -> list[tuple[Mask, Mask]]:
        """The rows and columns that a unit reads on each way, without the ways that end in the margin."""
        for name, place, count in (("row", row, self.units[0]), ("column", column, self.units[1])):
            if _check.integer("receptive field", name, place, 0) >= count:
                raise _check.bad_value("receptive field", f"a {name} of its units, 0 to {count - 1}", place)
        ways = zip(self.rows.masks, self.columns.masks, strict=True)
        pairs = [(rows[row], columns[column]) for rows, columns in ways]
        return [(rows, columns) for rows, columns in pairs if rows.any() and columns.any()]


def _jump(form: Form) -> Fraction | None:
    return form.jump if isinstance(form, Edges) else None


def _start(form: Form) -> int | None:
    return int(form.first[0]) if isinstance(form, Edges) and isfinite(form.first[0]) else None


def _size(side: Side) -> int:
    if isinstance(side.form, Edges):
        return side.form.size
    units = np.logical_or.reduce(side.masks) if side.masks else ()
    ends = [_ends(unit) for unit in units if unit.any()]
    return max((stop - first for first, stop in ends), default=0)


def _open(form: Form, unit: int) -> tuple[int, int] | None:
    """The first pixel and the one after the last, margins counted; None without closed form."""
    if isinstance(form, NoForm):
        return None
    first, last = (float(edge[0]) for edge in form.at(np.array([unit])))
    return (int(first), int(last) + 1) if isfinite(first) else (0, 0)


def _ends(mask: Mask) -> tuple[int, int]:
    return int(mask.argmax()), len(mask) - int(mask[::-1].argmax())
