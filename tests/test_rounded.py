"""Weights with fewer bits: torch's own numbers where torch has the type, the definition elsewhere."""

import numpy as np
import pytest
import torch

from cnnviz import nn
from cnnviz._packed import pack, unpack
from cnnviz._precision import PRECISIONS, rounded
from cnnviz.graph import rounded as rounded_graph
from cnnviz.graph import to_graph
from tests.architectures import ARCHITECTURES
from tests.rounding import round_in_torch, rounded_copy

RNG = np.random.default_rng(0)
WIDE = (RNG.standard_normal((7, 300)) * 10.0 ** RNG.integers(-44, 38, (7, 300))).astype(np.float32)
TIES = np.arange(-16, 17, dtype=np.float32).reshape(3, 11) / 8 * np.float32(1 + 2**-11)


@pytest.mark.parametrize(
    "values",
    [WIDE, TIES, TIES[0], TIES[0, 3], np.zeros((2, 3), np.float32)],
    ids=["wide", "ties", "vector", "one number", "zeros"],
)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_each_number_becomes_the_one_that_torch_rounds_it_to(values: np.ndarray, precision: str) -> None:
    wanted = round_in_torch(torch.from_numpy(np.asarray(values)), precision).numpy()
    found = rounded(values, precision)
    np.testing.assert_array_equal(found, wanted)
    assert found.shape == np.shape(values)


def test_eight_bits_and_halves_are_what_a_saved_page_holds() -> None:
    values = RNG.standard_normal((5, 4, 3, 3)).astype(np.float32)
    for precision in ("float16", "int8"):
        np.testing.assert_array_equal(rounded(values, precision), unpack(pack(values, precision)))


def test_rows_that_are_no_numbers_stay_as_they_are() -> None:
    values = np.array([[np.inf, 1.3], [np.nan, 0.7], [0.4, -1.0]], np.float32)
    np.testing.assert_array_equal(
        rounded(values, "int2"), [[np.inf, np.float32(1.3)], [np.nan, np.float32(0.7)], [0, -1]]
    )
    assert np.isnan(rounded(values, "bfloat16")[1, 0])


@pytest.mark.parametrize("name", ["plain", "resnet", "unet"])
@pytest.mark.parametrize("precision", ["float16", "bfloat16", "int8", "int3"])
def test_a_rounded_graph_is_the_model_with_rounded_weights(name: str, precision: str) -> None:
    architecture = ARCHITECTURES[name]
    model, x = architecture.model(), architecture.example(3)
    graph = rounded_graph(to_graph(model, x), precision)
    with torch.no_grad():
        wanted = rounded_copy(model, precision)(x).numpy()
        assert np.abs(wanted - model(x).numpy()).max() > 1e-5
    made = graph.run(x)[graph.nodes[-1].name]
    assert np.abs(made - wanted).max() <= 1e-4 * np.abs(wanted).max()


@pytest.mark.parametrize(("bits", "numbers"), [(8, 255), (7, 127), (6, 63), (5, 31), (4, 15), (3, 7), (2, 3)])
def test_fewer_bits_have_fewer_numbers(bits: int, numbers: int) -> None:
    assert len(np.unique(rounded(np.linspace(-1, 1, 5000)[None], f"int{bits}"))) == numbers


def test_a_precision_that_there_is_not_gets_the_names() -> None:
    graph = to_graph(nn.Sequential(nn.Linear(2, 1)))
    with pytest.raises(
        ValueError, match=r"precision to be one of float16, bfloat16, int8, .*int2, got 'int9': did you"
    ):
        rounded_graph(graph, "int9")
