"""BatchNorm2d, Dropout and Dropout2d against torch and by their statistics."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import assert_gradients_match_finite_differences, assert_layers_agree, assert_same, random

# --- batch norm


@settings(max_examples=80)
@given(
    st.fixed_dictionaries(
        {
            "num_features": st.integers(1, 6),
            "eps": st.sampled_from([1e-5, 1e-3, 0.1]),
            "momentum": st.sampled_from([0.1, 0.5, None, 1.0]),
            "affine": st.booleans(),
            "track_running_stats": st.booleans(),
        }
    ),
    st.integers(2, 4),
    st.integers(2, 5),  # of fewer values gradients cancel to rounding noise, torch's own too
    st.integers(2, 5),
)
def test_batch_norm_does_what_torch_does_in_training_then_in_evaluation(arguments, batch, height, width):
    ours, theirs = nn.BatchNorm2d(**arguments), torch.nn.BatchNorm2d(**arguments)
    shape = (batch, arguments["num_features"], height, width)
    if arguments["affine"]:
        ours.weight[...], ours.bias[...] = (
            random((arguments["num_features"],), 5),
            random((arguments["num_features"],), 6),
        )
        theirs.load_state_dict({name: torch.from_numpy(value) for name, value in ours.state_dict().items()})
    for seed in (20, 21, 22):
        ours.zero_grad()
        theirs.zero_grad()
        assert_layers_agree(ours, theirs, 2 + random(shape, seed))
    for name, value in theirs.state_dict().items():
        assert_same(ours.state_dict()[name], value, name)
    ours.zero_grad()
    theirs.zero_grad()
    assert_layers_agree(ours.eval(), theirs.eval(), random(shape, 9))


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_gradients_match_finite_differences(training):
    layer = nn.BatchNorm2d(3, dtype=np.float64).train(training)
    layer.weight[...] = [1.0, -0.5, 2.0]
    assert_gradients_match_finite_differences(layer, random((4, 3, 3, 2), dtype=np.float64))


@pytest.mark.parametrize("arguments", [{}, {"affine": False}, {"momentum": None}, {"track_running_stats": False}])
def test_batch_norm_reads_as_torchs(arguments):
    theirs = torch.nn.BatchNorm2d(3, **arguments)
    if "bias=" not in repr(theirs):
        pytest.skip("this torch does not say bias")
    assert repr(nn.BatchNorm2d(3, **arguments)) == repr(theirs)


def test_batch_norm_of_one_value_a_channel_is_refused_in_training_only():
    layer, x = nn.BatchNorm2d(2), np.ones((1, 2, 1, 1), np.float32)
    with pytest.raises(ValueError, match=r"more than one value a channel while training, got \(0, 2, 3, 3\)"):
        layer(np.ones((0, 2, 3, 3), np.float32))
    with pytest.raises(
        ValueError, match=r"^BatchNorm2d\(2, .* needs more than one value a channel while training, got \(1, 2, 1, 1\)"
    ):
        layer(x)
    assert layer.num_batches_tracked == 0
    assert layer.eval()(x).shape == x.shape


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.BatchNorm2d(0), ValueError, "BatchNorm2d needs num_features of at least 1, got 0"),
        (lambda: nn.BatchNorm2d(2, dtype=np.float16), TypeError, "BatchNorm2d needs dtype np.float32 or np.float64"),
        (lambda: nn.BatchNorm2d(2, bias=np.ones(2)), TypeError, "^BatchNorm2d needs bias as True or False, got array"),
        (lambda: nn.BatchNorm2d(2, eps=-1), ValueError, r"BatchNorm2d needs eps in \[0, inf\], got -1"),
        (lambda: nn.BatchNorm2d(2, momentum=2), ValueError, r"BatchNorm2d needs momentum in \[0, 1\], got 2"),
        (
            lambda: nn.BatchNorm2d(2)(np.zeros((1, 3, 2, 2), "f4")),
            ValueError,
            r"needs \(N, 2, H, W\), got \(1, 3, 2, 2\)",
        ),
        (lambda: nn.BatchNorm2d(2)(np.zeros((1, 2), "f4")), ValueError, r"needs \(N, 2, H, W\), got \(1, 2\)"),
        (lambda: nn.BatchNorm2d(2)(np.zeros((1, 2, 2, 2), "i4")), TypeError, "x in float32 or float64, got int32"),
        (
            lambda: nn.BatchNorm2d(2)(np.zeros((1, 2, 2, 2))),
            TypeError,
            "x in float32 like its running_mean, got float64",
        ),
        (lambda: F.batch_norm(np.zeros((1, 2, 2, 2))), ValueError, "running_mean and running_var when not training"),
        (
            lambda: F.batch_norm(np.zeros((1, 2, 2, 2)), weight=np.zeros(3), training=True),
            ValueError,
            r"batch_norm needs weight \(2,\), one number a channel, got \(3,\)",
        ),
    ],
)
def test_batch_norm_refuses_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()


# --- dropout


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 1.0])
def test_dropout_drops_a_share_p_and_keeps_the_mean(p):
    layer, x = nn.Dropout(p, rng=np.random.default_rng(0)), np.ones((100, 1000), np.float32)
    y = layer(x)
    assert y.dtype == np.float32
    assert abs((y == 0).mean() - p) < 0.01
    assert set(np.unique(y)) <= {0, np.float32(1 / (1 - p)) if p < 1 else 0}
    np.testing.assert_array_equal(layer.backward(x), y)


def test_dropout2d_drops_whole_channels():
    y = nn.Dropout2d(0.5, rng=np.random.default_rng(0))(np.ones((50, 40, 3, 3), np.float32))
    assert set(np.unique(y.sum(axis=(2, 3)))) == {0, 18}
    assert abs((y[:, :, 0, 0] == 0).mean() - 0.5) < 0.05


@pytest.mark.parametrize("kind", [nn.Dropout, nn.Dropout2d])
def test_dropout_passes_everything_in_evaluation(kind):
    layer, x = kind(0.5).eval(), random((2, 3, 4, 4))
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_dropout_repeats_after_manual_seed():
    layer, x = nn.Dropout(0.5), np.ones(50)
    nn.manual_seed(3)
    first = layer(x)
    nn.manual_seed(3)
    np.testing.assert_array_equal(layer(x), first)
    assert (layer(x) != first).any()


def test_dropout_in_place_overwrites_its_input():
    x = np.ones(50, np.float32)
    assert nn.Dropout(0.5, inplace=True)(x) is x
    assert (x == 0).any()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Dropout(1.5), ValueError, r"Dropout needs p in \[0, 1\], got 1.5"),
        (lambda: nn.Dropout2d(float("nan")), ValueError, r"Dropout2d needs p in \[0, 1\], got nan"),
        (lambda: nn.Dropout(rng="seed"), TypeError, "^Dropout needs rng as a np.random.Generator, got 'seed'"),
        (lambda: nn.Dropout("half"), TypeError, "Dropout needs p as a number, got 'half'"),
        (lambda: nn.Dropout()(np.ones(3, int)), TypeError, r"^Dropout\(p=0.5, inplace=False\) needs x in float32"),
        (lambda: nn.Dropout2d()(np.ones((3, 3))), ValueError, r"needs \(N, C, H, W\), got \(3, 3\)"),
    ],
)
def test_dropout_refuses_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()
