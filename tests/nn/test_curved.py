"""The activations of today's networks against torch and finite differences, at their corners and far out too."""

import numpy as np
import pytest
import torch
from hypothesis import given

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import (
    assert_gradients_match_finite_differences,
    assert_in_place_is_the_same,
    assert_layers_agree,
    assert_same,
    each,
    floats,
    random,
    twins,
)

LAYERS = [
    ("ReLU6", {}),
    ("Hardtanh", {}),
    ("Hardtanh", {"min_val": -0.5, "max_val": 3.0}),
    ("Hardsigmoid", {}),
    ("Hardswish", {}),
    ("Mish", {}),
    ("ELU", {}),
    ("ELU", {"alpha": 0.3}),
    ("GELU", {}),
    ("GELU", {"approximate": "tanh"}),
    ("Softplus", {}),
    ("Softplus", {"beta": 2.5, "threshold": 4.0}),
    ("LogSoftmax", {"dim": 0}),
    ("LogSoftmax", {"dim": -1}),
    ("PReLU", {}),
    ("PReLU", {"init": -0.5}),
]
EACH = each(LAYERS)
CORNERS = np.array([-6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 7, 40, -40], np.float32)


@EACH
@given(floats(60))
def test_activation_does_what_torch_does(name, arguments, x):
    # Where the slope nears 0 it is a difference of numbers near 1, of which the last bits are anyone's.
    # The gradient of PReLU's weight is a sum of numbers as large as x, which may cancel.
    eps = np.finfo(np.float32).eps
    floor = eps * max(8, np.abs(x).sum()) if name == "PReLU" else 8 * eps
    assert_layers_agree(*twins(name, **arguments), x, floor)


@EACH
def test_activation_does_what_torch_does_at_its_corners(name, arguments):
    assert_layers_agree(*twins(name, **arguments), CORNERS, 1e-6)


@EACH
def test_activation_says_itself_in_torchs_words(name, arguments):
    ours, theirs = twins(name, **arguments)
    assert repr(ours) == repr(theirs)


@EACH
def test_activation_gradients_match_finite_differences(name, arguments):
    layer = getattr(nn, name)(**arguments, **({"dtype": np.float64} if name == "PReLU" else {}))
    assert_gradients_match_finite_differences(layer, random((3, 4, 2), dtype=np.float64))


@pytest.mark.parametrize("name", ["ReLU6", "Hardtanh", "Hardsigmoid", "Hardswish", "Mish", "ELU"])
def test_in_place_gives_the_same_numbers_and_overwrites_its_input(name):
    assert_in_place_is_the_same(name, 4 * random((2, 3)))


def test_prelu_learns_a_slope_for_each_channel_as_torchs_does():
    ours, theirs = twins("PReLU", num_parameters=3)
    ours.weight[...] = [0.1, -0.2, 0.9]
    theirs.load_state_dict({"weight": torch.tensor([0.1, -0.2, 0.9])})
    assert_layers_agree(ours, theirs, random((2, 3, 4, 5)))
    assert_layers_agree(*twins("PReLU", num_parameters=3), random((4, 3)))


def test_gelu_is_exact_far_out_where_an_approximation_is_not():
    x = np.array([-5.0, -3.0, 3.0], np.float64)
    expected = torch.nn.functional.gelu(torch.from_numpy(x))
    np.testing.assert_allclose(F.gelu(x), expected.numpy(), rtol=1e-9)


@pytest.mark.parametrize("bounds", [(None, 0.5), (-0.5, None), (None, None), (0.0, 0.0)])
def test_hardtanh_with_open_bounds_is_torchs_clamp(bounds):
    x = random((3, 4))
    low, high = (torch.inf if b is None else b for b in bounds)
    expected = torch.from_numpy(x).clamp(-torch.inf if bounds[0] is None else low, high)
    assert_same(F.hardtanh(x, *bounds), expected, "output")
    inside = (x > (-np.inf if bounds[0] is None else low)) & (x < high)
    np.testing.assert_array_equal(F.hardtanh_backward(np.ones_like(x), x, *bounds), inside)


def test_gradients_pass_on_closed_bounds_as_torchs_clamp_and_not_on_others_as_its_hardtanh():
    x = torch.tensor([-2.0, -1.0, 0.0, 0.5, 1.0], requires_grad=True)
    for closed, function in ((True, torch.clamp), (False, torch.nn.functional.hardtanh)):
        (expected,) = torch.autograd.grad(function(x, -1.0, 0.5).sum(), x)
        found = F.hardtanh_backward(np.ones(5), x.detach().numpy(), -1.0, 0.5, closed)
        np.testing.assert_array_equal(found, expected.numpy())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.GELU("erf"), ValueError, "^GELU needs approximate to be one of none, tanh, got 'erf'"),
        (lambda: nn.Hardtanh(1, 0), ValueError, r"^Hardtanh needs min_val below max_val, got \(1, 0\)"),
        (lambda: F.hardtanh(np.ones(1), 1, 0), ValueError, r"^hardtanh needs min_val not above max_val, got \(1, 0\)"),
        (lambda: nn.PReLU(0), ValueError, "^PReLU needs num_parameters of at least 1, got 0"),
        (
            lambda: nn.PReLU(2)(np.ones((1, 3, 2, 2), np.float32)),
            ValueError,
            r"^PReLU\(num_parameters=2\) needs weight \(1,\) or \(3,\), one slope a channel, got \(2,\)",
        ),
        (lambda: nn.PReLU()(np.ones(3)), TypeError, "needs x in float32 like its weight, got float64"),
        (lambda: nn.Softplus(beta=0)(np.ones(1)), ValueError, "needs beta other than 0, got 0"),
        (lambda: nn.ELU("1"), TypeError, "^ELU needs alpha as a number, got '1'"),
        (lambda: nn.Mish()(np.arange(3)), TypeError, r"^Mish\(\) needs x in float32 or float64, got int64"),
        (lambda: nn.LogSoftmax(2)(np.ones((1, 2))), ValueError, "needs dim below 2, the number of axes, got 2"),
    ],
)
def test_activation_refuses_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()
