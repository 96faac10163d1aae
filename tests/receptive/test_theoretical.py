"""theoretical() beside the gradient on random networks, published numbers, and pictures' ends."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.graph import Graph, Node, to_graph
from cnnviz.receptive import Box, theoretical
from tests.receptive.nets import EVERY, SLIDING, nets, run


def support(nodes, x, places):
    """(H, W): where the gradient of the last node's units, `places` along its axes, is not zero."""
    x = x.clone().requires_grad_()
    y = run(nodes, x)[nodes[-1].name]
    for axis, place in places.items():
        y = y.narrow(axis, place, 1)
    (grad,) = torch.autograd.grad(y.sum(), x)
    reached = grad[0].abs().sum(0).numpy()
    return reached > 1e-11 * reached.max()  # a bilinear weight that should be 0 is 1e-16


def bounds(mask):
    """The box around what is True, by hand."""
    if not mask.any():
        return (0, 0, 0, 0)
    rows, columns = np.nonzero(mask)
    return (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)


def fields_of(net):
    shapes = {name: tuple(value.shape) for name, value in net.values.items()}
    return theoretical(Graph(tuple(net.nodes)), shapes["input"], shapes)


@settings(max_examples=250)
@given(nets(EVERY), st.data())
def test_the_theoretical_field_is_the_support_of_the_gradient_on_random_nets(net, data):
    if not net.nodes:
        return
    field = fields_of(net)[net.last_name]
    axes = (field.rows.axis, field.columns.axis)
    assert field.units == tuple(net.last.shape[axis] for axis in axes)
    row, column = (data.draw(st.integers(0, count - 1)) for count in field.units)
    seen = support(net.nodes, net.x, {axes[0]: row, axes[1]: column})
    np.testing.assert_array_equal(field.support(row, column), seen)
    assert field.box(row, column) == bounds(seen)


@settings(max_examples=100)
@given(nets(SLIDING, least=20, most=40))
def test_the_closed_form_is_the_box_of_every_unit_that_sees_no_margin(net):
    field = fields_of(net)[net.last_name]
    (height, width), (down, across), (top, left) = field.size, field.jump, field.start
    for row in range(field.units[0]):
        for column in range(field.units[1]):
            box = field.unclipped(row, column)
            assert box == (
                top + row * down,
                left + column * across,
                top + row * down + height,
                left + column * across + width,
            )
            if min(box) >= 0 and box.bottom <= field.pixels[0] and box.right <= field.pixels[1]:
                assert field.box(row, column) == box


