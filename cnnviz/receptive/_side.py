"""One axis of a receptive field: the rows, or the columns, that the units of a node read."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._edges import PIXELS, Form, NoForm, through
from ._graph import Shape
from ._rules import Effects
from ._windows import Ints, Reads, Window

# Unit i of an axis reads pixel j.
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Side:
    """What the units along one axis read.

    axis: where it is among the axes of the node's output; None where it is no more, as after flatten: one unit is left.
    masks: the exact reach, a (units, pixels) table for each way through the graph. form: the closed form.
    """

    axis: int | None
    masks: tuple[Mask, ...]
    form: Form

    @property
    def units(self) -> int:
        """How many there are along the axis."""
        return len(self.masks[0]) if self.masks else 1

    def after(self, effects: Effects, before: Shape, after: Shape) -> "Side":
        """The side after an operation that does `effects` to an input of shape `before`."""
        if self.axis is None:
            return self
        effect = effects.get(self.axis, self.axis)
        if isinstance(effect, Window):
            sources = effect.sources(after[self.axis], before[self.axis])
            masks = tuple(_reach(mask, sources) for mask in self.masks)
            return Side(self.axis, masks, through(self.form, effect))
        if isinstance(effect, int):
            return Side(effect, self.masks, self.form)
        gone = self.flattened()
        return gone if effect is Reads.GONE else gone.spread(self.axis, after[self.axis])

    def flattened(self) -> "Side":
        """One unit that reads all that the units read."""
        form = self.form if self.units == 1 else NoForm.WHOLE
        return Side(None, tuple(np.any(mask, 0, keepdims=True) for mask in self.masks), form)

    def spread(self, axis: int | None, count: int) -> "Side":
        """The side on `axis`, a single unit standing for `count`, as broadcasting has it."""
        if self.units == count:
            return Side(axis, self.masks, self.form)
        form = self.form if isinstance(self.form, NoForm) else NoForm.IRREGULAR
        return Side(axis, tuple(np.broadcast_to(mask, (count, mask.shape[1])) for mask in self.masks), form)

    def placed(self, start: int, count: int) -> "Side":
        """The units as those from `start` on of a longer axis, whose others read nothing here."""
        room = [(start, count - start - self.units), (0, 0)]
        form = self.form if isinstance(self.form, NoForm) else NoForm.IRREGULAR
        return Side(self.axis, tuple(np.pad(mask, room) for mask in self.masks), form)


def pixels(axis: int, count: int) -> Side:
    """The picture's own: every pixel reads itself."""
    return Side(axis, (np.eye(count, dtype=bool),), PIXELS)


def _reach(mask: Mask, sources: Ints) -> Mask:
    """The pixels that reach each output cell, through the cells that it reads; -1 is none."""
    reached = np.zeros((len(sources), mask.shape[1]), bool)
    for cells in sources.T:
        given = cells >= 0
        reached[given] |= mask[cells[given]]
    return reached
