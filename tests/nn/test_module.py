"""Module: whole networks beside torch's, modes, modules of one's own, and what is refused."""

import inspect

import numpy as np
import pytest
import torch

from cnnviz import nn

from .compare import assert_layers_agree, assert_same, network, random

# --- beside torch


def test_a_network_has_torchs_names_and_shapes(networks):
    ours, theirs = networks
    assert [(n, p.shape) for n, p in ours.named_parameters()] == [
        (n, tuple(p.shape)) for n, p in theirs.named_parameters()
    ]
    assert [n for n, _ in ours.named_buffers()] == [n for n, _ in theirs.named_buffers()]
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    assert [type(m).__name__ for m in ours.modules()] == [type(m).__name__ for m in theirs.modules()]
    assert [n for n, _ in ours.named_children()] == [n for n, _ in theirs.named_children()]
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_a_network_gives_torchs_outputs_and_gradients_in_training_and_evaluation(networks):
    ours, theirs = networks
    assert_layers_agree(ours, theirs, random((4, 3, 16, 16)))
    ours.zero_grad()
    theirs.zero_grad()
    assert_layers_agree(ours.eval(), theirs.eval(), random((4, 3, 16, 16), 1))


def test_an_empty_batch_goes_through_a_network_as_through_torchs(networks):
    ours, theirs = networks
    assert_layers_agree(ours.eval(), theirs.eval(), random((0, 3, 16, 16)))


def test_a_state_dict_travels_to_torch_and_back(networks):
    ours, theirs = networks
    for parameter in ours.parameters():
        parameter += 1
    ours(random((2, 3, 16, 16)))  # moves the running mean
    theirs.load_state_dict({name: torch.from_numpy(value) for name, value in ours.state_dict().items()})
    for name, value in theirs.state_dict().items():
        assert_same(ours.state_dict()[name], value, name)


def test_training_follows_torchs_for_ten_steps():
    ours, theirs = network(nn)[:-1], network(torch.nn)[:-1]
    ours.load_state_dict(theirs.state_dict())
    x, target = random((8, 3, 16, 16)), np.arange(8) % 5
    loss, their_loss = nn.CrossEntropyLoss(label_smoothing=0.1), torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    optimiser = nn.SGD(ours.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3)
    other = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3)
    for _ in range(10):
        value = loss(ours(x), target)
        optimiser.zero_grad()
        ours.backward(loss.backward(), input_grad=False)
        optimiser.step()
        expected = their_loss(theirs(torch.from_numpy(x)), torch.from_numpy(target))
        other.zero_grad()
        expected.backward()
        other.step()
        np.testing.assert_allclose(value, expected.item(), rtol=1e-4)


LAYERS = [
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BatchNorm2d",
    "ConstantPad2d",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout2d",
    "ELU",
    "Flatten",
    "GELU",
    "GroupNorm",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "InstanceNorm2d",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Mish",
    "PReLU",
    "PixelShuffle",
    "ReLU",
    "ReLU6",
    "ReflectionPad2d",
    "ReplicationPad2d",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "Upsample",
    "ZeroPad2d",
]
OURS = {"dtype", "rng"}
NOT_OURS = {"device", "dtype", "size_average", "reduce", "args", "kwargs", "min_value", "max_value"}


