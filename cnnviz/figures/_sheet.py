"""Many small maps in one Axes: a layer's feature maps, or its filters."""

from collections.abc import Sequence
from math import ceil, sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz.figures._style import SMALL, TOKENS, axes, bare, numbers, scale_bar, scale_of, titled

GAP = 0.12  # between two maps, of a map's longer side
LABELLED = 0.3  # between two rows with labels


def feature_maps(
    array: ArrayLike,
    names: Sequence[str] | None = None,
    *,
    title: str | None = None,
    shared: bool = True,
    columns: int | None = None,
    show: int = 64,
    ax: Axes | None = None,
) -> Axes:
    """A layer's maps (C, H, W), or one map (H, W), each as pixels.

    Blue is negative, orange positive, paper zero; magenta is NaN or infinity. names: under each map, by default its
    index. shared: one colour scale for all, whose ends stand beside; else one a map. columns: maps in a row. show: how
    many are drawn at most; the title says when some are left out.
    Raises ValueError for another shape, no maps, or names that do not match; TypeError for what are no numbers.

    >>> maps = np.arange(24.0).reshape(6, 2, 2)
    >>> [text.get_text() for text in feature_maps(maps, columns=3).texts]
    ['0', '1', '2', '3', '4', '5']
    """
    ndim = 2 if np.ndim(array) == 2 else 3
    maps = numbers("feature_maps", "array", array, ndim, "(C, H, W) or (H, W)").reshape(-1, *np.shape(array)[-2:])
    labels = [str(i) for i in range(len(maps))] if names is None else [str(name) for name in names]
    if len(labels) != len(maps):
        raise _check.bad_value("feature_maps", f"a name for each of the {len(maps)} maps", f"{len(labels)} names")
    shown = maps[: _check.integer("feature_maps", "show", show)]
    across = ceil(sqrt(len(shown) * 1.6)) if columns is None else _check.integer("feature_maps", "columns", columns)
    across = min(across, len(shown))
    places = [(i // across, i % across) for i in range(len(shown))]
    ax = axes("feature_maps", ax, _size(ceil(len(shown) / across), across, maps.shape[1:]))
    corners = _corners(places, maps.shape[1:], LABELLED)
    _draw(ax, shown, corners, shared)
    for corner, label in zip(corners, labels, strict=False):
        _beneath(ax, label, corner, maps.shape[1:])
    return titled(ax, _counted(title, len(shown), len(maps), "maps"))


def filters(
    weight: ArrayLike,
    *,
    title: str | None = None,
    shared: bool = True,
    show: tuple[int, int] = (16, 16),
    ax: Axes | None = None,
) -> Axes:
    """A convolution's weight (O, I, kh, kw): a row for each output channel, a column for each input channel.

    Blue is negative, orange positive, paper zero. shared: one colour scale for all, else one a filter. show: how many
    output and input channels are drawn at most; the title says when some are left out.
    Raises ValueError for another shape, TypeError for what are no numbers.

    >>> len(filters(np.ones((4, 3, 5, 5))).images)
    12
    """
    values = numbers("filters", "weight", weight, 4, "(O, I, kh, kw)")
    rows, columns = (_check.integer("filters", "show", count) for count in show)
    shown = values[:rows, :columns]
    out, into = shown.shape[:2]
    ax = axes("filters", ax, _size(out, into, values.shape[2:]))
    size = values.shape[2:]
    corners = _corners([(row, column) for row in range(out) for column in range(into)], size, GAP)
    _draw(ax, shown.reshape(-1, *size), corners, shared)
    for column, corner in enumerate(corners[-into:]):
        _beneath(ax, f"in {column}", corner, size)
    for row, (_, y) in enumerate(corners[::into]):
        place = (-GAP * max(size), y + size[0] / 2)
        ax.text(*place, f"out {row}", ha="right", va="center", fontsize=SMALL, color=TOKENS["quiet"])
    hidden = values.shape[:2] != shown.shape[:2]
    note = f"{out} of {len(values)} outputs, {into} of {values.shape[1]} inputs" if hidden else ""
    return titled(ax, ", ".join(filter(None, [title, note])))


def _draw(ax: Axes, maps: NDArray[np.float64], corners: list[tuple[float, float]], shared: bool) -> None:
    size = maps.shape[1:]
    for values, (x, y) in zip(maps, corners, strict=True):
        scale = scale_of(maps if shared else values)
        image = ax.imshow(
            np.ma.masked_invalid(values), extent=(x, x + size[1], y + size[0], y), interpolation="nearest", **scale
        )
        ax.add_patch(_edge(x, y, size))
    right, bottom = np.max(corners, axis=0) + size[::-1]
    edge = 0.02 * max(size)
    ax.set(xlim=(-edge, right + edge), ylim=(bottom + edge, -edge))
    bare(ax)
    if shared:
        scale_bar(ax, image)


def _edge(x: float, y: float, size: tuple[int, ...]) -> Rectangle:
    """Where a map ends, since it may be as pale as the paper."""
    return Rectangle((x, y), size[1], size[0], fill=False, edgecolor=TOKENS["rule"], linewidth=0.6)


def _corners(places: list[tuple[int, int]], size: tuple[int, ...], down: float) -> list[tuple[float, float]]:
    """The upper left corners of maps, in map pixels."""
    side = max(size)
    return [(column * (size[1] + GAP * side), row * (size[0] + down * side)) for row, column in places]


def _beneath(ax: Axes, text: str, corner: tuple[float, float], size: tuple[int, ...]) -> None:
    place = (corner[0] + size[1] / 2, corner[1] + size[0] + 0.03 * max(size))
    ax.text(*place, text, ha="center", va="top", fontsize=SMALL, color=TOKENS["quiet"])


def _size(rows: int, columns: int, size: tuple[int, ...]) -> tuple[float, float]:
    """Inches of a new figure."""
    cell = min(0.9, 9 / columns, 7 / rows)
    return max(3.0, cell * columns + 0.9), rows * cell * (size[0] / size[1] + 0.2) + 0.6


def _counted(title: str | None, shown: int, total: int, what: str) -> str:
    note = f"{shown} of {total} {what}" if shown < total else ""
    return ", ".join(filter(None, [title, note]))
