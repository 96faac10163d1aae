"""The loop takes the same steps as torch's, logs what it says, and stops with words when it cannot go on."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from cnnviz import nn
from cnnviz.data import Dataset, Split
from cnnviz.train import DivergedError, History, evaluate, fit, predict


def split(count: int = 40, classes: int = 3, seed: int = 0) -> Split:
    """Dark, grey and bright pictures, which a linear layer can tell apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=count)
    shade = 255 * labels[:, None, None, None] / (classes - 1)
    images = np.clip(shade + rng.normal(0, 20, (count, 1, 6, 6)), 0, 255).astype(np.uint8)
    return Split(images, labels)


def dataset(count: int = 40) -> Dataset:
    return Dataset("shades", split(count), split(20, seed=1), ("dark", "grey", "bright"), "made here")


def network(seed: int = 0, *, last: int = 3) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, last, rng=rng)
    )


def twin(model: nn.Module) -> torch.nn.Module:
    other = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)
    )
    other.load_state_dict({name: torch.from_numpy(value) for name, value in model.state_dict().items()})
    return other


def run(model: nn.Module, data: Dataset | Split, lr: float = 0.1, **arguments: Any) -> History:
    wanted: dict[str, Any] = {"epochs": 2, "batch_size": 8, "progress": False, "loss": nn.CrossEntropyLoss()}
    wanted |= {"optimiser": nn.SGD(model.parameters(), lr=lr, momentum=0.9)}
    return fit(model, data, **(wanted | arguments))


# --- what it does


def test_fit_takes_the_steps_that_torch_takes_in_the_order_that_the_seed_draws() -> None:
    model, data = network(), split(20)
    other = twin(model)
    optimiser = torch.optim.SGD(other.parameters(), lr=0.1, momentum=0.9)
    rng = np.random.default_rng(7)
    for _ in range(3):
        order = rng.permutation(20)
        for start in range(0, 20, 8):  # the last batch is of four
            at = order[start : start + 8]
            optimiser.zero_grad()
            x = torch.from_numpy(data.images[at]).float() / 255
            cross_entropy(other(x), torch.from_numpy(data.labels[at])).backward()
            optimiser.step()
    run(model, data, epochs=3, seed=7)
    for name, value in other.state_dict().items():
        np.testing.assert_allclose(model.state_dict()[name], value.numpy(), rtol=1e-4, atol=1e-6)


def test_fit_learns_to_tell_shades_apart() -> None:
    history = run(network(), dataset(200), epochs=8)
    assert history.last("test_accuracy") == 1
    assert history.last("test_loss") < 0.2


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    models = [network(), network(), network()]
    histories = [run(model, dataset(), seed=seed) for model, seed in zip(models, (3, 3, 4), strict=True)]
    first, same, other = (model.state_dict()["0.weight"] for model in models)
    np.testing.assert_array_equal(first, same)
    assert dict(histories[0]) == dict(histories[1])
    assert not np.array_equal(first, other)


def test_evaluate_gives_torchs_loss_and_the_share_of_right_answers() -> None:
    model, data = network(), split(23)
    scores = twin(model)(torch.from_numpy(data.images).float() / 255)
    score = evaluate(model, data, batch_size=5)
    assert score.loss == pytest.approx(cross_entropy(scores, torch.from_numpy(data.labels)).item(), rel=1e-5)
    assert score.accuracy == (scores.argmax(1).numpy() == data.labels).mean()


def test_evaluate_uses_the_loss_it_is_given() -> None:
    smooth = nn.CrossEntropyLoss(label_smoothing=0.2)
    assert evaluate(network(), split(), loss=smooth).loss != evaluate(network(), split()).loss


@pytest.mark.parametrize("training", [True, False])
def test_predict_is_in_evaluation_mode_and_leaves_the_mode_as_it_was(training: bool) -> None:
    model = nn.Sequential(nn.Dropout(0.5), nn.Flatten(), nn.Linear(36, 3))
    model.train(training)
    images = split(4).images
    np.testing.assert_array_equal(predict(model, images), predict(model, images))
    assert model.training is training


def test_predict_leaves_the_mode_as_it_was_also_after_an_error() -> None:
    model = network()
    with pytest.raises(ValueError, match=r"needs \(N, 1, H, W\), got \(2, 3, 6, 6\)"):
        predict(model, np.zeros((2, 3, 6, 6), np.uint8))
    assert model.training


def test_fit_trains_in_training_mode_whatever_came_before() -> None:
    modes = []
    model = network()
    model.eval()
    run(model, dataset(), on_step=lambda step, loss: modes.append(model.training))
    assert modes == [True] * 10