@pytest.mark.parametrize("name", sorted(set(LAYERS) - {"Identity", "Sequential"}))  # these take anything in torch
def test_arguments_their_order_and_defaults_are_torchs(name):
    ours = inspect.signature(getattr(nn, name)).parameters
    theirs = {k: p for k, p in inspect.signature(getattr(torch.nn, name)).parameters.items() if k not in NOT_OURS}
    shared = {k: p for k, p in ours.items() if k not in OURS and k not in ("args", "kwargs")}
    assert set(shared) - {"bias"} == set(theirs) - {"bias"}  # older torch: no bias argument in BatchNorm2d
    for key in set(shared) & set(theirs):
        assert shared[key].default == theirs[key].default, key
    by_place = [k for k, p in shared.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert by_place == list(inspect.signature(getattr(torch.nn, name)).parameters)[: len(by_place)]


def test_every_layer_that_is_exported_is_compared_with_torchs():
    exported = {n for n in nn.__all__ if inspect.isclass(getattr(nn, n)) and issubclass(getattr(nn, n), nn.Module)}
    assert exported - {"Module"} == set(LAYERS)


# --- modes


def test_train_and_eval_reach_every_layer(networks):
    ours, _ = networks
    assert ours.eval() is ours
    assert not any(m.training for m in ours.modules())
    assert all(m.training for m in ours.train().modules())
    assert not any(m.training for m in ours.train(False).modules())


def test_no_grad_keeps_nothing_and_ends_with_its_block():
    layer = nn.Linear(2, 2)
    with nn.no_grad():
        y = layer(random((1, 2)))
    with pytest.raises(
        RuntimeError, match=r"^Linear\(.* has nothing to go back through: call it first, outside no_grad\(\)"
    ):
        layer.backward(y)
    with pytest.raises(ZeroDivisionError, match="within"), nn.no_grad():
        raise ZeroDivisionError("within")
    layer(random((1, 2)))
    assert layer.backward(y).shape == (1, 2)


# --- networks of one's own


class Residual(nn.Module):
    """x plus what a layer makes of it; no super().__init__() on purpose."""

    def __init__(self, inner):
        self.inner = inner
        self.scale = nn.Parameter(np.ones(1))

    def forward(self, x):
        return x + self.scale * self.inner(x)

    def backprop(self, grad):
        return grad + self.inner.backward(self.scale * grad)


def test_a_module_of_ones_own_nests_and_is_found():
    model = nn.Sequential(Residual(nn.Linear(3, 3, dtype=np.float64)), nn.ReLU())
    assert [name for name, _ in model.named_parameters()] == ["0.scale", "0.inner.weight", "0.inner.bias"]
    y = model(random((2, 3), dtype=np.float64))
    assert model.backward(np.ones_like(y)).shape == (2, 3)
    assert "(0): Residual(\n    (inner): Linear(" in repr(model)


def test_a_module_without_forward_or_backprop_says_what_to_define():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty has no forward: define forward\(self, x\)"):
        Empty()(1)
    with pytest.raises(NotImplementedError, match=r"Empty has no backprop: define backprop\(self, grad\).*Sequential"):
        Empty().backward(np.ones(1))


# --- refusals


def test_an_error_names_the_layer_and_where_it_is():
    model = nn.Sequential(nn.Flatten(), nn.Sequential(nn.ReLU(), nn.Linear(64 * 6 * 6, 10)))
    with pytest.raises(
        ValueError, match=r"^Linear\(in_features=2304, .* needs \(\.\.\., 2304\), got \(2, 3136\)"
    ) as caught:
        model(np.zeros((2, 64, 7, 7), np.float32))
    assert caught.value.__notes__ == ["(layer '1' of a Sequential)", "(layer '1' of a Sequential)"]


def test_a_gradient_of_the_wrong_shape_is_refused():
    layer = nn.MaxPool2d(2)
    layer(np.zeros((1, 1, 4, 4), np.float32))
    with pytest.raises(
        ValueError,
        match=r"^MaxPool2d\(.*\).backward needs a gradient of the output's shape \(1, 1, 2, 2\), got \(1, 1, 4, 4\)",
    ):
        layer.backward(np.zeros((1, 1, 4, 4), np.float32))


def test_a_gradient_takes_the_outputs_dtype():
    layer = nn.Linear(2, 2)
    layer(np.ones((1, 2), np.float32))
    for grad in (np.ones((1, 2)), np.ones((1, 2), int), [[1, 1]]):
        assert layer.backward(grad).dtype == np.float32
    assert layer.weight.grad.dtype == np.float32
    with pytest.raises(TypeError, match=r"^Linear\(.*\).backward needs a gradient of numbers, got complex128"):
        layer.backward(np.ones((1, 2), complex))


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(1, 1, 1),
        nn.ConvTranspose2d(1, 1, 1),
        nn.MaxPool2d(1),
        nn.AvgPool2d(1),
        nn.AdaptiveAvgPool2d(1),
        nn.Linear(1, 1),
        nn.Flatten(),
        nn.BatchNorm2d(1),
        nn.Dropout(),
        nn.Dropout2d(),
        nn.ReLU(),
        nn.LeakyReLU(),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.SiLU(),
        nn.Softmax(1),
        nn.MSELoss(),
        nn.CrossEntropyLoss(),
        nn.GELU(),
        nn.PReLU(),
        nn.GroupNorm(1, 1),
        nn.LayerNorm(1),
        nn.ZeroPad2d(1),
        nn.Upsample(2),
        nn.PixelShuffle(1),
        nn.AdaptiveMaxPool2d(1),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_backward_before_forward_says_so(layer):
    with pytest.raises(
        RuntimeError, match=rf"^{type(layer).__name__}\(.* has nothing to go back through: call it first"
    ):
        layer.backward(np.zeros((1, 1, 1, 1), np.float32))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: nn.Sequential(nn.ReLU(), np.maximum),
            TypeError,
            "Sequential needs a layer of cnnviz.nn at '1', got ufunc",
        ),
        (lambda: nn.Sequential([nn.ReLU()]), TypeError, "Sequential needs a layer of cnnviz.nn at '0', got list"),
        (lambda: nn.Sequential(torch.nn.ReLU()), TypeError, "a layer of cnnviz.nn at '0', got ReLU"),
        (
            lambda: nn.Sequential({"a.b": nn.ReLU()}),
            ValueError,
            "names without a dot that it does not use itself, got 'a.b'",
        ),
        (lambda: nn.Sequential({"forward": nn.ReLU()}), ValueError, "that it does not use itself, got 'forward'"),
        (
            lambda: nn.Sequential(*[nn.ReLU()] * 2),
            ValueError,
            r"every layer once, got the same ReLU\(\) again at '1': make another",
        ),
        (
            lambda: nn.Sequential(*(nn.Sequential(relu) for relu in [nn.ReLU()] * 2)),
            ValueError,
            r"every layer once, got the same ReLU\(\) again at '1'",
        ),
        (lambda: nn.Sigmoid(3), TypeError, "takes 1 positional argument"),
        (lambda: nn.Parameter([1, 2]), TypeError, "Parameter needs data in float32 or float64, got int64"),
        (lambda: nn.manual_seed(-1), ValueError, "manual_seed needs seed of at least 0, got -1"),
        (lambda: nn.Linear(2, 2, rng=0), TypeError, "^Linear needs rng as a np.random.Generator, got 0"),
        (lambda: nn.Linear(2, 2, bias=0.0), TypeError, "^Linear needs bias as True or False, got 0.0"),
        (lambda: nn.ReLU().train("yes"), TypeError, "^ReLU.train needs mode as True or False, got 'yes'"),
    ],
)
def test_modules_refuse_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()
