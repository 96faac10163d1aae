"""How far two passes of one network are apart, as an eye would see it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnviz._check import Array

SHADES = 256  # of a colour scale: fewer than a screen shows
MOST_SHADES = 1.0
MOST_POINTS = 0.5  # percentage points of a probability
SHARE = 0.999  # of a map's cells


@dataclass(frozen=True)
class Seen:
    """shades: of 256, the most by which any layer's maps differ in 99.9 % of their cells; points: percentage points."""

    shades: float
    points: float = 0.0

    @property
    def hidden(self) -> bool:
        """Whether nobody would see it."""
        return self.shades <= MOST_SHADES and self.points <= MOST_POINTS

    @property
    def most_shades(self) -> str:
        """In words that are true: "at most 0.5"."""
        return _figure(self.shades)

    def words(self, tried: int, pictures: int, classes: bool) -> str:
        """What a reader is told, after `tried` of a page's pictures."""
        on = (
            "its picture"
            if pictures == 1
            else f"its {pictures} pictures"
            if tried == pictures
            else f"{tried} of its {pictures} pictures"
        )
        maps = f"on {on} the maps differ by {self.most_shades} of {SHADES} shades in 99.9 % of the cells"
        return maps + (f", the probabilities by {_figure(self.points)} percentage points" if classes else "")


def _figure(value: float) -> str:
    """Two figures, never less than the value.

    >>> _figure(0.831), _figure(0.0001), _figure(12.1), _figure(0)
    ('at most 0.84', 'at most 0.01', 'at most 13', 'nothing')
    """
    if value <= 0 or not math.isfinite(value):
        return "nothing" if value <= 0 else f"{value}"
    unit = max(0.01, 10.0 ** (math.floor(math.log10(value)) - 1))
    return f"at most {math.ceil(value / unit - 1e-9) * unit:.3g}"


def difference(exact: Mapping[str, Array], other: Mapping[str, Array], *, shared: bool, classes: str = "") -> Seen:
    """What can be seen between two passes of the same pictures.

    shared: a layer's maps have one colour scale a picture, else each its own. classes: the layer whose scores become
    probabilities; none without.
    """
    share = 0.0
    for name in exact:
        share = max(share, _layer(exact[name], other[name], shared, share))
    return Seen(SHADES * share, _points(exact[classes], other[classes]) if classes else 0.0)


def _layer(exact: Array, other: Array, shared: bool, least: float) -> float:
    """The error that 99.9 % of the cells stay below, of the colour scale's end; at least `least`."""
    axes = tuple(range(1 if shared or exact.ndim < 4 else 2, exact.ndim))
    with np.errstate(invalid="ignore"):
        error = other - exact
    np.abs(error, out=error)
    if not np.isfinite(error).all():  # Infinity less infinity, and NaN where it was.
        error[(other == exact) | (np.isnan(other) & np.isnan(exact))] = 0
        error[np.isnan(error)] = np.inf
    end = np.maximum(exact.max(axis=axes, keepdims=True), -exact.min(axis=axes, keepdims=True))
    if not np.isfinite(end).all():
        end = np.where(np.isfinite(exact), np.abs(exact), 0).max(axis=axes, keepdims=True)
    if (end == 0).any():
        share = np.divide(error, end, out=np.where(error > 0, np.inf, 0.0), where=end > 0)
    else:
        share = np.divide(error, end, out=error)
    place = math.ceil(SHARE * (share.size - 1))
    if np.count_nonzero(share > least) < share.size - place:
        return least
    return float(np.partition(share.ravel(order="K"), place)[place])


def _points(exact: Array, other: Array) -> float:
    return float(100 * np.abs(softmax(exact) - softmax(other)).max())


def softmax(scores: Array) -> Array:
    """Probabilities of scores (N, classes), in double precision."""
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
