"""curves(): columns of a training run in, lines by panel out."""

import json

import pytest

import cnnviz
from cnnviz.train import History
from cnnviz.widgets.curves import Curves


def series(columns: dict[str, list[float | None]]) -> dict[tuple[str, str], tuple[list[float], list[object]]]:
    return {(one["panel"], one["name"]): (one["x"], one["y"]) for one in cnnviz.curves(columns).series}


def test_a_columns_last_word_is_its_panel_and_the_rest_its_line() -> None:
    found = series({"epoch": [1, 2], "train_loss": [3, 2], "test_loss": [4, 3], "accuracy": [0.5, 0.6]})
    assert found == {
        ("loss", "train"): ([1, 2], [3, 2]),
        ("loss", "test"): ([1, 2], [4, 3]),
        ("accuracy", "train"): ([1, 2], [0.5, 0.6]),
    }


def test_keras_names_of_a_history_are_read() -> None:
    assert set(series({"loss": [1.0], "val_loss": [2.0]})) == {("loss", "train"), ("loss", "val")}


def test_without_a_counter_the_rows_are_counted_from_one() -> None:
    assert series({"loss": [3.0, 2.0, 1.5]})["loss", "train"][0] == [1, 2, 3]


def test_steps_name_the_axis() -> None:
    assert cnnviz.curves({"step": [10, 20], "loss": [3, 2]}).x_name == "step"


def test_nan_and_infinity_cross_as_names_and_everything_is_json() -> None:
    figure = cnnviz.curves({"loss": [1.0, float("nan"), float("inf"), -float("inf"), None]})
    assert figure.series[0]["y"] == [1, "NaN", "Infinity", "-Infinity", None]
    json.dumps(figure.series, allow_nan=False)


def test_a_history_is_drawn_and_updated_as_it_grows() -> None:
    history = History()
    history.add(0, epoch=0.0, test_loss=2.3, test_accuracy=0.1)
    figure = cnnviz.curves(history, title="run")
    history.add(10, epoch=0.5, train_loss=1.9, train_accuracy=0.4)
    figure.update(history)
    assert repr(figure) == "Curves(loss: train, test; accuracy: train, test; 2 points)"
    assert {"panel": "loss", "name": "train", "x": [0, 0.5], "y": [None, 1.9]} in figure.series


def test_an_empty_figure_waits_for_its_first_values() -> None:
    assert cnnviz.curves().series == []


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Curves needs columns of one length, got .*'loss': 2.*log None"):
        cnnviz.curves({"epoch": [1], "loss": [3, 2]})


def test_series_of_ones_own_are_kept_and_have_their_room() -> None:
    loss, accuracy = ({"panel": panel, "name": "test", "x": [1], "y": [0.5]} for panel in ("loss", "accuracy"))
    given = Curves(series=[loss, accuracy])
    assert given.series == [loss, accuracy]
    assigned = Curves()
    empty = assigned._height
    assigned.series = [loss, accuracy]
    assert assigned._height == given._height != empty
    assert given._height == cnnviz.curves({"test_loss": [0.5], "test_accuracy": [0.5]})._height
