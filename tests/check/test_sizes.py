"""Sizes and counts as readers compute them; PyTorch's own layers say what is right."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from cnnviz import check
from cnnviz.check.sizes import COUNT_PARAMETERS, OUTPUT_SIZE


def counted(size, kernel, stride, padding, dilation):
    reach = dilation * (kernel - 1) + 1
    return len(range(0, size + 2 * padding - reach + 1, stride))


def floored(size, kernel, stride, padding, dilation):
    return math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)


def in_numpy(size, kernel, stride, padding, dilation):
    return np.int32((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)


@pytest.mark.parametrize("function", [counted, floored, in_numpy])
def test_right_sizes_pass_whatever_their_style(function: Callable[..., object]) -> None:
    assert check.output_size(function)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda n, k, s, p, d: (n + 2 * p - k) // s + 1, "forgot dilation"),
        (lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1, "dilation times kernel"),
        (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s, "off by one"),
        (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s, "one added before dividing"),
        (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1, "float for a whole number"),
        (lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1, "ceil for floor"),
        (lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1, "rounded to the nearest"),
        (lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1, "padding counted once"),
        (lambda n, k, p, s, d: (n + 2 * p - d * (k - 1) - 1) // s + 1, "swapped stride and padding"),
    ],
)
def test_wrong_sizes_are_caught_and_named(function: Callable[..., object], name: str) -> None:
    assert check.output_size(function).misconception == name


def test_the_sizes_are_those_of_torchs_layers() -> None:
    for case in OUTPUT_SIZE.cases:
        size, kernel, stride, padding, dilation = case.given.values()
        layer = torch.nn.Conv1d(1, 1, kernel, stride, padding, dilation)
        assert OUTPUT_SIZE._truth(case) == layer(torch.zeros(1, 1, size)).shape[2]


def test_the_counts_are_those_of_torchs_layers() -> None:
    for case in COUNT_PARAMETERS.cases:
        layer = torch.nn.Conv2d(**case.given)
        assert COUNT_PARAMETERS._truth(case) == sum(p.numel() for p in layer.parameters())


def test_a_function_that_asks_torch_passes() -> None:
    def count(in_channels, out_channels, kernel_size, bias=True):
        layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
        return sum(p.numel() for p in layer.parameters())

    assert check.count_parameters(count)


def test_text_is_no_number() -> None:
    verdict = check.output_size(lambda n, k, s, p, d: "3")
    assert verdict.misconception == "not a whole number"
    assert verdict.case.said == "returned a str"
