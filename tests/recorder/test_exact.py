"""Outputs and gradients equal copies taken in the hooks, bit for bit, whatever works in place."""

import gc
import weakref

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import cnnviz
from tests.architectures import ARCHITECTURES, resnet18
from tests.recorder.oracles import assert_equal, copies_in_hooks, gradients_through_copies, network

TORCH = {name: one for name, one in ARCHITECTURES.items() if name != "keras"}


def state_of(model):
    return torch.get_rng_state(), {name: value.clone() for name, value in model.state_dict().items()}


def put_back(model, state):
    torch.set_rng_state(state[0])
    model.load_state_dict(state[1])


@settings(max_examples=60)
@given(st.data(), st.integers(0, 1000))
def test_values_and_gradients_of_random_nets_equal_copies_the_first_time_and_later(data, seed):
    model = network(lambda options: data.draw(st.sampled_from(options)), seed)
    x = torch.randn(2, 2, 8, 8, generator=torch.Generator().manual_seed(seed))
    state = state_of(model)
    outputs, answer = copies_in_hooks(model, x)
    put_back(model, state)
    gradients = gradients_through_copies(model, x, lambda output: output[:, 1].sum())
    put_back(model, state)
    for _ in range(2):
        assert_equal(cnnviz.record(model, x), outputs)
        recording = cnnviz.record(model, x, gradients_of=1)
        assert_equal(recording, outputs, gradients)
        assert torch.equal(recording.output, answer)


@pytest.mark.parametrize("name", TORCH)
def test_recordings_of_the_architectures_equal_copies(name):
    model, x = TORCH[name].model(), TORCH[name].example()
    outputs = {}
    for layer, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(
                lambda _, __, y, layer=layer: outputs.setdefault(layer, []).append(y.detach().clone())
            )
    with torch.no_grad():
        model(x.clone())
    expected = {layer: list(calls) for layer, calls in outputs.items()}
    for _ in range(2):
        assert_equal(cnnviz.record(model, x), expected)


# The others: `overwriting` cannot be differentiated as it is written, two outputs have no class.
WITH_GRADIENTS = [name for name in TORCH if name not in ("overwriting", "two_heads")]


@pytest.mark.parametrize("name", WITH_GRADIENTS)
def test_gradients_of_the_architectures_equal_those_through_copies(name):
    model, x = TORCH[name].model(), TORCH[name].example()
    expected = gradients_through_copies(model, x, lambda output: output[:, 0].sum())
    for _ in range(2):
        recording = cnnviz.record(model, x, gradients_of=0)
        for layer, gradients in expected.items():
            for call, gradient in zip(recording[layer].calls, gradients, strict=True):
                # A sum of three gradients or more may be taken in another order.
                torch.testing.assert_close(call.gradient, gradient, rtol=1e-5, atol=1e-7)


def test_a_resnet_with_in_place_additions_is_exact_bit_for_bit_in_one_pass_once_known():
    model, x = resnet18(), torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    outputs, _ = copies_in_hooks(model, x)
    gradients = gradients_through_copies(model, x, lambda output: output[:, 5].sum())
    assert_equal(cnnviz.record(model, x, gradients_of=5), outputs, gradients)
    passes = []
    model.register_forward_pre_hook(lambda *_: passes.append(1))
    assert_equal(cnnviz.record(model, x, gradients_of=5), outputs, gradients)
    assert len(passes) == 1


