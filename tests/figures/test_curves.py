"""A quantity's lines are the logged numbers, by the counter that was logged."""

import numpy as np
import pytest

from cnnviz.figures import curves

RUN = {
    "epoch": [0.0, 0.5, 1.0],
    "train_loss": [None, 1.9, 1.2],
    "test_loss": [2.3, None, 1.1],
    "test_accuracy": [0.1, None, 0.6],
}


def test_a_line_is_drawn_through_what_was_logged_only() -> None:
    train, test = curves(RUN).lines
    np.testing.assert_array_equal(train.get_xydata(), [[0.5, 1.9], [1, 1.2]])
    np.testing.assert_array_equal(test.get_xydata(), [[0, 2.3], [1, 1.1]])


def test_lines_are_named_at_their_ends_and_told_apart_by_colour() -> None:
    ax = curves(RUN)
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("train", (1, 1.2)), ("test", (1, 1.1))]
    assert len({line.get_color() for line in ax.lines}) == 2


def test_a_set_has_the_same_colour_in_every_quantity() -> None:
    loss, accuracy = curves(RUN).lines[1], curves(RUN, "accuracy").lines[0]
    assert (loss.get_label(), loss.get_color()) == (accuracy.get_label(), accuracy.get_color())


def test_accuracies_are_in_per_cent_and_the_axes_are_named() -> None:
    ax = curves(RUN, "accuracy", title="a run")
    assert ax.yaxis.get_major_formatter()(0.5, 0) in {"50 %", "50.0 %"}
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left")) == ("epoch", "accuracy", "a run")


def test_without_a_counter_rows_are_counted_and_nan_breaks_the_line() -> None:
    (line,) = curves({"loss": [3.0, float("nan"), 1.0]}).lines
    np.testing.assert_array_equal(line.get_xydata(), [[1, 3], [2, np.nan], [3, 1]])
    assert line.get_label() == "train"


def test_many_sets_keep_their_own_styles() -> None:
    names = ["train_loss", "test_loss", "valid_loss", "shifted_loss"]
    lines = curves({name: [1.0, 2.0] for name in names}).lines
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 4


@pytest.mark.parametrize(
    ("history", "quantity", "message"),
    [
        ({"loss": [1.0], "accuracy": [1.0, 2.0]}, None, "curves needs columns of one length, got .*: log None"),
        ({"epoch": [1]}, None, "curves needs a history with at least one column"),
        (RUN, "los", "curves needs quantity to be one of loss, accuracy, got 'los': did you mean 'loss'"),
    ],
)
def test_histories_that_cannot_be_drawn_are_refused(history: dict, quantity: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        curves(history, quantity)
