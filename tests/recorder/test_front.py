"""What can be recorded, under which names, and what is refused with a reason."""

import copy
import pickle
from collections import namedtuple

import pytest
import torch
from torch import nn

import cnnviz
from cnnviz.recorder import UnknownLayerError
from tests.architectures import ARCHITECTURES

X = torch.randn(2, 1, 4, 4, generator=torch.Generator().manual_seed(0))


def small():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(8, 3)).eval()


# --- names


def test_layers_are_all_leaves_in_the_order_of_their_calls_or_those_that_are_named():
    assert list(cnnviz.record(small(), X)) == ["0", "1", "2", "3"]
    assert list(cnnviz.record(small(), X, ["3", "0"])) == ["0", "3"]
    assert list(cnnviz.record(small(), X, "1")) == ["1"]


def test_a_pattern_stands_for_the_leaves_that_it_matches_or_else_for_blocks():
    model, x = ARCHITECTURES["resnet"].model(), ARCHITECTURES["resnet"].example()
    leaves = [name for name in cnnviz.record(model, x) if name.startswith("layer1.")]
    assert leaves
    assert list(cnnviz.record(model, x, "layer1.*")) == leaves
    blocks = cnnviz.record(model, x, "layer?")
    assert all(torch.equal(blocks[name].output, model_part(model, x, name)) for name in blocks)


def model_part(model, x, name):
    kept = []
    with model.get_submodule(name).register_forward_hook(lambda *args: kept.append(args[2].clone())), torch.no_grad():
        model(x.clone())
    return kept[0]


def test_an_unknown_name_gets_the_nearest():
    model = ARCHITECTURES["resnet"].model()
    with pytest.raises(
        UnknownLayerError, match=r"record needs a layer's name, got 'layer1.0.con1': the nearest are 'layer1.0"
    ):
        cnnviz.record(model, ARCHITECTURES["resnet"].example(), "layer1.0.con1")
    with pytest.raises(UnknownLayerError, match=r"got 'nonsense': there are 4: '0', '1', '2', '3'"):
        cnnviz.record(small(), X, "nonsense")
    with pytest.raises(TypeError, match=r"record needs layers by their names, got int: see cnnviz\.layers"):
        cnnviz.record(small(), X, [3])
    with pytest.raises(ValueError, match=r"at least one layer, got layers=\[\]"):
        cnnviz.record(small(), X, [])


def test_a_recording_says_which_names_it_has():
    recording = cnnviz.record(small(), X, ["0", "1"])
    assert "3" not in recording
    assert recording.get("3") is None
    with pytest.raises(KeyError, match="a layer that ran and was recorded, got '3': there are 2: '0', '1'"):
        recording["3"]
    assert repr(recording) == "Recording of 2 layers\n  0  Conv2d  (2, 2, 2, 2)\n  1  ReLU    (2, 2, 2, 2)"


def test_a_layer_with_two_names_is_found_by_each_and_recorded_once_by_default():
    model = nn.Sequential()
    model.first = model.second = nn.Linear(2, 2)
    assert [name for name, _ in model.named_modules()] == ["", "first"]
    assert list(cnnviz.record(model, torch.ones(1, 2))) == ["first"]
    assert list(cnnviz.record(model, torch.ones(1, 2), "second")) == ["second"]


def test_a_model_that_is_one_layer_has_the_empty_name_as_torch_gives_it():
    layer = nn.Conv2d(1, 2, 3)
    assert torch.equal(cnnviz.record(layer, X)[""].output, layer(X))


# --- what comes out


def test_a_record_has_type_parameters_and_an_entry_a_call():
    model, x = ARCHITECTURES["reused"].model(), ARCHITECTURES["reused"].example()
    recording = cnnviz.record(model, x, gradients_of=1)
    conv = recording["conv"]
    assert (conv.type, len(conv.calls)) == ("Conv2d", 3)
    assert torch.equal(conv.parameters["weight"], model.conv.weight)
    assert not conv.parameters["weight"].requires_grad
    assert conv.output is conv.calls[-1].output
    assert conv.gradient is conv.calls[-1].gradient
    assert not torch.equal(conv.calls[0].gradient, conv.calls[1].gradient)


