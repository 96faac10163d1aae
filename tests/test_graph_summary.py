"""The table of a graph beside torch's own counts."""

import numpy as np
import pytest
import torch

from cnnviz import nn, receptive
from cnnviz.graph import summary, to_graph
from tests.architectures import ARCHITECTURES, resnet18

TORCHS_PARAMETERS = [
    "plain",
    "vgg",
    "resnet",
    "densenet",
    "inception",
    "mobilenet_v2",
    "unet",
    "convnext",
    "reused",
]


@pytest.mark.parametrize("name", TORCHS_PARAMETERS)
def test_parameters_are_torchs_and_a_shared_one_counts_once(name):
    architecture = ARCHITECTURES[name]
    model = architecture.model()
    graph = to_graph(model, architecture.example())
    tied = 16 if name == "reused" else 0  # its weight is used transposed too, which is another array
    assert summary(graph, architecture.shape).parameters == sum(p.numel() for p in model.parameters()) + tied


@pytest.mark.parametrize("name", ["vgg", "resnet", "mobilenet_v2", "unet", "shufflenet"])
def test_multiply_adds_are_half_of_the_operations_that_torch_counts(name):
    architecture = ARCHITECTURES[name]
    model, x = architecture.model(), architecture.example()
    with torch.utils.flop_counter.FlopCounterMode(display=False) as counter, torch.no_grad():
        model(x)
    assert summary(to_graph(model, x), architecture.shape).multiply_adds * 2 == counter.get_total_flops()


def test_resnet18_has_its_published_size():
    model = resnet18()
    table = summary(to_graph(model, torch.zeros(1, 3, 224, 224)), (1, 3, 224, 224))
    assert table.parameters == 11_689_512
    assert round(table.multiply_adds / 1e9, 2) == 1.81
    assert {row.name: row.field for row in table}["layer4.1.conv2"] == (435, 435)


def test_a_row_has_the_nodes_shape_memory_and_field():
    model = nn.Sequential(nn.Conv2d(2, 4, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 3 * 3, 5))
    graph = to_graph(model)
    table = summary(graph, (2, 2, 7, 7))
    values = graph.run(np.zeros((2, 2, 7, 7), np.float32))
    fields = receptive.theoretical(graph, (2, 2, 7, 7))
    for row, node in zip(table, graph, strict=True):
        assert (row.name, row.op, row.output_shape) == (node.name, node.op, values[node.name].shape)
        assert row.memory == values[node.name].nbytes
        assert (row.field, row.jump, row.start) == (
            fields[node.name].size,
            fields[node.name].jump,
            fields[node.name].start,
        )
    assert table.memory == sum(values[node.name].nbytes for node in graph)
    assert table[:1] == table.rows[:1]


def test_the_text_is_aligned_and_ends_in_the_sums():
    model = nn.Sequential(nn.Conv2d(1, 10, 3), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), nn.Linear(10, 2))
    lines = repr(summary(to_graph(model), (1, 1, 9, 9))).split("\n")
    assert lines[0].split() == [
        "node",
        "operation",
        "output",
        "parameters",
        "multiply-adds",
        "memory",
        "field",
        "jump",
        "start",
    ]
    assert (
        lines[2]
        == "1.0    adaptive_avg_pool2d  1 x 10 x 1 x 1           0              0  0.0 kB  9 x 9  all x all  all x all"
    )
    assert lines[-1].split() == ["total", "122", "4,430", "2.0", "kB"]
    ends = {line.index("kB") for line in lines[1:]}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 8, 8), r"^summary needs the shape of a batch of pictures, \(N, C, H, W\), got \(1, 8, 8\)"),
        ((1, 2, 8, 8), r"^conv2d \(node '0'\) needs \(N, 1, H, W\), got \(1, 2, 8, 8\)"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused(shape, message):
    graph = to_graph(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()))
    with pytest.raises(ValueError, match=message):
        summary(graph, shape)
