"""Checks of convolutions that readers write: one plane, and the whole layer."""

import numpy as np

from ._answers import Array
from ._calling import Function
from ._convolution_mistakes import CONV2D as CONV2D_MISTAKES
from ._correlation_mistakes import CORRELATE2D as CORRELATE2D_MISTAKES
from ._exercise import Case, Exercise
from ._verdict import Verdict
from ._windows import conv2d as _conv2d
from ._windows import windows


def _planes(*shape: int, start: int = 0) -> Array:
    """Small whole numbers without symmetry, the same on every machine: -4 ... 5, zeros among them."""
    at = np.arange(start, start + np.prod(shape))
    return ((at * 7 + at**2 * 3 + at // 4) % 10 - 4).astype(np.float32).reshape(shape)


def _correlate2d(x: Array, k: Array) -> Array:
    out: Array = np.einsum("hwij,ij->hw", windows(x, k.shape, 1), k.astype(np.float64))
    return out


def _pair(about: str, x: Array, k: Array) -> Case:
    return Case(about, {"x": x, "k": k})


_f = np.float32
CORRELATE2D = Exercise(
    name="correlate2d",
    required=("x", "k"),
    optional={},
    truth=_correlate2d,
    cases=(
        _pair("one pixel, one weight", np.array([[3]], _f), np.array([[2]], _f)),
        _pair("two weights side by side", np.array([[1, 5]], _f), np.array([[2, 3]], _f)),
        _pair("two weights, one above the other", np.array([[1], [5]], _f), np.array([[2], [3]], _f)),
        _pair("whole numbers in, fractions out", np.array([[1, 2, 5]], np.uint8), np.array([[0.5, 0.25]], _f)),
        _pair("a bright photograph, whose sums pass 255", np.array([[200, 250, 7]], np.uint8), np.array([[1, 1]], _f)),
        _pair("a window that just fits", _planes(2, 2, start=1), _planes(2, 2, start=3)),
        _pair("a window with room to move", _planes(3, 3, start=2), _planes(2, 2, start=5)),
        _pair("a kernel that is not square", _planes(4, 5, start=4), _planes(2, 3, start=1)),
        _pair("a kernel larger to one side", _planes(5, 4, start=3), _planes(4, 2, start=2)),
        _pair("a kernel of 3 × 3", _planes(5, 6, start=7), _planes(3, 3, start=6) / 4),
    ),
    mistakes=CORRELATE2D_MISTAKES,
)


def correlate2d(function: Function) -> Verdict:
    """Check `f(x, k)`: the correlation of a plane (H, W) with a kernel (kh, kw), (H - kh + 1, W - kw + 1).

    x may be of uint8, as photographs are; k is float32.

    >>> correlate2d(lambda x, k: (x * k).sum(keepdims=True)).misconception
    """
    return CORRELATE2D.judge(function)


def _layer(about: str, x: Array, weight: Array, **rest: object) -> Case:
    return Case(about, {"x": x, "weight": weight, **rest})


def _biases(*values: float) -> Array:
    return np.array(values, _f)


CONV2D = Exercise(
    name="conv2d",
    required=("x", "weight"),
    optional={"bias": None, "stride": 1, "padding": 0},
    truth=_conv2d,
    cases=(
        _layer("one pixel, one weight", np.full((1, 1, 1, 1), 3, _f), np.full((1, 1, 1, 1), 2, _f)),
        _layer("a bias", np.full((1, 1, 1, 1), 3, _f), np.full((1, 1, 1, 1), 2, _f), bias=_biases(10)),
        _layer("two weights side by side", np.array([[[[1, 5]]]], _f), np.array([[[[2, 3]]]], _f)),
        _layer("two weights, one above the other", np.array([[[[1], [5]]]], _f), np.array([[[[2], [3]]]], _f)),
        _layer("two input channels", np.array([[[[1]], [[5]]]], _f), np.array([[[[2]], [[3]]]], _f)),
        _layer("a frame of zeros", np.full((1, 1, 1, 1), 3, _f), _planes(1, 1, 2, 2, start=3), padding=1),
        _layer("a stride of 2", _planes(1, 1, 1, 4, start=1), np.full((1, 1, 1, 2), 1, _f), stride=2),
        _layer("two filters over two channels", _planes(1, 2, 1, 2, start=1), _planes(2, 2, 1, 1, start=6)),
        _layer("a batch of two", _planes(2, 1, 2, 2, start=1), _planes(1, 1, 2, 2, start=4)),
        _layer("a kernel of 2 × 2", _planes(1, 1, 3, 3, start=2), _planes(1, 1, 2, 2, start=5)),
        _layer("a stride that leaves pixels over", _planes(1, 1, 4, 4, start=8), _planes(1, 1, 3, 1), stride=2),
        _layer(
            "one bias for each filter",
            _planes(1, 2, 2, 3, start=5),
            _planes(2, 2, 1, 2, start=3),
            bias=_biases(10, -20),
        ),
        _layer("fractions", _planes(1, 1, 4, 4, start=6) / 4, _planes(1, 1, 3, 3, start=2) / 2),
        _layer("a kernel that is not square", _planes(1, 1, 4, 5, start=3), _planes(1, 1, 2, 3, start=1)),
        _layer(
            "stride and padding together",
            _planes(1, 1, 5, 5, start=2),
            _planes(1, 1, 3, 3, start=4),
            stride=2,
            padding=1,
        ),
        _layer("a wide frame", _planes(1, 2, 3, 3, start=7), _planes(1, 2, 3, 3, start=3), padding=2),
        _layer(
            "everything at once",
            _planes(2, 3, 5, 7, start=5),
            _planes(2, 3, 3, 2, start=9),
            bias=_biases(3, -7),
            stride=3,
            padding=1,
        ),
    ),
    mistakes=CONV2D_MISTAKES,
)


def conv2d(function: Function) -> Verdict:
    """Check `f(x, weight, bias=None, stride=1, padding=0)`: the forward pass of a convolutional layer.

    x (N, C, H, W), weight (O, C, kh, kw), bias (O) or None -> (N, O, H', W'), H' = (H + 2*padding - kh) // stride + 1.
    All float32; the answer may be float64, and of torch.

    >>> from cnnviz.nn import functional as F
    >>> bool(conv2d(lambda x, weight, bias=None, stride=1, padding=0: F.conv2d(x, weight, bias, stride, padding)))
    True
    """
    return CONV2D.judge(function)
