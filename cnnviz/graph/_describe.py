"""Layers as operations of the vocabulary.

They are recognised by their class's name, so that those of `cnnviz.nn` and of `torch.nn` both work and torch is not
imported here.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz.nn.functional._padding import margins

from ._nodes import Args, Description, Params


def describe(layer: Any) -> Description:
    """A layer's operation, its arguments (plain JSON, everything normalised) and its parameters (copied, float32).

    >>> from cnnviz import nn
    >>> describe(nn.MaxPool2d(2))[:2]  # doctest: +NORMALIZE_WHITESPACE
    ('max_pool2d', {'kernel_size': [2, 2], 'stride': [2, 2], 'padding': [0, 0, 0, 0], 'dilation': [1, 1],
                    'ceil_mode': False})
    """
    name = vocabulary_class(layer, _DESCRIBE)
    if name is None:
        raise _check.bad_type("describe", f"a layer of {', '.join(_DESCRIBE)}", type(layer).__name__)
    op, args = _DESCRIBE[name](layer)
    return op, args, _params(layer, _PARAMS.get(op, ()))


def vocabulary_class(layer: Any, names: dict[str, Any]) -> str | None:
    """The name in `names` of layer's class, or of the ancestor whose forward it inherits."""
    for ancestor in type(layer).__mro__:
        if ancestor.__name__ in names:
            same = getattr(type(layer), "forward", None) is getattr(ancestor, "forward", None)
            return ancestor.__name__ if same else None
    return None


_PARAMS = {
    "conv2d": ("weight", "bias"),
    "conv_transpose2d": ("weight", "bias"),
    "linear": ("weight", "bias"),
    "batch_norm": ("weight", "bias", "running_mean", "running_var"),
}


def _params(layer: Any, names: tuple[str, ...]) -> Params:
    arrays = {}
    for name in names:
        value = getattr(layer, name)
        if value is not None:
            value = value.detach().cpu().numpy() if hasattr(value, "detach") else value
            arrays[name] = np.array(value, np.float32)
    return arrays


def _pair(value: Any) -> list[int]:
    return list(_check.pair("describe", "a size", value, 0))


def _around(value: Any) -> list[int]:
    return list(margins("describe", value))


def _conv2d(layer: Any) -> tuple[str, Args]:
    stride, dilation, kernel = _pair(layer.stride), _pair(layer.dilation), _pair(layer.kernel_size)
    around = margins(
        "Conv2d", layer.padding, (kernel[0], kernel[1]), (stride[0], stride[1]), (dilation[0], dilation[1])
    )
    return "conv2d", {
        "stride": stride,
        "padding": list(around),
        "dilation": dilation,
        "groups": layer.groups,
        "padding_mode": layer.padding_mode,
    }


def _conv_transpose2d(layer: Any) -> tuple[str, Args]:
    names = ("stride", "padding", "output_padding", "dilation")
    return "conv_transpose2d", {**{name: _pair(getattr(layer, name)) for name in names}, "groups": layer.groups}


def _max_pool2d(layer: Any) -> tuple[str, Args]:
    if getattr(layer, "return_indices", False):
        raise _check.bad_value("describe", "a MaxPool2d with one output", "return_indices=True")
    return "max_pool2d", {
        "kernel_size": _pair(layer.kernel_size),
        "stride": _pair(layer.stride),
        "padding": _around(layer.padding),
        "dilation": _pair(layer.dilation),
        "ceil_mode": layer.ceil_mode,
    }


def _avg_pool2d(layer: Any) -> tuple[str, Args]:
    if layer.divisor_override is not None:
        raise _check.bad_value(
            "describe", "an AvgPool2d that divides by what it counts", f"divisor_override={layer.divisor_override}"
        )
    return "avg_pool2d", {
        "kernel_size": _pair(layer.kernel_size),
        "stride": _pair(layer.stride),
        "padding": _around(layer.padding),
        "ceil_mode": layer.ceil_mode,
        "count_include_pad": layer.count_include_pad,
    }


def _adaptive_avg_pool2d(layer: Any) -> tuple[str, Args]:
    size = layer.output_size
    if not isinstance(size, tuple | list):
        size = (size, size)
    if None in size:
        raise _check.bad_value("describe", "an AdaptiveAvgPool2d with both sides given", f"output_size={size}")
    return "adaptive_avg_pool2d", {"output_size": _pair(size)}


def _softmax(layer: Any) -> tuple[str, Args]:
    if layer.dim is None:
        raise _check.bad_value("describe", "a Softmax that says its axis", "dim=None", "write Softmax(dim=1)")
    return "softmax", {"dim": layer.dim}


def _batch_norm(layer: Any) -> tuple[str, Args]:
    return "batch_norm", {"training": bool(layer.training or layer.running_mean is None), "eps": layer.eps}


def _dropout(layer: Any) -> tuple[str, Args]:
    if layer.training and layer.p > 0:
        raise _check.bad_value(
            "describe", "a model that answers the same each time", f"{layer!r} in training", "call model.eval()"
        )
    return "identity", {}


def _plain(op: str, *names: str) -> Callable[[Any], tuple[str, Args]]:
    return lambda layer: (op, {name: getattr(layer, name) for name in names})


_DESCRIBE: dict[str, Callable[[Any], tuple[str, Args]]] = {
    "Conv2d": _conv2d,
    "ConvTranspose2d": _conv_transpose2d,
    "MaxPool2d": _max_pool2d,
    "AvgPool2d": _avg_pool2d,
    "AdaptiveAvgPool2d": _adaptive_avg_pool2d,
    "Linear": _plain("linear"),
    "ReLU": _plain("relu"),
    "LeakyReLU": _plain("leaky_relu", "negative_slope"),
    "Sigmoid": _plain("sigmoid"),
    "Tanh": _plain("tanh"),
    "SiLU": _plain("silu"),
    "Softmax": _softmax,
    "BatchNorm2d": _batch_norm,
    "Flatten": _plain("flatten", "start_dim", "end_dim"),
    "Dropout": _dropout,
    "Dropout2d": _dropout,
    "Identity": _plain("identity"),
}
