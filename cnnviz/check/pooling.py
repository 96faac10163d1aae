"""Checks of max pooling that readers write: the layer, and where its gradient goes."""

import numpy as np

from . import _pooling_mistakes as known
from ._answers import Array
from ._calling import Function
from ._exercise import Case, Exercise
from ._verdict import Verdict
from ._windows import max_pool2d as _max_pool2d
from ._windows import max_pool2d_backward as _max_pool2d_backward

_f = np.float32


def _case(about: str, x: Array, kernel_size: int, stride: int | None = None) -> Case:
    given = {"x": x.astype(_f), "kernel_size": kernel_size}
    return Case(about, given if stride is None else {**given, "stride": stride})


def _shuffled(*shape: int, step: int = 7, low: int = 0) -> Array:
    """Whole numbers from `low` on, each once, in an order without symmetry: the same on every machine."""
    n = int(np.prod(shape))
    return (np.arange(n) * step % n + low).astype(_f).reshape(shape)


MAX_POOL2D = Exercise(
    name="max_pool2d",
    required=("x", "kernel_size"),
    optional={"stride": None},
    truth=_max_pool2d,
    cases=(
        _case("one window", np.array([[[[1, 5], [4, 2]]]]), 2),
        _case("negative numbers only", np.array([[[[-3, -8], [-5, -9]]]]), 2),
        _case("two windows", np.array([[[[3, 1, 0, 7], [2, 5, 6, 4]]]]), 2),
        _case("two channels", np.array([[[[1, 6], [3, 2]], [[9, 0], [5, 4]]]]), 2),
        _case("a batch of two", np.array([[[[7, 6], [3, 2]]], [[[-1, 5], [8, 4]]]]), 2),
        _case("a row and a column left over", _shuffled(1, 1, 3, 3, step=4, low=-2), 2),
        _case("windows that overlap", _shuffled(1, 1, 3, 4, step=5, low=-4), 2, 1),
        _case("fractions", _shuffled(1, 1, 4, 4, step=5, low=-9) / 4, 2),
        _case("windows that leave pixels out", _shuffled(1, 1, 5, 5, step=9, low=-12), 2, 3),
        _case("windows of 3 side by side", _shuffled(1, 1, 4, 7, step=9, low=-12), 3),
        _case("a window of 3 at stride 2", _shuffled(1, 1, 6, 6, step=11, low=-20), 3, 2),
        _case("everything at once", _shuffled(2, 3, 6, 8, step=125, low=-150), 3, 2),
    ),
    mistakes=known.MAX_POOL2D,
)


def max_pool2d(function: Function) -> Verdict:
    """Check `f(x, kernel_size, stride=None)`: the largest value of each window, channel by channel.

    x (N, C, H, W) float32 -> (N, C, H', W'), H' = (H - kernel_size) // stride + 1; stride None means kernel_size.
    """
    return MAX_POOL2D.judge(function)


def _back(about: str, x: Array, kernel_size: int, stride: int | None = None) -> Case:
    x = x.astype(_f)
    shape = _max_pool2d(x, kernel_size, stride).shape
    given = {"grad": _shuffled(*shape, step=1, low=2), "x": x, "kernel_size": kernel_size}
    return Case(about, given if stride is None else {**given, "stride": stride})


MAX_POOL2D_BACKWARD = Exercise(
    name="max_pool2d_backward",
    required=("grad", "x", "kernel_size"),
    optional={"stride": None},
    truth=_max_pool2d_backward,
    cases=(
        _back("one window", np.array([[[[1, 5], [4, 2]]]]), 2),
        _back("a tie: two pixels are the largest", np.array([[[[0, 3], [3, 1]]]]), 2),
        _back("a window of zeros, as after a ReLU", np.zeros((1, 1, 2, 2)), 2),
        _back("one pixel, largest in two windows", np.array([[[[1, 9, 2], [3, 0, 4]]]]), 2, 1),
        _back("two windows", np.array([[[[3, 1, 0, 7], [2, 5, 6, 4]]]]), 2),
        _back("two channels", np.array([[[[1, 6], [3, 2]], [[9, 0], [5, 4]]]]), 2),
        _back("a batch of two", np.array([[[[7, 6], [3, 2]]], [[[-1, 5], [8, 4]]]]), 2),
        _back("a row and a column left over", _shuffled(1, 1, 3, 3, step=4, low=-2), 2),
        _back("windows that overlap", _shuffled(1, 1, 3, 4, step=5, low=-4), 2, 1),
        _back("everything at once", _shuffled(2, 2, 5, 6, step=41, low=-60), 3, 2),
    ),
    mistakes=known.MAX_POOL2D_BACKWARD,
)


def max_pool2d_backward(function: Function) -> Verdict:
    """Check `f(grad, x, kernel_size, stride=None)`: the gradient of max pooling's input, of x's shape.

    grad (N, C, H', W') is the output's gradient. On a tie all of it goes to the first largest pixel in reading order,
    as in PyTorch.
    """
    return MAX_POOL2D_BACKWARD.judge(function)
