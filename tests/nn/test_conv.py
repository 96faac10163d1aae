"""Conv2d and ConvTranspose2d against torch, the naive twin, finite differences, and their own transpose."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.nn import functional as F

from . import naive
from .compare import (
    agree_or_both_refuse,
    assert_adjoint,
    assert_gradients_match_finite_differences,
    assert_layers_agree,
    assert_same,
    random,
    twins,
)

MODES = ["zeros", "reflect", "replicate", "circular"]


def pairs(low, high):
    """One number for both sides, or two."""
    one = st.integers(low, high)
    return st.one_of(one, st.tuples(one, one))


conv2d_arguments = st.fixed_dictionaries(
    {
        "in_channels": st.sampled_from([1, 2, 3, 4, 6, 8, 12]),
        "out_channels": st.sampled_from([1, 2, 4, 6, 9]),
        "kernel_size": pairs(1, 5),
        "stride": pairs(1, 3),
        "padding": st.one_of(pairs(0, 5), st.sampled_from(["same", "valid"])),
        "dilation": pairs(1, 3),
        "groups": st.sampled_from([1, 1, 1, 2, 3]),
        "bias": st.booleans(),
        "padding_mode": st.sampled_from(MODES),
    }
)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # torch says how, once
@settings(max_examples=250)
@given(conv2d_arguments, st.integers(0, 3), st.integers(1, 10), st.integers(1, 10))
def test_conv2d_does_what_torch_does_and_refuses_what_it_refuses(arguments, batch, height, width):
    agree_or_both_refuse("Conv2d", random((batch, arguments["in_channels"], height, width)), **arguments)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@settings(max_examples=60)
@given(conv2d_arguments, st.sampled_from([8, 11, 300]), st.integers(0, 3), st.integers(1, 10), st.integers(1, 10))
def test_conv2d_of_a_kernel_for_each_channel_does_what_torch_does(arguments, channels, batch, height, width):
    arguments |= {"in_channels": channels, "out_channels": channels, "groups": channels}
    agree_or_both_refuse("Conv2d", random((batch, channels, height, width)), **arguments)


@pytest.mark.parametrize("stride", [1, 2])
def test_conv2d_of_a_kernel_for_each_channel_agrees_with_torch_where_blocks_are_cut(stride, monkeypatch):
    monkeypatch.setattr("cnnviz.nn.functional._layout.BLOCK_BYTES", 2000)
    ours, theirs = twins("Conv2d", in_channels=9, out_channels=9, kernel_size=3, stride=stride, padding=1, groups=9)
    assert_layers_agree(ours, theirs, random((2, 9, 19, 8)))


@settings(max_examples=150)
@given(
    st.fixed_dictionaries(
        {
            "in_channels": st.sampled_from([1, 2, 4, 9]),
            "out_channels": st.sampled_from([1, 2, 4, 8]),
            "kernel_size": pairs(1, 4),
            "stride": pairs(1, 3),
            "padding": pairs(0, 3),
            "output_padding": pairs(0, 2),
            "groups": st.sampled_from([1, 1, 2]),
            "bias": st.booleans(),
            "dilation": pairs(1, 3),
        }
    ),
    st.integers(0, 3),
    st.integers(1, 7),
    st.integers(1, 7),
)
def test_conv_transpose2d_does_what_torch_does_and_refuses_what_it_refuses(arguments, batch, height, width):
    agree_or_both_refuse("ConvTranspose2d", random((batch, arguments["in_channels"], height, width)), **arguments)


@pytest.mark.parametrize("few", [True, False], ids=["few channels", "many channels"])
@pytest.mark.parametrize("last", [True, False], ids=["N H W C memory", "N C H W memory"])
def test_conv2d_does_not_depend_on_the_memory_layout(few, last):
    ours, theirs = twins("Conv2d", in_channels=3 if few else 16, out_channels=4, kernel_size=3)
    x = random((2, 3 if few else 16, 9, 8))
    x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2) if last else x
    assert_layers_agree(ours, theirs, x)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [(3, 40), (70, 1), (8, 9)])
def test_conv2d_agrees_with_torch_where_blocks_are_cut(size, stride, monkeypatch):
    # Several blocks in an image, several images in a block, and a last block that is not full.
    monkeypatch.setattr("cnnviz.nn.functional._layout.BLOCK_BYTES", 40_000)
    for channels in (9, 2):
        ours, theirs = twins("Conv2d", in_channels=channels, out_channels=5, kernel_size=3, stride=stride, padding=1)
        assert_layers_agree(ours, theirs, random((7, channels, *size)))


@settings(max_examples=60)
@given(pairs(1, 2), pairs(0, 2), pairs(1, 2), st.integers(1, 3), st.integers(1, 9))
def test_conv2d_and_its_gradients_equal_their_naive_twins(stride, padding, dilation, kernel, channels):
    stride, padding, dilation = (v if isinstance(v, tuple) else (v, v) for v in (stride, padding, dilation))
    x = random((2, channels, 8, 7), dtype=np.float64)
    weight, bias = random((5, channels, kernel, 2), 1, np.float64), random((5,), 2, np.float64)
    y = F.conv2d(x, weight, bias, stride, padding, dilation)
    np.testing.assert_allclose(y, naive.conv2d(x, weight, bias, stride, padding, dilation), atol=1e-12)
    grad = random(y.shape, 3, np.float64)
    d_x, d_weight, d_bias = F.conv2d_backward(grad, x, weight, stride, padding, dilation)
    np.testing.assert_allclose(d_x, naive.conv2d_input_grad(grad, x, weight, stride, padding, dilation), atol=1e-12)
    np.testing.assert_allclose(
        d_weight, naive.conv2d_weight_grad(grad, x, weight, stride, padding, dilation), atol=1e-12
    )
    np.testing.assert_allclose(d_bias, grad.sum(axis=(0, 2, 3)), atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_padding_modes_equal_numpys(mode):
    x, weight, bias = random((2, 4, 6, 5), 0, np.float64), random((6, 2, 3, 3), 1, np.float64), np.zeros(6)
    ours = F.conv2d(x, weight, bias, padding=(3, 2), groups=2, padding_mode=mode)
    np.testing.assert_allclose(ours, naive.conv2d(x, weight, bias, padding=(3, 2), groups=2, mode=mode), atol=1e-12)


def test_conv2d_takes_a_margin_for_each_side():
    x, weight = random((1, 2, 5, 6)), random((3, 2, 3, 2), 1)
    top, bottom, left, right = 0, 2, 1, 0
    padded = torch.nn.functional.pad(torch.from_numpy(x), (left, right, top, bottom))
    assert_same(
        F.conv2d(x, weight, padding=[top, bottom, left, right]),
        torch.nn.functional.conv2d(padded, torch.from_numpy(weight)),
        "output",
    )


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("mode", MODES)
def test_conv2d_gradients_match_finite_differences(mode, stride):
    layer = nn.Conv2d(4, 6, 3, stride, padding=2, dilation=(1, 2), groups=2, padding_mode=mode, dtype=np.float64)
    assert_gradients_match_finite_differences(layer, random((2, 4, 7, 6), dtype=np.float64))


@pytest.mark.parametrize("stride", [1, 2])
def test_conv_transpose2d_gradients_match_finite_differences(stride):
    layer = nn.ConvTranspose2d(4, 6, 3, stride, padding=1, output_padding=stride - 1, groups=2, dtype=np.float64)
    assert_gradients_match_finite_differences(layer, random((2, 4, 5, 4), dtype=np.float64))


@settings(max_examples=60)
@given(pairs(1, 3), pairs(0, 3), pairs(1, 2), st.sampled_from(MODES))
def test_conv2d_backward_is_its_transpose(stride, padding, dilation, mode):
    layer = nn.Conv2d(3, 4, (3, 2), stride, padding, dilation, bias=False, padding_mode=mode, dtype=np.float64)
    assert_adjoint(layer, random((2, 3, 8, 9), dtype=np.float64))


@settings(max_examples=60)
@given(pairs(1, 3), pairs(0, 1), pairs(1, 2))
def test_conv_transpose2d_is_the_transpose_of_conv2d(stride, padding, dilation):
    up = nn.ConvTranspose2d(4, 3, (3, 2), stride, padding, bias=False, dilation=dilation, dtype=np.float64)
    x = random((2, 4, 5, 6), dtype=np.float64)
    assert_adjoint(up, x)
    down = nn.Conv2d(3, 4, (3, 2), stride, padding, dilation, bias=False, dtype=np.float64)
    down.weight[...] = up.weight
    stamped = up(x)
    y = random(stamped.shape, 5, np.float64)
    np.testing.assert_allclose((stamped * y).sum(), (x * down(y)).sum(), rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Conv2d", {"in_channels": 6, "out_channels": 4, "kernel_size": (3, 5), "groups": 2}),
        ("ConvTranspose2d", {"in_channels": 6, "out_channels": 4, "kernel_size": (3, 5), "groups": 2}),
    ],
)
def test_weights_start_within_torchs_bounds_and_fill_them(name, arguments):
    nn.manual_seed(0)
    starts = [(getattr(nn, name)(**arguments), getattr(torch.nn, name)(**arguments)) for _ in range(200)]
    for parameter in ("weight", "bias"):
        ours = np.concatenate([getattr(o, parameter).ravel() for o, _ in starts])
        theirs = np.concatenate([getattr(t, parameter).detach().numpy().ravel() for _, t in starts])
        np.testing.assert_allclose(np.abs(ours).max(), np.abs(theirs).max(), rtol=0.02)
        np.testing.assert_allclose(ours.std(), theirs.std(), rtol=0.05)


def test_the_first_layer_need_not_compute_the_gradient_of_the_data():
    layer, other = twins("Conv2d", in_channels=3, out_channels=4, kernel_size=3)
    x, grad = random((2, 3, 6, 6)), random((2, 4, 4, 4), 1)
    layer(x)
    assert layer.backward(grad, input_grad=False) is None
    other(torch.from_numpy(x)).backward(torch.from_numpy(grad))
    assert_same(layer.weight.grad, other.weight.grad, "weight")


def test_nan_in_one_pixel_reaches_only_the_windows_over_it():
    x = np.zeros((1, 1, 5, 5), np.float32)
    x[0, 0, 0, 0] = np.nan
    y = nn.Conv2d(1, 1, 3)(x)[0, 0]
    assert np.isnan(y).sum() == 1
    assert np.isnan(y[0, 0])
