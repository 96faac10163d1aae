"""A model as nodes of the operation vocabulary: plain data that can be run, drawn, and sent to a page.

Layers are recognised by their class's name, so that those of `cnnviz.nn` and of `torch.nn` both work and torch is never
imported here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnviz import _check
from cnnviz._check import Array
from cnnviz.nn import functional as F
from cnnviz.nn.functional._padding import margins

Args = dict[str, Any]
Params = dict[str, Array]
Description = tuple[str, Args, Params]

# The graph's own input, as a node's `inputs` name it.
INPUT = "input"


@dataclass(frozen=True)
class Node:
    """One operation: its `name` in the model, what it computes, and the names of the nodes it reads."""

    name: str
    op: str
    args: Args = field(default_factory=dict)
    params: Params = field(default_factory=dict)
    inputs: tuple[str, ...] = (INPUT,)


@dataclass(frozen=True)
class Graph:
    """A model's operations in the order in which they run; the last one's output is the model's.

    >>> graph = Graph((Node("0", "relu"), Node("1", "flatten", {"start_dim": 0, "end_dim": -1}, {}, ("0",))))
    >>> {name: y.shape for name, y in graph.run(np.ones((2, 3))).items()}
    {'input': (2, 3), '0': (2, 3), '1': (6,)}
    """

    nodes: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def run(self, x: ArrayLike) -> dict[str, Array]:
        """Every node's output by name, and x itself as "input". Raises ValueError that names the node it came from."""
        values = {INPUT: np.asarray(x)}
        for node in self.nodes:
            if node.op not in _RUN:
                raise _check.bad_value(f"node {node.name!r}", f"an operation of {', '.join(_RUN)}", repr(node.op))
            for name in node.inputs:
                _check.one_of(f"node {node.name!r}", "its inputs", name, values)
            try:
                values[node.name] = _RUN[node.op](*(values[name] for name in node.inputs), **node.params, **node.args)
            except _check.Refused as error:
                error.who = f"{node.op} (node {node.name!r})"
                raise
        return values


def _add(a: Array, b: Array) -> Array:
    if a.shape != b.shape:
        raise _check.bad_value("add", "two inputs of one shape", f"{a.shape} and {b.shape}")
    return a + b


_RUN: dict[str, Callable[..., Array]] = {
    "conv2d": F.conv2d,
    "conv_transpose2d": F.conv_transpose2d,
    "max_pool2d": F.max_pool2d,
    "avg_pool2d": F.avg_pool2d,
    "adaptive_avg_pool2d": F.adaptive_avg_pool2d,
    "linear": F.linear,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "silu": F.silu,
    "softmax": F.softmax,
    "batch_norm": F.batch_norm,
    "flatten": F.flatten,
    "add": _add,
    "identity": lambda x: x,
}


def to_graph(model: Any) -> Graph:
    """A layer, or a Sequential of them (nested too), as a Graph; of cnnviz.nn or of torch.nn.

    Parameters are copied, so that training on does not change the graph. Nodes have the names of `named_modules()`; a
    single layer's is its operation. Raises TypeError for a layer that is not in the vocabulary, ValueError for one
    whose output is random (call `model.eval()` first).

    >>> from cnnviz import nn
    >>> [(node.name, node.op) for node in to_graph(nn.Sequential(nn.Linear(4, 2), nn.ReLU()))]
    [('0', 'linear'), ('1', 'relu')]
    """
    nodes: list[Node] = []
    for name, layer in _leaves(model, ""):
        op, args, params = describe(layer)
        nodes.append(Node(name or op, op, args, params, (nodes[-1].name if nodes else INPUT,)))
    return Graph(tuple(nodes))


def _leaves(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    if _vocabulary_class(module, {"Sequential": None}) is None:
        yield name, module
        return
    for child_name, child in module.named_children():
        yield from _leaves(child, f"{name}.{child_name}" if name else child_name)


def describe(layer: Any) -> Description:
    """A layer's operation, its arguments (plain JSON, everything normalised) and its parameters (copied, float32).

    >>> from cnnviz import nn
    >>> describe(nn.MaxPool2d(2))[:2]  # doctest: +NORMALIZE_WHITESPACE
    ('max_pool2d', {'kernel_size': [2, 2], 'stride': [2, 2], 'padding': [0, 0, 0, 0], 'dilation': [1, 1],
                    'ceil_mode': False})
    """
    name = _vocabulary_class(layer, _DESCRIBE)
    if name is None:
        raise _check.bad_type("describe", f"a layer of {', '.join(_DESCRIBE)}", type(layer).__name__)
    op, args = _DESCRIBE[name](layer)
    return op, args, _params(layer, _PARAMS.get(op, ()))


def _vocabulary_class(layer: Any, names: dict[str, Any]) -> str | None:
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
