"""One case of the test vectors, and short ways to write it."""

from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int, ...]

DEFAULTS: dict[str, dict[str, Any]] = {
    "conv2d": {
        "stride": (1, 1),
        "padding": (0, 0, 0, 0),
        "dilation": (1, 1),
        "groups": 1,
        "padding_mode": "zeros",
    },
    "conv_transpose2d": {
        "stride": (1, 1),
        "padding": (0, 0),
        "output_padding": (0, 0),
        "dilation": (1, 1),
        "groups": 1,
    },
    "max_pool2d": {
        "kernel_size": (2, 2),
        "stride": (2, 2),
        "padding": (0, 0, 0, 0),
        "dilation": (1, 1),
        "ceil_mode": False,
    },
    "avg_pool2d": {
        "kernel_size": (2, 2),
        "stride": (2, 2),
        "padding": (0, 0, 0, 0),
        "ceil_mode": False,
        "count_include_pad": True,
    },
    "adaptive_avg_pool2d": {"output_size": (1, 1)},
    "linear": {},
    "relu": {},
    "leaky_relu": {"negative_slope": 0.01},
    "sigmoid": {},
    "tanh": {},
    "silu": {},
    "softmax": {"dim": 1},
    "batch_norm": {"training": False, "eps": 1e-5},
    "flatten": {"start_dim": 1, "end_dim": -1},
    "add": {},
    "identity": {},
}
"""The arguments of each operation, as a case has them that does not say otherwise."""


@dataclass(frozen=True)
class Case:
    """One call: shapes to fill with random numbers (two decimals), or the numbers themselves."""

    op: str
    name: str
    inputs: list[Shape]
    params: dict[str, Shape] = field(default_factory=dict)
    args: dict[str, Any] = field(default_factory=dict)
    numbers: list[float] | None = None
    """Numbers for the first input, repeated until it is full; None: random."""
    upstream: list[float] | None = None
    """Likewise for the gradient by the output."""

    @property
    def all_args(self) -> dict[str, Any]:
        """The operation's defaults, and what this case changes; one number stands for a whole pair or four."""
        defaults = DEFAULTS[self.op]
        return {**defaults, **{name: _spread(value, defaults[name]) for name, value in self.args.items()}}


def _spread(value: Any, like: Any) -> Any:
    return (value,) * len(like) if isinstance(like, tuple) and not isinstance(value, tuple) else value


def conv(name: str, x: Shape, weight: Shape, bias: bool = True, *, op: str = "conv2d", **args: Any) -> Case:
    """A convolution, transposed or not."""
    out = weight[1] * args.get("groups", 1) if op == "conv_transpose2d" else weight[0]
    return Case(op, name, [x], {"weight": weight, **({"bias": (out,)} if bias else {})}, args)


def transposed(name: str, x: Shape, weight: Shape, bias: bool = True, **args: Any) -> Case:
    """A transposed convolution."""
    return conv(name, x, weight, bias, op="conv_transpose2d", **args)


def norm(name: str, x: Shape, affine: bool = True, running: bool = True, **args: Any) -> Case:
    """A batch normalisation."""
    channel = (x[1],)
    names = ["weight", "bias"] * affine + ["running_mean", "running_var"] * running
    return Case("batch_norm", name, [x], dict.fromkeys(names, channel), args)


def only(op: str, name: str, *inputs: Shape, numbers: list[float] | None = None, **args: Any) -> Case:
    """An operation without parameters."""
    return Case(op, name, list(inputs), {}, args, numbers)
