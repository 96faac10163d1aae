"""CrossEntropyLoss and MSELoss against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn

from .compare import assert_same, random

reductions = st.sampled_from(["mean", "sum", "none"])


def assert_losses_agree(ours, theirs, x, target):
    """The same loss, and the same gradient of x (for a random one of each loss with "none")."""
    tx = torch.tensor(x, requires_grad=True)
    value, expected = ours(x, target), theirs(tx, torch.from_numpy(np.asarray(target)))
    assert_same(np.asarray(value), expected, "loss")
    grad = random(expected.shape, 4)
    expected.backward(torch.from_numpy(np.asarray(grad)))
    assert_same(ours.backward(grad), tx.grad, "gradient")


@st.composite
def scores_and_targets(draw):
    """Scores (N, C, ...), whole-number targets of which some are ignored, and CrossEntropyLoss's arguments."""
    batch, classes = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    rest = draw(st.lists(st.integers(1, 3), max_size=2))
    x = 5 * random((batch, classes, *rest), draw(st.integers(0, 99)))
    target = np.random.default_rng(draw(st.integers(0, 99))).integers(0, classes, (batch, *rest))
    ignored = draw(st.sampled_from([-100, 1]))
    target.ravel()[1::3] = ignored if ignored < classes else 0
    target.ravel()[0] = 0
    weights = draw(st.one_of(st.none(), st.lists(st.floats(0.125, 3, width=32), min_size=classes, max_size=classes)))
    return x, target, ignored, None if weights is None else np.array(weights, np.float32)


@settings(max_examples=150)
@given(scores_and_targets(), reductions, st.sampled_from([0.0, 0.1, 1.0]))
def test_cross_entropy_does_what_torch_does_with_class_numbers(drawn, reduction, smoothing):
    x, target, ignored, weights = drawn
    arguments = {"ignore_index": ignored, "reduction": reduction, "label_smoothing": smoothing}
    theirs = torch.nn.CrossEntropyLoss(None if weights is None else torch.from_numpy(weights), **arguments)
    assert_losses_agree(nn.CrossEntropyLoss(weights, **arguments), theirs, x, target)


@settings(max_examples=80)
@given(scores_and_targets(), reductions, st.sampled_from([0.0, 0.2]))
def test_cross_entropy_does_what_torch_does_with_probabilities(drawn, reduction, smoothing):
    x, _, _, weights = drawn
    target = nn.functional.softmax(random(x.shape, 7), 1)
    arguments = {"reduction": reduction, "label_smoothing": smoothing}
    theirs = torch.nn.CrossEntropyLoss(None if weights is None else torch.from_numpy(weights), **arguments)
    assert_losses_agree(nn.CrossEntropyLoss(weights, **arguments), theirs, x, target)


@given(st.lists(st.integers(1, 4), max_size=3), reductions)
def test_mse_does_what_torch_does(shape, reduction):
    x, target = random(shape), random(shape, 1)
    assert_losses_agree(nn.MSELoss(reduction=reduction), torch.nn.MSELoss(reduction=reduction), x, target)


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_the_number_of_classes():
    assert nn.CrossEntropyLoss()(np.zeros((8, 10), np.float32), np.arange(8)) == pytest.approx(np.log(10))


def test_cross_entropy_of_far_scores_is_finite_and_exact():
    loss, x = nn.CrossEntropyLoss(), np.array([[0.0, 1e4]], np.float32)
    assert loss(x, np.array([0])) == 1e4
    np.testing.assert_array_equal(loss.backward(), [[-1, 1]])


def test_a_loss_is_a_number_and_keeps_the_dtype():
    value = nn.CrossEntropyLoss()(np.zeros((2, 3)), [0, 1])
    assert value.dtype == np.float64
    assert f"{nn.MSELoss()(np.zeros(2, np.float32), np.ones(2, np.float32)):.2f}" == "1.00"


@pytest.mark.parametrize(
    ("target", "arguments", "error", "message"),
    [
        ([0, 3], {}, ValueError, r"^CrossEntropyLoss\(\) needs targets from 0 to 2, got 3"),
        ([0, -1], {}, ValueError, "targets from 0 to 2, got -1"),
        ([0, 1, 2], {}, ValueError, r"targets \(2,\) for scores \(2, 3\), got \(3,\)"),
        ([[0], [1]], {}, ValueError, r"targets \(2,\) for scores \(2, 3\), got \(2, 1\)"),
        (
            [0.0, 1.0],
            {},
            ValueError,
            r"target probabilities \(2, 3\), got \(2,\): class numbers must be whole: target.astype\(int\)",
        ),
        ([[0.5, 0.5, np.nan], [1.0, 0.0, 0.0]], {}, ValueError, "target probabilities, got NaN"),
        ([-100, -100], {}, ValueError, 'a target to average over, got none that counts: give some, or reduction="sum"'),
        ([0, 1], {"weight": np.ones(2)}, ValueError, r"weight \(3,\), one number a class, got \(2,\)"),
        (
            [0, 1],
            {"reduction": "avg"},
            ValueError,
            "CrossEntropyLoss needs reduction to be one of mean, sum, none, got 'avg'",
        ),
        ([0, 1], {"label_smoothing": 1.1}, ValueError, r"CrossEntropyLoss needs label_smoothing in \[0, 1\], got 1.1"),
    ],
)
def test_cross_entropy_refuses_what_cannot_be(target, arguments, error, message):
    with pytest.raises(error, match=message):
        nn.CrossEntropyLoss(**arguments)(np.zeros((2, 3), np.float32), np.array(target))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: nn.CrossEntropyLoss()(np.zeros(3), 0),
            ValueError,
            r"scores \(N, C\) or \(N, C, \.\.\.\), got \(3,\): add a batch axis",
        ),
        (lambda: nn.CrossEntropyLoss()(np.zeros((1, 3), int), [0]), TypeError, "x in float32 or float64, got int64"),
        (
            lambda: nn.MSELoss()(np.zeros((2, 1)), np.zeros(2)),
            ValueError,
            r"^MSELoss\(\) needs a target of x's shape \(2, 1\), got \(2,\)",
        ),
        (lambda: nn.MSELoss()(np.zeros(2), np.zeros(2, int)), TypeError, "target in float32 or float64, got int64"),
        (lambda: nn.MSELoss()(np.zeros(2), np.zeros(2, "f4")), TypeError, "x in float32 like its target, got float64"),
        (
            lambda: nn.MSELoss()(np.zeros((0, 3)), np.zeros((0, 3))),
            ValueError,
            r'^MSELoss\(\) needs a target to average over, got none in \(0, 3\): give some, or reduction="sum"$',
        ),
        (
            lambda: nn.MSELoss(reduction="max"),
            ValueError,
            "MSELoss needs reduction to be one of mean, sum, none, got 'max'",
        ),
    ],
)
def test_losses_refuse_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_squared_errors_of_an_empty_batch_are_none(reduction):
    loss = nn.MSELoss(reduction=reduction)
    value = loss(np.zeros((0, 3)), np.zeros((0, 3)))
    assert value.sum() == 0
    assert loss.backward(value).shape == (0, 3)


def test_a_loss_has_no_gradient_before_it_is_called():
    with pytest.raises(RuntimeError, match=r"^CrossEntropyLoss\(\) has nothing to go back through: call it first"):
        nn.CrossEntropyLoss().backward()
