"""Models as people really have them: hooks, wrappers, frozen parts, tricks with axes, and what is given by mistake."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from cnnviz.graph import to_graph


class Calling(nn.Module):
    """Calls a function, with layers by name."""

    def __init__(self, function, **layers):
        super().__init__()
        self.function = function
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x):
        return self.function(self, x)


def example(*shape):
    return torch.randn(shape or (1, 3, 6, 6), generator=torch.Generator().manual_seed(0))


def check(model, x):
    """The graph, whose output equals the model's."""
    graph = to_graph(model.eval(), x)
    with torch.no_grad():
        expected = model(x).numpy()
    value = graph.run(x.numpy())[graph.nodes[-1].name]
    assert value.shape == expected.shape
    assert np.abs(value - expected).max() <= 1e-4 * np.abs(expected).max()
    return graph


def names(graph):
    return [node.name for node in graph]


# --- hooks and wrappers


def test_hooks_that_change_what_layers_read_and_give_are_in_the_graph():
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3))
    model[0].register_forward_hook(lambda module, inputs, output: output * 2)
    model[2].register_forward_pre_hook(lambda module, inputs: (inputs[0] + 1,))
    check(model, example())
    with pytest.raises(TypeError, match="needs an example for what is no plain layer, got Conv2d with a hook"):
        to_graph(model)


def test_a_hook_of_a_sequential_and_a_forward_of_one_object_are_in_the_graph():
    model = nn.Sequential(nn.ReLU(), nn.Sigmoid())
    model.register_forward_hook(lambda module, inputs, output: output - 1)
    check(model, example())
    model = nn.Sequential(nn.ReLU())
    model[0].forward = lambda x: x * 3
    check(model, example())


@pytest.mark.filterwarnings("ignore:.*spectral_norm.*:FutureWarning")
def test_a_weight_that_a_hook_computes_is_the_computed_one():
    check(nn.Sequential(nn.utils.spectral_norm(nn.Conv2d(3, 4, 3))), example())


@pytest.mark.parametrize("wrap", [nn.DataParallel, torch.compile, lambda model: torch.compile(nn.DataParallel(model))])
def test_a_wrapped_model_has_the_names_of_the_one_inside(wrap):
    model = Calling(lambda self, x: self.conv(x) + 1, conv=nn.Conv2d(3, 4, 3)).eval()
    assert names(to_graph(wrap(model), example())) == names(to_graph(model, example())) == ["conv", "scale"]


def test_a_compiled_part_has_its_own_names():
    inside = torch.compile(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()))
    assert names(to_graph(Calling(lambda self, x: self.body(x) * 2, body=inside).eval(), example())) == [
        "body.0",
        "body.1",
        "scale",
    ]


@pytest.mark.filterwarnings("ignore:None of the inputs have requires_grad:UserWarning")
def test_layers_under_no_grad_and_in_checkpoints_keep_their_names_and_lines():
    def forward(self, x):
        with torch.no_grad():
            x = self.frozen(x)
        return checkpoint(self.block, x, use_reentrant=True)

    model = Calling(forward, frozen=nn.Conv2d(3, 4, 3), block=nn.Sequential(nn.Conv2d(4, 4, 3), nn.ReLU()))
    graph = check(model, example())
    assert names(graph) == ["frozen", "block.0", "block.1"]
    assert graph.nodes[0].source.startswith("test_graph_strangers.py:")


