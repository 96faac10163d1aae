"""Linear and Flatten against torch, finite differences, and their own transpose."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import assert_adjoint, assert_gradients_match_finite_differences, assert_layers_agree, random, twins


@given(st.integers(1, 9), st.integers(1, 9), st.booleans(), st.lists(st.integers(0, 4), max_size=3))
def test_linear_does_what_torch_does_for_any_leading_axes(inputs, outputs, bias, leading):
    ours, theirs = twins("Linear", in_features=inputs, out_features=outputs, bias=bias)
    assert_layers_agree(ours, theirs, random((*leading, inputs)))
    assert repr(ours) == repr(theirs)


@given(st.lists(st.integers(0, 4), max_size=4), st.integers(-5, 5), st.integers(-5, 5))
def test_flatten_does_what_torch_does_and_refuses_what_it_refuses(shape, start, end):
    x = random(shape)
    try:
        torch.nn.Flatten(start, end)(torch.from_numpy(x))
    except (RuntimeError, IndexError):
        with pytest.raises(ValueError, match=r"Flatten\(start_dim=.* needs .*_dim .*, got "):
            nn.Flatten(start, end)(x)
        return
    assert_layers_agree(nn.Flatten(start, end), torch.nn.Flatten(start, end), x)


def test_flatten_reads_channels_first_whatever_the_memory_layout():
    x = np.ascontiguousarray(random((2, 5, 5, 3))).transpose(0, 3, 1, 2)
    assert_layers_agree(nn.Flatten(), torch.nn.Flatten(), x)


def test_linear_gradients_match_finite_differences():
    assert_gradients_match_finite_differences(nn.Linear(5, 4, dtype=np.float64), random((3, 2, 5), dtype=np.float64))


def test_linear_backward_is_its_transpose():
    assert_adjoint(nn.Linear(5, 4, bias=False, dtype=np.float64), random((3, 5), dtype=np.float64))


def test_linear_starts_within_torchs_bounds_and_fills_them():
    nn.manual_seed(0)
    layer = nn.Linear(100, 500)
    for parameter in (layer.weight, layer.bias):
        assert 0.097 < np.abs(parameter).max() <= 0.1
        np.testing.assert_allclose(parameter.std(), 0.1 / np.sqrt(3), rtol=0.05)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Linear(0, 3), ValueError, "Linear needs in_features of at least 1, got 0"),
        (lambda: nn.Linear(3, 2.0), TypeError, "Linear needs out_features as a whole number, got 2.0"),
        (
            lambda: nn.Linear(4, 2)(np.zeros((1, 5), "f4")),
            ValueError,
            r"^Linear\(in_features=4, .* needs \(\.\.\., 4\), got \(1, 5\)",
        ),
        (
            lambda: nn.Linear(8, 2)(np.zeros((1, 2, 2, 2), "f4")),
            ValueError,
            r"got \(1, 2, 2, 2\): put a Flatten\(\) before it",
        ),
        (lambda: nn.Linear(4, 2)(np.zeros((1, 4), "i8")), TypeError, "x in float32 or float64, got int64"),
        (
            lambda: nn.Linear(4, 2)(np.zeros((1, 4))),
            TypeError,
            r"x in float32 like its weight, got float64: x.astype\(np.float32\), or model.double\(\)",
        ),
        (lambda: nn.Linear(4, 2)(np.float32(1)), ValueError, r"needs \(\.\.\., 4\), got \(\)"),
        (lambda: F.linear(np.zeros((1, 4)), np.zeros(4)), ValueError, r"linear needs weight \(O, I\), got \(4,\)"),
        (
            lambda: F.linear(np.zeros((1, 4)), np.zeros((2, 4)), np.zeros(3)),
            ValueError,
            r"linear needs bias \(2,\), got \(3,\)",
        ),
    ],
)
def test_linear_refuses_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()
