"""The voice of errors: who needs what, what came, what to do."""

import pickle

import numpy as np
import pytest

from cnnviz import _check


def test_an_error_says_who_needs_what_what_came_and_what_to_do():
    error = _check.bad_value("conv2d", "a whole image", None, "load one")
    assert str(error) == "conv2d needs a whole image, got None: load one"
    assert isinstance(error, ValueError)
    assert isinstance(_check.bad_type("conv2d", "an image", "a dog"), TypeError)


def test_a_caller_with_a_better_name_may_put_it_in_front():
    error = _check.bad_value("conv2d", "a whole image", "half")
    error.who = "Conv2d(3, 8, 5)"
    assert str(error) == "Conv2d(3, 8, 5) needs a whole image, got half"


def test_an_error_survives_pickling():
    error = pickle.loads(pickle.dumps(_check.bad_value("a", "b", "c", "d")))
    assert (type(error), str(error)) == (_check.BadValue, "a needs b, got c: d")


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)[()]])
def test_integer_takes_every_whole_number(value):
    assert _check.integer("f", "n", value) == 3


@pytest.mark.parametrize("value", [3.0, "3", None, True, np.True_, np.float32(3), [3]])
def test_integer_refuses_what_is_no_whole_number(value):
    with pytest.raises(TypeError, match=r"f needs n as a whole number, got "):
        _check.integer("f", "n", value)


@pytest.mark.parametrize("value", [2, (2, 2), [2, 2], np.array([2, 2])])
def test_pair_takes_one_or_two(value):
    assert _check.pair("f", "size", value) == (2, 2)


@pytest.mark.parametrize("value", [(), (1,), (1, 2, 3), np.ones(3, int)])
def test_pair_refuses_other_lengths(value):
    with pytest.raises(ValueError, match=r"f needs size as one number or \(height, width\), got "):
        _check.pair("f", "size", value)


@pytest.mark.parametrize("value", [-1, 1.5, np.nan, np.inf])
def test_number_refuses_what_is_outside(value):
    with pytest.raises(ValueError, match=r"f needs p in \[0, 1\], got "):
        _check.number("f", "p", value, 0, 1)


def test_number_below_excludes_its_upper_end():
    assert _check.number("f", "beta", 1, 0, 1) == 1.0
    with pytest.raises(ValueError, match=r"f needs beta in \[0, 1\), got 1"):
        _check.number("f", "beta", 1, 0, 1, below=True)


@pytest.mark.parametrize("value", ["1", None, True, 1j])
def test_number_refuses_what_is_no_number(value):
    with pytest.raises(TypeError, match="f needs p as a number, got "):
        _check.number("f", "p", value)


def test_one_of_lists_the_options_and_guesses():
    with pytest.raises(
        ValueError, match="f needs name to be one of photos, emoji10, got 'emoji': did you mean 'emoji10'"
    ):
        _check.one_of("f", "name", "emoji", ["photos", "emoji10"])
    with pytest.raises(ValueError, match=r"f needs name to be one of photos, got 7$"):
        _check.one_of("f", "name", 7, ["photos"])


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, np.bool_, np.complex64, object])
def test_floating_refuses_every_other_dtype_by_name(dtype):
    with pytest.raises(
        TypeError, match=rf"f needs x in float32 or float64, got {np.dtype(dtype)}: convert with x.astype\(np.float32\)"
    ):
        _check.floating("f", np.zeros(2, dtype))


def test_images_tells_a_missing_batch_axis_from_channels_at_the_end():
    with pytest.raises(ValueError, match=r"got \(3, 8, 8\): add a batch axis with x\[None\]"):
        _check.images("f", np.zeros((3, 8, 8)), 3)
    with pytest.raises(ValueError, match=r"got \(1, 8, 8, 3\): put channels second with x.transpose\(0, 3, 1, 2\)"):
        _check.images("f", np.zeros((1, 8, 8, 3)), 3)
    with pytest.raises(ValueError, match=r"f needs \(N, C, H, W\), got \(8, 8\)$"):
        _check.images("f", np.zeros((8, 8)))


def test_window_says_what_may_lie_outside():
    with pytest.raises(
        ValueError, match="f needs an image of at least 3 x 3, the window's size, got 2 x 4 with its padding"
    ):
        _check.window("f", (2, 2), (0, 0, 1, 1), (3, 3))
    with pytest.raises(ValueError, match="at least 4 x 4, for a window of 5 x 5, got 2 x 2 with its padding"):
        _check.window("f", (2, 2), (0, 0, 0, 0), (5, 5), (1, 1))
