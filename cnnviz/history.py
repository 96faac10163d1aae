"""What a training run logged, as plain numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check


class History(Mapping[str, list[float | None]]):
    """What a run logged: a mapping of equally long columns of plain numbers.

    "epoch" (fractions: 0.5 is half way through the first), "train_loss" and "train_accuracy" (means over the steps
    since the row before, measured while training), "test_loss" and "test_accuracy" (before the first step, then after
    every epoch). None where a row has no such number. `step` is each row's number of steps; `snapshots` has each
    watched parameter's value at each row, (rows, *shape).

    `Curves(history)` draws it, `dict(history)` is ready for json.

    >>> history = History()
    >>> history.add(0, epoch=0.0, test_loss=2.3, test_accuracy=0.1)
    >>> history.add(10, epoch=0.5, train_loss=1.9, train_accuracy=0.4)
    >>> history["train_loss"], history.last("test_accuracy")
    ([None, 1.9], 0.1)
    """

    columns = ("epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy")

    def __init__(self, watch: Sequence[str] = ()) -> None:
        self.watch = tuple(watch)
        self.step: list[int] = []
        self._columns: dict[str, list[float | None]] = {name: [] for name in self.columns}
        self._snapshots: dict[str, list[NDArray[Any]]] = {name: [] for name in watch}

    def add(self, step: int, parameters: Mapping[str, NDArray[Any]] | None = None, **numbers: float) -> None:
        """A new row; `parameters` by name, of which the watched are copied."""
        self.step.append(step)
        for name, column in self._columns.items():
            column.append(numbers.get(name))
        for name, values in self._snapshots.items():
            values.append(np.array((parameters or {})[name]))

    def last(self, name: str) -> float:
        """The newest number of a column that was logged; ValueError if none was."""
        _check.one_of("History", "name", name, self.columns)
        for value in reversed(self._columns[name]):
            if value is not None:
                return value
        raise _check.bad_value("History", f"a row with {name}", f"{len(self.step)} rows without")

    @property
    def snapshots(self) -> dict[str, NDArray[Any]]:
        """The watched parameters' values, (rows, *shape) each."""
        return {name: np.array(values) for name, values in self._snapshots.items()}

    def __getitem__(self, name: str) -> list[float | None]:
        return self._columns[_check.one_of("History", "name", name, self.columns)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"History({len(self.step)} rows, {self.step[-1] if self.step else 0} steps)"
