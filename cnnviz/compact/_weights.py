"""Which precision each weight needs, tried on the figure's own pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnviz._check import Array, BadValue
from cnnviz._packed import pack, unpack
from cnnviz.graph import Graph, Node

from ._error import Seen, difference

Key = tuple[int, str]  # a node's place, and its parameter's name
TRIES = 8  # so many of the largest weights may become int8, one after another
FAILURES = 2  # after so many no other is tried: each trial is a pass of the network, and smaller weights gain less
MOST = 0.97  # of all numbers, in the fewest weights: where the others' rounding would be seen, only these are rounded
LARGE = 0.02  # of all numbers: smaller ones are not worth a pass
MOST_NUMBERS = 500_000  # of pictures that are tried; one at least


class Trial:
    """A figure's network, and its pictures as it reads them."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.nodes = state["nodes"]
        self.shared = bool(state.get("shared", True))
        images = unpack(state["images"])
        per_picture = int(np.prod(images.shape[1:]))
        images = images[: max(1, MOST_NUMBERS // per_picture)].astype(np.float32)
        scale, shift = (np.reshape(np.float32(state[name]), (-1, 1, 1)) for name in ("scale", "shift"))
        self.input: Array = images * scale + shift
        self.weights = {(i, k): unpack(v) for i, node in enumerate(self.nodes) for k, v in node["params"].items()}
        self.scores = self._scores() if state.get("class_names") else ""
        self.exact = self._run(dict.fromkeys(self.weights, "float32"))

    def _scores(self) -> str:
        """The layer before a last softmax: its scores become the probabilities."""
        last = self.nodes[-1]
        return str(last["inputs"][0] if last["op"] == "softmax" else last["name"])

    def _run(self, dtypes: Mapping[Key, str]) -> dict[str, Array]:
        def rounded(i: int, name: str) -> Array:
            return np.asarray(unpack(pack(self.weights[i, name], dtypes[i, name])))

        nodes = [
            Node(n["name"], n["op"], n["args"], {k: rounded(i, k) for k in n["params"]}, tuple(n["inputs"]))
            for i, n in enumerate(self.nodes)
        ]
        with np.errstate(all="ignore"):
            return Graph(tuple(nodes)).run(self.input)

    def seen(self, dtypes: Mapping[Key, str]) -> Seen:
        """The error of these precisions."""
        return difference(self.exact, self._run(dtypes), shared=self.shared, classes=self.scores)

    def _halves(self) -> tuple[dict[Key, str], Seen]:
        """float16 for all weights; if that is seen, for the large ones, which sum many products and so err least."""
        dtypes = {key: _half(value) for key, value in self.weights.items()}
        seen = self.seen(dtypes)
        if not seen.hidden:
            large, left = set[Key](), MOST * sum(value.size for value in self.weights.values())
            for key in sorted(self.weights, key=lambda key: -self.weights[key].size):
                if left > 0:
                    large.add(key)
                left -= self.weights[key].size
            dtypes = {key: dtype if key in large else "float32" for key, dtype in dtypes.items()}
            seen = self.seen(dtypes)
        return dtypes, seen

    def smallest(self) -> tuple[dict[Key, str], Seen]:
        """float16 wherever it holds the numbers, int8 for the largest weights as long as nobody sees it."""
        dtypes, best = self._halves()
        if not best.hidden:
            return dict.fromkeys(dtypes, "float32"), Seen(0.0)
        total = sum(value.size for value in self.weights.values())
        large = [key for key, value in self.weights.items() if value.ndim > 1 and value.size > LARGE * total]
        failures = 0
        for key in sorted(large, key=lambda key: -self.weights[key].size)[:TRIES]:
            if failures < FAILURES and np.isfinite(self.weights[key]).all():
                trial = {**dtypes, key: "int8"}
                seen = self.seen(trial)
                dtypes, best = (trial, seen) if seen.hidden else (dtypes, best)
                failures += not seen.hidden
        return dtypes, best


def _half(value: Array) -> str:
    try:
        pack(value, "float16")
    except BadValue:
        return "float32"
    return "float16"


def lighter_weights(state: Mapping[str, Any], weights: str) -> dict[str, Any]:
    """`nodes` with packed parameters, and `note` with the measured error; nothing where nothing may be rounded."""
    if state.get("compare") or not any(node["params"] for node in state["nodes"]):
        return {}  # A comparison shows differences as small as the rounding would be.
    trial = Trial(state)
    if weights == "auto":
        dtypes, seen = trial.smallest()
    else:
        vector = "float16" if weights == "int8" else weights
        dtypes = {key: weights if value.ndim > 1 else vector for key, value in trial.weights.items()}
        seen = trial.seen(dtypes)
    kinds = {"float16": "16-bit", "int8": "8-bit"}
    used = [kinds[kind] for kind in kinds if kind in dtypes.values()]
    if not used:
        return {}
    words = seen.words(len(trial.input), state["images"]["shape"][0], bool(trial.scores))
    said = f"This page holds the weights as {' and '.join(used)} numbers: {words}."
    nodes = [
        {**node, "params": {k: pack(trial.weights[i, k], dtypes[i, k]) for k in node["params"]}}
        for i, node in enumerate(trial.nodes)
    ]
    return {"nodes": nodes, "note": " ".join(filter(None, [state.get("note"), said]))}
