"""What Conv2d and ConvTranspose2d refuse, and in whose name."""

import numpy as np
import pytest
import torch

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import random


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
