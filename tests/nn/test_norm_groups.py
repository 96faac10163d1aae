"""GroupNorm, InstanceNorm2d and LayerNorm against torch and finite differences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import assert_gradients_match_finite_differences, assert_layers_agree, random, twins

LAYERS = [
    ("GroupNorm", {"num_groups": 2, "num_channels": 6}),
    ("GroupNorm", {"num_groups": 6, "num_channels": 6, "eps": 0.1}),
    ("GroupNorm", {"num_groups": 1, "num_channels": 6, "affine": False}),
    ("InstanceNorm2d", {"num_features": 6}),
    ("InstanceNorm2d", {"num_features": 6, "affine": True, "eps": 1e-3}),
    ("LayerNorm", {"normalized_shape": 5}),
    ("LayerNorm", {"normalized_shape": (4, 5), "eps": 1e-3}),
    ("LayerNorm", {"normalized_shape": [6, 4, 5], "bias": False}),
    ("LayerNorm", {"normalized_shape": 5, "elementwise_affine": False}),
]
EACH = pytest.mark.parametrize(("name", "arguments"), LAYERS, ids=[f"{name}-{i}" for i, (name, _) in enumerate(LAYERS)])


def shaken(name, **arguments):
    """Twins whose parameters are not the first ones."""
    ours, theirs = twins(name, **arguments)
    for i, parameter in enumerate(ours.parameters()):
        parameter[...] = random(parameter.shape, 5 + i)
    theirs.load_state_dict({key: torch.from_numpy(value) for key, value in ours.state_dict().items()})
    return ours, theirs


@EACH
@pytest.mark.parametrize("training", [True, False])
def test_norm_does_what_torch_does_in_training_and_evaluation(name, arguments, training):
    ours, theirs = shaken(name, **arguments)
    assert_layers_agree(ours.train(training), theirs.train(training), 2 + random((3, 6, 4, 5)), 1e-6)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())


@EACH
def test_norm_gradients_match_finite_differences(name, arguments):
    layer = getattr(nn, name)(**arguments, dtype=np.float64)
    assert_gradients_match_finite_differences(layer, random((2, 6, 4, 5), dtype=np.float64))


@settings(max_examples=30)
@given(st.integers(1, 3), st.integers(1, 3), st.lists(st.integers(2, 4), max_size=3), st.integers(1, 3))
def test_group_norm_takes_any_number_of_axes(groups, each, rest, batch):
    shape = (batch, groups * each, *rest)
    if each * int(np.prod(rest)) < 3:
        return  # of two values the gradient cancels to rounding noise
    ours, theirs = shaken("GroupNorm", num_groups=groups, num_channels=groups * each)
    assert_layers_agree(ours, theirs, random(shape, 3), 1e-5)


def test_group_norm_of_an_empty_batch_is_empty():
    assert_layers_agree(*twins("GroupNorm", num_groups=1, num_channels=2), np.zeros((0, 2, 3, 3), np.float32))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.GroupNorm(2, 3), ValueError, "^GroupNorm needs num_channels that 2 groups divide, got 3"),
        (
            lambda: nn.GroupNorm(1, 2)(np.ones((1, 3, 2), np.float32)),
            ValueError,
            r"^GroupNorm\(1, 2, .* needs \(N, 2, \.\.\.\), got \(1, 3, 2\)",
        ),
        (
            lambda: nn.InstanceNorm2d(2, track_running_stats=True),
            ValueError,
            "^InstanceNorm2d needs track_running_stats=False, got True: BatchNorm2d keeps running statistics",
        ),
        (
            lambda: nn.InstanceNorm2d(2)(np.ones((2, 4, 4), np.float32)),
            ValueError,
            r"^InstanceNorm2d\(2, .* needs \(N, 2, H, W\), got \(2, 4, 4\): add a batch axis",
        ),
        (
            lambda: nn.LayerNorm(4)(np.ones((2, 5), np.float32)),
            ValueError,
            r"needs \(\.\.\., 4\), the normalized_shape, got \(2, 5\)",
        ),
        (lambda: nn.LayerNorm(4)(np.ones((2, 4))), TypeError, "needs x in float32 like its weight, got float64"),
        (lambda: nn.LayerNorm([]), ValueError, "LayerNorm needs normalized_shape of at least one size"),
        (lambda: nn.LayerNorm(4, eps=-1), ValueError, r"^LayerNorm needs eps in \[0, inf\], got -1"),
    ],
)
def test_norm_refuses_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_what_is_the_same_everywhere_is_0_behind_a_layer_norm_as_in_torch():
    x = np.full((2, 3, 13), 0.7, np.float32)
    expected = torch.nn.functional.layer_norm(torch.from_numpy(x), (13,)).numpy()
    np.testing.assert_allclose(F.layer_norm(x, (13,)), expected, rtol=0, atol=1e-6)
