"""Checks of receptive fields along one axis: how many pixels a unit sees, and where the first unit's begin."""

from collections.abc import Sequence
from typing import TypeAlias

from ._calling import Function
from ._exercise import Case, Exercise, mistake
from ._verdict import Verdict

Layers: TypeAlias = Sequence[tuple[int, ...]]


def _field(layers: Layers) -> int:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size


def _with_jumps(layers: Layers, jumps: Sequence[int]) -> int:
    return 1 + sum(d * (k - 1) * j for (k, _, d), j in zip(layers, jumps, strict=True))


def _strides_added(layers: Layers, less: int = 0, least: int = 1) -> list[int]:
    """For each layer the sum of the strides beneath it."""
    strides = [s - less for _, s, _ in layers]
    return [max(least, sum(strides[:i])) for i in range(len(layers))]


def _last_strides(layers: Layers) -> list[int]:
    return [1, *(s for _, s, _ in layers)][: len(layers)]


def _chain(about: str, *layers: tuple[int, ...]) -> Case:
    return Case(about, {"layers": list(layers)})


_FLOAT = "The answer is a float: pixels are counted, so it should be an int."

RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    required=("layers",),
    optional={},
    truth=_field,
    returns="integer",
    cases=(
        _chain("no layer: a pixel sees itself"),
        _chain("one layer", (3, 1, 1)),
        _chain("two layers", (3, 1, 1), (3, 1, 1)),
        _chain("an even kernel between odd ones", (3, 1, 1), (4, 1, 1), (5, 1, 1)),
        _chain("a stride in the last layer", (3, 1, 1), (3, 2, 1)),
        _chain("a stride before another layer", (3, 2, 1), (3, 1, 1)),
        _chain("windows side by side", (2, 2, 1), (2, 2, 1), (2, 2, 1)),
        _chain("dilation", (3, 1, 2)),
        _chain("dilation with an even kernel", (4, 1, 3), (3, 1, 1)),
        _chain("two strides, 2 and 3", (3, 2, 1), (5, 3, 1), (3, 1, 1)),
        _chain("a kernel of 1 with a stride", (1, 2, 1), (3, 1, 1)),
        _chain("everything at once", (7, 2, 1), (3, 2, 1), (3, 1, 2), (4, 3, 1), (3, 1, 4)),
    ),
    mistakes=(
        mistake(
            "jump forgotten",
            "Every layer adds as much as if it lay on the pixels. After a stride, how many pixels lie between two "
            "neighbouring cells of the layer's input?",
            lambda f, layers: f([(k, 1, d) for k, _, d in layers]),
        ),
        mistake(
            "kernel for kernel minus one",
            "A whole kernel is added. A window of 3 cells reaches from its first cell to its last in how many steps?",
            lambda f, layers: f([(k + 1, s, d) for k, s, d in layers]),
            lambda f, layers: f([(k + 1, s, d) for k, s, d in layers]) - 1,
        ),
        mistake(
            "this layer's stride too early",
            "A layer's own stride already widens its own window. The stride says where the next window of this layer "
            "stands: whose cells lie further apart by it?",
            lambda f, layers: f([one for k, s, d in layers for one in ((1, s, 1), (k, 1, d))]),
        ),
        mistake(
            "forgot dilation",
            "The dilation has no effect. With gaps between its cells, how far does a window of 3 reach?",
            lambda f, layers: f([(k, s, 1) for k, s, _ in layers]),
        ),
        mistake(
            "dilation times kernel",
            "The window's reach is taken as dilation times its size. Between 3 cells there are only two gaps.",
            lambda f, layers: f([(d * k, s, 1) for k, s, d in layers]),
        ),
        mistake(
            "strides added",
            "The strides are added up. Two layers of stride 2: how many pixels from one cell to the next?",
            lambda f, layers: _with_jumps(layers, _strides_added(layers)),
            lambda f, layers: _with_jumps(
                layers, [1 + sum(s - 1 for _, s, _ in layers[:i]) for i in range(len(layers))]
            ),
        ),
        mistake(
            "only the stride before",
            "Only the stride of the layer before counts. What about the layers beneath it?",
            lambda f, layers: _with_jumps(layers, _last_strides(layers)),
        ),
        mistake(
            "layers in the wrong order",
            "The layers are taken from the other end. Which layer's windows lie on the pixels themselves?",
            lambda f, layers: f(layers[::-1]),
        ),
        mistake(
            "starts at zero",
            "One pixel is missing. How many pixels does a pixel see?",
            lambda f, layers: f(layers) - 1,
        ),
        mistake(
            "one too many", "One pixel is too many. How many pixels does a pixel see?", lambda f, layers: f(layers) + 1
        ),
        mistake(
            "kernels multiplied",
            "The kernels are multiplied. Neighbouring windows overlap: what does a second window of 3 add?",
            lambda f, layers: _product([k for k, _, _ in layers]),
            lambda f, layers: _product([d * (k - 1) + 1 for k, _, d in layers]),
        ),
        mistake(
            "only the last layer",
            "Only the last layer counts. Each of its cells has a field of its own.",
            lambda f, layers: f(layers[-1:]),
        ),
        mistake(
            "area for side", "The pixels of a square are counted; the side is wanted.", lambda f, layers: f(layers) ** 2
        ),
        mistake(
            "the jump returned",
            "What comes back is the jump, the distance of two neighbours' fields. The size is wanted.",
            lambda f, layers: _product([s for _, s, _ in layers]),
        ),
        mistake("float for a whole number", _FLOAT, lambda f, layers: float(f(layers))),
    ),
)


