"""Checks of the arithmetic of layers: how large an output is, and how many parameters there are."""

from math import ceil
from typing import Any

from ._calling import Function
from ._exercise import Case, Exercise, mistake
from ._verdict import Verdict


def _size(about: str, *given: int) -> Case:
    return Case(about, dict(zip(("size", "kernel", "stride", "padding", "dilation"), given, strict=True)))


def _output_size(n: int, k: int, s: int, p: int, d: int) -> int:
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def _steps(n: int, k: int, s: int, p: int, d: int) -> float:
    """How many steps of the stride fit, before rounding."""
    return (n + 2 * p - d * (k - 1) - 1) / s


_SIZE_MISTAKES = (
    mistake(
        "off by one",
        "One place is missing: how many places has a window of 3 in a row of 3? And how many steps does it take?",
        lambda f, n, k, s, p, d: f(n, k, s, p, d) - 1,
    ),
    mistake(
        "one too many",
        "One place is too many: how many places has a window of 3 in a row of 3?",
        lambda f, n, k, s, p, d: f(n, k, s, p, d) + 1,
    ),
    mistake(
        "one added before dividing",
        "The 1 is added inside the division. It is the window's first place, which takes no step: what is divided?",
        lambda f, n, k, s, p, d: f(n, k, 1, p, d) // s,
    ),
    mistake(
        "ceil for floor",
        "A last step that does not fit whole is counted. It is left out: the division rounds down.",
        lambda f, n, k, s, p, d: ceil(_steps(n, k, s, p, d)) + 1,
    ),
    mistake(
        "rounded to the nearest",
        "The division is rounded to the nearest number. A step that does not fit whole is left out.",
        lambda f, n, k, s, p, d: round(_steps(n, k, s, p, d)) + 1,
        lambda f, n, k, s, p, d: int(_steps(n, k, s, p, d) + 0.5) + 1,
    ),
    mistake(
        "float for a whole number",
        "The answer is a float. There are two division signs in Python: which of them keeps whole numbers whole, and "
        "which way does it round?",
        lambda f, n, k, s, p, d: _steps(n, k, s, p, d) + 1,
        lambda f, n, k, s, p, d: float(f(n, k, s, p, d)),
    ),
    mistake(
        "padding counted once",
        "The padding is counted once. It is added on both sides: how much longer does the row become?",
        lambda f, n, k, s, p, d: f(n - p, k, s, p, d),
    ),
    mistake("padding forgotten", "The padding has no effect.", lambda f, n, k, s, p, d: f(n, k, s, 0, d)),
    mistake(
        "padding subtracted",
        "The padding makes the row shorter. Which way should it go?",
        lambda f, n, k, s, p, d: f(n, k, s, -p, d),
        lambda f, n, k, s, p, d: f(n - 3 * p, k, s, p, d),
    ),
    mistake("stride forgotten", "The stride has no effect.", lambda f, n, k, s, p, d: f(n, k, 1, p, d)),
    mistake(
        "swapped stride and padding",
        "The stride is used as padding, and the padding as stride.",
        lambda f, n, k, s, p, d: f(n, k, p, s, d),
    ),
    mistake(
        "swapped stride and dilation",
        "The stride is used as dilation, and the dilation as stride. One is the step of the window, the other the "
        "distance between its weights.",
        lambda f, n, k, s, p, d: f(n, k, d, p, s),
    ),
    mistake(
        "forgot dilation",
        "The dilation has no effect. With gaps between its weights, how far does a kernel of 3 reach?",
        lambda f, n, k, s, p, d: f(n, k, s, p, 1),
    ),
    mistake(
        "dilation times kernel",
        "The kernel's reach is taken as dilation times its size. Between 3 weights there are only two gaps.",
        lambda f, n, k, s, p, d: f(n, d * k, s, p, 1),
    ),
    mistake(
        "kernel not subtracted",
        "The kernel's size has no effect: a larger window has fewer places.",
        lambda f, n, k, s, p, d: f(n, 1, s, p, d),
    ),
    mistake(
        "row divided before the kernel is subtracted",
        "The row is divided by the stride before the kernel is taken away. Steps are counted in the room that the "
        "kernel leaves.",
        lambda f, n, k, s, p, d: (n + 2 * p) // s - d * (k - 1),
        lambda f, n, k, s, p, d: (n + 2 * p) // s - d * (k - 1) - 1,
    ),
)

