"""`cnnviz.step`: what it takes, what it hands to the page, and what it says when it cannot."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz import nn
from cnnviz.widgets.stepper import Stepper

JS = Path(cnnviz.__file__).parent / "widgets" / "js"


def array_of(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(packed["data"], "<f4").reshape(packed["shape"])


@pytest.mark.parametrize(
    ("layer", "shape", "full"),
    [
        (nn.Conv2d(1, 2, 3), (5, 6), (1, 1, 5, 6)),
        (nn.Conv2d(3, 2, 3), (3, 5, 6), (1, 3, 5, 6)),
        (nn.Conv2d(3, 2, 3), (2, 3, 5, 6), (2, 3, 5, 6)),
        (nn.Linear(4, 2), (4,), (1, 4)),
        (nn.Linear(4, 2), (3, 4), (3, 4)),
        (nn.Softmax(1), (7,), (1, 7)),
        (nn.Flatten(), (4, 4), (1, 1, 4, 4)),
        (nn.ReLU(), (4, 5), (1, 1, 4, 5)),
        (nn.ReLU(), (1, 5), (1, 5)),
        (nn.ReLU(), (5,), (1, 5)),
    ],
)
def test_an_input_gets_the_axes_that_it_lacks(layer: Any, shape: tuple[int, ...], full: tuple[int, ...]) -> None:
    assert tuple(cnnviz.step(layer, np.ones(shape)).inputs[0]["shape"]) == full


def test_numbers_and_parameters_cross_unchanged() -> None:
    layer = nn.Conv2d(2, 3, 3, stride=2, padding=1)
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 5)).astype(np.float32)
    figure = cnnviz.step(layer, x, backward=True, channel=2, cell=3, title="t", after="q")
    np.testing.assert_array_equal(array_of(figure.inputs[0]), x)
    np.testing.assert_array_equal(array_of(figure.params["weight"]), np.asarray(layer.weight))
    assert figure.args["stride"] == [2, 2]
    assert figure.args["padding"] == [1, 1, 1, 1]
    assert (figure.backward, figure.channel, figure.cell, figure.title, figure.after) == (True, 2, 3, "t", "q")


def test_a_torch_layer_and_tensor_give_the_same_figure_as_ours() -> None:
    theirs = torch.nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect")
    ours = nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect")
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    x = torch.arange(25.0, requires_grad=True).reshape(5, 5)
    a, b = cnnviz.step(theirs, x), cnnviz.step(ours, x.detach().numpy())
    assert (a.op, a.args, a.params, a.inputs) == (b.op, b.args, b.params, b.inputs)


def test_later_training_does_not_change_a_figure() -> None:
    layer = nn.Linear(2, 1)
    figure = cnnviz.step(layer, np.ones(2))
    before = array_of(figure.params["weight"]).copy()
    layer.weight[...] = 9
    np.testing.assert_array_equal(array_of(figure.params["weight"]), before)


def test_an_operation_can_be_given_by_name() -> None:
    figure = cnnviz.step("leaky_relu", np.ones((3, 3)), args={"negative_slope": 0.1})
    assert (figure.op, figure.args) == ("leaky_relu", {"negative_slope": 0.1})


def test_add_takes_two_inputs() -> None:
    figure = cnnviz.step("add", (np.ones((3, 3)), np.zeros((3, 3))))
    assert [one["shape"] for one in figure.inputs] == [[1, 1, 3, 3], [1, 1, 3, 3]]


def test_the_smaller_of_two_inputs_is_repeated() -> None:
    figure = cnnviz.step("mul", (np.ones((3, 4, 4)), np.ones((3, 1, 1))))
    assert [one["shape"] for one in figure.inputs] == [[1, 3, 4, 4], [1, 3, 1, 1]]


def test_cat_joins_the_channels_of_two_or_more() -> None:
    figure = cnnviz.step("cat", [np.ones((2, 3, 3)), np.ones((1, 3, 3)), np.ones((3, 3))], channel=3)
    assert figure.args == {"dim": 1}
    assert [one["shape"][1] for one in figure.inputs] == [2, 1, 1]


def test_an_operation_by_name_has_torchs_defaults() -> None:
    assert cnnviz.step("gelu", np.ones(3)).args == {"approximate": "none"}
    assert cnnviz.step("softplus", np.ones(3), args={"beta": 2.0}).args == {"beta": 2.0, "threshold": 20.0}


def test_operations_whose_arguments_count_axes_read_the_array_as_it_is() -> None:
    figure = cnnviz.step("permute", np.ones((2, 3)), args={"dims": [1, 0]})
    assert figure.inputs[0]["shape"] == [2, 3]


def test_grad_takes_the_output_s_shape() -> None:
    figure = cnnviz.step(nn.MaxPool2d(2), np.ones((4, 4)), backward=True, grad=[[1, 2], [3, 4]])
    assert figure.grad["shape"] == [1, 1, 2, 2]


def test_nan_and_infinity_may_be_looked_at() -> None:
    x = np.array([[np.nan, np.inf], [0, 1]])
    assert np.isnan(array_of(cnnviz.step(nn.ReLU(), x).inputs[0])[0, 0, 0, 0])


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: cnnviz.step(nn.Conv2d(1, 1, 5), np.ones((3, 3))), ValueError, "conv2d.*needs.*got"),
        (lambda: cnnviz.step(nn.Conv2d(3, 1, 3), np.ones((5, 5))), ValueError, r"conv2d.*needs \(N, 3, H, W\), got"),
        (lambda: cnnviz.step(nn.Linear(3, 1), np.ones(4)), ValueError, "linear.*needs.*got"),
        (lambda: cnnviz.step(nn.MaxPool2d(2), np.ones(4)), ValueError, r"step needs an image \(H, W\).*got \(4,\)"),
        (lambda: cnnviz.step(nn.ReLU(), np.ones((1,) * 5)), ValueError, r"at most four axes.*x\[0\]"),
        (
            lambda: cnnviz.step(nn.ReLU(), np.ones((0, 3))),
            ValueError,
            r"x with at least one number, got shape \(0, 3\)",
        ),
        (lambda: cnnviz.step(nn.ReLU(), ["a"]), TypeError, "x as real numbers, got dtype <U1"),
        (lambda: cnnviz.step(nn.ReLU(), np.ones(3) * 1j), TypeError, "x as real numbers, got dtype complex128"),
        (
            lambda: cnnviz.step(nn.CrossEntropyLoss(), np.ones(3)),
            TypeError,
            "step needs a layer of Conv2d, .*got CrossEntropyLoss",
        ),
        (lambda: cnnviz.step("mul", (np.ones(2),) * 3), TypeError, r'two arrays for "mul", got 3: give x=\(a, b\)'),
        (lambda: cnnviz.step("cat", [np.ones(2)]), TypeError, r'two arrays or more for "cat", got 1: give x=\(a, b\)'),
        (lambda: cnnviz.step("constant", np.ones(2)), ValueError, "an operation that reads something, got"),
        (lambda: cnnviz.step("conv3d", np.ones((3, 3))), ValueError, "conv3d"),
        (lambda: cnnviz.step("add", np.ones((3, 3))), TypeError, r'two arrays for "add", got ndarray: give x=\(a, b\)'),
        (
            lambda: cnnviz.step("add", (np.ones(3), np.ones(4))),
            ValueError,
            r"add.* needs .*got \(1, 3\) and \(1, 4\)",
        ),
        (
            lambda: cnnviz.step(nn.ReLU(), np.ones((3, 3)), args={}),
            TypeError,
            "args and params only with an operation's name",
        ),
        (
            lambda: cnnviz.step(nn.ReLU(), np.ones((3, 3)), grad=np.ones(4)),
            ValueError,
            r"grad of the output's shape \(1, 1, 3, 3\)",
        ),
        (lambda: cnnviz.step(nn.ReLU(), np.ones((3, 3)), cell=9), ValueError, "a cell of the output, 0 to 8, got 9"),
        (lambda: cnnviz.step(nn.ReLU(), np.ones((3, 3)), cell=-1), ValueError, "cell of at least 0, got -1"),
        (
            lambda: cnnviz.step(nn.ReLU(), np.ones((3, 3)), channel=1),
            ValueError,
            "a channel of the output, 0 to 0, got 1",
        ),
        (lambda: cnnviz.step(nn.ReLU(), np.ones((3, 3)), channel=1.5), TypeError, "channel as a whole number"),
    ],
)
def test_what_does_not_fit_is_said_where_it_was_written(call: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        call()


def test_a_figure_s_text_is_short_and_always_the_same() -> None:
    assert repr(cnnviz.step(nn.ReLU(), np.ones((2, 3)), backward=True)) == "Stepper(relu: 1 × 1 × 2 × 3, backward)"


def test_the_room_kept_for_a_figure_grows_with_its_grids() -> None:
    small, large = (cnnviz.step(nn.ReLU(), np.ones((n, n)))._height for n in (4, 12))
    assert small[0][1] < large[0][1]
    assert small[-1][1] < large[-1][1]


def test_the_page_reads_and_writes_only_synced_traits() -> None:
    synced = set(Stepper.class_trait_names(sync=True))
    state = (JS / "lib" / "stepper_state.js").read_text()
    typedef = state.split("@typedef {object} StepperState")[1].split("*/")[0]
    names = set(re.findall(r"@property \{.*?\} (\w+)\b", typedef))
    assert names
    assert names <= synced
    assert {name for name in synced if not name.startswith("_")} - names <= {"layout", "tabbable", "tooltip"}


def test_every_trait_is_documented() -> None:
    own = {name: trait for name, trait in Stepper.class_own_traits().items() if not name.startswith("_")}
    assert [name for name, trait in own.items() if not trait.help] == []
