"""A recording leaves nothing behind."""

import random

import numpy as np
import pytest
import torch
from torch import nn

import cnnviz
from tests.recorder.oracles import copies_in_hooks


class Chance(nn.Module):
    """Draws from every shared source of random numbers, counts its calls, and turns a layer's mode about."""

    def __init__(self):
        super().__init__()
        self.norm, self.drop, self.act = nn.BatchNorm2d(1), nn.Dropout(0.5), nn.ReLU(inplace=True)
        self.register_buffer("count", torch.zeros(()))
        self.fail = False

    def forward(self, x):
        self.count = self.count + 1
        self.register_buffer("late", torch.ones(1))
        self.drop.train(not self.drop.training)
        x = self.drop(self.norm(x)) * random.random() * np.random.rand()  # noqa: NPY002
        if self.fail:
            raise ArithmeticError("the model's own error")
        return self.act(x).flatten(1)


def everything(model):
    """All that a recording might have changed, as plain data."""
    return (
        torch.get_rng_state().tolist(),
        random.getstate(),
        [str(part) for part in np.random.get_state()],  # noqa: NPY002
        {name: value.tolist() for name, value in model.state_dict().items()},
        sorted(name for name, _ in model.named_buffers()),
        [module.training for module in model.modules()],
        [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()],
        [len(module._backward_hooks or ()) for module in model.modules()],
        [(parameter.requires_grad, parameter.grad) for parameter in model.parameters()],
        torch.is_grad_enabled(),
    )


def ways(model, x):
    return {
        "outputs": lambda: cnnviz.record(model, x),
        "gradients": lambda: cnnviz.record(model, x, gradients_of=0),
        "layers": lambda: cnnviz.layers(model, x),
    }


@pytest.mark.parametrize("way", ["outputs", "gradients", "layers"])
@pytest.mark.parametrize("fail", [False, True], ids=["", "raising"])
def test_hooks_flags_buffers_gradients_and_chance_are_as_before(way, fail):
    model, x = Chance().train(), torch.randn(2, 1, 3, 3)
    model.norm.eval()
    model.fail = fail
    before, number = everything(model), x.clone()
    for _ in range(2):
        if fail:
            with pytest.raises(ArithmeticError, match="the model's own error"):
                ways(model, x)[way]()
        else:
            ways(model, x)[way]()
        assert everything(model) == before
    assert torch.equal(x, number)


def test_parameters_keep_the_gradients_that_they_had():
    model, x = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Flatten()), torch.randn(1, 1, 3, 3)
    model(x).sum().backward()
    before = [(parameter.grad, parameter.grad.clone()) for parameter in model.parameters()]
    x.requires_grad_()
    cnnviz.record(model, x, gradients_of=1)
    for parameter, (grad, number) in zip(model.parameters(), before, strict=True):
        assert parameter.grad is grad
        assert torch.equal(grad, number)
    assert x.grad is None


def test_a_backward_of_the_readers_own_still_works_after_a_recording_in_between():
    model, x = (
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace=True)).train(),
        torch.randn(4, 1, 5, 5),
    )
    loss = model(x).square().sum()
    cnnviz.record(model, x, gradients_of=lambda output: output.sum())
    loss.backward()
    assert model[0].weight.grad.abs().sum() > 0


def test_dropout_draws_the_same_in_the_recording_and_in_the_call_that_follows():
    model, x = nn.Sequential(nn.Linear(8, 64), nn.Dropout(0.5), nn.ReLU(inplace=True)).train(), torch.ones(2, 8)
    first, second = cnnviz.record(model, x), cnnviz.record(model, x)
    outputs, answer = copies_in_hooks(model, x)
    for recording in (first, second):
        assert torch.equal(recording["1"].output, outputs["1"][0])
        assert torch.equal(recording.output, answer)


def test_an_input_that_the_model_overwrites_is_left_alone():
    x = torch.tensor([[-1.0, 2.0]])
    recording = cnnviz.record(nn.Sequential(nn.ReLU(inplace=True), nn.Hardtanh(0, 1, inplace=True)), x)
    assert recording.input is x
    assert x.tolist() == [[-1, 2]]
    assert [one.output.tolist() for one in recording.values()] == [[[0, 2]], [[0, 1]]]
