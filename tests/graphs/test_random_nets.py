"""Random networks of the whole vocabulary through the whole chain: graph, page, gradients and recording, against torch.

CNNVIZ_RANDOM_NETS says how many (40), CNNVIZ_RANDOM_NETS_FROM the first one's seed (0); a thousand take ten minutes.
"""

import copy
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

import cnnviz
from tests.graphs.in_the_page import WAYS, in_the_page
from tests.graphs.known import Known, known, worst_gradient, worst_value
from tests.graphs.random_nets import Net, random_net
from tests.recorder.oracles import assert_equal, copies_in_hooks

COUNT, FIRST = (int(os.environ.get(f"CNNVIZ_RANDOM_NETS{name}", usual)) for name, usual in (("", 40), ("_FROM", 0)))
VALUES, GRADIENTS = 1e-4, 1e-3
pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning"),
    pytest.mark.filterwarnings("ignore:.*isinstance.treespec, LeafSpec.*:FutureWarning"),
]


# Numbers written to every second cell, and a view of what torch.export thinks lies in memory otherwise than it does.
WITHOUT_A_GRAPH = ("slice_scatter.default with a step", "Cannot view a tensor with shape")


@dataclass
class One:
    """A network, an input for it, and what torch says of both; or why it has no graph."""

    net: Net
    x: torch.Tensor
    known: Known | None
    refused: str = ""


def one(seed: int) -> One:
    net, x = random_net(seed)
    try:
        return One(net, x, known(net, x, seed))
    except (TypeError, ValueError) as error:
        return One(net, x, None, str(error))


@pytest.fixture(scope="module")
def all_nets() -> list[One]:
    return [one(seed) for seed in range(FIRST, FIRST + COUNT)]


@pytest.fixture(scope="module")
def nets(all_nets: list[One]) -> list[One]:
    return [one for one in all_nets if one.known]


def none(faults: Iterable[tuple[One, object]]) -> None:
    """Every fault at once, each with its network's lines."""
    found = [f"{fault}\n{one.net}\nx: {tuple(one.x.shape)}" for one, fault in faults]
    assert not found, "\n\n".join(found)


def test_every_network_of_the_vocabulary_has_a_graph(all_nets: list[One]) -> None:
    none(
        (one, one.refused)
        for one in all_nets
        if one.refused and not any(reason in one.refused for reason in WITHOUT_A_GRAPH)
    )
    assert sum(one.known is not None for one in all_nets) >= 0.9 * COUNT


def test_there_is_every_operation_of_the_vocabulary_in_a_thousand_networks_and_most_in_a_few(nets: list[One]) -> None:
    from cnnviz.graph._nodes import _RUN

    met = {node.op for one in nets for node in one.known.graph}
    assert len(met) >= (len(_RUN) - 1 if COUNT >= 1000 else 0.8 * len(_RUN))


def test_where_terms_cancel_is_seldom(nets: list[One]) -> None:
    """So that what is allowed there hides little: of the numbers and the gradients of most nodes all digits count."""
    for i, share in ((0, 0.95), (1, 0.85)):
        pairs = [
            (one.known.unsure[i][name], value)
            for one in nets
            for name, value in (one.known.values, one.known.gradients)[i].items()
        ]
        sure = [unsure <= VALUES * np.abs(value).max() for unsure, value in pairs]
        assert np.mean(sure) >= share


def test_every_node_equals_torch(nets: list[One]) -> None:
    def faults() -> Iterator[tuple[One, object]]:
        for one in nets:
            graph = cnnviz.to_graph(one.net, one.x) if one.net.seed % 10 == 0 else one.known.graph
            fault = worst_value(one.known, graph.run(one.known.x))
            if fault[0] > VALUES:
                yield one, fault

    none(faults())


def test_the_last_node_is_the_networks_answer_in_any_batch(nets: list[One]) -> None:
    def faults() -> Iterator[tuple[One, object]]:
        for one in nets:
            x = torch.cat([one.x, one.x.flip(-1) * 0.7, one.x * 0.5])
            with torch.no_grad():
                expected, exact = one.net(x.clone()).numpy(), copy.deepcopy(one.net).double()(x.double()).numpy()
            found = one.known.graph.run(x.numpy())[one.known.graph.nodes[-1].name]
            unsure = 10 * np.abs(expected - exact).max() + 1e-6
            if (
                found.shape != expected.shape
                or np.abs(found - expected).max() > VALUES * np.abs(expected).max() + unsure
            ):
                yield one, (found, expected)

    none(faults())


@pytest.mark.parametrize("way", WAYS)
def test_every_node_and_every_gradient_in_the_page_equals_torch(nets: list[One], way: str, tmp_path: Path) -> None:
    def faults() -> Iterator[tuple[One, object]]:
        answers = in_the_page([one.known for one in nets], tmp_path / "nets", way)
        for one, answer in zip(nets, answers, strict=True):
            if isinstance(answer, str):
                yield one, answer
                continue
            value, gradient = worst_value(one.known, answer[0]), worst_gradient(one.known, answer[1])
            if value[0] > VALUES or gradient[0] > GRADIENTS:
                yield one, (value, gradient)

    none(faults())


def test_recordings_equal_copies_bit_for_bit_the_first_time_and_later(all_nets: list[One]) -> None:
    for one in all_nets:
        outputs, answer = copies_in_hooks(one.net, one.x)
        for _ in range(2 if outputs else 0):  # a few have no layers
            recording = cnnviz.record(one.net, one.x)
            assert_equal(recording, outputs)
            assert torch.equal(recording.output, answer), one.net
