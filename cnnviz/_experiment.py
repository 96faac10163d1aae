"""What a stepper is given, made whole: every argument of the operation, every axis of the numbers, and the output."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._arrays import plain
from cnnviz._check import Array
from cnnviz.graph import Graph, Node, describe

_MAPS = {
    *("conv2d", "conv_transpose2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"),
    *("batch_norm", "pad", "interpolate", "pixel_shuffle", "flatten"),
}
_VECTORS = {"linear", "softmax", "log_softmax", "group_norm"}
_AS_GIVEN = {"permute", "reshape", "slice", "mean", "layer_norm"}  # their arguments count the axes
_PAIRS = {"add", "sub", "mul", "div"}

# What an operation's name alone stands for: torch's defaults, and the channels for an axis.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "conv2d": {"stride": [1, 1], "padding": [0] * 4, "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"},
    "conv_transpose2d": {
        **{"stride": [1, 1], "padding": [0, 0], "output_padding": [0, 0]},
        **{"dilation": [1, 1], "groups": 1},
    },
    "leaky_relu": {"negative_slope": 0.01},
    "hardtanh": {"min_val": -1.0, "max_val": 1.0},
    "gelu": {"approximate": "none"},
    "elu": {"alpha": 1.0},
    "softplus": {"beta": 1.0, "threshold": 20.0},
    "softmax": {"dim": 1},
    "log_softmax": {"dim": 1},
    "batch_norm": {"training": False, "eps": 1e-5},
    "group_norm": {"eps": 1e-5},
    "layer_norm": {"eps": 1e-5},
    "scale": {"factor": 1.0, "offset": 0.0},
    "cat": {"dim": 1},
    "mean": {"keepdim": False},
    "slice": {"start": None, "stop": None, "step": 1},
    "pad": {"mode": "constant", "value": 0.0},
    "interpolate": {"mode": "nearest", "align_corners": False, "scale": None},
    "flatten": {"start_dim": 1, "end_dim": -1},
}


def described(
    layer: Any, args: Mapping[str, Any] | None, params: Mapping[str, Any] | None
) -> tuple[str, dict[str, Any], dict[str, Array]]:
    """The operation of a layer, or of a name with its arguments and parameters."""
    if isinstance(layer, str):
        if layer == "constant":
            raise _check.bad_value("step", "an operation that reads something", '"constant"')
        given = {name: numbers(value, name) for name, value in (params or {}).items()}
        return layer, {**_DEFAULTS.get(layer, {}), **(args or {})}, given
    if args is not None or params is not None:
        raise _check.bad_type(
            "step", "args and params only with an operation's name", type(layer).__name__, "the layer has them"
        )
    try:
        return describe(layer)
    except _check.Refused as error:
        error.who = "step"
        raise


def inputs_of(op: str, x: Any) -> list[Array]:
    """The arrays that an operation reads, with every axis."""
    if op not in _PAIRS and op != "cat":
        return [_shaped(op, numbers(x))]
    wanted = "two arrays" if op in _PAIRS else "two arrays or more"
    count = len(x) if isinstance(x, tuple | list) else 0
    if count < 2 or (op in _PAIRS and count > 2):
        todo = "give x=(a, b)"
        raise _check.bad_type("step", f'{wanted} for "{op}"', f"{count}" if count else type(x).__name__, todo)
    return [_shaped(op, numbers(one)) for one in x]


def numbers(value: Any, name: str = "x", who: str = "step") -> Array:
    """A float32 array of whatever holds real numbers, on whatever device."""
    array = plain(value)
    if array.dtype.kind not in "fiub":
        raise _check.bad_type(who, f"{name} as real numbers", f"dtype {array.dtype}")
    if array.size == 0:
        raise _check.bad_value(who, f"{name} with at least one number", f"shape {array.shape}")
    return array.astype(np.float32)


def _shaped(op: str, x: Array) -> Array:
    """The axes in front that x lacks: a batch of one, of one channel."""
    as_vectors = op in _VECTORS or (op not in _MAPS and x.ndim == 2 and len(x) == 1)
    wanted = 2 if (as_vectors and x.ndim < 3) or (op not in _MAPS and x.ndim == 1) else 4
    if x.ndim > 4 or (op in _MAPS and x.ndim < 2):
        needs = "an image (H, W), (C, H, W) or (N, C, H, W)" if op in _MAPS else "at most four axes"
        raise _check.bad_value("step", needs, x.shape, "take one with x[0]" if x.ndim > 4 else "")
    return x if op in _AS_GIVEN else x.reshape((1,) * (wanted - x.ndim) + x.shape)


def output_of(op: str, inputs: list[Array], args: dict[str, Any], params: dict[str, Array]) -> Array:
    """The output, computed once in Python so that what does not fit is an error where the reader wrote it."""
    others = [Node(f"input {i}", "constant", {}, {"value": x}, ()) for i, x in enumerate(inputs[1:], 2)]
    node = Node(op, op, args, params, ("input", *(other.name for other in others)))
    with np.errstate(all="ignore"):  # NaN and infinity may be looked at
        return Graph((*others, node)).run(inputs[0])[op]


def gradient_of(grad: Array, shape: tuple[int, ...]) -> Array:
    """The gradient that arrives, in the output's shape."""
    if grad.size != np.prod(shape):
        raise _check.bad_value("step", f"grad of the output's shape {shape}", grad.shape, "one number an output cell")
    return grad.reshape(shape)
