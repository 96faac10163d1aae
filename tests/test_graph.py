"""describe() and to_graph() on our layers and on torch's, and Graph.run() beside the model itself."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.graph import Graph, Node, describe, to_graph
from tests.nn.compare import assert_same, random

LAYERS = [
    ("Conv2d", {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 4), "padding": "same", "groups": 2}),
    (
        "Conv2d",
        {"in_channels": 4, "out_channels": 2, "kernel_size": 3, "stride": (2, 1), "padding": (2, 1), "dilation": 2},
    ),
    (
        "Conv2d",
        {"in_channels": 4, "out_channels": 2, "kernel_size": 3, "padding": 2, "padding_mode": "reflect", "bias": False},
    ),
    ("Conv2d", {"in_channels": 4, "out_channels": 2, "kernel_size": 2, "padding": "valid"}),
    (
        "ConvTranspose2d",
        {
            "in_channels": 4,
            "out_channels": 6,
            "kernel_size": 3,
            "stride": 2,
            "padding": 1,
            "output_padding": 1,
            "groups": 2,
        },
    ),
    ("MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ("MaxPool2d", {"kernel_size": (2, 3), "dilation": 2}),
    ("AvgPool2d", {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False, "ceil_mode": True}),
    ("AdaptiveAvgPool2d", {"output_size": (3, 2)}),
    ("AdaptiveAvgPool2d", {"output_size": 2}),
    ("Linear", {"in_features": 9, "out_features": 5}),
    ("Linear", {"in_features": 9, "out_features": 5, "bias": False}),
    ("ReLU", {}),
    ("ReLU", {"inplace": True}),
    ("LeakyReLU", {"negative_slope": 0.2}),
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("SiLU", {}),
    ("Softmax", {"dim": 1}),
    ("LogSoftmax", {"dim": -1}),
    ("ReLU6", {"inplace": True}),
    ("Hardtanh", {"min_val": -0.5}),
    ("Hardsigmoid", {}),
    ("Hardswish", {}),
    ("Mish", {}),
    ("ELU", {"alpha": 0.5}),
    ("GELU", {"approximate": "tanh"}),
    ("Softplus", {"beta": 2.0, "threshold": 1.0}),
    ("PReLU", {"num_parameters": 4}),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}),
    ("InstanceNorm2d", {"num_features": 4, "affine": True}),
    ("InstanceNorm2d", {"num_features": 4}),
    ("LayerNorm", {"normalized_shape": (9, 9), "eps": 1e-3}),
    ("ZeroPad2d", {"padding": (1, -2, 0, 3)}),
    ("ConstantPad2d", {"padding": 1, "value": 2.5}),
    ("ReflectionPad2d", {"padding": (1, 2, 3, 0)}),
    ("ReplicationPad2d", {"padding": 2}),
    ("Upsample", {"size": (5, 11), "mode": "bilinear", "align_corners": True}),
    ("Upsample", {"size": 5}),
    ("PixelShuffle", {"upscale_factor": 2}),
    ("AdaptiveMaxPool2d", {"output_size": 2}),
    ("BatchNorm2d", {"num_features": 4}),
    ("BatchNorm2d", {"num_features": 4, "affine": False, "track_running_stats": False}),
    ("Flatten", {}),
    ("Identity", {}),
]
EACH = pytest.mark.parametrize(("name", "arguments"), LAYERS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(LAYERS)])


def small(library):
    """A nested network of ours or torch's."""
    return library.Sequential(
        library.Conv2d(3, 8, 3, padding=1),
        library.BatchNorm2d(8),
        library.Sequential(library.ReLU(), library.MaxPool2d(2), library.Dropout()),
        library.Flatten(),
        library.Linear(8 * 5 * 5, 4),
        library.Softmax(dim=1),
    )


@EACH
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")  # torch says how, once
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_a_layer_of_ours_and_of_torchs_are_described_alike_and_run_alike(name, arguments, training):
    theirs = getattr(torch.nn, name)(**arguments).train(training)
    ours = getattr(nn, name)(**arguments).train(training)
    ours.load_state_dict(theirs.state_dict())
    x = random((2, 4, 9, 9))
    op, args, params = describe(ours)
    other_op, other_args, other_params = describe(theirs)
    assert (op, args) == (other_op, other_args)
    assert json.loads(json.dumps(args)) == args
    assert list(params) == list(other_params)
    for key, value in params.items():
        assert_same(value, other_params[key], key)
    expected = theirs(torch.from_numpy(x.copy()))
    for layer in (ours, theirs):
        assert_same(to_graph(layer).run(x)[op], expected, "output")


def test_sizes_are_spelled_out():
    assert describe(nn.Conv2d(1, 1, (3, 4), padding="same"))[1] == {
        "stride": [1, 1],
        "padding": [1, 1, 1, 2],
        "dilation": [1, 1],
        "groups": 1,
        "padding_mode": "zeros",
    }
    assert describe(torch.nn.AvgPool2d(2, padding=1))[1]["padding"] == [1, 1, 1, 1]


