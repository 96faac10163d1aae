"""Which precision each weight needs, tried on the figure's own pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnviz._check import Array, BadValue
from cnnviz._packed import pack, unpack
from cnnviz._precision import FLOATS
from cnnviz.graph import Graph, Node

from ._error import Seen, difference

Key = tuple[int, str]  # a node's place, and its parameter's name
Precisions = dict[Key, str]
TRIES = 8  # so many of the largest weights may become int8, one after another
FAILURES = 2  # after so many no other is tried: smaller weights gain less
MOST = (0.97, 0.5)  # of all numbers, in the fewest weights: where the others' rounding would be seen
LARGE = 0.02  # of all numbers: smaller ones are not worth a pass
MOST_NUMBERS = 500_000  # of pictures that are tried; one at least
BITS = {"float16": "16-bit", "int16": "16-bit", "int12": "12-bit", "int8": "8-bit"}


class Trial:
    """A figure's network, its pictures as it reads them, and the lightest precisions so far that nobody would see."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.nodes = state["nodes"]
        self.shared = bool(state.get("shared", True))
        images = unpack(state["images"])
        per_picture = int(np.prod(images.shape[1:]))
        images = images[: max(1, MOST_NUMBERS // per_picture)].astype(np.float32)
        scale, shift = (np.reshape(np.float32(state[name]), (-1, 1, 1)) for name in ("scale", "shift"))
        self.input: Array = images * scale + shift
        self.weights = {(i, k): unpack(v) for i, node in enumerate(self.nodes) for k, v in node["params"].items()}
        self.total = sum(value.size for value in self.weights.values())
        self.by_size = sorted(self.weights, key=lambda key: -self.weights[key].size)
        self.scores = self._scores() if state.get("class_names") else ""
        self.dtypes: Precisions = dict.fromkeys(self.weights, "float32")
        self.values: dict[str, Array] = {}
        self.values = self.exact = self._run(self.dtypes)
        self.seen = Seen(0.0)

    def _scores(self) -> str:
        """The layer before a last softmax: its scores become the probabilities."""
        last = self.nodes[-1]
        return str(last["inputs"][0] if last["op"] == "softmax" else last["name"])

    def _run(self, dtypes: Precisions) -> dict[str, Array]:
        """A pass with these precisions; what they change nothing of stays as it was in the last accepted one."""
        nodes, anew = list[Node](), set[str]()
        for i, n in enumerate(self.nodes):
            name, inputs = n["name"], tuple(n["inputs"])
            changed = any(dtypes[i, k] != self.dtypes[i, k] for k in n["params"])
            if changed or name not in self.values or anew & set(inputs):
                anew.add(name)
                params = {k: unpack(pack(self.weights[i, k], dtypes[i, k])) for k in n["params"]}
                nodes.append(Node(name, n["op"], n["args"], params, inputs))
            else:
                nodes.append(Node(name, "constant", {}, {"value": self.values[name]}, ()))
        with np.errstate(all="ignore"):
            return Graph(tuple(nodes)).run(self.input)

    def take(self, changes: Mapping[Key, str], *, seen: bool = False) -> bool:
        """Whether nobody sees weights of these precisions; then, or if they may be seen, they are taken."""
        dtypes = {**self.dtypes, **changes}
        values = self._run(dtypes)
        error = difference(self.exact, values, shared=self.shared, classes=self.scores)
        if error.hidden or seen:
            self.dtypes, self.values, self.seen = dtypes, values, error
        return error.hidden

    def halve(self) -> bool:
        """16 bits for as many weights as nobody sees."""
        halves = {key: _half(value) for key, value in self.weights.items()}
        matrices = {key: dtype for key, dtype in halves.items() if self.weights[key].ndim > 1}
        largest = {key: halves[key] for key in self._largest(MOST[0])}
        return any(self.take(some) for some in (halves, matrices, largest))

    def shrink(self) -> None:
        """After that 12 bits for the large weights, 8 for the largest."""
        twelve = [key for key in self._largest(MOST[0]) if self.dtypes[key] == "int16"]
        if not self.take(dict.fromkeys(twelve, "int12")):
            self.take({key: "int12" for key in self._largest(MOST[1]) if key in twelve})
        failures = 0
        for key in self.by_size[:TRIES]:
            large = self.weights[key].size > LARGE * self.total and self.dtypes[key].startswith("int")
            if large and failures < FAILURES:
                failures += not self.take({key: "int8"})

    def _largest(self, share: float) -> list[Key]:
        """The fewest weights that have this share of all numbers."""
        sizes = np.cumsum([self.weights[key].size for key in self.by_size])
        return self.by_size[: int(np.searchsorted(sizes, share * self.total)) + 1]


def _half(value: Array) -> str:
    """What holds it in 16 bits: whole numbers are finer, but have one scale a row."""
    if value.ndim > 1 and np.isfinite(value).all():
        return "int16"
    try:
        pack(value, "float16")
    except BadValue:
        return "float32"
    return "float16"


def lighter_weights(state: Mapping[str, Any], weights: str) -> dict[str, Any]:
    """`nodes` with packed parameters, and `note` with the measured error; nothing where nothing may be rounded."""
    compared = state.get("precision")  # whose rounding the figure shows: the page's must be far finer
    if state.get("compare") or compared in FLOATS or not any(node["params"] for node in state["nodes"]):
        return {}  # A comparison shows differences as small as the rounding would be.
    trial = Trial(state)
    if weights == "auto":
        if trial.halve() and not compared:
            trial.shrink()
    else:
        vector = "float16" if weights == "int8" else weights
        trial.take({key: weights if value.ndim > 1 else vector for key, value in trial.weights.items()}, seen=True)
    dtypes = trial.dtypes
    used = list(dict.fromkeys(bits for kind, bits in BITS.items() if kind in dtypes.values()))
    if not used:
        return {}
    words = trial.seen.words(len(trial.input), state["images"]["shape"][0], bool(trial.scores))
    numbers = " and ".join(filter(None, [", ".join(used[:-1]), used[-1]]))
    said = f"This page holds the weights as {numbers} numbers: {words}."
    nodes = [
        {**node, "params": {k: pack(trial.weights[i, k], dtypes[i, k]) for k in node["params"]}}
        for i, node in enumerate(trial.nodes)
    ]
    return {"nodes": nodes, "note": " ".join(filter(None, [state.get("note"), said]))}
