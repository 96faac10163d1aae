"""The loop takes the same steps as torch's, and logs what it says."""

import json

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from cnnviz import nn
from cnnviz.train import History, evaluate, predict
from tests.training import dataset, network, run, split


def twin(model: nn.Module) -> torch.nn.Module:
    other = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)
    )
    other.load_state_dict({name: torch.from_numpy(value) for name, value in model.state_dict().items()})
    return other


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
