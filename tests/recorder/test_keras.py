"""Keras models on the torch backend, beside Keras's own way to a layer's output."""

import os

os.environ["KERAS_BACKEND"] = "torch"  # read when keras is first imported

import keras
import numpy as np
import pytest
import torch

import cnnviz
from tests.architectures import ARCHITECTURES


@pytest.fixture(scope="module")
def model():
    return ARCHITECTURES["keras"].model()


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((2, 20, 20, 3)).astype(np.float32)


def test_outputs_equal_those_of_a_keras_model_that_ends_at_each_layer(model, x):
    recording = cnnviz.record(model, x)
    names = [layer.name for layer in model.layers[1:]]
    outputs = keras.Model(model.input, [model.get_layer(name).output for name in names])(x)
    assert list(recording) == names
    for name, output in zip(names, outputs, strict=True):
        assert torch.equal(recording[name].output, output.detach())
    assert recording["conv1"].type == "Conv2D"
    assert recording["bn1"].parameters["gamma"].shape == (6,)


def test_gradients_equal_those_of_the_rest_of_the_network(model, x):
    recording = cnnviz.record(model, x, gradients_of=2)
    pooled = recording["mean"].output.clone().requires_grad_()
    score = model.get_layer("scores")(pooled)[:, 2].sum()
    expected = torch.autograd.grad(score, pooled)[0]
    torch.testing.assert_close(recording["mean"].gradient, expected)
    assert all(record.gradient is not None for record in recording.values())


def test_nested_reused_and_subclassed_layers_are_heard():
    block = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="dense"), keras.layers.ReLU(name="relu")])
    block.name = "block"

    class Twice(keras.Model):
        def __init__(self):
            super().__init__()
            self.block = block

        def call(self, x):
            return self.block(self.block(x))

    model, x = Twice(), torch.randn(2, 4)
    expected = model(x).detach()
    recording = cnnviz.record(model, x, gradients_of=1)
    assert list(recording) == ["block.dense", "block.relu"]
    assert [len(record.calls) for record in recording.values()] == [2, 2]
    assert torch.equal(recording["block.relu"].output, expected)
    assert torch.equal(recording["block.relu"].gradient, torch.tensor([[0.0, 1, 0, 0]] * 2))


def test_nothing_is_left_behind_also_when_the_model_raises(model, x):
    before = [dict(vars(layer)) for layer in [model, *model.layers]]
    cnnviz.record(model, x, gradients_of=0)
    with cnnviz.recording(model) as recording:
        model(x)
    assert recording.input.shape == x.shape
    assert recording["scores"].output is not None
    with pytest.raises(ValueError, match="incompatible with the layer"):
        cnnviz.record(model, x[..., :1])
    for layer, own in zip([model, *model.layers], before, strict=True):
        assert vars(layer).keys() == own.keys()
        assert "call" not in vars(layer)


def test_layers_count_what_keras_counts(model, x):
    table = cnnviz.layers(model, x)
    assert sum(row.parameters for row in table) == model.count_params()
    rows = {row.name: row for row in table}
    assert rows["conv1"].multiply_adds == 2 * 10 * 10 * 6 * 27
    assert rows["depthwise"].multiply_adds == 2 * 10 * 10 * 6 * 9
    assert rows["scores"].multiply_adds == 2 * 6 * 4


def test_a_keras_model_that_has_not_been_built_is_refused():
    with pytest.raises(ValueError, match="a Keras model that is built, got one that is not: call it once"):
        cnnviz.record(keras.Sequential([keras.layers.Dense(2)]), torch.ones(1, 2))


def test_another_backend_is_refused_with_what_to_set(model, x, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ValueError, match=r"Keras on the torch backend, got 'jax': set os\.environ"):
        cnnviz.record(model, x)
