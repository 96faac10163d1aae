"""Parameter, and what becomes of it in a network: gradients, state, copies, precision, seeds."""

import copy
import pickle

import numpy as np
import pytest

from cnnviz import nn

from .compare import random


def test_gradients_add_up_until_they_are_zeroed():
    layer = nn.Linear(3, 2)
    x, grad = random((4, 3)), random((4, 2), 1)
    assert layer.weight.grad is None
    layer(x)
    layer.backward(grad)
    once = layer.weight.grad.copy()
    layer.backward(grad)
    np.testing.assert_allclose(layer.weight.grad, 2 * once)
    layer.zero_grad()
    assert layer.weight.grad is None


def test_what_is_computed_from_a_parameter_is_a_plain_array():
    p = nn.Parameter(np.arange(6, dtype=np.float32).reshape(2, 3))
    assert type(p * 2) is np.ndarray
    assert type(p @ p.T) is np.ndarray
    assert type(p.sum()) is np.float32
    assert type(np.exp(p)) is np.ndarray
    p *= 2
    assert isinstance(p, nn.Parameter)


def test_an_array_cannot_take_a_parameters_place_but_can_fill_it():
    layer = nn.Linear(2, 2)
    message = r"^Linear needs a Parameter or None as its weight, got ndarray: write weight\[\.\.\.\] = values, or "
    with pytest.raises(TypeError, match=message):
        layer.weight = np.zeros((2, 2))
    layer.weight[...] = [[1, 0], [0, 1]]
    layer.weight *= 2
    layer.bias = None
    np.testing.assert_array_equal(layer(np.ones((1, 2), np.float32)), [[2, 2]])


def test_a_parameter_copies_its_data():
    data = np.zeros(2)
    nn.Parameter(data)[...] = 1
    assert data.sum() == 0


def test_a_copied_or_pickled_network_is_a_network_of_its_own(networks):
    ours, _ = networks
    x = random((2, 3, 16, 16))
    ours.eval()
    expected = ours(x)
    ours.backward(np.ones_like(expected))
    for twin in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        np.testing.assert_array_equal(twin(x), expected)
        for (name, p), q in zip(twin.named_parameters(), ours.parameters(), strict=True):
            assert isinstance(p, nn.Parameter), name
            np.testing.assert_array_equal(p.grad, q.grad)
            p += 1
    np.testing.assert_array_equal(ours(x), expected)


def test_state_dict_is_a_snapshot(networks):
    ours, _ = networks
    before = ours.state_dict()
    for parameter in ours.parameters():
        parameter += 1
    assert all((ours.state_dict()[n] != before[n]).all() for n, _ in ours.named_parameters())
    ours.load_state_dict(before)
    assert all((ours.state_dict()[n] == before[n]).all() for n in before)


@pytest.mark.parametrize(("convert", "dtype"), [("double", np.float64), ("float", np.float32)])
def test_a_network_changes_its_precision(networks, convert, dtype):
    ours, _ = networks
    getattr(ours.double(), convert)()
    y = ours(random((2, 3, 16, 16), dtype=dtype))
    assert y.dtype == dtype
    assert ours.backward(y).dtype == dtype
    assert all(p.grad.dtype == dtype for p in ours.parameters())
    assert ours[1].num_batches_tracked.dtype == np.int64


def test_seeded_networks_start_alike_and_rng_overrides_the_seed():
    def start(**rng):
        return nn.Conv2d(2, 3, 3, **rng).weight

    nn.manual_seed(1)
    first, second = start(), start()
    nn.manual_seed(1)
    np.testing.assert_array_equal(start(), first)
    np.testing.assert_array_equal(start(), second)
    assert (first != second).any()
    np.testing.assert_array_equal(start(rng=np.random.default_rng(5)), start(rng=np.random.default_rng(5)))
