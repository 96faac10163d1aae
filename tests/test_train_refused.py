"""Training stops with words when it cannot go on, and refuses what it cannot train on."""

from typing import Any

import numpy as np
import pytest
import torch

from cnnviz import nn
from cnnviz.data import Dataset, Split
from cnnviz.train import DivergedError, evaluate, fit, predict
from tests.training import dataset, network, run, split


def test_a_diverging_run_stops_with_what_to_try_and_keeps_its_history() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 3, rng=np.random.default_rng(0)))
    message = r"fit needs a finite loss, got nan at step \d+: try a learning rate below 1e\+38"
    with pytest.raises(DivergedError, match=message) as caught:
        run(model, dataset(), lr=1e38)
    assert caught.value.history["test_loss"][0] is not None


def test_a_run_that_diverges_in_its_last_step_says_so_of_the_test() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(36, 3, rng=np.random.default_rng(0)))
    with pytest.raises(DivergedError, match=r"got nan for the test pictures after step 1: try a learning rate below"):
        run(model, dataset(8), lr=1e38, epochs=1)
    assert np.isnan(evaluate(model, split()).loss)


def test_nan_among_the_images_is_said_before_it_spreads() -> None:
    data = split()
    images = data.images.astype(np.float32) / 255
    images[7, 0, 2, 2] = np.nan
    model = network()
    with pytest.raises(
        DivergedError, match=r"got nan at step \d+: .* look for NaN or very large numbers in the images"
    ):
        run(model, Split(images, data.labels))
    assert all(np.isfinite(value).all() for value in model.state_dict().values())


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            [0, 1, 3],
            r"fit needs labels from 0 to 2, one a score of the model, got 3: give the model's last layer 4 outp",
        ),
        ([0, 1, -1], r"fit needs labels from 0 to 2, one a score of the model, got -1: labels count from 0"),
    ],
)
def test_labels_that_the_model_has_no_output_for_are_refused(labels: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(network(), Split(np.zeros((3, 1, 6, 6), np.uint8), np.array(labels)))


def test_labels_that_are_no_whole_numbers_are_refused() -> None:
    wrong: Any = np.zeros(3, np.float32)
    with pytest.raises(TypeError, match=r"fit needs labels as whole numbers, got float32: labels\.astype\(np\.int64\)"):
        run(network(), Split(np.zeros((3, 1, 6, 6), np.uint8), wrong))


def test_empty_data_are_refused() -> None:
    nothing = split()[:0]
    with pytest.raises(ValueError, match=r"fit needs at least one picture to train on, got Split\(0 pictures"):
        run(network(), nothing)
    with pytest.raises(ValueError, match=r"fit needs pictures to test on, .*: pass data\.train alone"):
        run(network(), Dataset("none", split(), nothing, ("a", "b", "c"), ""))
    with pytest.raises(ValueError, match=r"evaluate needs at least one picture"):
        evaluate(network(), nothing)
    with pytest.raises(ValueError, match=r"predict needs at least one picture, got images \(0, 1, 6, 6\)"):
        predict(network(), nothing.images)


def test_what_is_no_data_or_no_numpy_model_is_refused() -> None:
    arrays: Any = (np.zeros((3, 1, 6, 6)), np.zeros(3))
    with pytest.raises(
        TypeError, match=r"fit needs a Dataset or a Split, got tuple: make one with cnnviz\.data\.Split"
    ):
        run(network(), arrays)
    model: Any = torch.nn.Linear(2, 2)
    with pytest.raises(TypeError, match=r"fit needs a cnnviz\.nn model, got torch\.nn\.modules\.linear\.Linear"):
        fit(model, split(), epochs=1, optimiser=nn.SGD(network().parameters()), loss=nn.CrossEntropyLoss())


def test_a_model_that_gives_maps_is_told_to_flatten() -> None:
    with pytest.raises(
        ValueError, match=r"predict needs a model that gives \(N, classes\), got \(1, 2, 4, 4\): end it wi"
    ):
        run(nn.Sequential(nn.Conv2d(1, 2, 3)), split())


@pytest.mark.parametrize("name", ["epochs", "batch_size", "log_every"])
@pytest.mark.parametrize("value", [0, -1])
def test_counts_below_one_are_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"fit needs {name} of at least 1, got {value}"):
        run(network(), dataset(), **{name: value})


def test_an_unknown_name_to_watch_lists_the_parameters() -> None:
    with pytest.raises(
        ValueError, match=r"watch to be one of 0\.weight, 0\.bias, .*got '0\.weights': did you mean '0\.wei"
    ):
        run(network(), dataset(), watch=["0.weights"])
