"""Pooling against torch (ties included), the naive twin, finite differences, and its own transpose."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.nn import functional as F

from . import naive
from .compare import (
    agree_or_both_refuse,
    assert_adjoint,
    assert_gradients_match_finite_differences,
    assert_layers_agree,
    random,
)


def pairs(low, high):
    """One number for both sides, or two."""
    one = st.integers(low, high)
    return st.one_of(one, st.tuples(one, one))


shapes = st.tuples(st.integers(0, 2), st.sampled_from([1, 3, 8]), st.integers(1, 11), st.integers(1, 11))


@settings(max_examples=250)
@given(
    st.fixed_dictionaries(
        {
            "kernel_size": pairs(1, 4),
            "stride": st.one_of(st.none(), pairs(1, 4)),
            "padding": pairs(0, 2),
            "dilation": st.one_of(st.just(1), pairs(1, 2)),
            "ceil_mode": st.booleans(),
        }
    ),
    shapes,
)
def test_max_pool2d_does_what_torch_does_and_refuses_what_it_refuses(arguments, shape):
    # On one pixel a dilated window may see nothing but padding; torch then writes outside its memory.
    assume(arguments["dilation"] == 1 or min(shape[2:]) > 1)
    agree_or_both_refuse("MaxPool2d", random(shape), **arguments)


def test_a_window_that_sees_only_padding_is_minus_infinity_and_has_no_gradient():
    layer = nn.MaxPool2d(2, padding=1, dilation=2)
    np.testing.assert_array_equal(layer(np.ones((1, 1, 1, 1), np.float32)), [[[[-np.inf]]]])
    np.testing.assert_array_equal(layer.backward(np.ones((1, 1, 1, 1), np.float32)), [[[[0]]]])


@settings(max_examples=100)
@given(pairs(1, 4), pairs(1, 4), st.integers(0, 1), st.integers(4, 9), st.integers(4, 9), st.booleans())
def test_max_pool2d_sends_the_gradient_of_a_tie_where_torch_does(kernel, stride, padding, height, width, last):
    x = np.random.default_rng(height * width).integers(0, 3, (2, 3, height, width)).astype(np.float32)
    x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2) if last else x
    if padding > min(np.atleast_1d(kernel)) // 2:
        padding = 0
    layer, tx = nn.MaxPool2d(kernel, stride, padding), torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.max_pool2d(tx, kernel, stride, padding)
    np.testing.assert_array_equal(layer(x), y.detach().numpy())
    # Whole numbers: sums of gradients are exact in any order.
    grad = np.random.default_rng(0).integers(-9, 9, tuple(y.shape)).astype(np.float32)
    y.backward(torch.tensor(grad))
    np.testing.assert_array_equal(layer.backward(grad), tx.grad.numpy())


def test_max_pool2d_of_a_constant_image_rewards_the_first_pixel_of_each_window():
    layer = nn.MaxPool2d(2)
    layer(np.zeros((1, 1, 4, 4), np.float32))
    expected = np.zeros((4, 4), np.float32)
    expected[::2, ::2] = 1
    np.testing.assert_array_equal(layer.backward(np.ones((1, 1, 2, 2), np.float32))[0, 0], expected)


def test_max_pool2d_passes_nan_and_infinity_on():
    x = np.array([[1, np.nan, -np.inf, -np.inf], [2, 3, -np.inf, -np.inf]], np.float32)[None, None]
    np.testing.assert_array_equal(nn.MaxPool2d(2)(x)[0, 0], [[np.nan, -np.inf]])


def test_max_pool2d_keeps_its_values_when_the_image_is_changed_afterwards():
    x = np.zeros((1, 1, 2, 2), np.float32)
    y = nn.MaxPool2d(1)(x)
    x += 1
    np.testing.assert_array_equal(y, np.zeros((1, 1, 2, 2)))


@settings(max_examples=200)
@given(
    st.fixed_dictionaries(
        {
            "kernel_size": pairs(1, 4),
            "stride": st.one_of(st.none(), pairs(1, 4)),
            "padding": pairs(0, 2),
            "ceil_mode": st.booleans(),
            "count_include_pad": st.booleans(),
            "divisor_override": st.one_of(st.none(), st.integers(0, 5)),
        }
    ),
    shapes,
)
def test_avg_pool2d_does_what_torch_does_and_refuses_what_it_refuses(arguments, shape):
    agree_or_both_refuse("AvgPool2d", random(shape), **arguments)


@settings(max_examples=100)
@given(
    st.one_of(
        st.integers(1, 6), st.tuples(st.one_of(st.none(), st.integers(1, 6)), st.one_of(st.none(), st.integers(1, 6)))
    ),
    shapes,
)
def test_adaptive_avg_pool2d_does_what_torch_does(output_size, shape):
    agree_or_both_refuse("AdaptiveAvgPool2d", random(shape), output_size=output_size)


@settings(max_examples=50)
@given(pairs(1, 3), pairs(1, 3), st.integers(0, 1), pairs(1, 2))
def test_pooling_equals_its_naive_twin(kernel, stride, padding, dilation):
    kernel, stride, dilation = (v if isinstance(v, tuple) else (v, v) for v in (kernel, stride, dilation))
    around = (padding, padding) if min(kernel) > 1 else (0, 0)
    x = random((2, 3, 8, 9), dtype=np.float64)
    np.testing.assert_array_equal(
        F.max_pool2d(x, kernel, stride, around, dilation), naive.max_pool2d(x, kernel, stride, around, dilation)
    )
    np.testing.assert_allclose(
        F.avg_pool2d(x, kernel, stride, around), naive.avg_pool2d(x, kernel, stride, around), atol=1e-12
    )


def test_max_pool2d_takes_a_margin_for_each_side():
    x = random((1, 1, 3, 3)) - 9
    padded = np.pad(x[0, 0], ((0, 1), (1, 0)), constant_values=-np.inf)
    np.testing.assert_array_equal(
        F.max_pool2d(x, 2, 2, [0, 1, 1, 0])[0, 0], naive.max_pool2d(padded[None, None], (2, 2), (2, 2))[0, 0]
    )


@pytest.mark.parametrize(
    "layer",
    [
        nn.MaxPool2d(3, 2, 1),
        nn.MaxPool2d(2),
        nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False),
        nn.AvgPool2d(2),
        nn.AdaptiveAvgPool2d((2, 3)),
    ],
    ids=repr,
)
def test_pooling_gradients_match_finite_differences(layer):
    assert_gradients_match_finite_differences(layer, random((2, 3, 7, 8), dtype=np.float64))


@pytest.mark.parametrize(
    "layer", [nn.AvgPool2d(3, 2, 1, ceil_mode=True), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d((3, 5))], ids=repr
)
def test_mean_pooling_backward_is_its_transpose(layer):
    assert_adjoint(layer, random((2, 3, 7, 8), dtype=np.float64))


def test_global_pooling_is_the_mean():
    x = random((2, 5, 7, 6))
    np.testing.assert_allclose(nn.AdaptiveAvgPool2d(1)(x)[:, :, 0, 0], x.mean(axis=(2, 3)), atol=1e-6)


def test_adaptive_pooling_takes_its_sizes_from_an_array_too():
    layer = nn.AdaptiveAvgPool2d(np.array([2, 3]))
    assert repr(layer) == repr(torch.nn.AdaptiveAvgPool2d((2, 3)))
    assert_layers_agree(layer, torch.nn.AdaptiveAvgPool2d((2, 3)), random((2, 3, 7, 8)))


def test_max_pooling_takes_its_arguments_by_torchs_places():
    ours, theirs = (library.MaxPool2d(2, 2, 0, 1, False, True) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    assert_layers_agree(ours, theirs, random((1, 2, 5, 5)))


def test_pooling_agrees_with_torch_where_parts_are_cut(monkeypatch):
    monkeypatch.setattr("cnnviz.nn.functional._layout.BLOCK_BYTES", 1024)
    assert_layers_agree(nn.MaxPool2d(3, 2, 1), torch.nn.MaxPool2d(3, 2, 1), random((5, 3, 9, 9)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.MaxPool2d(0), ValueError, "MaxPool2d needs kernel_size of at least 1, got 0"),
        (lambda: nn.MaxPool2d(2, stride=-2), ValueError, "MaxPool2d needs stride of at least 1, got -2"),
        (
            lambda: nn.MaxPool2d(2, padding=2),
            ValueError,
            "MaxPool2d needs padding of at most half of kernel_size, 1, got 2",
        ),
        (lambda: nn.AvgPool2d("2"), TypeError, "AvgPool2d needs kernel_size as a whole number, got '2'"),
        (lambda: nn.AdaptiveAvgPool2d(0), ValueError, "AdaptiveAvgPool2d needs output_size of at least 1, got 0"),
        (
            lambda: nn.AdaptiveAvgPool2d((1, 2, 3)),
            ValueError,
            r"^AdaptiveAvgPool2d needs output_size as one number or \(height, width\), got \(1, 2, 3\)$",
        ),
        (lambda: nn.AdaptiveAvgPool2d((3,)), ValueError, r"one number or \(height, width\), got \(3,\)$"),
        (lambda: nn.AdaptiveAvgPool2d("23"), TypeError, "output_size as a whole number, got '23'"),
        (
            lambda: nn.MaxPool2d(2, return_indices=True),
            ValueError,
            "^MaxPool2d needs return_indices=False, got True: F.max_pool2d_with_wins says which pixel won$",
        ),
        (
            lambda: nn.MaxPool2d(3)(np.zeros((1, 1, 2, 9), "f4")),
            ValueError,
            r"^MaxPool2d\(kernel_size=3.* at least 3 x 3, the window's size, got 2 x 9",
        ),
        (
            lambda: nn.AvgPool2d(2)(np.zeros((1, 4, 4), "f4")),
            ValueError,
            r"^AvgPool2d\(.* needs \(N, C, H, W\), got \(1, 4, 4\): add a batch axis",
        ),
        (lambda: nn.MaxPool2d(2)(np.zeros((1, 1, 4, 4), "i4")), TypeError, "x in float32 or float64, got int32"),
        (
            lambda: nn.AvgPool2d(2, divisor_override=0)(np.zeros((1, 1, 4, 4), "f4")),
            ValueError,
            "divisor_override of at least 1, got 0",
        ),
        (
            lambda: F.adaptive_avg_pool2d(np.zeros((1, 1, 4, 4), "f4"), (1, 2, 3)),
            ValueError,
            r"output_size as one number or \(height, width\)",
        ),
    ],
)
def test_pooling_refuses_what_cannot_be(make, error, message):
    with pytest.raises(error, match=message):
        make()
