"""Frames, resampling, pixel shuffling and adaptive maxima against torch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz import nn
from cnnviz.nn import functional as F

from .compare import agree_or_both_refuse, assert_adjoint, assert_layers_agree, random, twins

SIDE = st.integers(1, 6)
SHAPES = st.tuples(st.integers(0, 2), st.integers(1, 2), SIDE, SIDE)


@settings(max_examples=60)
@given(
    SHAPES,
    st.lists(st.integers(-2, 3), min_size=4, max_size=4).map(tuple),
    st.sampled_from(["ZeroPad2d", "ConstantPad2d"]),
)
def test_a_frame_of_one_value_is_torchs_and_negative_crops(shape, padding, name):
    arguments = {"value": 1.5} if name == "ConstantPad2d" else {}
    crop = [min(side, 0) for side in padding]
    if min(shape[2] + crop[2] + crop[3], shape[3] + crop[0] + crop[1]) < 1:
        with pytest.raises(ValueError, match=rf"^{name}\(.* needs an image of at least 1 x 1 to be left, got"):
            getattr(nn, name)(padding, **arguments)(random(shape))
        return
    assert_layers_agree(*twins(name, padding=padding, **arguments), random(shape))


@settings(max_examples=60)
@given(
    SHAPES.filter(lambda shape: shape[0]),
    st.lists(st.integers(0, 4), min_size=4, max_size=4).map(tuple),
    st.sampled_from(["ReflectionPad2d", "ReplicationPad2d"]),
)
def test_a_frame_of_the_pictures_own_pixels_is_torchs(shape, padding, name):
    agree_or_both_refuse(name, random(shape), padding=padding)


@pytest.mark.parametrize("mode", ["constant", "circular"])
def test_pad_backward_is_the_transpose_of_pad(mode):
    x, around = random((2, 3, 4, 5), dtype=np.float64), (1, 2, 3, 0)
    y = F.pad(x, around, mode)
    grad = random(y.shape, 1, np.float64)
    np.testing.assert_allclose((y * grad).sum(), (x * F.pad_backward(grad, x, around, mode)).sum(), rtol=1e-9)
    np.testing.assert_array_equal(y, torch.nn.functional.pad(torch.from_numpy(x), (3, 0, 1, 2), mode=mode))


@settings(max_examples=80)
@given(
    SHAPES.filter(lambda shape: shape[0]),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.sampled_from([("nearest", None), ("bilinear", None), ("bilinear", False), ("bilinear", True)]),
)
def test_upsample_to_a_size_is_torchs(shape, size, how):
    mode, corners = how
    assert_layers_agree(*twins("Upsample", size=size, mode=mode, align_corners=corners), random(shape), 1e-6)


@settings(max_examples=60)
@given(
    SHAPES.filter(lambda shape: shape[0]),
    st.sampled_from([1.0, 1.3, 1.7, 2.0, 2.5, 3.0, (1.5, 2.25)]),
    st.sampled_from([("nearest", None), ("bilinear", False), ("bilinear", True)]),
    st.sampled_from([None, False, True]),
)
def test_upsample_by_a_factor_is_torchs(shape, factor, how, recompute):
    mode, corners = how
    arguments = {"scale_factor": factor, "mode": mode, "align_corners": corners, "recompute_scale_factor": recompute}
    ours, theirs = twins("Upsample", **arguments)
    assert_layers_agree(ours, theirs, random(shape), 1e-6)
    assert repr(ours) == repr(theirs)


@settings(max_examples=30)
@given(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), SIDE, SIDE)  # torch's own backward fails on none
def test_pixel_shuffle_is_torchs(factor, channels, batch, height, width):
    shape = (batch, channels * factor**2, height, width)
    assert_layers_agree(*twins("PixelShuffle", upscale_factor=factor), random(shape))


@settings(max_examples=60)
@given(
    SHAPES.filter(lambda shape: shape[0]),
    st.sampled_from([1, 2, 3, (1, 2), (4, 1), (None, 2), (2, None)]),
)
def test_adaptive_max_pooling_is_torchs_the_first_of_equals_too(shape, size):
    ours, theirs = twins("AdaptiveMaxPool2d", output_size=size)
    assert_layers_agree(ours, theirs, random(shape))
    assert_layers_agree(ours, theirs, np.floor(2 * random(shape)))
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize(
    "layer",
    [
        nn.ZeroPad2d((1, -1, 2, 0)),
        nn.ReflectionPad2d(2),
        nn.ReplicationPad2d((0, 3, 1, 1)),
        nn.Upsample((7, 9), mode="bilinear"),
        nn.Upsample(scale_factor=1.6),
        nn.PixelShuffle(2),
    ],
    ids=repr,
)
def test_the_backward_of_a_layer_that_only_moves_or_mixes_is_its_transpose(layer):
    assert_adjoint(layer, random((2, 4, 5, 6), dtype=np.float64))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.ZeroPad2d((1, 2)), ValueError, r"^ZeroPad2d needs padding as one number or \(left, right, top, bo"),
        (lambda: nn.ReflectionPad2d(-1), ValueError, "^ReflectionPad2d needs padding of at least 0, got -1"),
        (lambda: nn.ConstantPad2d(1, "0"), TypeError, "^ConstantPad2d needs value as a number, got '0'"),
        (
            lambda: nn.ReflectionPad2d(3)(np.ones((1, 1, 3, 3))),
            ValueError,
            r"^ReflectionPad2d\(.* needs reflect padding of at most 2 for a height of 3, got 3",
        ),
        (lambda: F.pad(np.ones((1, 1, 2, 2)), (1, 1)), ValueError, r"^pad needs padding \(top, bottom, left, right\)"),
        (lambda: nn.Upsample(), ValueError, r"^Upsample needs size or scale_factor, one of them, got \(None, None\)"),
        (lambda: nn.Upsample(2, 2), ValueError, r"one of them, got \(2, 2\)"),
        (lambda: nn.Upsample(2, mode="bicubic"), ValueError, "mode to be one of nearest, bilinear, got 'bicubic'"),
        (lambda: nn.Upsample(2, align_corners=True), ValueError, 'align_corners with mode="bilinear" alone, got True'),
        (lambda: nn.PixelShuffle(2)(np.ones((1, 3, 2, 2))), ValueError, "needs channels that 4 divides, got 3"),
        (
            lambda: nn.AdaptiveMaxPool2d(2, return_indices=True),
            ValueError,
            "^AdaptiveMaxPool2d needs return_indices=False, got True: F.adaptive_max_pool2d_with_winners",
        ),
        (lambda: nn.AdaptiveMaxPool2d(0), ValueError, "^AdaptiveMaxPool2d needs output_size of at least 1, got 0"),
    ],
)
def test_layers_that_resize_refuse_what_cannot_be(call, error, message):
    with pytest.raises(error, match=message):
        call()
