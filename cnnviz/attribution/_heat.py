"""One number a pixel, and how alike two maps are."""

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

_REDUCE = {
    "max": lambda a: np.abs(a).max(1),
    "sum": lambda a: a.sum(1),
    "norm": lambda a: np.sqrt(np.square(a).sum(1)),
}


def heat(attributions: Array, by: str = "max") -> Array:
    """Attributions (N, C, H, W) as one number a pixel (N, H, W).

    by: "max", the largest magnitude among the channels (Simonyan and others, 2014); "sum", signed, which keeps the
    total of integrated gradients; "norm", the Euclidean length. Maps (N, H, W) are returned as they are.
    Raises ValueError for another shape or another `by`.

    >>> heat(np.array([[[[1.0]], [[-3.0]]]]))
    array([[[3.]]])
    """
    by = _check.one_of("heat", "by", by, _REDUCE)
    array = np.asarray(attributions)
    if array.ndim == 3:
        return array
    if array.ndim != 4:
        raise _check.bad_value("heat", "attributions (N, C, H, W) or maps (N, H, W)", array.shape)
    reduced: Array = _REDUCE[by](array)
    return reduced


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's: 1 where two maps put the pixels in the same order, 0 where the orders are unrelated, -1 reversed.

    Equal numbers share their mean rank. NaN where one of the maps is the same everywhere.

    >>> rank_correlation(np.array([1, 2, 3]), np.array([1, 10, 1000]))
    1.0
    """
    a, b = _ranks(np.asarray(one)), _ranks(np.asarray(other))
    if a.shape != b.shape:
        raise _check.bad_value("rank_correlation", f"two maps of one size, {a.size}", b.size)
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / spread) if spread > 0 else float("nan")


def _ranks(values: Array) -> Array:
    """Each value's place in the order; equal ones share the mean of theirs."""
    _, inverse, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Array = (ends - (counts - 1) / 2)[inverse]
    return ranks