def test_tuples_dicts_and_none_are_kept_as_such():
    Pair = namedtuple("Pair", "left right")

    class Many(nn.Module):
        def forward(self, x):
            return {"pair": Pair(x * 2, [x * 3, None]), "size": 4, "words": torch.ones(2, dtype=torch.long)}

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.many = nn.Conv2d(1, 1, 1), Many()

        def forward(self, x):
            out = self.many(self.conv(x))
            out["pair"].left.relu_()
            return out["pair"].left.sum() + out["pair"].right[0].sum()

    model = Model()
    nn.init.constant_(model.conv.weight, 1.0)
    record = cnnviz.record(model, X, gradients_of=lambda output: output)["many"]
    assert type(record.output["pair"]).__name__ == "Pair"
    assert record.output["pair"].right[1] is None
    assert record.output["size"] == 4
    assert (record.output["pair"].left < 0).any()  # as it was before ReLU
    assert torch.equal(record.gradient["pair"].left, (record.output["pair"].left > 0).float())
    assert torch.equal(record.gradient["pair"].right[0], torch.ones(2, 1, 4, 4))
    assert record.gradient["words"] is None


def test_a_recurrent_layer_gives_a_tuple():
    model = nn.Sequential(nn.LSTM(3, 4))
    record = cnnviz.record(model, torch.ones(2, 1, 3), gradients_of=lambda output: output[1][1].sum())["0"]
    assert cnnviz.record(model, torch.ones(2, 1, 3)).shapes["0"] == ((2, 1, 4), ((1, 1, 4), (1, 1, 4)))
    assert torch.equal(record.gradient[1][1], torch.ones(1, 1, 4))
    assert record.gradient[0] is None


def test_the_gradient_of_the_input_is_there_where_it_is_asked_for():
    model = small()
    x = X.clone().requires_grad_()
    expected = torch.autograd.grad(model(x.clone())[:, 2].sum(), x)[0]
    recording = cnnviz.record(model, x, gradients_of=2)
    assert torch.equal(recording.input_gradient, expected)
    assert cnnviz.record(model, X, gradients_of=2).input_gradient is None


def test_each_picture_may_have_a_class_of_its_own():
    model = small()
    both = cnnviz.record(model, X, gradients_of=torch.tensor([2, 0]))["0"].gradient
    for picture, label in enumerate((2, 0)):
        alone = cnnviz.record(model, X, gradients_of=label)["0"].gradient
        torch.testing.assert_close(both[picture], alone[picture])


def test_several_inputs_are_a_tuple_and_named_ones_a_dict_and_arrays_become_tensors():
    layer = nn.Bilinear(2, 2, 1)
    a, b = torch.ones(1, 2), torch.full((1, 2), 2.0)
    expected = layer(a, b)
    assert torch.equal(cnnviz.record(layer, (a, b)).output, expected)
    assert torch.equal(cnnviz.record(layer, {"input2": b, "input1": a}).output, expected)
    assert torch.equal(cnnviz.record(layer, (a.numpy(), b.numpy())).output, expected)


def test_a_recording_can_be_copied_and_pickled():
    recording = cnnviz.record(small(), X, gradients_of=1)
    for twin in (copy.deepcopy(recording), pickle.loads(pickle.dumps(recording))):
        assert torch.equal(twin["0"].gradient, recording["0"].gradient)


# --- wrappers


@pytest.mark.parametrize("wrap", [torch.compile, nn.DataParallel, lambda model: nn.DataParallel(torch.compile(model))])
def test_a_compiled_or_parallel_model_is_unwrapped(wrap):
    model = small()
    recording = cnnviz.record(wrap(model), X)
    assert list(recording) == ["0", "1", "2", "3"]
    assert torch.equal(recording.output, model(X))


def test_compiled_parts_run_as_they_were_written():
    model = small()
    assert list(cnnviz.record(nn.Sequential(torch.compile(model[:2]), nn.ReLU()), X)) == ["0.0", "0.1", "1"]
    model.compile()
    assert list(cnnviz.record(model, X)) == ["0", "1", "2", "3"]


