"""Random networks in which nothing cancels, as graphs, and the same computed by torch: positive everywhere, no maximum.

What a unit's gradient reaches is then exactly what the unit can read.
"""

import numpy as np
import torch
import torch.nn.functional as TF
from hypothesis import strategies as st

from cnnviz.graph import Node

MODES = {"zeros": "constant", "constant": "constant", "reflect": "reflect", "replicate": "replicate"}


def run(nodes, x):
    """Every node's output by name, as torch computes it."""
    values = {"input": x}
    for node in nodes:
        params = {name: torch.from_numpy(value) for name, value in node.params.items()}
        values[node.name] = OPS[node.op](*(values[name] for name in node.inputs), **params, **node.args)
    return values


def _padded(x, padding, mode, value=None):
    top, bottom, left, right = padding
    return TF.pad(x, (left, right, top, bottom), MODES[mode], value)


def _conv2d(x, weight, bias, stride, padding, dilation, groups, padding_mode):
    return TF.conv2d(_padded(x, padding, padding_mode), weight, bias, stride, 0, dilation, groups)


def _conv_transpose2d(x, weight, bias, stride, padding, output_padding, dilation, groups):
    return TF.conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups, dilation)


def _avg_pool2d(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    return TF.avg_pool2d(x, kernel_size, stride, padding[::2], ceil_mode, count_include_pad)


def _interpolate(x, size, mode, align_corners, scale):
    corners = align_corners if mode == "bilinear" else None
    if scale is not None:
        return TF.interpolate(x, scale_factor=tuple(scale), mode=mode, align_corners=corners)
    return TF.interpolate(x, tuple(size), mode=mode, align_corners=corners)


def _slice(x, dim, start, stop, step):
    return x.movedim(dim, 0)[start:stop:step].movedim(0, dim)


OPS = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "avg_pool2d": _avg_pool2d,
    "adaptive_avg_pool2d": lambda x, output_size: TF.adaptive_avg_pool2d(x, output_size),
    "interpolate": _interpolate,
    "pad": _padded,
    "pixel_shuffle": TF.pixel_shuffle,
    "slice": _slice,
    "cat": lambda *arrays, dim: torch.cat(arrays, dim),
    "add": torch.add,
    "mul": torch.mul,
    "mean": lambda x, dim, keepdim: x.mean(tuple(dim), keepdim),
    "permute": lambda x, dims: x.permute(dims),
    "reshape": lambda x, shape: x.reshape(shape),
    "flatten": torch.flatten,
    "softplus": lambda x, beta, threshold: TF.softplus(x, beta, threshold),
}


