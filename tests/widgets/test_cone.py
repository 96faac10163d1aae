"""cone(): chains of layers as readers write them, and what is refused."""

import json

import pytest

import cnnviz
from cnnviz.widgets.cone import Cone


def test_what_a_layer_leaves_out_is_stride_1_dilation_1_and_no_padding() -> None:
    figure = cnnviz.cone([3, (5,), (3, 2), (3, 1, 2), (3, 1, 1, 1)])
    assert figure.layers == [[3, 1, 1, 0], [5, 1, 1, 0], [3, 2, 1, 0], [3, 1, 2, 0], [3, 1, 1, 1]]


def test_several_chains_keep_their_names_and_the_first_is_shown() -> None:
    figure = cnnviz.cone({"three": [3, 3, 3], "one": [7]}, pixels=20, title="fields", after="a-question")
    assert [chain["name"] for chain in figure.chains] == ["three", "one"]
    assert (figure.chain, figure.layers) == ("three", figure.chains[0]["layers"])
    assert (figure.title, figure.after) == ("fields", "a-question")
    assert repr(figure) == "Cone(20 pixels, 3 layers)"
    json.dumps(figure.chains)


def test_the_unit_is_one_of_the_last_layer() -> None:
    assert cnnviz.cone([3, (2, 2)], pixels=16, unit=6).unit == 6
    with pytest.raises(ValueError, match="cone needs unit of at most 6, got 7"):
        cnnviz.cone([3, (2, 2)], pixels=16, unit=7)


def test_a_taller_chain_reserves_more_room() -> None:
    low, high = (Cone(32, [{"name": "a", "layers": [[3, 1, 1, 1]] * n}]) for n in (1, 4))
    grown = [(wide, more - less) for (wide, less), (_, more) in zip(low._height, high._height, strict=True)]
    assert grown == [(wide, 3 * 56) for wide, _ in low._height]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "cone needs a list of 1 to 6 layers"),
        ([3] * 7, "cone needs a list of 1 to 6 layers"),
        (3, "cone needs a list of 1 to 6 layers, got 3"),
        ({}, "cone needs at least one chain, got an empty mapping"),
        ([0], "cone needs kernel of at least 1, got 0"),
        ([(3, 5)], "cone needs stride of at most 4, got 5"),
        ([(3, 1, 9)], "cone needs dilation of at most 8, got 9"),
        ([(3, 1, 1, 3)], "cone needs padding of at most 2 in layer 1, got 3"),
        ([(3, 1, 1, 1, 1)], r"cone needs a layer \(kernel, stride, dilation, padding\), got \(3, 1, 1, 1, 1\)"),
        ([9, (9, 1, 8)], "cone needs 65 cells for the window of layer 2, got 24: use more pixels"),
    ],
)
def test_what_cannot_be_drawn_is_refused(layers: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cnnviz.cone(layers)


def test_a_kernel_is_a_whole_number() -> None:
    with pytest.raises(TypeError, match=r"cone needs kernel as a whole number, got 2\.5"):
        cnnviz.cone([2.5])


def test_pixels_are_few_enough_to_be_drawn() -> None:
    with pytest.raises(ValueError, match="cone needs pixels of at most 64, got 65"):
        cnnviz.cone([3], pixels=65)
