"""Recordings of cnnviz.nn models, beside torch's of the same network."""

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz import nn


def pair(inplace):
    """The same network in both libraries, in training mode."""
    made = []
    for library in (nn, torch.nn):
        made.append(
            library.Sequential(
                library.Conv2d(2, 3, 3),
                library.BatchNorm2d(3),
                library.ReLU(inplace=inplace),
                library.MaxPool2d(2),
                library.Identity(),
                library.Flatten(),
                library.Linear(12, 4),
            )
        )
    made[0].load_state_dict(made[1].state_dict())
    return made


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((3, 2, 6, 6)).astype(np.float32)


@pytest.mark.parametrize("inplace", [False, True], ids=["", "in place"])
def test_outputs_and_gradients_are_torchs_also_in_place(inplace, x):
    ours, theirs = pair(inplace)
    mine = cnnviz.record(ours, x, gradients_of=[1, 0, 3])
    other = cnnviz.record(theirs, torch.from_numpy(x).requires_grad_(), gradients_of=[1, 0, 3])
    assert list(mine) == list(other)
    for name in mine:
        np.testing.assert_allclose(mine[name].output, other[name].output, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(mine[name].gradient, other[name].gradient, rtol=1e-4, atol=1e-5)
        assert mine[name].type == other[name].type
        assert mine[name].parameters.keys() == other[name].parameters.keys()
        assert mine.shapes[name] == other.shapes[name]
    np.testing.assert_allclose(mine.input_gradient, other.input_gradient, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(mine.output, other.output, rtol=1e-4, atol=1e-5)
    assert type(mine["0"].parameters["weight"]) is np.ndarray


def test_the_table_of_layers_is_torchs(x):
    ours, theirs = pair(False)
    assert cnnviz.layers(ours, x).rows == cnnviz.layers(theirs, torch.from_numpy(x)).rows


def test_a_function_gives_the_gradient_of_the_output(x):
    model, _ = pair(True)
    one = cnnviz.record(model, x, gradients_of=2)
    same = cnnviz.record(model, x, gradients_of=lambda output: np.eye(4)[[2] * len(output)])
    np.testing.assert_array_equal(one["0"].gradient, same["0"].gradient)
    with pytest.raises(ValueError, match=r"gives the output's gradient \(3, 4\) for a cnnviz.nn model, got \(\)"):
        cnnviz.record(model, x, gradients_of=lambda output: output.sum())
    with pytest.raises(ValueError, match="a class from 0 to 3, got 4"):
        cnnviz.record(model, x, gradients_of=4)


def state_of(model):
    return (
        {name: value.tolist() for name, value in model.state_dict().items()},
        [None if parameter.grad is None else parameter.grad.tolist() for parameter in model.parameters()],
        [module.training for module in model.modules()],
        [len(module._forward_hooks) + len(module._backward_hooks) for module in model.modules()],
        [sorted(vars(module)) for module in model.modules()],
    )


def test_nothing_is_left_behind_and_a_pending_backward_goes_through_the_readers_own_call(x):
    model, _ = pair(False)
    y = model(x)
    expected = model.backward(np.ones_like(y))
    before, given = state_of(model), x.copy()
    for way in (cnnviz.record, cnnviz.layers, lambda m, v: cnnviz.record(m, v, gradients_of=1)):
        way(model, x[:2])
        assert state_of(model) == before
    with pytest.raises(ValueError, match="needs"):
        cnnviz.record(model, x[:, :1])
    assert state_of(model) == before
    np.testing.assert_array_equal(x, given)
    np.testing.assert_array_equal(model.backward(np.ones_like(y)), expected)


def test_dropout_draws_as_if_nothing_had_been_recorded():
    model = nn.Sequential(nn.Dropout(0.5), nn.Dropout(0.5, rng=np.random.default_rng(0)))
    x = np.ones((4, 8), np.float32)
    recording = cnnviz.record(model, x)
    np.testing.assert_array_equal(recording.output, model(x))
    assert not np.array_equal(recording.output, model(x))


def test_gradients_are_found_inside_no_grad(x):
    model, _ = pair(True)
    with nn.no_grad():
        assert cnnviz.record(model, x, gradients_of=0)["0"].gradient.any()


def test_recording_listens_to_the_readers_calls(x):
    model, _ = pair(True)
    own = sorted(vars(model))
    with cnnviz.recording(model, "0") as recording:
        y = model(x)
        model(x[:1])
    assert [call.output.shape[0] for call in recording["0"].calls] == [3, 1]
    assert recording.input.shape == (1, 2, 6, 6)
    assert recording.output.shape == (1, y.shape[1])
    assert sorted(vars(model)) == own
