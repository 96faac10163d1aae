"""What a graph's nodes know of the model, what is left out, and what is refused."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnviz.graph import Graph, to_graph
from tests.architectures import ARCHITECTURES, classic
from tests.test_graph_export import near

# --- what nodes know


def test_nodes_know_their_shapes_and_the_lines_of_the_model():
    graph = to_graph(ARCHITECTURES["resnet"].model(), ARCHITECTURES["resnet"].example())
    node = {node.name: node for node in graph}["layer2.0.add"]
    assert node.inputs == ("layer2.0.bn2", "layer2.0.downsample.1")
    assert node.shape == (1, 8, 5, 5)
    file, line = node.source.split(":")
    written = Path(classic.__file__).read_text("utf-8").splitlines()[int(line) - 1]
    assert (file, written.strip()) == ("classic.py", "out += identity")
    assert all(node.source for node in graph)


def test_a_sequential_of_known_layers_has_the_same_graph_with_an_example_and_its_shapes():
    architecture = ARCHITECTURES["plain"]
    without, with_example = to_graph(architecture.model()), to_graph(architecture.model(), architecture.example())
    assert [(n.name, n.op, n.args, n.inputs) for n in without] == [
        (n.name, n.op, n.args, n.inputs) for n in with_example
    ]
    assert [n.shape for n in with_example][:3] == [(1, 6, 16, 16), (1, 6, 16, 16), (1, 6, 8, 8)]


def test_a_layer_that_a_sequential_has_twice_runs_twice():
    relu = nn.ReLU()
    model = nn.Sequential(nn.Linear(3, 3), relu, nn.Linear(3, 3), relu)
    graph = to_graph(model)
    assert [node.name for node in graph] == ["0", "1", "2", "3"]
    x = torch.randn(4, 3)
    near(graph.run(x.numpy())["3"], model(x), "output")


def test_padding_that_a_layer_adds_itself_is_its_convolutions_and_a_pad_layer_is_a_node():
    own = nn.Sequential(nn.Conv2d(1, 2, 3, padding=2, padding_mode="reflect"), nn.Softmax2d())
    apart = nn.Sequential(nn.ReflectionPad2d(2), nn.Conv2d(1, 2, 3), nn.Softmax2d())
    x = torch.randn(1, 1, 6, 6)
    first = to_graph(own, x).nodes[0]
    assert (first.op, first.args["padding"], first.args["padding_mode"]) == ("conv2d", [2, 2, 2, 2], "reflect")
    assert [node.op for node in to_graph(apart, x)][:2] == ["pad", "conv2d"]


def test_what_reaches_no_output_is_left_out():
    class Model(nn.Module):
        def forward(self, x):
            x.tanh().erf()
            return x * 2

    assert [node.op for node in to_graph(Model().eval(), torch.ones(1, 2))] == ["scale"]


def test_a_model_that_gives_back_its_input_is_one_identity():
    class Model(nn.Module):
        def forward(self, x):
            return x

    graph = to_graph(Model().eval(), torch.ones(1, 2))
    assert [(node.op, node.inputs) for node in graph] == [("identity", ("input",))]


def test_the_example_may_be_an_array_and_the_model_in_half_precision():
    model = ARCHITECTURES["vgg"].model()
    x = ARCHITECTURES["vgg"].example()
    half = copy.deepcopy(model).half()
    graph = to_graph(half, x.half().numpy())
    assert next(half.parameters()).dtype == torch.float16
    assert {p.dtype for node in graph for p in node.params.values()} == {np.dtype(np.float32)}
    near(graph.run(x.numpy())[graph.nodes[-1].name], half.float()(x), "output")


def test_making_a_graph_leaves_the_model_as_it_was():
    model = ARCHITECTURES["resnet"].model()
    model.layer1.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    flags = [module.training for module in model.modules()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    assert isinstance(to_graph(model, ARCHITECTURES["resnet"].example()), Graph)
    assert [module.training for module in model.modules()] == flags
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


# --- refusals


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if ARCHITECTURES[name].refused])
def test_what_has_no_graph_is_refused_with_the_reason_and_the_way_out(name, capfd):
    architecture = ARCHITECTURES[name]
    with pytest.raises((TypeError, ValueError), match=rf"^to_graph needs .*{architecture.refused}.* got .*") as caught:
        to_graph(architecture.model(), architecture.example())
    assert str(caught.value).endswith("a recording will do: cnnviz.record(model, x)")
    assert capfd.readouterr() == ("", "")


def test_a_choice_by_numbers_is_named_with_its_line():
    architecture = ARCHITECTURES["branching"]
    with pytest.raises(ValueError, match=r"a choice by a tensor's value at strange.py:\d+ \(if x.mean\(\) > 0:\)"):
        to_graph(architecture.model(), architecture.example())


class Strange(nn.Module):
    """Calls an operation that no figure explains."""

    def forward(self, x):
        return torch.erf(x)


def test_an_operation_outside_the_vocabulary_is_named_with_its_layer_and_its_line():
    model = nn.Sequential(nn.ReLU(), nn.Sequential(Strange()))
    message = (
        r"^to_graph needs operations of its vocabulary alone, got aten.erf.default in layer '1.0' at "
        r"test_graph_of_models.py:\d+ \(return torch.erf\(x\)\): a recording will do: cnnviz.record\(model, x\)$"
    )
    with pytest.raises(TypeError, match=message):
        to_graph(model, torch.ones(1, 2))


class Random(nn.Module):
    """Drops numbers whatever its flag says."""

    def forward(self, x):
        return F.dropout(x, 0.5, True)


@pytest.mark.parametrize(
    ("model", "x", "error", "message"),
    [
        (
            nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Softmax2d()),
            torch.ones(1, 3, 2, 2),
            ValueError,
            "answers the same each time, got BatchNorm2d '1' in training: call model.eval",
        ),
        (
            nn.Sequential(nn.Dropout(), Strange()),
            torch.ones(1, 3),
            ValueError,
            "answers the same each time, got Dropout '0' in training: call model.eval",
        ),
        (
            Random(),
            torch.ones(1, 3),
            ValueError,
            r"got aten.dropout.default in training at test_graph_of_\w+.py:\d+",
        ),
        (Strange(), [1.0], TypeError, "to_graph needs an example as one tensor or array, got list"),
        (nn.Conv1d(3, 4, 1), torch.ones(1, 3, 5), TypeError, "got aten.conv1d.default: a recording will do"),
        (
            nn.Sequential(nn.Linear(3, 2), nn.Softmax2d()),
            torch.ones(1, 4),
            RuntimeError,
            "mat1 and mat2 shapes cannot be multiplied",
        ),
        (nn.MultiheadAttention(4, 2), torch.ones(1, 4), TypeError, "missing 2 required positional arguments"),
    ],
)
def test_what_cannot_be_traced_is_refused(model, x, error, message):
    with pytest.raises(error, match=message):
        to_graph(model, x)


def test_a_torch_model_without_an_example_says_that_one_helps():
    with pytest.raises(TypeError, match=r"describe needs a layer of Conv2d, .* got Strange") as caught:
        to_graph(Strange())
    assert caught.value.__notes__ == ["(any torch model has a graph with an example: to_graph(model, x))"]
