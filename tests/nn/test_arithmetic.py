"""Arithmetic that broadcasts, means, and rearrangements against torch's autograd."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnnviz.nn import functional as F

from .compare import assert_same, random

BOTH = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3, min_dims=1)


def gradients(function, *arrays):
    """Torch's output, a random gradient of it, and those of the arrays."""
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    output = function(*tensors)
    grad = random(tuple(output.shape), 9)
    output.backward(torch.from_numpy(grad))
    return output, grad, [tensor.grad for tensor in tensors]


@settings(max_examples=60)
@given(st.sampled_from(["add", "sub", "mul", "div"]), BOTH)
def test_two_arrays_are_combined_as_torch_does_and_gradients_fold(name, shapes):
    a, b = random(shapes.input_shapes[0], 1), 3 + np.abs(random(shapes.input_shapes[1], 2))
    expected, grad, wanted = gradients(getattr(torch, name), a, b)
    assert_same(getattr(F, name)(a, b), expected, "output")
    found = getattr(F, f"{name}_backward")(grad, a, b)
    for side, ours, theirs in zip("ab", found, wanted, strict=True):
        assert_same(ours, theirs, f"gradient of {side}", 1e-6)


def test_scale_is_a_factor_and_an_offset():
    x = random((2, 3))
    expected, grad, (wanted,) = gradients(lambda t: t * -1.5 + 0.25, x)
    assert_same(F.scale(x, -1.5, 0.25), expected, "output")
    assert_same(F.scale_backward(grad, -1.5), wanted, "gradient")


@settings(max_examples=40)
@given(hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), st.data(), st.booleans())
def test_mean_along_any_axes_is_torchs(shape, data, keepdim):
    dims = data.draw(st.lists(st.integers(0, len(shape) - 1), unique=True, min_size=1))
    dims = [d - len(shape) * data.draw(st.booleans()) for d in dims]
    x = random(shape)
    expected, grad, (wanted,) = gradients(lambda t: t.mean(dims, keepdim), x)
    assert_same(F.mean(x, dims, keepdim), expected, "output")
    assert_same(F.mean_backward(grad, x, dims, keepdim), wanted, "gradient")


@settings(max_examples=40)
@given(st.integers(-3, 2), st.lists(st.integers(1, 3), min_size=1, max_size=4))
def test_cat_puts_arrays_behind_each_other_and_gradients_apart(dim, sizes):
    arrays = [random(tuple(np.insert([2, 3], dim % 3, size)), i) for i, size in enumerate(sizes)]
    expected, grad, wanted = gradients(lambda *t: torch.cat(t, dim), *arrays)
    assert_same(F.cat(arrays, dim), expected, "output")
    for ours, theirs in zip(F.cat_backward(grad, arrays, dim), wanted, strict=True):
        assert_same(ours, theirs, "gradient")


@given(st.permutations(range(4)), st.lists(st.booleans(), min_size=4, max_size=4))
def test_permute_and_its_backward_are_torchs(order, from_the_end):
    dims = [d - 4 * end for d, end in zip(order, from_the_end, strict=True)]
    x = random((2, 3, 4, 5))
    expected, grad, (wanted,) = gradients(lambda t: t.permute(dims), x)
    assert_same(F.permute(x, dims), expected, "output")
    assert_same(F.permute_backward(grad, dims), wanted, "gradient")


@pytest.mark.parametrize("shape", [(-1, 12), (2, 3, -1), (24,), (4, 3, 2, 1), (-1,)])
def test_reshape_and_its_backward_are_torchs(shape):
    x = random((2, 3, 4))
    expected, grad, (wanted,) = gradients(lambda t: t.reshape(shape), x)
    assert_same(F.reshape(x, shape), expected, "output")
    assert_same(F.reshape_backward(grad, x), wanted, "gradient")


@settings(max_examples=60)
@given(
    st.integers(-3, 2),
    st.none() | st.integers(-6, 6),
    st.none() | st.integers(-6, 6),
    st.integers(1, 3),
)
def test_take_is_a_slice_and_its_backward_fills_with_zeros(dim, start, stop, step):
    x = random((4, 5, 6))
    at = (slice(None),) * (dim % 3) + (slice(start, stop, step),)
    assume(x[at].size)
    expected, grad, (wanted,) = gradients(lambda t: t[at], x)
    assert_same(F.take(x, dim, start, stop, step), expected, "output")
    assert_same(F.take_backward(grad, x, dim, start, stop, step), wanted, "gradient")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: F.mul(np.ones((2, 3)), np.ones((2, 2))),
            ValueError,
            r"^mul needs two inputs whose axes, from the last, are equal or 1, got \(2, 3\) and \(2, 2\)",
        ),
        (
            lambda: F.add(np.ones(2, np.float32), np.ones(2)),
            TypeError,
            "^add needs x in float64 like its b, got float32",
        ),
        (lambda: F.sub(np.ones(2), np.arange(2)), TypeError, "^sub needs b in float32 or float64, got int64"),
        (lambda: F.scale(np.ones(2), "2"), TypeError, "^scale needs factor as a number, got '2'"),
        (
            lambda: F.mean(np.ones((2, 2)), [1, -1]),
            ValueError,
            r"^mean needs dim that names each axis once, got \(1, -1\)",
        ),
        (lambda: F.mean(np.ones((2, 2)), 2), ValueError, "^mean needs dim below 2, the number of axes, got 2"),
        (lambda: F.cat([]), ValueError, "^cat needs at least one array, got none"),
        (
            lambda: F.cat([np.ones((1, 2)), np.ones((2, 2))], 1),
            ValueError,
            r"^cat needs arrays that differ along axis 1 alone, got \(1, 2\), \(2, 2\)",
        ),
        (lambda: F.permute(np.ones((1, 2)), [0]), ValueError, r"^permute needs dims that name all 2 axes, got \(0,\)"),
        (lambda: F.reshape(np.ones(6), (4, -1)), ValueError, r"^reshape needs a shape for 6 numbers, .* got \(4, -1\)"),
        (lambda: F.reshape(np.ones(6), (5,)), ValueError, r"^reshape needs a shape for 6 numbers, .* got \(5,\)"),
        (lambda: F.reshape(np.ones(6), (-1, -1)), ValueError, r"with one -1 at most, got \(-1, -1\)"),
        (lambda: F.reshape(np.ones(0), (-1, 0)), ValueError, r"a shape without both -1 and 0, got \(-1, 0\)"),
        (lambda: F.take(np.ones(3), 0, step=0), ValueError, "^slice needs step of at least 1, got 0"),
        (lambda: F.take(np.ones(3), 1), ValueError, "^slice needs dim below 1, the number of axes, got 1"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