def vgg16():
    layers = []
    for convolutions in (2, 2, 3, 3, 3):
        for _ in range(convolutions):
            layers += [nn.Conv2d(1, 1, 3, padding=1), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
    return layers


def alexnet():
    """The second version, as slim has it."""
    pool = {"kernel_size": 3, "stride": 2}
    same = [nn.Conv2d(1, 1, 3, padding=1) for _ in range(3)]
    return [
        nn.Conv2d(1, 1, 11, 4),
        nn.MaxPool2d(**pool),
        nn.Conv2d(1, 1, 5, padding=2),
        nn.MaxPool2d(**pool),
        *same,
        nn.MaxPool2d(**pool),
    ]


def mobilenet():
    strides = [2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
    return [nn.Conv2d(1, 1, 3, stride, padding=1) for stride in strides]


@pytest.mark.parametrize(
    ("layers", "size", "jump"),
    [(vgg16, 212, 32), (alexnet, 195, 32), (mobilenet, 315, 32)],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_plain_networks_have_the_field_that_araujo_and_others_publish(layers, size, jump):
    field = list(theoretical(to_graph(nn.Sequential(*layers())), (1, 1, 224, 224)).values())[-1]
    assert field.size == (size, size)
    assert field.jump == (jump, jump)


class Residual:
    """A graph of residual blocks, on one channel."""

    def __init__(self):
        self.nodes, self.last = [], "input"

    def add(self, op, *inputs, params=None, **args):
        name = f"n{len(self.nodes)}"
        self.nodes.append(Node(name, op, args, params or {}, inputs or (self.last,)))
        self.last = name

    def conv(self, kernel, stride=1):
        around = {"padding": [kernel // 2] * 4, "dilation": [1, 1], "groups": 1, "padding_mode": "zeros"}
        self.add(
            "conv2d", stride=[stride] * 2, **around, params={"weight": np.ones((1, 1, kernel, kernel), np.float32)}
        )

    def block(self, kernels, strides):
        start = self.last
        for kernel, stride in zip(kernels, strides, strict=True):
            self.conv(kernel, stride)
        end, self.last = self.last, start
        if max(strides) > 1:
            self.conv(1, max(strides))
        self.add("add", end, self.last)


def resnet(kernels, strides, counts):
    """Residual blocks of `kernels`, the first of each group but the first strided as `strides` says."""
    net = Residual()
    net.conv(7, 2)
    net.add("max_pool2d", kernel_size=[3, 3], stride=[2, 2], padding=[1] * 4, dilation=[1, 1], ceil_mode=False)
    for group, count in enumerate(counts):
        for block in range(count):
            net.block(kernels, strides if group and not block else [1] * len(kernels))
    return Graph(tuple(net.nodes))


BASIC, FIRST, MIDDLE = ([3, 3], [2, 1]), ([1, 3, 1], [2, 1, 1]), ([1, 3, 1], [1, 2, 1])
RESNETS = {
    "resnet-50 as published, strided in its 1x1 convolutions": (FIRST, (3, 4, 6, 3), 483),
    "resnet-101 as published": (FIRST, (3, 4, 23, 3), 1027),
    "resnet-18": (BASIC, (2, 2, 2, 2), 435),
    "resnet-50 as torchvision's, strided in its 3x3 convolutions": (MIDDLE, (3, 4, 6, 3), 427),
}


@pytest.mark.parametrize(("blocks", "counts", "size"), RESNETS.values(), ids=RESNETS)
def test_residual_networks_have_the_field_of_their_longest_way(blocks, counts, size):
    graph = resnet(*blocks, counts)
    field = theoretical(graph, (1, 1, 224, 224))[graph.nodes[-1].name]
    assert field.size == (size, size)
    assert field.jump == (32, 32)
    assert len(field.rows.masks) == 1  # the shortcuts see nothing that the convolutions do not


def graph_of(*layers):
    return to_graph(nn.Sequential(*layers))


def test_a_unit_beside_the_margin_sees_less_than_one_inside():
    field = theoretical(graph_of(nn.Conv2d(1, 1, 5, padding=2)), (1, 1, 9, 9))["0"]
    assert field.box(0, 4) == Box(0, 2, 3, 7)
    assert field.unclipped(0, 4) == Box(-2, 2, 3, 7)
    assert field.start == (-2, -2)


def test_holes_of_a_dilated_kernel_are_not_in_the_support():
    field = theoretical(graph_of(nn.Conv2d(1, 1, 3, dilation=2, padding=1)), (1, 1, 7, 7))["0"]
    assert np.flatnonzero(field.support(0, 2)[1]).tolist() == [1, 3, 5]
    assert field.box(0, 2) == Box(1, 1, 4, 6)  # the first row that it reads inside is 1, not 0
    assert field.unclipped(0, 2) == Box(-1, 1, 4, 6)


def test_a_window_in_the_margin_sees_nothing():
    field = theoretical(graph_of(nn.Conv2d(1, 1, 1, padding=1)), (1, 1, 3, 3))["0"]
    assert field.box(0, 1) == Box(0, 0, 0, 0)
    assert not field.support(0, 1).any()
    assert field.unclipped(0, 1) == Box(-1, 0, 0, 1)


def test_upsampling_has_a_fraction_for_its_jump():
    field = theoretical(graph_of(nn.ConvTranspose2d(1, 1, 2, stride=2)), (1, 1, 4, 4))["0"]
    assert field.jump == (Fraction(1, 2), Fraction(1, 2))
    assert [field.box(row, 0)[::2] for row in range(4)] == [(0, 1), (0, 1), (1, 2), (1, 2)]


@pytest.mark.parametrize(
    "layers",
    [
        (nn.AdaptiveAvgPool2d(1),),
        (nn.Flatten(), nn.Linear(35, 2)),
        (nn.Softmax(dim=2), nn.Softmax(dim=3)),
        (nn.BatchNorm2d(1),),  # in training: its mean is the picture's
    ],
    ids=["global pooling", "linear", "softmax over the picture", "norm of the batch"],
)
def test_what_reads_the_whole_picture_has_no_closed_form(layers):
    field = list(theoretical(graph_of(*layers), (1, 1, 5, 7)).values())[-1]
    assert field.whole == (True, True)
    assert field.jump == field.start == (None, None)
    assert field.size == (5, 7)
    assert field.box() == field.unclipped() == Box(0, 0, 5, 7)


@pytest.mark.parametrize(
    ("op", "args", "whole"),
    [
        ("group_norm", {"num_groups": 1, "eps": 1e-5}, (True, True)),
        ("layer_norm", {"normalized_shape": [7], "eps": 1e-5}, (False, True)),
        ("mean", {"dim": [-1], "keepdim": False}, (False, True)),
        ("reshape", {"shape": [-1, 1, 35]}, (True, True)),
        ("reshape", {"shape": [-1, 1, 5, 7, 1]}, (False, False)),
    ],
)
def test_an_axis_is_whole_only_where_it_is_read_as_one(op, args, whole):
    after = {"mean": (1, 1, 5), "reshape": tuple(abs(n) for n in args.get("shape", ()))}.get(op, (1, 1, 5, 7))
    field = theoretical(Graph((Node("a", op, args),)), (1, 1, 5, 7), {"a": after})["a"]
    assert field.whole == whole


def test_ways_of_different_strides_have_boxes_but_no_closed_form():
    pool = {"kernel_size": [2, 2], "stride": [2, 2], "padding": [0] * 4, "dilation": [1, 1], "ceil_mode": False}
    cut = {"dim": 2, "start": 0, "stop": 2, "step": 1}
    nodes = [
        Node("pool", "max_pool2d", pool),
        Node("top", "slice", cut),
        Node("left", "slice", {**cut, "dim": 3}, {}, ("top",)),
    ]
    field = theoretical(Graph((*nodes, Node("sum", "add", {}, {}, ("pool", "left")))), (1, 1, 4, 4))["sum"]
    assert field.jump == (None, None)
    assert field.whole == (False, False)
    assert field.size == (3, 3)  # unit 1 sees rows 2 and 3 through the pool, and row 1 through the cut
    assert field.box(1, 1) == Box(1, 1, 4, 4)


def test_a_constant_sees_nothing_and_adds_nothing():
    nodes = Node("c", "constant", {}, {"value": np.ones((1, 1, 3, 3))}, ()), Node("sum", "add", {}, {}, ("input", "c"))
    fields = theoretical(Graph(nodes), (1, 1, 3, 3), {"c": (1, 1, 3, 3), "sum": (1, 1, 3, 3)})
    assert fields["c"].box() == fields["c"].unclipped() == Box(0, 0, 0, 0)
    assert fields["c"].size == (0, 0)
    assert fields["sum"].box(1, 2) == Box(1, 2, 2, 3)
    assert fields["sum"].jump == (1, 1)


def test_a_unit_that_is_not_there_is_refused():
    field = theoretical(graph_of(nn.MaxPool2d(2)), (1, 1, 4, 6))["0"]
    with pytest.raises(ValueError, match="needs a row of its units, 0 to 1, got 2"):
        field.box(2, 0)
    with pytest.raises(ValueError, match="needs column of at least 0, got -1"):
        field.support(0, -1)


def test_a_shape_that_is_no_batch_of_pictures_is_refused():
    with pytest.raises(ValueError, match=r"needs the shape of a batch of pictures, \(N, C, H, W\), got \(3, 8, 8\)"):
        theoretical(graph_of(nn.ReLU()), (3, 8, 8))


def test_an_operation_outside_the_vocabulary_is_refused_by_name():
    with pytest.raises(ValueError, match=r"\(node 'a'\) needs an operation of relu, .*, got recorded"):
        theoretical(Graph((Node("a", "recorded"),)), (1, 1, 4, 4), {"a": (1, 1, 4, 4)})
