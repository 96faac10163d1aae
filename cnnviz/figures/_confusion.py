"""Which class is taken for which."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz.figures._style import SEQUENTIAL, SMALL, TOKENS, axes, numbers, readable_on, titled


def confusion_matrix(
    true: ArrayLike,
    predicted: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    *,
    normalise: bool = False,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How often each class (row) was taken for each (column), as colours and numbers.

    true, predicted: class numbers, one a picture; or `true` alone, a matrix of counts (classes, classes) whose rows
    are the true classes. class_names: by default numbers. normalise: per cent of each row, so that the diagonal is the
    share of a class that was recognised (its recall); a class without pictures has no numbers.
    Raises ValueError for labels of different lengths, negative numbers, a matrix that is not square, and names that do
    not match; TypeError for labels that are not whole numbers.

    >>> ax = confusion_matrix([0, 0, 1], [0, 1, 1], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['1', '1', '0', '1']
    """
    counts = _matrix(true) if predicted is None else _count(true, predicted, class_names)
    names = [str(i) for i in range(len(counts))] if class_names is None else [str(name) for name in class_names]
    if len(names) != len(counts):
        needs = f"a name for each of the {len(counts)} classes"
        raise _check.bad_value("confusion_matrix", needs, f"{len(names)} names")
    total = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    side = max(3.2, 0.55 * len(counts) + 1.4)
    ax = axes("confusion_matrix", ax, (side, side))
    colours = np.nan_to_num(shares) if normalise else counts / max(1.0, counts.max())
    ax.imshow(colours, cmap=SEQUENTIAL, vmin=0, vmax=1, interpolation="nearest")
    for (row, column), share in np.ndenumerate(colours):
        text = _number(float(shares[row, column] * 100 if normalise else counts[row, column]))
        ink = readable_on(tuple(SEQUENTIAL(float(share)))) if share else TOKENS["quiet"]
        ax.text(column, row, text, ha="center", va="center", color=ink, fontsize=SMALL)
    _frame(ax, names)
    return titled(ax, title or ("per cent of each true class" if normalise else None))


def _matrix(counts: ArrayLike) -> NDArray[np.float64]:
    matrix = numbers("confusion_matrix", "true", counts, 2, "(classes, classes)")
    if matrix.shape[0] != matrix.shape[1]:
        raise _check.bad_value("confusion_matrix", "a matrix (classes, classes)", matrix.shape)
    if not (matrix >= 0).all():
        raise _check.bad_value("confusion_matrix", "counts from 0", f"{matrix.min():g}")
    return matrix


def _count(true: ArrayLike, predicted: ArrayLike, names: Sequence[str] | None) -> NDArray[np.float64]:
    rows, columns = _labels("true", true), _labels("predicted", predicted)
    if len(rows) != len(columns):
        raise _check.bad_value("confusion_matrix", f"a prediction for each of the {len(rows)} labels", len(columns))
    classes = 1 + max(rows.max(), columns.max(), 0 if names is None else len(names) - 1)
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (rows, columns), 1)
    return matrix


def _labels(name: str, value: ArrayLike) -> NDArray[np.int64]:
    labels = numbers("confusion_matrix", name, value, 1, "(pictures,)")
    if not np.array_equal(labels, np.floor(labels)):
        raise _check.bad_type("confusion_matrix", f"{name} as class numbers", "fractions", "take scores.argmax(1)")
    if labels.min() < 0:
        raise _check.bad_value("confusion_matrix", f"{name} from 0", f"{labels.min():g}")
    return labels.astype(np.int64)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.0f}"


def _frame(ax: Axes, names: list[str]) -> None:
    ax.set_xticks(range(len(names)), names, rotation=45 if max(map(len, names)) > 3 else 0, ha="center")
    if max(map(len, names)) > 3:
        for label in ax.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0, labelsize=SMALL, colors=TOKENS["quiet"])
    ax.set_xlabel("predicted class", color=TOKENS["quiet"])
    ax.set_ylabel("true class", color=TOKENS["quiet"])
    ax.spines[:].set_color(TOKENS["rule"])
