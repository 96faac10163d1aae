"""maps(): an array in, named maps out."""

import numpy as np
import pytest
import torch

import cnnviz
from cnnviz._packed import unpack


def test_feature_maps_are_named_by_their_index() -> None:
    figure = cnnviz.maps(np.zeros((3, 5, 4)))
    assert (figure.names, figure.noun, figure.role) == (["0", "1", "2"], "map", "output")
    assert figure.maps["shape"] == [3, 5, 4]


def test_filters_of_several_channels_are_named_by_both_and_stay_together() -> None:
    figure = cnnviz.maps(np.zeros((2, 3, 5, 5)))
    assert figure.names == ["0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"]
    assert (figure.noun, figure.role, figure.group) == ("filter", "parameter", 3)


def test_filters_of_one_channel_are_named_by_the_filter() -> None:
    assert cnnviz.maps(np.zeros((8, 1, 5, 5))).names == [str(i) for i in range(8)]


def test_a_filter_is_its_own_array_in_order() -> None:
    filters = np.arange(2 * 3 * 2 * 2, dtype=np.float32).reshape(2, 3, 2, 2)
    packed = cnnviz.maps(filters).maps
    np.testing.assert_array_equal(np.frombuffer(packed["data"], np.float32).reshape(packed["shape"])[4], filters[1, 1])


def test_one_image_is_one_map() -> None:
    assert repr(cnnviz.maps(np.zeros((28, 28)))) == "Maps(1 map of 28 × 28)"


def test_own_names_stand_alone() -> None:
    figure = cnnviz.maps(np.zeros((2, 3, 3)), ["edge", "blur"])
    assert (figure.names, figure.noun) == (["edge", "blur"], "")


@pytest.mark.parametrize("shape", [(3,), (0, 5, 5), (1, 2, 3, 4, 5)])
def test_shapes_that_are_no_maps_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"maps needs array with at least one number|Maps needs \(C, H, W\) maps or"):
        cnnviz.maps(np.zeros(shape))


def test_names_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="Maps needs a name for each of 2 maps, got 1 names"):
        cnnviz.maps(np.zeros((2, 3, 3)), ["edge"])


def test_what_are_no_numbers_is_refused() -> None:
    with pytest.raises(TypeError, match="maps needs array as real numbers"):
        cnnviz.maps([["a", "b"]])


def test_whole_bytes_are_pictures_unless_they_are_called_maps() -> None:
    grey = cnnviz.maps(np.zeros((2, 5, 4), np.uint8))
    assert (grey.pictures, grey.noun, grey.maps["dtype"]) == ([0, 1], "picture", "uint8")
    assert repr(grey) == "Maps(2 pictures of 5 × 4)"
    assert cnnviz.maps(np.zeros((2, 5, 4), np.uint8), pictures=False).pictures == []
    assert cnnviz.maps(torch.zeros((5, 4), dtype=torch.uint8)).pictures == [0]


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_numbers_that_numpy_has_no_type_for_are_maps_and_those_that_are_nowhere_are_refused() -> None:
    values = torch.tensor([[[-0.5, 1.25], [2.0, 0.0]]])
    for held in (values.bfloat16(), torch.quantize_per_tensor(values, 0.25, 20, torch.quint8)):
        figure = cnnviz.maps(held)
        assert figure.pictures == []
        np.testing.assert_array_equal(unpack(figure.maps), values)
    with pytest.raises(ValueError, match="needs numbers, got a tensor on the meta device"):
        cnnviz.maps(values.to("meta"))


def test_a_batch_of_pictures_has_one_picture_each_grey_or_in_colour() -> None:
    assert cnnviz.maps(np.zeros((2, 1, 5, 4), np.uint8)).maps["shape"] == [2, 5, 4]
    colour = cnnviz.maps(np.zeros((2, 3, 5, 4)), pictures=True)
    assert (colour.maps["shape"], colour.names, colour.group, colour.pictures) == ([2, 3, 5, 4], ["0", "1"], 1, [0, 1])


def test_a_picture_may_stand_among_maps() -> None:
    figure = cnnviz.maps(np.zeros((3, 5, 4)), ["cat", "edges", "corners"], pictures=[0])
    assert (figure.pictures, repr(figure)) == ([0], "Maps(3 maps of 5 × 4)")
    assert cnnviz.maps(np.zeros((3, 5, 4)), pictures=(2, 0, 2)).pictures == [0, 2]
    with pytest.raises(TypeError, match=r"Maps needs pictures as True, False or indices, got 2: one picture is \[2\]"):
        cnnviz.maps(np.zeros((3, 5, 4)), pictures=2)


@pytest.mark.parametrize(
    ("array", "pictures", "message"),
    [
        (
            np.full((2, 5, 4), 255.0),
            True,
            "Maps needs pictures with values from 0 to 1, or uint8, got 255 to 255: divide",
        ),
        (np.full((2, 5, 4), -0.5), [1], "Maps needs pictures with values from 0 to 1, or uint8, got -0.5 to -0.5"),
        (np.zeros((2, 5, 4)), [2], "Maps needs a picture's index from 0 to 1, got 2"),
        (np.zeros((2, 4, 5, 4), np.uint8), None, r"Maps needs pictures \(N, H, W\), .* got \(2, 4, 5, 4\): show its"),
    ],
)
def test_what_is_no_picture_is_refused(array: np.ndarray, pictures: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cnnviz.maps(array, pictures=pictures)
