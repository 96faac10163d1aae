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
    "adaptive_max_pool2d": {"output_size": (1, 1)},
    "mean": {"dim": (1,), "keepdim": False},
    "linear": {},
    "relu": {},
    "leaky_relu": {"negative_slope": 0.01},
    "prelu": {},
    "relu6": {},
    "hardtanh": {"min_val": -1.0, "max_val": 1.0, "closed": False},
    "hardswish": {},
    "hardsigmoid": {},
    "sigmoid": {},
    "tanh": {},
    "silu": {},
    "mish": {},
    "gelu": {"approximate": "none"},
    "elu": {"alpha": 1.0},
    "softplus": {"beta": 1.0, "threshold": 20.0},
    "softmax": {"dim": 1},
    "log_softmax": {"dim": 1},
    "batch_norm": {"training": False, "eps": 1e-5},
    "group_norm": {"num_groups": 1, "eps": 1e-5},
    "layer_norm": {"normalized_shape": (1,), "eps": 1e-5},
    "add": {},
    "sub": {},
    "mul": {},
    "div": {},
    "scale": {"factor": 2.0, "offset": -0.5},
    "constant": {},
    "cat": {"dim": 1},
    "pad": {"padding": (0, 0, 0, 0), "mode": "constant", "value": 0.0},
    "interpolate": {"size": (1, 1), "mode": "nearest", "align_corners": False, "scale": None},
    "permute": {"dims": (0,)},
    "reshape": {"shape": (-1,)},
    "slice": {"dim": 0, "start": 0, "stop": 1, "step": 1},
    "pixel_shuffle": {"upscale_factor": 2},
    "flatten": {"start_dim": 1, "end_dim": -1},
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


def grouped(op: str, name: str, x: Shape, weight: Shape | None, **args: Any) -> Case:
    """A group or layer normalisation; a layer's axes are its weight's, where nothing else is said."""
    params = {"weight": weight, "bias": weight} if weight else {}
    shape = {"normalized_shape": weight} if op == "layer_norm" and weight else {}
    return Case(op, name, [x], params, {**shape, **args})


def only(op: str, name: str, *inputs: Shape, numbers: list[float] | None = None, **args: Any) -> Case:
    """An operation without parameters."""
    return Case(op, name, list(inputs), {}, args, numbers)
