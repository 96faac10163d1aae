"""Splits are indexed like arrays, and pictures become floats as training wants them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz import data
from cnnviz.data import Dataset, Split


@pytest.fixture(scope="module")
def emoji() -> Dataset:
    return data.load("emoji10")


def test_a_split_is_indexed_like_an_array(emoji: Dataset) -> None:
    cats = emoji.train[emoji.train.info["style"] == "noto"]
    assert set(cats.info["style"].tolist()) == {"noto"}
    np.testing.assert_array_equal(emoji.train[[5, 2]].images, emoji.train.images[[5, 2]])
    np.testing.assert_array_equal(emoji.train[[5, 2]].info["concept"], emoji.train.info["concept"][[5, 2]])
    assert np.shares_memory(emoji.train[:3].images, emoji.train.images)


def test_a_split_refuses_one_index_and_columns_of_another_length() -> None:
    split = Split(np.zeros((2, 1, 4, 4), np.uint8), np.zeros(2, np.int64))
    with pytest.raises(TypeError, match=r"needs a slice, a mask or a list of indexes, got 1: split\.images\[1\]"):
        split[1]
    with pytest.raises(ValueError, match=r"Split needs labels of shape \(2,\), one for each picture, got \(3,\)"):
        Split(np.zeros((2, 1, 4, 4), np.uint8), np.zeros(3, np.int64))


@given(st.integers(0, 255), st.floats(-2, 2), st.floats(0.1, 4))
def test_to_float_scales_then_standardises(value: int, mean: float, std: float) -> None:
    got = data.to_float(np.full((1, 1, 1, 1), value, np.uint8), mean, std)
    assert got.dtype == np.float32
    assert got[0, 0, 0, 0] == pytest.approx((value / 255 - mean) / std, rel=1e-4, abs=1e-5)


def test_to_float_takes_one_mean_a_channel_and_leaves_float32_in_its_range() -> None:
    x = np.random.default_rng(0).random((2, 3, 4, 5), dtype=np.float32)
    np.testing.assert_array_equal(data.to_float(x), x)
    np.testing.assert_allclose(data.to_float(x, mean=[0.1, 0.2, 0.3])[:, 2], x[:, 2] - 0.3, atol=1e-7)


def test_to_float_refuses_what_it_cannot_scale() -> None:
    with pytest.raises(TypeError, match=r"to_float needs images in uint8 .* or float32 .*, got int64"):
        data.to_float(np.zeros((1, 1, 2, 2), np.int64))
    with pytest.raises(ValueError, match=r"to_float needs a std above 0, got 0"):
        data.to_float(np.zeros((1, 1, 2, 2), np.uint8), std=0)
    with pytest.raises(
        ValueError, match=r"one mean, or one for each channel of images \(1, 3, 2, 2\), got mean of shape"
    ):
        data.to_float(np.zeros((1, 3, 2, 2), np.uint8), mean=[0.5, 0.5])
