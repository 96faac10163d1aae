"""cnnviz.layers: what a recording takes, before it is made."""

import weakref

import pytest
import torch
from torch import nn

import cnnviz
from tests.architectures import ARCHITECTURES

TORCH = [name for name in ARCHITECTURES if name != "keras"]


@pytest.mark.parametrize("name", TORCH)
def test_shapes_and_memory_are_those_of_the_recording_and_parameters_add_up(name):
    model, x = ARCHITECTURES[name].model(), ARCHITECTURES[name].example(batch=2)
    table, recording = cnnviz.layers(model, x), cnnviz.record(model, x)
    assert [row.name for row in table] == list(recording)
    for row in table:
        record = recording[row.name]
        assert row.type == record.type
        assert row.output_shape == recording.shapes[row.name]
        assert row.memory == sum(call.output.numel() * call.output.itemsize for call in record.calls)
        assert row.parameters == sum(value.numel() for value in record.parameters.values())


def counted(layer, shape):
    """Multiply-adds by torch's own counter, which counts each as two operations."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        layer(torch.randn(shape))
    return counter.get_total_flops() // 2


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2), (2, 4, 9, 8)),
        (nn.Conv2d(4, 4, 3, groups=4, dilation=2), (1, 4, 9, 9)),
        (nn.Conv1d(3, 5, 3), (2, 3, 11)),
        (nn.Conv3d(2, 3, 2), (1, 2, 4, 5, 6)),
        (nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (2, 4, 5, 6)),
        (nn.Linear(7, 3), (2, 5, 7)),
        (nn.MaxPool2d(2), (1, 2, 4, 4)),
        (nn.BatchNorm2d(2), (2, 2, 4, 4)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)
def test_multiply_adds_are_half_of_torchs_count_of_operations(layer, shape):
    (row,) = cnnviz.layers(layer, torch.randn(shape))
    assert row.multiply_adds == counted(layer, shape)


def test_calls_of_a_reused_layer_are_all_counted():
    model, x = ARCHITECTURES["reused"].model(), ARCHITECTURES["reused"].example()
    rows = {row.name: row for row in cnnviz.layers(model, x)}
    assert rows["conv"].multiply_adds == 3 * 4 * 36 * 64
    assert rows["conv"].memory == 3 * 4 * 64 * 4


def test_no_activation_is_kept():
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU())
    seen = []
    model[0].register_forward_hook(lambda _, __, output: seen.append(weakref.ref(output)))
    table = cnnviz.layers(model, torch.ones(1, 1, 3, 3))
    assert seen[0]() is None
    assert table[0].memory == 72


def test_it_prints_as_an_aligned_table_with_the_sums():
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(32, 2))
    assert str(cnnviz.layers(model, torch.ones(1, 3, 4, 4))).splitlines() == [
        "layer  type     output        parameters  multiply-adds  memory",
        "0      Conv2d   (1, 8, 2, 2)         224            864   128 B",
        "1      Flatten  (1, 32)                0              0   128 B",
        "2      Linear   (1, 2)                66             64     8 B",
        "total                                290            928   264 B",
    ]


def test_rows_are_found_by_position_and_slice():
    table = cnnviz.layers(nn.Sequential(nn.ReLU(), nn.Tanh()), torch.ones(1))
    assert len(table) == 2
    assert table[1].type == "Tanh"
    assert [row.type for row in table[:1]] == ["ReLU"]
