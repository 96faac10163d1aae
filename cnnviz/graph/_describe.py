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
    "prelu": ("weight",),
    "group_norm": ("weight", "bias"),
    "layer_norm": ("weight", "bias"),
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


def _adaptive(op: str) -> Callable[[Any], tuple[str, Args]]:
    def args(layer: Any) -> tuple[str, Args]:
        size = layer.output_size
        if not isinstance(size, tuple | list):
            size = (size, size)
        if None in size:
            needs = f"an {type(layer).__name__} with both sides given"
            raise _check.bad_value("describe", needs, f"output_size={size}")
        if getattr(layer, "return_indices", False):
            raise _check.bad_value("describe", "an AdaptiveMaxPool2d with one output", "return_indices=True")
        return op, {"output_size": _pair(size)}

    return args


def _softmax(op: str) -> Callable[[Any], tuple[str, Args]]:
    def args(layer: Any) -> tuple[str, Args]:
        if layer.dim is None:
            name = type(layer).__name__
            raise _check.bad_value("describe", f"a {name} that says its axis", "dim=None", f"write {name}(dim=1)")
        return op, {"dim": layer.dim}

    return args


def _batch_norm(layer: Any) -> tuple[str, Args]:
    return "batch_norm", {"training": bool(layer.training or layer.running_mean is None), "eps": layer.eps}


def _instance_norm(layer: Any) -> tuple[str, Args]:
    if layer.track_running_stats:
        raise _check.bad_value("describe", "an InstanceNorm2d of the picture at hand", "track_running_stats=True")
    return "group_norm", {"num_groups": layer.num_features, "eps": layer.eps}


def _layer_norm(layer: Any) -> tuple[str, Args]:
    return "layer_norm", {"normalized_shape": list(layer.normalized_shape), "eps": layer.eps}


def _pad(mode: str) -> Callable[[Any], tuple[str, Args]]:
    def args(layer: Any) -> tuple[str, Args]:
        left, right, top, bottom = layer.padding
        value = float(getattr(layer, "value", 0.0))
        return "pad", {"padding": [top, bottom, left, right], "mode": mode, "value": value}

    return args


def _upsample(layer: Any) -> tuple[str, Args]:
    if layer.size is None:
        do = "give size=(height, width), or of a torch model an example: to_graph(model, x)"
        raise _check.bad_value("describe", "an Upsample that says its size", f"scale_factor={layer.scale_factor}", do)
    _check.one_of("describe", "mode", layer.mode, ("nearest", "bilinear"))
    return "interpolate", {
        "size": _pair(layer.size),
        "mode": layer.mode,
        "align_corners": bool(layer.align_corners),
        "scale": None,
    }


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
    "AdaptiveAvgPool2d": _adaptive("adaptive_avg_pool2d"),
    "AdaptiveMaxPool2d": _adaptive("adaptive_max_pool2d"),
    "Linear": _plain("linear"),
    "ReLU": _plain("relu"),
    "LeakyReLU": _plain("leaky_relu", "negative_slope"),
    "Sigmoid": _plain("sigmoid"),
    "Tanh": _plain("tanh"),
    "SiLU": _plain("silu"),
    "ReLU6": _plain("relu6"),
    "Hardtanh": _plain("hardtanh", "min_val", "max_val"),
    "Hardsigmoid": _plain("hardsigmoid"),
    "Hardswish": _plain("hardswish"),
    "Mish": _plain("mish"),
    "ELU": _plain("elu", "alpha"),
    "GELU": _plain("gelu", "approximate"),
    "Softplus": _plain("softplus", "beta", "threshold"),
    "PReLU": _plain("prelu"),
    "Softmax": _softmax("softmax"),
    "LogSoftmax": _softmax("log_softmax"),
    "BatchNorm2d": _batch_norm,
    "GroupNorm": _plain("group_norm", "num_groups", "eps"),
    "InstanceNorm2d": _instance_norm,
    "LayerNorm": _layer_norm,
    "ZeroPad2d": _pad("constant"),
    "ConstantPad2d": _pad("constant"),
    "ReflectionPad2d": _pad("reflect"),
    "ReplicationPad2d": _pad("replicate"),
    "Upsample": _upsample,
    "PixelShuffle": _plain("pixel_shuffle", "upscale_factor"),
    "Flatten": _plain("flatten", "start_dim", "end_dim"),
    "Dropout": _dropout,
    "Dropout2d": _dropout,
    "Identity": _plain("identity"),
}