def test_what_is_overwritten_by_a_path_not_taken_before_is_noticed():
    class Fork(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.change, self.keep = nn.Conv2d(1, 1, 1), nn.ReLU(inplace=True), nn.ReLU()

        def forward(self, x):
            y = self.conv(x)
            return self.change(y) if x.sum() > 0 else self.keep(y)

    model = Fork()
    nn.init.constant_(model.conv.weight, -1.0)
    for sign in (-1, 1, -1, 1):
        x = sign * torch.ones(1, 1, 2, 2)
        outputs, _ = copies_in_hooks(model, x)
        assert_equal(cnnviz.record(model, x), outputs)


def test_the_model_is_run_as_it_is_where_an_older_name_reads_what_was_overwritten():
    class Old(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.same, self.act = nn.Conv2d(1, 1, 1), nn.Identity(), nn.ReLU(inplace=True)

        def forward(self, x):
            first = self.conv(x)
            self.act(self.same(first))
            return first.flatten(1)  # ReLU has changed it

    model, x = Old(), torch.randn(1, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    outputs, answer = copies_in_hooks(model, x)
    for _ in range(2):
        recording = cnnviz.record(model, x, gradients_of=lambda output: output.sum())
        assert torch.equal(recording.output, answer)
        assert_equal(recording, outputs)
        positive = (outputs["conv"][0] > 0).float()
        assert torch.equal(recording["conv"].gradient, positive)


def test_a_view_with_no_gradient_of_its_own_is_refused_with_the_reason():
    class Old(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.flat, self.act = nn.Conv2d(1, 1, 1), nn.Flatten(), nn.ReLU(inplace=True)

        def forward(self, x):
            first = self.conv(x)
            self.act(self.flat(first))
            return first.flatten(1)

    model, x = Old(), torch.randn(1, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    with pytest.raises(ValueError, match="got flat, whose view is overwritten by another name: leave out gradients_of"):
        cnnviz.record(model, x, gradients_of=lambda output: output.sum())
    assert_equal(cnnviz.record(model, x), copies_in_hooks(model, x)[0])


def test_gradients_that_torch_itself_cannot_find_are_refused_in_its_words():
    one = ARCHITECTURES["overwriting"]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        cnnviz.record(one.model(), one.example(), gradients_of=lambda output: output.sum())


def test_frozen_parameters_and_the_callers_no_grad_and_inference_mode_do_not_matter():
    model, x = ARCHITECTURES["resnet"].model().requires_grad_(False), ARCHITECTURES["resnet"].example()
    expected = gradients_through_copies(model, x, lambda output: output[:, 3].sum())
    outputs, _ = copies_in_hooks(model, x)
    for mode in (torch.no_grad, torch.inference_mode, torch.enable_grad):
        with mode():
            recording = cnnviz.record(model, x, gradients_of=3)
        assert_equal(recording, outputs, expected)
        assert not any(record.output.requires_grad for record in recording.values())


def test_integer_inputs_of_a_frozen_model_have_gradients_from_the_first_layer_on():
    model = nn.Sequential(nn.Embedding(5, 4), nn.ReLU(inplace=True), nn.Linear(4, 2)).requires_grad_(False)
    words = torch.tensor([1, 3])
    recording = cnnviz.record(model, words, gradients_of=1)
    positive = (model[0](words) > 0).float()
    assert torch.equal(recording["0"].gradient, positive * model[2].weight[1])


def test_a_model_made_in_inference_mode_is_recorded():
    with torch.inference_mode():
        model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace=True)).train()
        x = torch.randn(2, 1, 5, 5)
        recording = cnnviz.record(model, x)
        assert not model[1].running_mean.any()
        outputs, _ = copies_in_hooks(model, x)
    assert_equal(recording, outputs)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("shape", [(2, 2, 8, 8), (0, 2, 8, 8)], ids=["full", "empty"])
def test_other_precisions_and_empty_batches(dtype, shape):
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(108, 2)).to(dtype)
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dtype)
    outputs, _ = copies_in_hooks(model, x)
    gradients = gradients_through_copies(model, x, lambda output: output[:, 1].sum())
    recording = cnnviz.record(model, x, gradients_of=1)
    assert_equal(recording, outputs, gradients)
    assert recording["0"].output.dtype == recording["0"].gradient.dtype == dtype


def test_another_device_and_memory_that_is_not_contiguous():
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(inplace=True))
    x = torch.randn(1, 8, 2, 8).transpose(1, 2)
    assert_equal(cnnviz.record(model, x), copies_in_hooks(model, x)[0])
    last = x.to(memory_format=torch.channels_last)
    assert_equal(cnnviz.record(model, last), copies_in_hooks(model, last)[0])
    recording = cnnviz.record(model.to("meta"), x.to("meta"), gradients_of=1)
    assert recording["1"].gradient.device.type == "meta"


def test_dropping_a_recording_frees_its_tensors_without_the_garbage_collector():
    model, x = ARCHITECTURES["resnet"].model(), ARCHITECTURES["resnet"].example()
    cnnviz.record(model, x, gradients_of=1)
    gc.collect()
    gc.disable()
    try:
        recording = cnnviz.record(model, x, gradients_of=1)
        kept = [weakref.ref(tensor) for one in recording.values() for tensor in (one.output, one.gradient)]
        del recording
        assert not any(reference() is not None for reference in kept)
    finally:
        gc.enable()


def test_what_is_learnt_of_a_model_goes_with_it():
    from cnnviz.recorder import exact

    model = nn.Sequential(nn.ReLU())
    before = len(exact._plans)
    cnnviz.record(model, torch.ones(1))
    assert len(exact._plans) == before + 1
    del model
    gc.collect()
    assert len(exact._plans) <= before
