"""A confusion matrix counts what its definition says, in numbers that can be read on their colour."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from cnnviz.figures import SEQUENTIAL, confusion_matrix
from cnnviz.figures._style import TOKENS

RNG = np.random.default_rng(0)
TRUE, PREDICTED = RNG.integers(0, 4, 200), RNG.integers(0, 4, 200)


def grid(ax: object, classes: int) -> list[list[str]]:
    texts = [text.get_text() for text in ax.texts]  # type: ignore[attr-defined]
    return [texts[row * classes : (row + 1) * classes] for row in range(classes)]


def test_a_cell_counts_the_pictures_of_its_row_taken_for_its_column() -> None:
    expected = [[str(((t == TRUE) & (p == PREDICTED)).sum()) for p in range(4)] for t in range(4)]
    ax = confusion_matrix(TRUE, PREDICTED)
    assert grid(ax, 4) == expected
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_a_matrix_of_counts_is_drawn_as_it_is() -> None:
    assert grid(confusion_matrix([[5, 0], [2, 3]]), 2) == [["5", "0"], ["2", "3"]]


def test_normalised_rows_are_per_cent_and_a_class_without_pictures_has_none() -> None:
    ax = confusion_matrix([[3, 1], [0, 0]], normalise=True)
    assert grid(ax, 2) == [["75", "25"], ["", ""]]
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0.75, 0.25], [0, 0]])
    assert "per cent" in ax.get_title(loc="left")


def test_names_stand_at_both_axes_and_make_room_for_classes_never_met() -> None:
    ax = confusion_matrix([0, 1], [1, 1], ["cat", "dog", "cow"])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["cat", "dog", "cow"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "cow"]
    assert len(ax.texts) == 9


def test_every_number_has_a_contrast_of_four_and_a_half_on_its_colour() -> None:
    def light(rgb: tuple[float, ...]) -> float:
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    counts = np.arange(100).reshape(10, 10)
    ax = confusion_matrix(counts)
    for count, text in zip(counts.ravel(), ax.texts, strict=True):
        pair = sorted((light(to_rgb(text.get_color())), light(SEQUENTIAL(count / 99)[:3])))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, count
    assert ax.texts[0].get_color() == TOKENS["quiet"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0, 1], [0]), ValueError, "confusion_matrix needs a prediction for each of the 2 labels, got 1"),
        (([0.5], [1]), TypeError, r"needs true as class numbers, got fractions: take scores\.argmax\(1\)"),
        (([0], [-1]), ValueError, "needs predicted from 0, got -1"),
        ((np.zeros((2, 3)),), ValueError, r"needs a matrix \(classes, classes\), got \(2, 3\)"),
        (([[1, -1], [0, 2]],), ValueError, "needs counts from 0, got -1"),
        (([0, 2], [0, 1], ["a", "b"]), ValueError, "needs a name for each of the 3 classes, got 2 names"),
    ],
)
def test_what_cannot_be_counted_is_refused(arguments: tuple, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        confusion_matrix(*arguments)
