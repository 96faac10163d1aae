"""One layer, one output cell at a time: the arithmetic of any operation of the vocabulary, forwards and backwards."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets
from numpy.typing import ArrayLike

from cnnviz.widgets._base import Figure, bundle, pack, stylesheet
from cnnviz.widgets._stepper_room import Room, room_for


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
    cell = traitlets.Int(
        -1, min=-1, help="the current cell of the channel, counted row by row; -1: begin with the largest number"
    ).tag(sync=True)
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
        output_shape: Sequence[int] = (),
        **traits: Any,
    ) -> None:
        """`output_shape` only tells how much room to keep for the figure before it stands."""
        packed = [pack(x) for x in inputs]
        weights = {name: pack(value) for name, value in (params or {}).items()}
        shapes = [one["shape"] for one in packed]
        room = Room(
            op,
            args or {},
            shapes,
            {name: one["shape"] for name, one in weights.items()},
            list(output_shape) or shapes[0],
            backward=bool(traits.get("backward")),
            titled=bool(traits.get("title")),
            veiled=bool(traits.get("after")),
        )
        super().__init__(
            op=op,
            inputs=packed,
            args=dict(args or {}),
            params=weights,
            grad=None if grad is None else pack(grad),
            _height=room_for(room),
            **traits,
        )

    def _summary(self) -> str:
        shapes = ", ".join(" × ".join(map(str, one["shape"])) for one in self.inputs)
        return f"{self.op}: {shapes}" + (", backward" if self.backward else "")
