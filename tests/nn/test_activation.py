"""Activations against torch and finite differences, far out and at zero too."""

import numpy as np
import pytest
import torch
from hypothesis import given

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import (
    assert_gradients_match_finite_differences,
    assert_in_place_is_the_same,
    assert_layers_agree,
    each,
    floats,
    random,
)

LAYERS = [
    ("ReLU", {}),
    ("LeakyReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.3}),
    ("LeakyReLU", {"negative_slope": -0.5}),
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("SiLU", {}),
    ("Softmax", {"dim": 0}),
    ("Softmax", {"dim": -1}),
]
EACH = each(LAYERS)


@EACH
@given(floats(200))
def test_activation_does_what_torch_does(name, arguments, x):
    # Where the slope nears 0 it is a difference of numbers near 1, of which the last bit is anyone's.
    floor = 2 * np.finfo(np.float32).eps
    assert_layers_agree(getattr(nn, name)(**arguments), getattr(torch.nn, name)(**arguments), x, floor)


@EACH
def test_activation_says_itself_in_torchs_words(name, arguments):
    assert repr(getattr(nn, name)(**arguments)) == repr(getattr(torch.nn, name)(**arguments))


@EACH
def test_activation_gradients_match_finite_differences(name, arguments):
    assert_gradients_match_finite_differences(getattr(nn, name)(**arguments), random((3, 4, 2), dtype=np.float64))


@pytest.mark.parametrize("name", ["ReLU", "LeakyReLU", "SiLU"])
def test_in_place_gives_the_same_numbers_and_overwrites_its_input(name):
    assert_in_place_is_the_same(name, random((2, 3)))


@pytest.mark.parametrize("name", ["Sigmoid", "Tanh", "SiLU", "ReLU", "LeakyReLU"])
def test_infinity_and_nan_come_out_as_torchs(name):
    x = np.array([-np.inf, np.inf, np.nan], np.float32)
    expected = getattr(torch.nn, name)()(torch.from_numpy(x)).numpy()
    with np.errstate(invalid="ignore"):  # silu(-inf) is -inf * 0
        np.testing.assert_array_equal(getattr(nn, name)()(x), expected)


def test_softmax_without_dim_chooses_as_torch_and_says_so():
    x = random((2, 3, 4))
    with pytest.warns(UserWarning, match=r"Softmax\(\) chose dim=0 for 3 axes: say Softmax\(dim=\.\.\.\)"):
        y = nn.Softmax()(x)
    np.testing.assert_allclose(y.sum(axis=0), 1, rtol=1e-6)


def test_log_softmax_stays_exact_where_softmax_rounds_to_zero():
    x = np.array([[0, -200.0, 300.0]], np.float32)
    np.testing.assert_allclose(F.log_softmax(x, 1), torch.log_softmax(torch.from_numpy(x), 1).numpy())


@pytest.mark.parametrize("name", ["ReLU", "LeakyReLU", "SiLU", "Dropout"])
def test_a_layer_in_place_refuses_what_it_cannot_write_over(name):
    layer, x = getattr(nn, name)(inplace=True), np.ones(3)
    x.flags.writeable = False
    says = rf"^{name}\(.*inplace=True\) needs an array to write over, got"
    with pytest.raises(TypeError, match=rf"{says} a read-only one: pass np.array\(x\), a copy, or leave out inplace"):
        layer(x)
    with pytest.raises(TypeError, match=rf"{says} list: pass np.array\(x\)"):
        layer([1.0, 2.0])


@pytest.mark.parametrize("name", ["ReLU", "LeakyReLU", "Sigmoid", "Tanh", "SiLU"])
def test_activation_refuses_whole_numbers(name):
    with pytest.raises(
        TypeError, match=rf"^{name}\(.* needs x in float32 or float64, got int64: convert with x.astype"
    ):
        getattr(nn, name)()(np.arange(3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: nn.Softmax(dim=2)(np.ones((1, 2))),
            ValueError,
            r"Softmax\(dim=2\) needs dim below 2, the number of axes, got 2",
        ),
        (lambda: nn.Softmax(dim=-3)(np.ones((1, 2))), ValueError, "dim of at least -2, got -3"),
        (lambda: nn.Softmax(dim=1)(np.ones((1, 2), int)), TypeError, "x in float32 or float64, got int64"),
        (lambda: nn.LeakyReLU("steep"), TypeError, "LeakyReLU needs negative_slope as a number, got 'steep'"),
    ],
)
def test_activation_refuses_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()
