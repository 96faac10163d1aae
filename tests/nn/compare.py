"""Our layer beside torch's: the same values, gradients and refusals."""

import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnnviz import nn

# Relative to the largest value, in float32.
TOLERANCE = 1e-5
# What rounding leaves of numbers of about 1 that cancel.
FLOOR = 2e-8


def assert_same(ours, theirs, what, floor=FLOOR):
    """Same shape and dtype, and no difference above TOLERANCE of the largest value, or `floor`."""
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else np.asarray(theirs)
    assert ours.shape == theirs.shape, what
    assert ours.dtype == theirs.dtype, what
    if theirs.size:
        apart = np.abs(np.subtract(ours, theirs, where=ours != theirs, out=np.zeros_like(theirs)))  # inf equals inf
        assert apart.max() <= max(TOLERANCE * np.abs(theirs).max(), floor), f"{what}: off by {apart.max()}"


def random(shape, seed=0, dtype=np.float32):
    """Normal numbers, the same each time."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def network(library):
    """Every kind of layer that keeps an image's shape or shrinks it, nested."""
    return library.Sequential(
        library.Conv2d(3, 8, 3, padding=1, bias=False),
        library.BatchNorm2d(8),
        library.Sequential(library.SiLU(), library.MaxPool2d(2), library.Conv2d(8, 6, 3, groups=2, padding="same")),
        library.LeakyReLU(),
        library.ConvTranspose2d(6, 4, 2, stride=2),
        library.Dropout(0.0),
        library.AvgPool2d(3, 2, 1),
        library.AdaptiveAvgPool2d(2),
        library.Flatten(),
        library.Linear(16, 5),
        library.Softmax(dim=1),
    )


def twins(name, **arguments):
    """Ours and torch's layer of one name, with the same parameters."""
    theirs = getattr(torch.nn, name)(**arguments)
    ours = getattr(nn, name)(**arguments)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def assert_layers_agree(ours, theirs, x, floor=FLOOR):
    """The same output for x, and the same gradients of x and of every parameter for a random one of the output."""
    tx = torch.tensor(x, requires_grad=True)
    y, ty = ours(x), theirs(tx)
    assert_same(y, ty, "output", floor)
    grad = random(y.shape, seed=1, dtype=x.dtype)
    ty.backward(torch.tensor(grad))
    assert_same(ours.backward(grad), tx.grad, "input gradient", floor)
    for (name, parameter), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert_same(parameter.grad, other.grad, f"gradient of {name}", floor)


def each(layers):
    """Runs a test for every (name, arguments)."""
    ids = [f"{name}({arguments or ''})" for name, arguments in layers]
    return pytest.mark.parametrize(("name", "arguments"), layers, ids=ids)


def floats(bound):
    """Arrays of one to four axes, also empty, of float32 within `bound`, for Hypothesis."""
    shapes = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)
    return hnp.arrays(np.float32, shapes, elements=st.floats(-bound, bound, width=32, allow_subnormal=False))


def assert_in_place_is_the_same(name, x):
    """In place gives the same numbers and gradients, in its input's memory, and says so in torch's words."""
    plain, placed = getattr(nn, name)(), getattr(nn, name)(inplace=True)
    expected, grad = plain(x), random(x.shape, 1)
    copy = x.copy()
    assert placed(copy) is copy
    np.testing.assert_array_equal(copy, expected)
    np.testing.assert_array_equal(placed.backward(grad), plain.backward(grad))
    assert repr(placed) == repr(getattr(torch.nn, name)(inplace=True))


def agree_or_both_refuse(name, x, **arguments):
    """Where torch refuses the arguments or the input, so do we, in a sentence; elsewhere all numbers agree."""
    # For an empty batch torch overlooks some arguments that it refuses for one of one image.
    probe = x if len(x) else np.zeros((1, *x.shape[1:]), x.dtype)
    try:
        theirs = getattr(torch.nn, name)(**arguments)
        pixels = theirs(torch.from_numpy(probe)).numel()
    except (RuntimeError, ValueError, TypeError, AssertionError):
        pixels = 0  # a transposed convolution whose padding leaves nothing torch lets pass, and we do not
    if not pixels:
        with pytest.raises((ValueError, TypeError), match=rf"(?s)^{name}\b.* needs .*, got "):
            getattr(nn, name)(**arguments)(x)
        return
    ours = getattr(nn, name)(**arguments)
    ours.load_state_dict(theirs.state_dict())
    assert_layers_agree(ours, theirs, x)
    assert repr(theirs) == repr(ours)


def assert_gradients_match_finite_differences(layer, x, step=1e-6):
    """In float64, along random directions: what the output's random projection changes by is what backward says."""
    layer.zero_grad()
    y = layer(x)
    grad = random(y.shape, seed=2, dtype=np.float64)
    d_x = layer.backward(grad)

    def slope(move):
        move(step)
        above = float((layer(x) * grad).sum())
        move(-2 * step)
        below = float((layer(x) * grad).sum())
        move(step)
        return (above - below) / (2 * step)

    places = [(x, d_x), *((np.asarray(p), p.grad) for p in layer.parameters())]
    for seed, (array, gradient) in enumerate(places):
        direction = random(array.shape, seed=10 + seed, dtype=np.float64)

        def move(by, array=array, direction=direction):
            array += by * direction

        np.testing.assert_allclose(slope(move), (gradient * direction).sum(), rtol=1e-5, atol=1e-7)


def assert_adjoint(layer, x):
    """A linear layer's backward is its transpose: <A x, y> == <x, A^T y>."""
    ax = layer(x)
    y = random(ax.shape, seed=3, dtype=x.dtype)
    np.testing.assert_allclose((ax * y).sum(), (x * layer.backward(y)).sum(), rtol=1e-9)
