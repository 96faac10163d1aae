"""Models as people really have them: outputs of their own classes, checkpoints, quantised layers, several threads."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

import cnnviz


@dataclass(frozen=True)
class Answer:
    logits: torch.Tensor
    hidden: tuple[torch.Tensor, ...] = ()


class Answering(nn.Module):
    def forward(self, x):
        return Answer(x * 2, (x + 1,))


class WithDataclass(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.answer, self.relu = nn.Linear(4, 4), Answering(), nn.ReLU(inplace=True)

    def forward(self, x):
        answer = self.answer(self.linear(x))
        self.relu(answer.logits)
        return answer


def test_tensors_in_a_dataclass_are_kept_as_they_were_with_their_gradients():
    model, x = WithDataclass(), torch.randn(2, 4)
    for _ in range(2):  # when the model is new, and when it is known
        recording = cnnviz.record(model, x, gradients_of=lambda answer: answer.logits.sum() + answer.hidden[0].sum())
        before, answer = recording["linear"].output, recording["answer"].output
        assert isinstance(answer, Answer)
        assert torch.equal(answer.logits, before * 2)
        assert torch.equal(answer.hidden[0], before + 1)
        assert not answer.logits.requires_grad
        assert torch.equal(recording["answer"].gradient.logits, (before * 2 > 0).float())
        assert torch.equal(recording["answer"].gradient.hidden[0], torch.ones(2, 4))
    assert cnnviz.layers(model, x)[1].output_shape == {"logits": (2, 4), "hidden": ((2, 4),)}


class Checkpointed(nn.Module):
    def __init__(self, reentrant):
        super().__init__()
        self.first, self.reentrant = nn.Linear(4, 4), reentrant
        self.block = nn.Sequential(nn.Linear(4, 4), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Linear(4, 3))

    def forward(self, x):
        return checkpoint(self.block, self.first(x), use_reentrant=self.reentrant)


@pytest.mark.parametrize("reentrant", [True, False])
def test_what_checkpointing_computes_again_on_the_way_back_is_no_call(reentrant):
    model, x = Checkpointed(reentrant), torch.randn(2, 4)
    with cnnviz.recording(model) as seen:
        output = model(x)
        output.sum().backward()
    assert {name: len(record.calls) for name, record in seen.items()} == dict.fromkeys(seen, 1)
    assert torch.equal(seen["block.3"].output, output.detach())


def test_gradients_through_a_checkpoint_are_those_without():
    model, x = Checkpointed(reentrant=False).eval(), torch.randn(2, 4)
    through = cnnviz.record(model, x, gradients_of=1)
    first = through["first"].output.requires_grad_()
    (expected,) = torch.autograd.grad(model.block(first)[:, 1].sum(), first)
    assert torch.equal(through["first"].gradient, expected)


def test_recordings_from_several_threads_do_not_hear_each_other():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.BatchNorm2d(2)).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    inputs = [torch.full((1, 1, 8, 8), float(number)) for number in range(4)]
    expected = [model[0](x).detach() for x in inputs]
    wrong = []

    def work(number):
        for _ in range(20):
            record = cnnviz.record(model, inputs[number])["0"]
            if len(record.calls) != 1 or not torch.equal(record.output, expected[number]):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def quantised():
    torch.backends.quantized.engine = "x86" if "x86" in torch.backends.quantized.supported_engines else "qnnpack"
    model = nn.Sequential(torch.ao.quantization.QuantStub(), nn.Conv2d(3, 4, 3), torch.ao.quantization.DeQuantStub())
    model.eval().qconfig = torch.ao.quantization.default_qconfig
    prepared = torch.ao.quantization.prepare(model)
    prepared(torch.randn(1, 3, 8, 8))
    return torch.ao.quantization.convert(prepared)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_quantised_layers_are_recorded_and_counted():
    model, x = quantised(), torch.randn(1, 3, 8, 8)
    recording = cnnviz.record(model, x)
    assert recording["1"].output.is_quantized
    assert torch.equal(recording["1"].output.dequantize(), recording.output)
    assert cnnviz.layers(model, x)[1].multiply_adds == 4 * 36 * 27


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.float64])
def test_an_arrays_floats_become_the_models_dtype_and_whole_numbers_stay(dtype):
    model, x = nn.Linear(3, 2).to(dtype), np.random.default_rng(0).random((2, 3))
    assert torch.equal(cnnviz.record(model, x).output, model(torch.from_numpy(x).to(dtype)).detach())
    assert cnnviz.record(nn.Embedding(4, 2), np.array([1, 3])).output.shape == (2, 2)