def _product(values: Sequence[int]) -> int:
    total = 1
    for value in values:
        total *= value
    return total


def receptive_field(function: Function) -> Verdict:
    """Check `f(layers)`: how many pixels a unit of the last layer sees along one axis, an int.

    layers: a list of (kernel, stride, dilation), the first layer first.

    >>> def forgets(layers):
    ...     return 1 + sum(dilation * (kernel - 1) for kernel, stride, dilation in layers)
    >>> receptive_field(forgets).misconception
    'jump forgotten'
    """
    return RECEPTIVE_FIELD.judge(function)


def _start(layers: Layers) -> int:
    start, jump = 0, 1
    for _, stride, padding in layers:
        start -= padding * jump
        jump *= stride
    return start


FIELD_START = Exercise(
    name="field_start",
    required=("layers",),
    optional={},
    truth=_start,
    returns="integer",
    cases=(
        _chain("no layer"),
        _chain("no padding", (3, 1, 0)),
        _chain("padding", (3, 1, 1)),
        _chain("two padded layers", (3, 1, 1), (5, 1, 2)),
        _chain("a stride in the last layer", (3, 1, 1), (3, 2, 1)),
        _chain("a stride before a padded layer", (3, 2, 1), (3, 1, 1)),
        _chain("two strides, 2 and 3", (3, 2, 1), (3, 3, 0), (5, 1, 2)),
        _chain("the beginning of ResNet", (7, 2, 3), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1)),
    ),
    mistakes=(
        mistake(
            "jump forgotten",
            "All padding counts as pixels. A cell of padding in a deeper map is as wide as its other cells: how many "
            "pixels?",
            lambda f, layers: f([(k, 1, p) for k, _, p in layers]),
        ),
        mistake(
            "this layer's stride too early",
            "A layer's own stride already counts for its own padding. The padding is put around its input: how far "
            "apart do those cells lie?",
            lambda f, layers: f([one for k, s, p in layers for one in ((1, s, 0), (k, 1, p))]),
        ),
        mistake(
            "sign turned",
            "The padding moves the first field into the picture. On which side of pixel 0 does it begin?",
            lambda f, layers: -f(layers),
        ),
        mistake(
            "padding on both sides",
            "The padding is counted twice. Only what lies before the first pixel moves the field's beginning.",
            lambda f, layers: 2 * f(layers),
        ),
        mistake(
            "middle for start",
            "What comes back is the middle of the field. Where does it begin?",
            lambda f, layers: f(layers) + (_field([(k, s, 1) for k, s, _ in layers]) - 1) // 2,
            lambda f, layers: f(layers) + (_field([(k, s, 1) for k, s, _ in layers]) - 1) / 2,
        ),
        mistake(
            "only the last layer",
            "Only the last layer counts, or nothing is kept from one round to the next.",
            lambda f, layers: -layers[-1][2] if layers else 0,
            lambda f, layers: f(layers) - f(layers[:-1]),
        ),
        mistake(
            "only the stride before",
            "Only the stride of the layer before counts. What about the layers beneath it?",
            lambda f, layers: (
                -sum(p * s for (_, _, p), s in zip(layers, [1, *(s for _, s, _ in layers)], strict=False))
            ),
        ),
        mistake(
            "cut off at the picture",
            "The field is cut off where the picture begins. It begins outside, in the padding.",
            lambda f, layers: 0 * f(layers),
        ),
        mistake("float for a whole number", _FLOAT, lambda f, layers: float(f(layers))),
    ),
)


def field_start(function: Function) -> Verdict:
    """Check `f(layers)`: the first pixel of the field of unit 0, an int; negative where it begins in the padding.

    layers: a list of (kernel, stride, padding), the first layer first.

    >>> field_start(lambda layers: -sum(padding for kernel, stride, padding in layers)).misconception
    'jump forgotten'
    """
    return FIELD_START.judge(function)
