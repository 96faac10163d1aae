"""One layer, one output cell at a time: the arithmetic of any operation of the vocabulary, forwards and backwards."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets
from numpy.typing import ArrayLike

from cnnviz.widgets._base import Figure, bundle, pack, stylesheet


class Stepper(Figure):
    """One operation with its numbers, stepped through cell by cell; `cnnviz.step` makes one from a layer.

    Everything the reader changes in the figure comes back in the traits: an edited pixel in `inputs`, a preset in
    `params`, a longer stride in `args`. Arrays cross as `cnnviz.widgets._base.pack` makes them.

    >>> import numpy as np
    >>> Stepper(op="relu", inputs=[np.array([[-1.0, 2.0]])])
    Stepper(relu: 1 × 2)
    """

    _esm = bundle("stepper.js")
    _css = stylesheet("figure.css", "stepper.css")

    op = traitlets.Unicode(help="the operation's name in the vocabulary").tag(sync=True)
    args = traitlets.Dict(help="its arguments, as cnnviz.graph.describe gives them").tag(sync=True)
    params = traitlets.Dict(help="its parameters by name, packed").tag(sync=True)
    inputs = traitlets.List(help="what it reads, packed; `add` reads two").tag(sync=True)
    grad = traitlets.Dict(
        None, allow_none=True, help="the gradient that arrives at the output, packed; None: ones"
    ).tag(sync=True)
    title = traitlets.Unicode("", help="the figure's heading and name").tag(sync=True)
    sample = traitlets.Int(0, min=0, help="which image of the batch").tag(sync=True)
    channel = traitlets.Int(0, min=0, help="which channel of the output").tag(sync=True)
    input_channel = traitlets.Int(0, min=0, help="the input channel whose terms are spelled out").tag(sync=True)
    cell = traitlets.Int(0, min=0, help="the current cell of the channel, counted row by row").tag(sync=True)
    backward = traitlets.Bool(False, help="whether the figure shows the backward view").tag(sync=True)
    target = traitlets.Unicode("input", help='whose gradient: "input", "weight", …').tag(sync=True)
    flipped = traitlets.Bool(False, help="the kernel is flipped: a true convolution").tag(sync=True)
    speed = traitlets.Float(4.0, min=0.1, help="cells a second while playing").tag(sync=True)
    after = traitlets.Unicode("", help="id of the question to be answered before the output is shown").tag(sync=True)
    _height = traitlets.List([420, 900]).tag(sync=True)

    def __init__(
        self,
        op: str,
        inputs: Sequence[ArrayLike],
        args: Mapping[str, Any] | None = None,
        params: Mapping[str, ArrayLike] | None = None,
        *,
        grad: ArrayLike | None = None,
        **traits: Any,
    ) -> None:
        packed = [pack(x) for x in inputs]
        super().__init__(
            op=op,
            inputs=packed,
            args=dict(args or {}),
            params={name: pack(value) for name, value in (params or {}).items()},
            grad=None if grad is None else pack(grad),
            _height=_heights([one["shape"] for one in packed]),
            **traits,
        )

    def _summary(self) -> str:
        shapes = ", ".join(" × ".join(map(str, one["shape"])) for one in self.inputs)
        return f"{self.op}: {shapes}" + (", backward" if self.backward else "")


def _heights(shapes: list[list[int]]) -> list[int]:
    """About how high the figure will stand, in pixels: wide, and at 390 px with its grids above each other."""
    rows, cols = max(map(_plane, shapes))
    wide = min(40, 480 // rows, 420 // cols) * rows
    narrow = min(40, 480 // rows, 358 // cols) * rows
    return [round(340 + max(wide, 140)), round(640 + 1.6 * narrow)]


def _plane(shape: list[int]) -> tuple[int, int]:
    if len(shape) > 2:
        return max(1, shape[-2]), max(1, shape[-1])
    length = max(1, shape[-1] if shape else 1)
    return (1, length) if length <= 12 else (math.isqrt(length), math.isqrt(length))