class Own(nn.Module):
    """A network as a reader writes it: a class, and a backprop that knows of no options."""

    def __init__(self) -> None:
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(36, 3, rng=np.random.default_rng(0)))

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self.layers(x)

    def backprop(self, grad: np.ndarray) -> np.ndarray | None:  # type: ignore[override]
        return self.layers.backward(grad)


def test_fit_trains_a_network_of_the_readers_own_class() -> None:
    history = run(Own(), dataset(200), epochs=4)
    assert history.last("test_accuracy") > 0.9


def test_prepare_makes_the_inputs_of_training_and_of_testing() -> None:
    shapes = []

    def prepare(images: np.ndarray) -> np.ndarray:
        shapes.append(len(images))
        return images.astype(np.float32) / 127.5 - 1

    run(network(), dataset(), epochs=1, prepare=prepare)
    # One picture to try the model, the test, five batches, the test again.
    assert shapes == [1, 20, 8, 8, 8, 8, 8, 20]


# --- what it logs


def test_rows_come_every_log_every_steps_and_test_scores_at_the_start_and_after_each_epoch() -> None:
    history = run(network(), dataset(), log_every=2)
    assert history.step == [0, 2, 4, 5, 6, 8, 10]
    assert history["epoch"] == [0, 0.4, 0.8, 1, 1.2, 1.6, 2]
    assert [value is not None for value in history["test_loss"]] == [True, False, False, True, False, False, True]
    assert [value is None for value in history["train_loss"]] == [True] + [False] * 6


def test_a_row_is_the_mean_over_the_pictures_since_the_row_before() -> None:
    losses: list[float] = []
    history = run(network(), split(20), epochs=1, log_every=3, on_step=lambda step, loss: losses.append(loss))
    # Batches of 8, 8 and 4 pictures.
    assert history["train_loss"] == [None, pytest.approx((8 * losses[0] + 8 * losses[1] + 4 * losses[2]) / 20)]


def test_the_first_row_is_the_untrained_model_and_the_last_the_trained_one() -> None:
    model, data = network(), dataset()
    before = evaluate(model, data.test)
    history = run(model, data)
    assert (history["test_loss"][0], history["test_accuracy"][0]) == before
    assert (history["test_loss"][-1], history["test_accuracy"][-1]) == evaluate(model, data.test)


def test_a_split_alone_has_no_test_columns_to_read() -> None:
    history = run(network(), split())
    assert set(history["test_loss"]) == {None}
    with pytest.raises(ValueError, match=r"History needs a row with test_loss, got 11 rows without"):
        history.last("test_loss")


def test_on_log_sees_each_row_as_it_comes() -> None:
    rows: list[int] = []
    history = run(network(), dataset(), log_every=5, on_log=lambda history: rows.append(len(history.step)))
    assert rows == [1, 2, 3]
    assert len(history["epoch"]) == 3


def test_watched_parameters_are_copied_at_every_row() -> None:
    model = network()
    first = model.state_dict()["0.weight"]
    history = run(model, dataset(), log_every=5, watch=["0.weight"])
    frames = history.snapshots["0.weight"]
    assert frames.shape == (3, 2, 1, 3, 3)
    np.testing.assert_array_equal(frames[0], first)
    np.testing.assert_array_equal(frames[-1], model.state_dict()["0.weight"])
    assert not np.array_equal(frames[0], frames[1])


def test_history_is_plain_numbers_that_json_takes() -> None:
    history = run(network(), dataset(), log_every=5)
    assert json.loads(json.dumps(dict(history))) == dict(history)
    assert list(history) == ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy"]
    assert repr(history) == "History(3 rows, 10 steps)"


def test_history_is_what_curves_draw() -> None:
    from cnnviz.widgets.curves import Curves

    history = run(network(), dataset(), log_every=5)
    drawn = [(series["panel"], series["name"]) for series in Curves(history).series]
    assert drawn == [("loss", "train"), ("accuracy", "train"), ("loss", "test"), ("accuracy", "test")]


def test_history_refuses_unknown_columns_by_name() -> None:
    with pytest.raises(ValueError, match=r"one of epoch, train_loss, .*got 'val_loss'"):
        History()["val_loss"]


def test_the_bar_goes_to_stderr_and_only_if_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    run(network(), dataset())
    assert capsys.readouterr() == ("", "")
    run(network(), dataset(), progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "10/10" in err
    assert "test " in err


# --- what it refuses


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
