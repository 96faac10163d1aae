"""Max pooling as readers write it, forward and backward; PyTorch is the oracle of the oracle."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view

from cnnviz import check
from cnnviz.check.pooling import MAX_POOL2D, MAX_POOL2D_BACKWARD
from cnnviz.nn import functional as F


def loops(x, kernel_size, stride=None, start=-np.inf, take=max):
    stride = stride or kernel_size
    N, C, H, W = x.shape
    out = np.empty((N, C, (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        best = start
        for u, v in np.ndindex(kernel_size, kernel_size):
            best = take(best, x[n, c, i * stride + u, j * stride + v])
        out[n, c, i, j] = best
    return out


def views(x, kernel_size, stride=None):
    step = stride or kernel_size
    return sliding_window_view(x, (kernel_size, kernel_size), axis=(2, 3))[:, :, ::step, ::step].max((4, 5))


def reshaped(x, kernel_size, stride=None):
    if stride not in (None, kernel_size):
        return views(x, kernel_size, stride)
    N, C, H, W = x.shape
    h, w = H // kernel_size, W // kernel_size
    whole = x[:, :, : h * kernel_size, : w * kernel_size]
    return whole.reshape(N, C, h, kernel_size, w, kernel_size).max(axis=(3, 5))


def by_torch(x, kernel_size, stride=None):
    return torch.nn.functional.max_pool2d(torch.from_numpy(x), kernel_size, stride)


def by_cnnviz(x, kernel_size, stride=None):
    return F.max_pool2d(x, kernel_size, stride)


@pytest.mark.parametrize("function", [loops, views, reshaped, by_torch, by_cnnviz])
def test_right_pooling_passes_whatever_its_style(function: Callable[..., object]) -> None:
    verdict = check.max_pool2d(function)
    assert verdict, repr(verdict)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x, kernel_size, stride=None: loops(x, kernel_size, stride, start=0), "starts from zero"),
        (lambda x, kernel_size, stride=None: loops(x, kernel_size, stride, np.inf, min), "minimum for maximum"),
        (lambda x, kernel_size, stride=1: loops(x, kernel_size, stride), "stride of one"),
        (lambda x, kernel_size, stride=2: loops(x, kernel_size, stride), "stride of two"),
        (lambda x, kernel_size, stride=None: loops(x, kernel_size), "stride ignored"),
        (lambda x, kernel_size, stride=None: x[:, :, ::kernel_size, ::kernel_size], "one pixel for each window"),
        (lambda x, kernel_size, stride=None: loops(x, kernel_size, stride).max(1), "maximum over the channels"),
    ],
)
def test_wrong_pooling_is_caught_and_named(function: Callable[..., object], name: str) -> None:
    assert check.max_pool2d(function).misconception == name


def test_the_poolings_oracle_is_torchs() -> None:
    for case in MAX_POOL2D.cases:
        np.testing.assert_array_equal(MAX_POOL2D._truth(case), by_torch(**case.given))


def back_by_torch(grad, x, kernel_size, stride=None):
    leaf = torch.from_numpy(x).requires_grad_()
    torch.nn.functional.max_pool2d(leaf, kernel_size, stride).backward(torch.from_numpy(grad))
    return leaf.grad


def back_loops(grad, x, kernel_size, stride=None, better=np.greater):
    step, d_x = stride or kernel_size, np.zeros_like(x)
    for n, c, i, j in np.ndindex(grad.shape):
        top, left = i * step, j * step
        best = (top, left)
        for u, v in np.ndindex(kernel_size, kernel_size):
            if better(x[n, c, top + u, left + v], x[n, c, *best]):
                best = (top + u, left + v)
        d_x[n, c, *best] += grad[n, c, i, j]
    return d_x


def equality_mask(grad, x, kernel_size, stride=None):
    step, d_x, y = stride or kernel_size, np.zeros_like(x), views(x, kernel_size, stride)
    for n, c, i, j in np.ndindex(grad.shape):
        at = n, c, slice(i * step, i * step + kernel_size), slice(j * step, j * step + kernel_size)
        d_x[at] += (x[at] == y[n, c, i, j]) * grad[n, c, i, j]
    return d_x


@pytest.mark.parametrize("function", [back_loops, back_by_torch])
def test_right_routes_pass(function: Callable[..., object]) -> None:
    verdict = check.max_pool2d_backward(function)
    assert verdict, repr(verdict)


def test_an_equality_mask_pays_ties_twice() -> None:
    verdict = check.max_pool2d_backward(equality_mask)
    assert verdict.misconception == "ties counted twice"
    assert verdict.case.about == "a tie: two pixels are the largest"


def test_a_comparison_that_lets_equals_take_over_pays_the_last() -> None:
    verdict = check.max_pool2d_backward(
        lambda grad, x, kernel_size, stride=None: back_loops(grad, x, kernel_size, stride, np.greater_equal)
    )
    assert verdict.misconception == "last of the ties"


def test_the_routes_oracle_is_torchs() -> None:
    for case in MAX_POOL2D_BACKWARD.cases:
        np.testing.assert_array_equal(MAX_POOL2D_BACKWARD._truth(case), back_by_torch(**case.given))