OUTPUT_SIZE = Exercise(
    name="output_size",
    required=("size", "kernel", "stride", "padding", "dilation"),
    optional={},
    truth=_output_size,
    returns="integer",
    cases=(
        _size("a window that just fits", 3, 3, 1, 0, 1),
        _size("room to move", 5, 3, 1, 0, 1),
        _size("padding", 5, 3, 1, 1, 1),
        _size("a stride that comes out even", 7, 3, 2, 0, 1),
        _size("a stride that leaves one pixel over", 6, 3, 2, 0, 1),
        _size("a stride of 3 that leaves two over", 8, 3, 3, 0, 1),
        _size("a stride of 4 that leaves one over", 8, 4, 3, 0, 1),
        _size("dilation", 9, 3, 1, 0, 2),
        _size("dilation with an even kernel", 12, 4, 1, 0, 3),
        _size("stride and padding", 28, 5, 2, 3, 1),
        _size("everything at once", 31, 4, 3, 2, 2),
        _size("the first layer of ResNet", 224, 7, 2, 3, 1),
    ),
    mistakes=_SIZE_MISTAKES,
)


def output_size(function: Function) -> Verdict:
    """Check `f(size, kernel, stride, padding, dilation)`: how many places the window has along one axis, an int.

    >>> bool(output_size(lambda size, kernel, stride, padding, dilation: (
    ...     size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1))
    True
    """
    return OUTPUT_SIZE.judge(function)


def _layer(about: str, in_channels: int, out_channels: int, kernel_size: int, **rest: Any) -> Case:
    given = {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size}
    return Case(about, {**given, **rest})


COUNT_PARAMETERS = Exercise(
    name="count_parameters",
    required=("in_channels", "out_channels", "kernel_size"),
    optional={"bias": True},
    truth=lambda c, o, k, bias: o * c * k * k + o * bias,
    returns="integer",
    cases=(
        _layer("a single weight, without bias", 1, 1, 1, bias=False),
        _layer("a single weight and its bias", 1, 1, 1),
        _layer("a kernel of 3 × 3", 1, 1, 3, bias=False),
        _layer("three channels in", 3, 1, 2, bias=False),
        _layer("four filters", 1, 4, 2, bias=False),
        _layer("a bias for each filter", 2, 3, 1),
        _layer("a first layer", 3, 8, 5),
        _layer("a later layer", 32, 64, 3),
    ),
    mistakes=(
        mistake(
            "forgotten bias",
            "The biases are missing: each filter has one, unless `bias` is False.",
            lambda f, c, o, k, b: f(c, o, k, False),
        ),
        mistake(
            "bias always counted",
            "The biases are counted although `bias` is False.",
            lambda f, c, o, k, b: f(c, o, k, True),
        ),
        mistake(
            "one bias for the layer",
            "One bias is counted for the whole layer. Each filter has one.",
            lambda f, c, o, k, b: f(c, o, k, False) + b,
        ),
        mistake(
            "bias for each input channel",
            "There is a bias for each input channel, or each kernel. It is added once to a filter's sum.",
            lambda f, c, o, k, b: f(c, o, k, False) + c * b,
            lambda f, c, o, k, b: f(c, o, k, False) + c * o * b,
        ),
        mistake(
            "kernel counted along one axis",
            "The kernel counts with its side. It is a square: how many weights has one of 3 × 3?",
            lambda f, c, o, k, b: c * o * k + o * b,
        ),
        mistake(
            "input channels forgotten",
            "The number of input channels has no effect. A filter has a kernel for each of them.",
            lambda f, c, o, k, b: f(1, o, k, b),
        ),
        mistake(
            "filters forgotten",
            "The number of filters has no effect, or only on the biases. Each filter has weights of its own.",
            lambda f, c, o, k, b: f(c, 1, k, b),
            lambda f, c, o, k, b: f(c, 1, k, False) + o * b,
        ),
        mistake(
            "channels added",
            "The numbers of channels are added. Every filter has a kernel for every input channel: how many pairs?",
            lambda f, c, o, k, b: (c + o) * k * k + o * b,
        ),
        mistake(
            "float for a whole number",
            "The answer is a float: parameters are counted, so it should be an int.",
            lambda f, c, o, k, b: float(f(c, o, k, b)),
        ),
    ),
)


def count_parameters(function: Function) -> Verdict:
    """Check `f(in_channels, out_channels, kernel_size, bias=True)`: how many numbers a convolution learns, an int.

    >>> bool(count_parameters(lambda in_channels, out_channels, kernel_size, bias=True:
    ...     out_channels * (in_channels * kernel_size**2 + bias)))
    True
    """
    return COUNT_PARAMETERS.judge(function)
