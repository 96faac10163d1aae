"""Recordings on torch's meta device, where nothing is computed, and of models on two devices."""

import numpy as np
import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

import cnnviz
from tests.architectures import ARCHITECTURES
from tests.recorder.oracles import assert_equal, copies_in_hooks

# `branching` looks at its numbers, of which there are none.
WITHOUT_NUMBERS = [name for name in ARCHITECTURES if name not in ("keras", "branching")]


@pytest.mark.parametrize("name", WITHOUT_NUMBERS)
def test_without_numbers_the_table_and_the_shapes_are_the_same(name):
    model, x = ARCHITECTURES[name].model(), ARCHITECTURES[name].example(batch=2)
    table, shapes = cnnviz.layers(model, x), cnnviz.record(model, x).shapes
    model, x = model.to("meta"), x.to("meta")
    assert list(cnnviz.layers(model, x)) == list(table)
    for _ in range(2):
        recording = cnnviz.record(model, x)
        assert recording.shapes == shapes
        assert all(call.output.is_meta for record in recording.values() for call in record.calls)


def test_the_table_of_a_network_that_no_memory_holds_needs_none():
    with torch.device("meta"):
        layers = nn.Conv2d(3, 4, 3, padding=1), nn.Flatten(), nn.Linear(16384, 400_000_000), nn.Dropout(inplace=True)
        table = cnnviz.layers(nn.Sequential(*layers).train(), torch.empty(1, 3, 64, 64))
    assert table[2].parameters == 16385 * 400_000_000
    assert table[2].multiply_adds == 16384 * 400_000_000
    assert table[3].memory == 4 * 400_000_000


def test_fake_tensors_are_recorded_as_such():
    with FakeTensorMode():
        model = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.AvgPool2d(6), nn.Flatten()
        )
        for _ in range(2):
            recording = cnnviz.record(model.train(), torch.empty(2, 3, 8, 8), gradients_of=1)
            assert recording["0"].gradient.shape == recording["0"].output.shape == (2, 4, 6, 6)


class OnTwo(nn.Module):
    """The first half has numbers, and the second has none."""

    def __init__(self):
        super().__init__()
        self.here = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True))
        self.there = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Dropout(inplace=True), nn.Flatten(), nn.Linear(64, 2)).to(
            "meta"
        )

    def forward(self, x):
        return self.there(self.here(x).to("meta"))


def test_each_layer_of_a_model_on_two_devices_is_recorded_where_it_is():
    model, x = OnTwo().train(), torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    outputs, _ = copies_in_hooks(model.here, x)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for given in (x, x, x.numpy()):
        model.load_state_dict(before)
        recording = cnnviz.record(model, given)
        assert_equal({name: recording[f"here.{name}"] for name in outputs}, outputs)
        assert {recording[f"there.{i}"].output.device.type for i in range(4)} == {"meta"}
        assert all(torch.equal(value, before[name]) for name, value in model.here.state_dict(prefix="here.").items())
    assert [row.output_shape for row in cnnviz.layers(model, x)][-1] == (2, 2)


def test_a_graph_or_a_figure_of_no_numbers_is_refused_with_what_needs_none():
    model, x = ARCHITECTURES["resnet"].model(), ARCHITECTURES["resnet"].example()
    pictures = np.zeros((1, 3, 40, 36), np.uint8)
    message = (
        r"^to_graph needs a model and an example that hold numbers, got .* meta device: .*cnnviz.layers\(model, x\)"
    )
    with pytest.raises(ValueError, match=message):
        cnnviz.to_graph(model, x.to("meta"))
    model = model.to("meta")
    for call in (
        lambda: cnnviz.to_graph(model, x),
        lambda: cnnviz.to_graph(model.conv1),
        lambda: cnnviz.explore(model, pictures),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    recording = cnnviz.record(model, x.to("meta"))
    with pytest.raises(ValueError, match=r"^a figure needs numbers, got a tensor on the meta device, "):
        cnnviz.explore(recording, pictures)