def test_a_parametrised_layer_is_a_leaf():
    model = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Conv2d(1, 2, 3)), nn.ReLU(inplace=True))
    assert list(cnnviz.record(model, X)) == ["0", "1"]


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_scripted_and_exported_models_are_refused_with_the_reason():
    scripted = torch.jit.script(small()[:2])
    with pytest.raises(TypeError, match="got RecursiveScriptModule: record the model that it was made from"):
        cnnviz.record(scripted, X)
    part = nn.Sequential(scripted, nn.ReLU())
    assert list(cnnviz.record(part, X)) == ["1"]
    with pytest.raises(UnknownLayerError, match="a scripted one takes no hooks, got '0'"):
        cnnviz.record(part, X, "0")
    exported = torch.export.export(small(), (X,))
    with pytest.raises(TypeError, match="got ExportedProgram: its layers are gone"):
        cnnviz.record(exported, X)
    with pytest.raises(TypeError, match="got GraphModule: its layers are gone"):
        cnnviz.record(exported.module(), X)


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match=r"a model of torch, Keras or cnnviz\.nn, got function"):
        cnnviz.record(lambda x: x, X)
    with pytest.raises(ValueError, match="got one with lazy layers: call it once"):
        cnnviz.record(nn.Sequential(nn.LazyConv2d(2, 3)), X)
    with pytest.raises(ValueError, match="layers that run, got none of 1 that did"):
        cnnviz.record(ARCHITECTURES["branching"].model(), torch.full((1, 3, 12, 12), -1.0), "light")


# --- targets


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (3, "a class from 0 to 2, got 3"),
        (-1, "a class from 0 to 2, got -1"),
        ([0, 1, 2], "one class for each of 2 pictures, got 3"),
        (1.5, "gradients_of as a class, one class a picture, or a function of the output, got 1.5"),
        (True, "or a function of the output, got True"),
        ("cat", "or a function of the output, got 'cat'"),
        (lambda output: output, r"that gives one number, got \(2, 3\): sum it"),
        (lambda output: 1.0, "that gives a tensor, got float"),
        (lambda output: torch.ones(1), "a score that autograd leads back to the layers, got one without a graph"),
    ],
    ids=str,
)
def test_targets_that_cannot_be_used(target, words):
    with pytest.raises((ValueError, TypeError), match=words):
        cnnviz.record(small(), X, gradients_of=target)


def test_a_class_needs_an_output_with_classes():
    with pytest.raises(TypeError, match="a tensor as the output for a class, got tuple: give a function"):
        cnnviz.record(ARCHITECTURES["two_heads"].model(), ARCHITECTURES["two_heads"].example(), gradients_of=0)
    with pytest.raises(ValueError, match=r"an output \(N, classes, ...\) for a class, got \(2,\)"):
        cnnviz.record(nn.Sequential(nn.Linear(2, 2)), torch.ones(2), gradients_of=0)


# --- the reader's own calls


def test_recording_keeps_an_entry_for_each_of_the_readers_calls_and_goes():
    model, seen = small(), []
    with cnnviz.recording(model, ["0", "1"]) as recording:
        for n in (1, 2):
            seen.append(model(X[:n]).detach())
    model(X)
    assert [call.output.shape[0] for call in recording["0"].calls] == [1, 2]
    assert torch.equal(recording["1"].output, recording["0"].output.relu())
    assert torch.equal(recording.output, seen[-1])
    assert torch.equal(recording.input, X)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_recording_does_not_disturb_training_and_goes_when_the_block_raises():
    model, twin = small().train(), small().train()
    twin.load_state_dict(model.state_dict())
    twin(X).sum().backward()
    recordings = []

    def train_and_fail():
        with cnnviz.recording(model) as recording:
            recordings.append(recording)
            model(X).sum().backward()
            raise ArithmeticError("mine")

    with pytest.raises(ArithmeticError, match="mine"):
        train_and_fail()
    (recording,) = recordings
    assert all(torch.equal(a.grad, b.grad) for a, b in zip(model.parameters(), twin.parameters(), strict=True))
    assert list(recording) == ["0", "1", "2", "3"]
    assert not recording["0"].output.requires_grad
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_recording_hears_a_compiled_model_and_an_input_that_is_overwritten():
    model, x = nn.Sequential(nn.ReLU(inplace=True)), torch.tensor([[-1.0, 2.0]])
    compiled = torch.compile(model)
    with torch.no_grad(), cnnviz.recording(compiled) as recording:
        compiled(x)
    assert recording.input.tolist() == [[-1, 2]]
    assert recording["0"].output.tolist() == [[0, 2]]