class Growing:
    """A graph to which hypothesis appends operations; `last` is the newest node's output."""

    def __init__(self, draw, x):
        self.draw, self.x, self.nodes, self.last_name, self.values = draw, x, [], "input", {"input": x}
        self.rng = np.random.default_rng(draw(st.integers(0, 2**16)))

    def __repr__(self):
        return f"{tuple(self.x.shape)}: " + "; ".join(f"{n.name} = {n.op}{n.inputs} {n.args}" for n in self.nodes)

    @property
    def last(self):
        return self.values[self.last_name]

    def number(self, low, high):
        return self.draw(st.integers(low, high))

    def pair(self, low, high):
        return [self.number(low, high), self.number(low, high)]

    def append(self, op, args=None, params=None, inputs=None):
        node = Node(f"n{len(self.nodes)}", op, args or {}, params or {}, inputs or (self.last_name,))
        with torch.no_grad():
            self.values |= {node.name: run([*self.nodes, node], self.x)[node.name]}
        self.nodes.append(node)
        self.last_name = node.name

    def weights(self, *shape):
        """Positive, and so is the bias: a product with 0 would have no gradient."""
        return {"weight": self.rng.uniform(0.5, 1.5, shape), "bias": np.ones(shape[0])}

    def conv(self):
        kernel, dilation, padding = self.pair(1, 3), self.pair(1, 2), [self.number(0, 2) for _ in range(4)]
        _, channels, height, width = self.last.shape
        mode = self.draw(st.sampled_from(["zeros", "zeros", "replicate", "reflect"]))
        if mode == "reflect" and max(padding) >= min(height, width):
            mode = "zeros"
        if any(d * (k - 1) >= n for d, k, n in zip(dilation, kernel, (height, width), strict=True)):
            kernel = [1, 1]
        groups = self.draw(st.sampled_from([1, channels]))
        args = {"stride": self.pair(1, 3), "padding": padding, "dilation": dilation, "groups": groups}
        self.append("conv2d", {**args, "padding_mode": mode}, self.weights(channels, channels // groups, *kernel))

    def conv_transpose(self):
        stride = self.pair(1, 3)
        args = {"stride": stride, "padding": [0, 0], "output_padding": [0, 0], "dilation": self.pair(1, 2)}
        kernel, channels = self.pair(1, 3), self.last.shape[1]
        args["output_padding"] = [self.number(0, s - 1) for s in stride]
        self.append("conv_transpose2d", {**args, "groups": 1}, self.weights(channels, channels, *kernel))

    def pool(self):
        kernel = [min(k, n) for k, n in zip(self.pair(1, 3), self.last.shape[2:], strict=True)]
        around = [self.number(0, k // 2) for k in kernel]
        args = {"kernel_size": kernel, "stride": self.pair(1, 3), "padding": [x for p in around for x in (p, p)]}
        self.append("avg_pool2d", {**args, "ceil_mode": self.draw(st.booleans()), "count_include_pad": True})

    def adaptive(self):
        self.append("adaptive_avg_pool2d", {"output_size": self.pair(1, 6)})

    def resize(self):
        mode, corners = self.draw(st.sampled_from([("nearest", False), ("bilinear", False), ("bilinear", True)]))
        factor = st.sampled_from([1.0, 2.0, 3.0, 1.04, 2.04, 1.5])  # 1.04 leaves a map as large as it was
        scale = [self.draw(factor), self.draw(factor)] if self.draw(st.booleans()) else None
        size = [int(n * f) for n, f in zip(self.last.shape[2:], scale, strict=True)] if scale else self.pair(1, 12)
        self.append("interpolate", {"size": size, "mode": mode, "align_corners": corners, "scale": scale})

    def pad(self):
        low = -((min(self.last.shape[2:]) - 1) // 2)  # a crop
        self.append("pad", {"padding": [self.number(low, 2) for _ in range(4)], "mode": "constant", "value": 0.5})

    def slice(self):
        dim = self.number(2, 3)
        start = self.number(0, self.last.shape[dim] - 1)
        self.append("slice", {"dim": dim, "start": start, "stop": self.last.shape[dim], "step": self.number(1, 2)})

    def shuffle(self):
        self.append("conv2d", POINT, self.weights(8, self.last.shape[1], 1, 1))
        self.append("pixel_shuffle", {"upscale_factor": 2})

    def softplus(self):
        self.append("softplus", {"beta": 1.0, "threshold": 20.0})

    def excite(self):
        """Squeeze and excitation: a gate that has seen everything."""
        trunk = self.last_name
        self.append("mean", {"dim": [2, 3], "keepdim": True})
        self.append("mul", inputs=(trunk, self.last_name))

    def turn(self):
        """Rows and columns change places."""
        self.append("permute", {"dims": [0, 1, 3, 2]})

    def channel_shuffle(self):
        _, channels, height, width = self.last.shape
        self.append("reshape", {"shape": [-1, channels, 1, height, width]})
        self.append("permute", {"dims": [0, 2, 1, 3, 4]})
        self.append("reshape", {"shape": [-1, channels, height, width]})

    def branches(self):
        """Two ways from one node, added where their shapes agree, else stacked along rows, or resized and stacked."""
        start = self.last_name
        self.any_of(BRANCH)
        one = self.last_name
        self.last_name = start
        self.any_of(BRANCH)
        other = self.last_name
        a, b = self.values[one].shape, self.values[other].shape
        if a == b:
            self.append("add", inputs=(one, other))
        elif a[:2] == b[:2] and a[3] == b[3]:
            self.append("cat", {"dim": 2}, inputs=(one, other))
        else:
            size = {"size": list(a[2:]), "mode": "nearest", "align_corners": False, "scale": None}
            self.append("interpolate", size)
            self.append("cat", {"dim": 1}, inputs=(one, self.last_name))

    def any_of(self, names):
        getattr(self, self.draw(st.sampled_from(names)))()


POINT = {"stride": [1, 1], "padding": [0] * 4, "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"}
BRANCH = ["conv", "conv", "pool", "softplus", "conv_transpose"]
SLIDING = ["conv", "pool", "softplus"]
EVERY = [*BRANCH, "adaptive", "resize", "pad", "slice", "shuffle", "excite", "turn", "channel_shuffle", "branches"]


@st.composite
def nets(draw, names, least=4, most=9):
    """A picture, and a graph of one to four operations on it, of which no map is larger than 40 x 40."""
    size = draw(st.integers(least, most)), draw(st.integers(least, most))
    grown = Growing(draw, torch.from_numpy(np.random.default_rng(0).uniform(0.5, 1.5, (1, 2, *size))))
    for _ in range(draw(st.integers(1, 4))):
        if max(grown.last.shape[2:]) <= 13:
            grown.any_of(names)
    return grown
