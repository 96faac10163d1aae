"""What stands beside a small network's layers: `js/lib/explorer_blocks.js` and `explorer_rail.js` in Python."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any


def open_blocks(names: Sequence[str]) -> int:
    """How many blocks dotted names make, each with a head above its layers; one of one part is its part.

    >>> open_blocks(["stem", "body.conv", "body.relu", "net.head.pool", "net.head.fc"])
    2
    """
    count = 0
    for (_, dot), run in groupby(names, key=lambda name: name.partition(".")[:2]):
        inner = [name.partition(".")[2] for name in run]
        if dot and len(inner) > 1:
            count += open_blocks(inner) + (len(list(groupby(inner, key=lambda name: name.partition(".")[:2]))) > 1)
    return count


def lanes(nodes: Sequence[Mapping[str, Any]]) -> int:
    """How many tensors stand side by side between two layers, at most: 1 without a way around.

    >>> lanes([{"name": "a", "inputs": ["input"]}, {"name": "b", "inputs": ["a"]}, {"name": "c", "inputs": ["a", "b"]}])
    2
    """
    names = ["input", *(node["name"] for node in nodes)]
    last = {name: i for i, node in enumerate(nodes, 1) for name in node["inputs"]}
    waits = [sum(last.get(name, 0) > at for name in names[: at + 1]) for at in range(len(names))]
    return max(1, *waits)
