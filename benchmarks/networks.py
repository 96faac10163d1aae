"""Two networks to time in the page, with random weights, as nodes and as ONNX."""

import base64
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from cnnviz.graph import Graph, Node
from cnnviz.models.efficientnet_lite0 import STAGES

_POOL = {"kernel_size": [2, 2], "stride": [2, 2], "padding": [0, 0, 0, 0], "dilation": [1, 1], "ceil_mode": False}
_FLATTEN = {"start_dim": 1, "end_dim": -1}


class _Draft:
    """Nodes one after another, each reading the one before unless it is told otherwise."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._draw = np.random.default_rng(0)

    @property
    def last(self) -> str:
        return self.nodes[-1].name if self.nodes else "input"

    def add(self, name: str, op: str, args: dict[str, Any] | None = None, *inputs: str, **params: Any) -> None:
        self.nodes.append(Node(name, op, args or {}, params, inputs or (self.last,)))

    def weight(self, *shape: int) -> np.ndarray:
        """Of the size that keeps the numbers of deep networks neither growing nor fading."""
        return self._draw.normal(0, (2 / np.prod(shape[1:])) ** 0.5, shape).astype(np.float32)

    def conv(
        self, name: str, shape: tuple[int, ...], stride: int, pad: int, groups: int = 1, bias: bool = True
    ) -> None:
        args = {
            "stride": [stride] * 2,
            "padding": [pad] * 4,
            "dilation": [1, 1],
            "groups": groups,
            "padding_mode": "zeros",
        }
        params = {"weight": self.weight(*shape), **({"bias": np.zeros(shape[0], np.float32)} if bias else {})}
        self.add(name, "conv2d", args, **params)

    def normed(self, name: str, shape: tuple[int, ...], stride: int = 1, groups: int = 1, clipped: bool = True) -> None:
        """Convolution, batch normalisation and, where it is clipped, ReLU6."""
        self.conv(name, shape, stride, shape[-1] // 2, groups, bias=False)
        one, zero = np.ones(shape[0], np.float32), np.zeros(shape[0], np.float32)
        moments = {"weight": one, "bias": zero, "running_mean": zero, "running_var": one}
        self.add(f"{name}.norm", "batch_norm", {"training": False, "eps": 1e-3}, **moments)
        if clipped:
            self.add(f"{name}.relu6", "relu6")


def tiny_vgg() -> Graph:
    """CNN Explainer's network: 64 x 64 colour pictures, 5.6 million multiply-adds."""
    draft = _Draft()
    for block, channels in ((1, 3), (2, 10)):
        for turn, width in ((1, channels), (2, 10)):
            draft.conv(f"conv_{block}_{turn}", (10, width, 3, 3), 1, 0)
            draft.add(f"relu_{block}_{turn}", "relu")
        draft.add(f"pool_{block}", "max_pool2d", _POOL)
    draft.add("flatten", "flatten", _FLATTEN)
    draft.add("linear", "linear", weight=draft.weight(10, 1690), bias=np.zeros(10, np.float32))
    draft.add("softmax", "softmax", {"dim": 1})
    return Graph(tuple(draft.nodes))


def lite0() -> Graph:
    """A network of EfficientNet-Lite0's layers: 224 x 224 colour pictures, 0.4 thousand million multiply-adds."""
    draft = _Draft()
    draft.normed("stem", (32, 3, 3, 3), stride=2)
    before = 32
    for stage, (kernel, stride, expansion, width, blocks) in enumerate(STAGES):
        for block in range(blocks):
            _bottleneck(draft, f"blocks.{stage}.{block}", before, expansion, kernel, stride if block == 0 else 1, width)
            before = width
    draft.normed("head", (1280, before, 1, 1))
    draft.add("pool", "adaptive_avg_pool2d", {"output_size": [1, 1]})
    draft.add("flatten", "flatten", _FLATTEN)
    draft.add("linear", "linear", weight=draft.weight(1000, 1280), bias=np.zeros(1000, np.float32))
    return Graph(tuple(draft.nodes))


def _bottleneck(draft: _Draft, name: str, before: int, expansion: int, kernel: int, stride: int, width: int) -> None:
    entry, inner = draft.last, before * expansion
    if expansion > 1:
        draft.normed(f"{name}.expand", (inner, before, 1, 1))
    draft.normed(f"{name}.depthwise", (inner, 1, kernel, kernel), stride, groups=inner)
    draft.normed(f"{name}.project", (width, inner, 1, 1), clipped=False)
    if stride == 1 and before == width:
        draft.add(f"{name}.add", "add", None, draft.last, entry)


def for_page(graph: Graph) -> list[dict[str, Any]]:
    """A graph as JSON; parameters as base64 of float32."""
    return [
        {
            "name": node.name,
            "op": node.op,
            "args": node.args,
            "inputs": node.inputs,
            "params": {name: _text_of(np.asarray(value)) for name, value in node.params.items()},
        }
        for node in graph.nodes
    ]


def _text_of(array: np.ndarray) -> dict[str, Any]:
    return {"shape": list(array.shape), "data": base64.b64encode(array.astype("<f4").tobytes()).decode()}


_ONNX = {
    "conv2d": "Conv",
    "relu": "Relu",
    "max_pool2d": "MaxPool",
    "flatten": "Flatten",
    "linear": "Gemm",
    "softmax": "Softmax",
}


def tiny_vgg_onnx(graph: Graph) -> bytes:
    """`tiny_vgg`'s graph as an ONNX model whose outputs are those of all nodes, as the page keeps them too."""
    made, weights = [], []
    for node in graph.nodes:
        names = [f"{node.name}.{name}" for name in node.params]
        weights += [numpy_helper.from_array(np.asarray(p), n) for n, p in zip(names, node.params.values(), strict=True)]
        made.append(helper.make_node(_ONNX[node.op], [*node.inputs, *names], [node.name], **_onnx_args(node)))
    values = graph.run(np.zeros((1, 3, 64, 64), np.float32))
    picture, *outputs = (
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, value.shape) for name, value in values.items()
    )
    model = helper.make_model(
        helper.make_graph(made, "tiny_vgg", [picture], outputs, weights),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _onnx_args(node: Node) -> dict[str, Any]:
    match node.op:
        case "max_pool2d":
            return {"kernel_shape": [2, 2], "strides": [2, 2]}
        case "linear":
            return {"transB": 1}
        case "softmax":
            return {"axis": 1}
    return {}
