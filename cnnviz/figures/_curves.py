"""The curves of a training run."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from cnnviz import _check
from cnnviz.figures._style import SMALL, TOKENS, axes, titled

COUNTERS = ("epoch", "step", "batch", "iteration")
# Told apart by hue, by darkness and by dash.
LINES: dict[str, dict[str, Any]] = {
    "train": {"color": TOKENS["quiet"], "linestyle": "-"},
    "test": {"color": TOKENS["output"], "linestyle": "-"},
    "third": {"color": TOKENS["input"], "linestyle": "--"},
    "fourth": {"color": TOKENS["parameter"], "linestyle": "-."},
}


def curves(
    history: Mapping[str, Sequence[float | None]],
    quantity: str | None = None,
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One quantity of a training run: a line for each set that it was measured on, named at its end.

    history: equally long columns by name, such as a `History`. "epoch" (or "step", "batch", "iteration") is the
    horizontal axis, else 1, 2, 3 …; a name's last word is the quantity and the rest its line: "train_loss" is the line
    "train" of "loss". quantity: which to draw, by default the first. None is a value that was not logged; NaN and
    infinity break a line. Accuracies are written in per cent.
    Raises ValueError for columns of different lengths, none at all, and a quantity that was not logged.

    >>> ax = curves({"epoch": [1, 2], "train_loss": [2.1, 1.7], "test_loss": [2.2, 1.9]})
    >>> [line.get_label() for line in ax.lines], ax.get_xlabel(), ax.get_ylabel()
    (['train', 'test'], 'epoch', 'loss')
    """
    lengths = {name: len(values) for name, values in history.items()}
    if len(set(lengths.values())) > 1:
        raise _check.bad_value("curves", "columns of one length", lengths, "log None where a value is missing")
    counter = next((name for name in COUNTERS if name in history), "epoch")
    logged = {name: history[name] for name in history if name != counter}
    if not logged:
        raise _check.bad_value("curves", "a history with at least one column", f"{list(history)}")
    quantities = list(dict.fromkeys(_split(name)[0] for name in logged))
    wanted = quantities[0] if quantity is None else _check.one_of("curves", "quantity", quantity, quantities)
    x = np.asarray(history.get(counter, range(1, 1 + max(lengths.values()))), dtype=float)
    ax = axes("curves", ax, (5.2, 3.2))
    columns = {_split(name)[1]: values for name, values in logged.items() if _split(name)[0] == wanted}
    others = cycle([style for name, style in LINES.items() if name not in columns])
    for name, column in columns.items():
        _line(ax, x, column, name, LINES.get(name) or next(others))
    _frame(ax, counter, wanted)
    return titled(ax, title)


def _split(column: str) -> tuple[str, str]:
    *rest, quantity = column.replace("-", "_").split("_")
    return quantity, " ".join(rest) or "train"


def _line(ax: Axes, x: np.ndarray, column: Sequence[float | None], name: str, style: dict[str, Any]) -> None:
    """The rows that have a value: what was not logged leaves no hole, what is not finite does."""
    there = [row for row, value in enumerate(column) if value is not None]
    y = np.array([column[row] for row in there], dtype=float)
    y[~np.isfinite(y)] = np.nan
    ax.plot(x[there], y, label=name, linewidth=1.8, marker="o" if len(there) < 3 else "", **style)
    finite = np.flatnonzero(np.isfinite(y))
    if finite.size:
        at = (x[there][finite[-1]], y[finite[-1]])
        place: dict[str, Any] = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(name, at, color=style["color"], fontsize=SMALL, annotation_clip=False, **place)


def _frame(ax: Axes, counter: str, quantity: str) -> None:
    ax.set_xlabel(counter, color=TOKENS["quiet"])
    ax.set_ylabel(quantity, color=TOKENS["quiet"])
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(TOKENS["rule"])
    ax.tick_params(colors=TOKENS["quiet"], labelsize=SMALL)
    ax.grid(axis="y", color=TOKENS["rule"], linewidth=0.6)
    ax.margins(x=0.02)
    if "accuracy" in quantity:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
