"""The curves of a training run, alive while it runs and afterwards."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from cnnviz import _check
from cnnviz.widgets._base import Figure, bundle, stylesheet
from cnnviz.widgets._layout import steps

PANEL, BETWEEN, SIDE_BY_SIDE = 220, 24, 520  # CSS pixels, as in js/curves.js
AROUND = 130  # CSS pixels: the padding, the values under the panels, the table's line
COUNTERS = ("epoch", "step", "batch", "iteration")


class Curves(Figure):
    """Loss, accuracy and whatever else a run logs, by epoch or step; assign or call `update` while the kernel trains.

    Traits, all plain data: title; x_name, what the horizontal axis counts; series, a list of
    {"panel": "loss", "name": "test", "x": [1, 2], "y": [2.1, 1.7]}: series with the same panel share its axes.

    >>> Curves(columns={"epoch": [1, 2], "train_loss": [2.1, 1.7], "test_loss": [2.2, 1.9]})
    Curves(loss: train, test; 2 points)
    """

    _esm = bundle("curves.js")
    _css = stylesheet("figure.css", "curves.css")

    title = traitlets.Unicode("").tag(sync=True)
    x_name = traitlets.Unicode("epoch").tag(sync=True)
    series = traitlets.List(traitlets.Dict()).tag(sync=True)
    _height = traitlets.List().tag(sync=True)

    def __init__(self, columns: Mapping[str, Sequence[float | None]] | None = None, **traits: Any) -> None:
        super().__init__(**traits)
        self._keep_room()
        if columns is not None:
            self.update(columns)

    def update(self, columns: Mapping[str, Sequence[float | None]]) -> None:
        """Show these columns: equally long lists of numbers by name, as a training run logs them.

        "epoch" (or "step", "batch", "iteration") is the horizontal axis, else 1, 2, 3 …; a name's last word is its
        panel and the rest its line: "train_loss" is the line "train" of the panel "loss", "loss" alone is "train".
        NaN and infinity break a line and are said; None stands where a value was not logged. Raises ValueError for
        columns of different lengths.
        """
        numbers = {name: [_number(value) for value in values] for name, values in columns.items()}
        lengths = {name: len(values) for name, values in numbers.items()}
        if len(set(lengths.values())) > 1:
            raise _check.bad_value("Curves", "columns of one length", lengths, "log None where a value is missing")
        x_name = next((name for name in COUNTERS if name in numbers), "epoch")
        x = numbers.pop(x_name, None) or [*range(1, 1 + max(lengths.values(), default=0))]
        series = [_series(name, x, y) for name, y in numbers.items()]
        with self.hold_sync():
            self.x_name = x_name
            self.series = series

    @traitlets.observe("series", "title")
    def _keep_room(self, _: object = None) -> None:
        panels = len({one["panel"] for one in self.series})
        self._height = steps(lambda width: _room(panels, bool(self.title), width))

    def _summary(self) -> str:
        panels: dict[str, list[str]] = {}
        for one in self.series:
            panels.setdefault(one["panel"], []).append(one["name"])
        count = max((len(one["x"]) for one in self.series), default=0)
        named = [f"{panel}: {', '.join(names)}" for panel, names in panels.items()]
        return "; ".join([*named, f"{count} point{'' if count == 1 else 's'}"])


def _series(column: str, x: list[Any], y: list[Any]) -> dict[str, Any]:
    *rest, panel = column.replace("-", "_").split("_")
    return {"panel": panel, "name": " ".join(rest) or "train", "x": x, "y": y}


def _room(panels: int, titled: bool, width: int) -> int:
    """How many CSS pixels high the figure is where it is so wide."""
    above = 1 if width >= SIDE_BY_SIDE else max(1, panels)
    return AROUND + above * (PANEL + BETWEEN) - BETWEEN + 30 * titled


def _number(value: float | None) -> float | int | str | None:
    """As JSON can carry it: whole numbers whole, NaN and infinity by name, None for a value that was not logged."""
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    return int(number) if number.is_integer() else number
