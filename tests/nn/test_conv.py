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


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (
            np.zeros((3, 28, 28), "f4"),
            ValueError,
            r"needs \(N, 3, H, W\), got \(3, 28, 28\): add a batch axis with x\[None\]",
        ),
        (
            np.zeros((1, 28, 28, 3), "f4"),
            ValueError,
            r"got \(1, 28, 28, 3\): put channels second with x.transpose\(0, 3, 1, 2\)",
        ),
        (np.zeros((1, 4, 28, 28), "f4"), ValueError, r"needs \(N, 3, H, W\), got \(1, 4, 28, 28\)"),
        (np.zeros((1, 3, 0, 28), "f4"), ValueError, r"at least one channel and pixel, got \(1, 3, 0, 28\)"),
        (np.zeros((1, 3, 4, 4), "f4"), ValueError, r"at least 5 x 5, the window's size, got 4 x 4 with its padding"),
        (np.zeros((1, 3, 9, 9), "u1"), TypeError, r"got uint8: convert with x.astype\(np.float32\) / 255"),
        (np.zeros((1, 3, 9, 9), "i8"), TypeError, r"x in float32 or float64, got int64: convert with x.astype"),
        (np.zeros((1, 3, 9, 9), "c8"), TypeError, r"x in float32 or float64, got complex64"),
        (np.zeros((1, 3, 9, 9), "f8"), TypeError, r"x in float32 like its weight, got float64: x.astype\(np.float32\)"),
    ],
)
def test_conv2d_names_itself_and_the_remedy_for_bad_input(x, error, message):
    with pytest.raises(error, match=rf"^Conv2d\(3, 8, kernel_size=\(5, 5\), stride=\(1, 1\)\) .*{message}"):
        nn.Conv2d(3, 8, 5)(x)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"kernel_size": 0}, ValueError, "Conv2d needs kernel_size of at least 1, got 0"),
        ({"kernel_size": 2.5}, TypeError, r"Conv2d needs kernel_size as a whole number, got 2.5"),
        ({"kernel_size": (1, 2, 3)}, ValueError, r"kernel_size as one number or \(height, width\), got \(1, 2, 3\)"),
        ({"stride": -1}, ValueError, "Conv2d needs stride of at least 1, got -1"),
        ({"stride": (1, 0)}, ValueError, "Conv2d needs stride of at least 1, got 0"),
        ({"padding": -1}, ValueError, "Conv2d needs padding of at least 0, got -1"),
        ({"padding": "full"}, ValueError, "padding to be one of valid, same, got 'full'"),
        ({"padding": "same", "stride": 2}, ValueError, r'stride 1 with padding="same", got \(2, 2\)'),
        ({"dilation": 0}, ValueError, "Conv2d needs dilation of at least 1, got 0"),
        ({"groups": 2}, ValueError, "in_channels that 2 groups divide, got 3"),
        ({"groups": 3}, ValueError, "out_channels that 3 groups divide, got 8"),
        ({"padding_mode": "reflekt"}, ValueError, "got 'reflekt': did you mean 'reflect'"),
        ({"in_channels": True}, TypeError, "in_channels as a whole number, got True"),
        ({"dtype": np.int32}, TypeError, "Conv2d needs dtype np.float32 or np.float64, got int32"),
        ({"dtype": np.float16}, TypeError, "Conv2d needs dtype np.float32 or np.float64, got float16"),
        ({"dtype": torch.float32}, TypeError, "Conv2d needs dtype np.float32 or np.float64, got torch.float32"),
        (
            {"rng": 0},
            TypeError,
            r"^Conv2d needs rng as a np.random.Generator, got 0: rng=np.random.default_rng\(0\)$",
        ),
        (
            {"bias": np.zeros(8)},
            TypeError,
            r"^Conv2d needs bias as True or False, got array.*: fill it afterwards with layer.bias\[...\] = values$",
        ),
    ],
)
def test_conv2d_refuses_bad_arguments_when_it_is_made(arguments, error, message):
    with pytest.raises(error, match=message):
        nn.Conv2d(**{"in_channels": 3, "out_channels": 8, "kernel_size": 3, **arguments})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, w: F.conv2d(x, w[0]), r"conv2d needs weight \(O, C / groups, kh, kw\)"),
        (lambda x, w: F.conv2d(x, w, groups=2), r"conv2d needs \(N, 4, H, W\), got \(1, 2, 5, 5\)"),
        (lambda x, w: F.conv2d(x, w, np.zeros(2, "f4")), r"conv2d needs bias \(3,\), one number a kernel, got \(2,\)"),
        (
            lambda x, w: F.conv2d(x[:, :1], w[:, :1], groups=1, padding=(5, 0), padding_mode="reflect"),
            "reflect padding of at most 4 for a height of 5, got 5",
        ),
        (
            lambda x, w: F.conv2d(x, w, padding=(0, 6), padding_mode="circular"),
            "circular padding of at most 5 for a width of 5, got 6",
        ),
        (lambda x, w: F.conv2d(np.concatenate([x, x], 1), w, groups=2), "output channels that 2 groups divide, got 3"),
        (
            lambda x, w: F.conv_transpose2d(x, np.ones((2, 3, 1, 1), "f4"), padding=3),
            "output of at least 1 x 1, got -1 x -1: use less padding",
        ),
        (
            lambda x, w: F.conv_transpose2d(x, np.ones((2, 3, 1, 1), "f4"), output_padding=1),
            "output_padding below the stride or the dilation",
        ),
        (lambda x, w: F.conv_transpose2d(x, w), r"conv_transpose2d needs \(N, 3, H, W\), got \(1, 2, 5, 5\)"),
    ],
)
def test_the_functions_refuse_in_their_own_name(call, message):
    with pytest.raises(ValueError, match=message):
        call(random((1, 2, 5, 5)), random((3, 2, 3, 3), 1))


def test_conv_transpose2d_pads_with_zeros_only():
    with pytest.raises(ValueError, match="ConvTranspose2d needs padding_mode to be one of zeros, got 'reflect'"):
        nn.ConvTranspose2d(3, 3, 3, padding_mode="reflect")


def test_nan_in_one_pixel_reaches_only_the_windows_over_it():
    x = np.zeros((1, 1, 5, 5), np.float32)
    x[0, 0, 0, 0] = np.nan
    y = nn.Conv2d(1, 1, 3)(x)[0, 0]
    assert np.isnan(y).sum() == 1
    assert np.isnan(y[0, 0])
