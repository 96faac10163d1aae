"""Rows that are counted, indexed, and printed as aligned text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

T = TypeVar("T")


@dataclass(frozen=True)
class Rows(Sequence[T]):
    """Rows in order, as a sequence."""

    rows: tuple[T, ...]

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)


def aligned(lines: Sequence[Sequence[str]], words: int) -> str:
    """Lines of cells as columns: the first `words` begin at the left, the others, numbers, end at the right.

    >>> print(aligned([("layer", "weights"), ("linear", "40")], words=1))
    layer   weights
    linear       40
    """
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, wide, words) for line in lines)


def _line(cells: Sequence[str], wide: Sequence[int], words: int) -> str:
    pairs = list(zip(cells, wide, strict=True))
    return "  ".join([*(c.ljust(w) for c, w in pairs[:words]), *(c.rjust(w) for c, w in pairs[words:])]).rstrip()
