"""load_state_dict: what torch's checkpoints hold is taken, and what does not fit changes nothing."""

import numpy as np
import pytest
import torch

from cnnviz import nn


def test_load_state_dict_names_every_key_that_does_not_fit_and_changes_nothing():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    before, state = model.state_dict(), model.state_dict()
    del state["0.bias"], state["1.bias"]
    state |= {"fc.weight": np.ones(1), "0.weight": np.ones((3, 2)), "1.weight": np.ones((1, 2))}
    shapes = r"wrong shapes: 0.weight \(3, 2\) instead of \(2, 3\)$"
    with pytest.raises(ValueError, match=rf"missing: 0.bias, 1.bias; unexpected: fc.weight; {shapes}"):
        model.load_state_dict(state)
    with pytest.raises(ValueError, match=rf"^Sequential.load_state_dict needs .*, got {shapes}"):
        model.load_state_dict(state, strict=False)
    assert all((model.state_dict()[name] == before[name]).all() for name in before)
    del state["0.weight"]
    keys = model.load_state_dict(state, strict=False)
    assert keys == (["0.weight", "0.bias", "1.bias"], ["fc.weight"])
    assert model[1].weight[0, 0] == 1


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (np.array([["a", "b"]]), ValueError, r"no real numbers: 1.weight \(<U1\)$"),
        (np.ones((1, 2), complex), ValueError, r"no real numbers: 1.weight \(complex128\)$"),
        ("w", ValueError, r"wrong shapes: 1.weight \(\) instead of \(1, 2\)"),
        ([[1.0, 2.0], [3.0]], TypeError, r"1.weight as an array or a tensor, got list \(.*inhomogeneous"),
    ],
)
def test_load_state_dict_loads_nothing_when_one_entry_cannot_be_used(bad, error, message):
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    before = model.state_dict()
    with pytest.raises(error, match=rf"^Sequential.load_state_dict needs .*{message}"):
        model.load_state_dict({**before, "0.weight": np.full((2, 3), 9.0), "1.weight": bad})
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize("state", [None, [np.ones((1, 1))], nn.Linear(1, 1)], ids=["None", "list", "a model"])
def test_load_state_dict_needs_a_dict(state):
    message = r"^Linear.load_state_dict needs a dict of names and arrays, got \w+: pass model.state_dict\(\)"
    with pytest.raises(TypeError, match=message):
        nn.Linear(1, 1).load_state_dict(state_dict=state)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.half, torch.float64], ids=str)
def test_tensors_of_any_float_dtype_load_as_torch_loads_them(dtype):
    ours, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2)
    state = {name: value.to(dtype) for name, value in theirs.state_dict().items()}
    theirs.load_state_dict(state)
    ours.load_state_dict(state)
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(ours.state_dict()[name], value.numpy())
    assert ours.weight.dtype == np.float32


def test_a_checkpoint_from_before_batches_were_counted_loads_as_in_torch():
    ours, theirs = nn.BatchNorm2d(2), torch.nn.BatchNorm2d(2)
    state = {name: value for name, value in theirs.state_dict().items() if name != "num_batches_tracked"}
    for model in (ours, theirs):
        model.num_batches_tracked += 3
        assert model.load_state_dict(state) == ([], [])
        assert model.num_batches_tracked == 3