@pytest.mark.parametrize("library", [nn, torch.nn], ids=["ours", "torch"])
def test_a_nested_sequential_becomes_a_chain_with_the_names_of_named_modules(library):
    model = small(library).eval()
    graph = to_graph(model)
    names = ["0", "1", "2.0", "2.1", "2.2", "3", "4", "5"]
    assert [node.name for node in graph] == names
    assert [node.inputs for node in graph] == [("input",), *((name,) for name in names[:-1])]
    assert set(names) <= {name for name, _ in model.named_modules()}
    assert [node.op for node in graph] == [
        "conv2d",
        "batch_norm",
        "relu",
        "max_pool2d",
        "identity",
        "flatten",
        "linear",
        "softmax",
    ]
    assert len(graph) == 8


def test_running_a_graph_gives_every_layers_output():
    theirs = small(torch.nn).eval()
    graph, outputs = to_graph(theirs), {}
    for name, module in theirs.named_modules():
        module.register_forward_hook(lambda _, inputs, output, name=name: outputs.update({name: output.clone()}))
    x = random((2, 3, 10, 10))
    theirs(torch.from_numpy(x))
    values = graph.run(x)
    assert values.pop("input") is x
    for name, value in values.items():
        assert_same(value, outputs[name], name)


@settings(max_examples=20)
@given(
    st.lists(st.sampled_from(["relu", "sigmoid", "tanh", "silu", "identity"]), min_size=1, max_size=6),
    st.integers(0, 9),
)
def test_a_graph_runs_branches_in_its_order(ops, seed):
    nodes = [Node(str(i), op, inputs=(str(i - 1) if i else "input",)) for i, op in enumerate(ops)]
    x = random((2, 3), seed)
    values = Graph((*nodes, Node("sum", "add", inputs=(str(len(ops) - 1), "input")))).run(x)
    np.testing.assert_array_equal(values["sum"], values[str(len(ops) - 1)] + x)


def test_a_graph_does_not_change_when_the_model_trains_on():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm2d(1))
    graph = to_graph(model)
    model[0].weight += 1
    model[1].running_mean += 1
    assert (graph.nodes[0].params["weight"] != model[0].weight).all()
    assert graph.nodes[1].params["running_mean"] == 0


def test_parameters_are_float32_whatever_the_models_are():
    for model in (nn.Linear(2, 2, dtype=np.float64), torch.nn.Linear(2, 2, dtype=torch.float64)):
        assert {value.dtype for value in describe(model)[2].values()} == {np.dtype(np.float32)}


def test_a_subclass_is_its_ancestor_unless_it_computes_something_else():
    class Named(nn.ReLU):
        pass

    class Other(torch.nn.ReLU):
        def forward(self, x):
            return x

    assert describe(Named())[0] == "relu"
    with pytest.raises(TypeError, match=r"describe needs a layer of Conv2d, .*Identity, got Other"):
        describe(Other())


class Reversed(nn.Sequential):
    """Runs its layers backwards, and so is no plain chain."""

    def forward(self, x):
        return x


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: to_graph(np.maximum), TypeError, "to_graph needs a model of torch, Keras or cnnviz.nn, got ufunc"),
        (lambda: to_graph(torch.nn.Sequential(torch.nn.CELU())), TypeError, "needs a layer of Conv2d, .* got CELU"),
        (lambda: to_graph(Reversed(nn.ReLU())), TypeError, "got Reversed"),
        (
            lambda: to_graph(small(nn)),
            ValueError,
            r"a model that answers the same each time, got Dropout\(.*\) in training: call model.eval\(\)",
        ),
        (
            lambda: describe(torch.nn.MaxPool2d(2, return_indices=True)),
            ValueError,
            "a MaxPool2d with one output, got return_indices=True",
        ),
        (
            lambda: describe(nn.AvgPool2d(2, divisor_override=3)),
            ValueError,
            "an AvgPool2d that divides by what it counts, got divisor_override=3",
        ),
        (
            lambda: describe(nn.AdaptiveAvgPool2d((None, 2))),
            ValueError,
            r"both sides given, got output_size=\(None, 2\)",
        ),
        (
            lambda: describe(nn.Softmax()),
            ValueError,
            r"a Softmax that says its axis, got dim=None: write Softmax\(dim=1\)",
        ),
        (
            lambda: to_graph(nn.Linear(2, 3)).run(np.ones((1, 3), "f4")),
            ValueError,
            r"^linear \(node 'linear'\) needs \(\.\.\., 2\), got \(1, 3\)",
        ),
        (
            lambda: Graph((Node("a", "gelo"),)).run(np.ones(1)),
            ValueError,
            "node 'a' needs an operation of conv2d, .*, got 'gelo'",
        ),
        (
            lambda: Graph((Node("a", "flatten"), Node("b", "add", inputs=("a", "input")))).run(np.ones((3, 2))),
            ValueError,
            r"add \(node 'b'\) needs two inputs whose axes, from the last, are equal or 1, got \(6,\) and \(3, 2\)",
        ),
        (
            lambda: Graph((Node("a", "relu", inputs=("b",)),)).run(np.ones(1)),
            ValueError,
            "node 'a' needs its inputs to be one of input, got 'b'",
        ),
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
