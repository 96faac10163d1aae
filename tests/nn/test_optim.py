"""SGD, Adam and AdamW: twenty steps beside torch's."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn

from .compare import random

shared = {"lr": st.sampled_from([1e-3, 0.1]), "weight_decay": st.sampled_from([0, 0.1]), "maximize": st.booleans()}
adam = {**shared, "betas": st.sampled_from([(0.9, 0.999), (0.0, 0.5)]), "amsgrad": st.booleans()}


def assert_steps_agree(name, arguments, steps=20):
    """Two parameters, one of which has no gradient in every third step."""
    starts = [random((3, 4), 0, np.float64), random((5,), 1, np.float64)]
    ours = [nn.Parameter(start) for start in starts]
    theirs = [torch.nn.Parameter(torch.tensor(start)) for start in starts]
    optimiser, other = getattr(nn, name)(ours, **arguments), getattr(torch.optim, name)(theirs, **arguments)
    for step in range(steps):
        optimiser.zero_grad()
        other.zero_grad()
        for i, (p, t) in enumerate(zip(ours, theirs, strict=True)):
            if i == 0 or step % 3:
                p.grad = random(p.shape, 100 * i + step, np.float64)
                t.grad = torch.tensor(p.grad)
        optimiser.step()
        other.step()
    for p, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p, t.detach().numpy(), rtol=1e-9, atol=1e-12)


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {
            **shared,
            "momentum": st.sampled_from([0, 0.9]),
            "dampening": st.sampled_from([0, 0.2]),
            "nesterov": st.booleans(),
        }
    )
)
def test_sgd_steps_as_torchs_and_refuses_what_it_refuses(arguments):
    if arguments["nesterov"] and (not arguments["momentum"] or arguments["dampening"]):
        with pytest.raises(ValueError, match="SGD needs momentum and no dampening with nesterov"):
            nn.SGD([nn.Parameter(np.zeros(1))], **arguments)
        return
    assert_steps_agree("SGD", arguments)


@settings(max_examples=30)
@given(st.fixed_dictionaries(adam))
def test_adam_steps_as_torchs(arguments):
    assert_steps_agree("Adam", arguments)


@settings(max_examples=30)
@given(st.fixed_dictionaries(adam))
def test_adamw_steps_as_torchs(arguments):
    assert_steps_agree("AdamW", arguments)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_the_defaults_are_torchs(name):
    assert_steps_agree(name, {})


def test_groups_have_arguments_of_their_own_and_lr_may_change_between_steps():
    a, b = nn.Parameter(np.ones(1)), nn.Parameter(np.ones(1))
    optimiser = nn.SGD([{"params": [a], "lr": 1.0}, {"params": [b]}], lr=0.1)
    a.grad = b.grad = np.ones(1)
    optimiser.step()
    assert (a[0], b[0]) == (0.0, 0.9)
    optimiser.param_groups[0]["lr"] = 0.5
    optimiser.step()
    assert (a[0], round(b[0], 6)) == (-0.5, 0.8)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_a_step_changes_the_layers_own_array_and_keeps_float32(name):
    layer = nn.Linear(2, 2)
    array = np.asarray(layer.weight)
    before = array.copy()
    layer.weight.grad = np.ones((2, 2), np.float32)
    getattr(nn, name)(layer.parameters(), lr=0.1, weight_decay=0.1).step()
    assert (array != before).all()
    assert layer.weight.dtype == np.float32


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_a_schedule_in_float64_keeps_float32(name):
    p = nn.Parameter(np.ones(2, np.float32))
    p.grad = np.ones(2, np.float32)
    optimiser = getattr(nn, name)([p])
    optimiser.param_groups[0]["lr"] = np.linspace(0.1, 1, 3)[0]
    optimiser.step()
    assert p.dtype == np.float32


def test_a_step_leaves_the_gradient_as_it_is():
    p = nn.Parameter(np.ones(2))
    p.grad = grad = np.ones(2)
    optimiser = nn.SGD([p], lr=0.1, momentum=0.9)
    optimiser.step()
    optimiser.step()
    assert p.grad is grad
    np.testing.assert_array_equal(grad, 1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: nn.SGD([]), ValueError, r"SGD needs parameters, got none: pass model.parameters\(\)"),
        (lambda p: nn.SGD(nn.ReLU().parameters()), ValueError, "SGD needs parameters, got none"),
        (lambda p: nn.Adam([np.ones(2)]), TypeError, r"Adam needs parameters, got ndarray: pass model.parameters\(\)"),
        (lambda p: nn.SGD([p, p]), ValueError, r"SGD needs every parameter once, got one of shape \(2,\) again"),
        (lambda p: nn.SGD([p], lr=-1), ValueError, r"SGD needs lr in \[0, inf\], got -1"),
        (lambda p: nn.SGD([p], lr=float("nan")), ValueError, r"SGD needs lr in \[0, inf\], got nan"),
        (lambda p: nn.SGD([p], momentum=-0.1), ValueError, r"SGD needs momentum in \[0, inf\], got -0.1"),
        (lambda p: nn.AdamW([p], weight_decay=-1), ValueError, r"AdamW needs weight_decay in \[0, inf\], got -1"),
        (lambda p: nn.Adam([p], betas=(0.9, 1.0)), ValueError, r"Adam needs betas\[1\] in \[0, 1\), got 1.0"),
        (lambda p: nn.Adam([p], eps="small"), TypeError, "Adam needs eps as a number, got 'small'"),
        (lambda p: nn.Adam([p], betas=(0.9, 0.9, 0.9)), ValueError, r"Adam needs two betas, .*, got \(0.9, 0.9, 0.9\)"),
        (lambda p: nn.AdamW([p], betas=0.9), TypeError, r"AdamW needs two betas, such as \(0.9, 0.999\), got 0.9"),
        (lambda p: nn.SGD([p], dampening="a"), TypeError, "SGD needs dampening as a number, got 'a'"),
        (lambda p: nn.SGD(nn.Linear(1, 1)), TypeError, r"SGD needs parameters, got Linear: pass model.parameters\(\)"),
        (lambda p: nn.SGD(nn.Sequential()), TypeError, r"parameters, got Sequential: pass model.parameters\(\)"),
        (lambda p: nn.SGD(p), TypeError, r"SGD needs parameters, got Parameter: pass model.parameters\(\)"),
        (lambda p: nn.SGD(3), TypeError, r"SGD needs parameters, got int: pass model.parameters\(\)"),
        (lambda p: nn.SGD([{"lr": 1}]), ValueError, 'SGD needs groups with their "params", got one of lr: write {'),
        (lambda p: nn.SGD([{"params": [p]}, p]), ValueError, 'SGD needs groups with their "params", got Parameter'),
        (
            lambda p: nn.SGD([{"params": [p], "lrr": 1}]),
            ValueError,
            "SGD needs a group's arguments to be one of params, lr, .*, got 'lrr': did you mean 'lr'",
        ),
        (lambda p: nn.SGD([{"params": nn.Linear(1, 1)}]), TypeError, "SGD needs parameters, got Linear: pass model"),
        (lambda p: nn.SGD([{"params": [p], "momentum": -1}]), ValueError, r"SGD needs momentum in \[0, inf\], got -1"),
        (
            lambda p: nn.SGD([{"params": [p], "nesterov": True}]),
            ValueError,
            "SGD needs momentum and no dampening with nesterov, got momentum=0.0, dampening=0.0",
        ),
        (lambda p: nn.Adam([{"params": [p], "betas": (1, 0)}]), ValueError, r"Adam needs betas\[0\] in \[0, 1\)"),
    ],
)
def test_optimisers_refuse_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.Parameter(np.ones(2)))


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
@pytest.mark.parametrize(
    ("grad", "error", "message"),
    [
        (np.ones(1), ValueError, r"a gradient of its parameter's shape \(2,\), got \(1,\): it would"),
        (np.ones((2, 2)), ValueError, r"a gradient of its parameter's shape \(2,\), got \(2, 2\)"),
        (np.ones(2, int), TypeError, "gradients that are arrays of floats, got int64"),
        ([1.0, 1.0], TypeError, "gradients that are arrays of floats, got list"),
    ],
)
def test_a_gradient_that_does_not_fit_is_refused_before_anything_moves(name, grad, error, message):
    first, second = nn.Parameter(np.ones(2)), nn.Parameter(np.ones(2))
    optimiser = getattr(nn, name)([{"params": first}, {"params": [second]}], lr=0.1)
    first.grad, second.grad = np.ones(2), grad
    with pytest.raises(error, match=rf"^{name}.step needs {message}"):
        optimiser.step()
    np.testing.assert_array_equal(first, 1)
    np.testing.assert_array_equal(second, 1)