# --- axes


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (lambda self, x: F.relu(x.expand(-1, 3, -1, -1)), (1, 1, 4, 4)),
        (lambda self, x: x[:, :1].expand_as(x) * 2.0, (1, 3, 4, 4)),
        (lambda self, x: x[:, :, :1].expand(-1, -1, 4, -1) + x[..., :1].expand(-1, -1, -1, 4), (1, 3, 4, 4)),
        (lambda self, x: x[:, :1].expand_as(x) * x, (1, 3, 4, 4)),
        (lambda self, x: x.repeat(1, 3, 1, 2), (1, 1, 4, 4)),
        (lambda self, x: x.flatten(0, 1).mean((1, 2)).unflatten(0, (-1, 3)), (1, 3, 4, 4)),
        (lambda self, x: F.relu(x.reshape(x.shape[0], 3, 2, 2, 4).transpose(1, 2).reshape(-1, 3, 2, 4)), (1, 3, 4, 4)),
        (lambda self, x: x[:, None].squeeze(1)[:, 0], (1, 3, 4, 4)),
    ],
)
def test_axes_that_come_go_and_repeat_do_so_in_every_batch(function, shape):
    model = Calling(function).eval()
    graph, x = check(model, example(*shape)), example(3, *shape[1:])
    assert np.allclose(graph.run(x.numpy())[graph.nodes[-1].name], model(x).numpy(), atol=1e-5)


@pytest.mark.parametrize("function", [lambda self, x: x.squeeze(0), lambda self, x: x.squeeze() * 2])
def test_a_graph_whose_batch_axis_is_squeezed_refuses_another_batch(function):
    graph = check(Calling(function), example(1, 3, 4, 4))
    with pytest.raises(ValueError, match=r"reshape \(node '.*'\) needs a shape for 144 numbers"):
        graph.run(np.zeros((3, 3, 4, 4), np.float32))


# --- refusals


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda self, x: torch.clamp(x, min=torch.zeros(1)), "clamp.* with bounds that are not two numbers"),
        (lambda self, x: x.half().float(), "to torch.float16"),
        (lambda self, x: F.local_response_norm(x, 3), "pad.default of other axes than height and width"),
        (lambda self, x: torch.ones(6, 6) @ x, "matmul.default of weights times the input"),
        (lambda self, x: x @ x, "matmul.default of two tensors that depend on the input"),
        (lambda self, x: x @ torch.ones(6), "matmul.default with weights of 1 axes instead of 2"),
        (lambda self, x: torch.einsum("nchw,nkhw->nck", x, x), "einsum"),
        (lambda self, x: x * (x > 0), "gt.Scalar"),
        (lambda self, x: x * torch.ones_like(x, dtype=torch.bool), "ones_like.* with another value than one floating"),
        (lambda self, x: x.repeat(2, 1, 1, 1), "repeat.default from"),
    ],
)
def test_what_the_vocabulary_cannot_say_is_refused_with_the_line(function, message):
    with pytest.raises(TypeError, match=rf"^to_graph needs operations .*{message}.* at test_graph_strangers.py:\d+"):
        to_graph(Calling(function).eval(), example())


@pytest.mark.parametrize(
    ("model", "x", "error", "message"),
    [
        (nn.Conv2d, None, TypeError, "a model of torch, Keras or cnnviz.nn, got the class Conv2d: make one"),
        ("model.pt", None, TypeError, "a model of torch, Keras or cnnviz.nn, got str"),
        ({"weight": torch.ones(1)}, None, TypeError, "got dict"),
        (
            Calling(lambda self, x: x, e=nn.LazyConv2d(4, 3)),
            example(),
            ValueError,
            "one with lazy layers: call it once",
        ),
        (Calling(lambda self, x: self.e(x), e=nn.Embedding(9, 2)), torch.ones(1, 3).long(), TypeError, "torch.int64"),
        (Calling(lambda self, x: x + 1), {"x": example()}, TypeError, "an example as one tensor or array, got dict"),
    ],
)
def test_what_is_given_by_mistake_is_named(model, x, error, message):
    with pytest.raises(error, match=rf"^to_graph needs .*{message}"):
        to_graph(model.eval() if isinstance(model, nn.Module) else model, x)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_an_example_may_be_as_exact_as_its_model(dtype):
    for model in (nn.Conv2d(3, 4, 3), Calling(lambda self, x: self.conv(x) + 1, conv=nn.Conv2d(3, 4, 3))):
        assert to_graph(model.to(dtype).eval(), example().to(dtype)).nodes[0].shape == (1, 4, 4, 4)
