"""A recording in fewer bytes: maps as 8-bit numbers, and layers that the page can compute of others left out.

Which they are is found in the numbers alone, so that it holds for any model: a ReLU of a map, a factor and an offset a
channel (batch norm, a scale), a sum of two, and a ReLU of one (a residual block).
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from cnnviz._check import Array
from cnnviz._packed import pack, unpack

from ._error import SHADES, Seen, difference

NEAR = 16  # layers before and after one that it may be made of
SMALL = 4096  # numbers: fewer stay exact
EXACT = 1e-5  # of a layer's largest number: as near as two ways of computing it in float32 are
FITTED = 1e-4  # the same for factors that are fitted
MOST_SHADES = 2.0  # of a layer that is computed of rounded ones
SAMPLE = 500


class Coded:
    """The records as a page will hold them, and what it will make of them."""

    def __init__(self, exact: Mapping[str, Array], shared: bool) -> None:
        self.exact = exact
        self.shared = shared
        self.names = list(exact)
        self.packed: dict[str, dict[str, Any]] = {}
        self.decoded: dict[str, Array] = {}
        self.begun: set[str] = set()  # none is made of one that is made of it
        for name in self.names:
            self._code(name)

    def _code(self, name: str) -> None:
        """Derived where that is near enough, else stored; what it is derived of comes first."""
        if name in self.packed:
            return
        self.begun.add(name)
        y = self.exact[name]
        found = self._derivation(name) if y.size > SMALL and np.isfinite(y).all() else None
        if found is not None:
            packed, sources = found
            for source in sources:
                self._code(source)
            made = derived(packed, self.decoded)
            if difference({name: y}, {name: made}, shared=self.shared).shades <= MOST_SHADES:
                self.packed[name], self.decoded[name] = packed, made
                return
        self.packed[name] = _stored(y, self.shared)
        self.decoded[name] = unpack(self.packed[name])

    def _derivation(self, name: str) -> tuple[dict[str, Any], tuple[str, ...]] | None:
        """How `name` is made of other layers: any, since a block's last batch norm may be listed after its ReLU."""
        y, at = self.exact[name], self.names.index(name)
        near = self.names[max(0, at - NEAR) : at + NEAR]
        same = [one for one in near if one != name and self.exact[one].shape == y.shape]
        safe = [one for one in same if one in self.packed or one not in self.begun]
        for one in safe:
            if self._is(y, (one,), True):
                return _derived(y, (one,), relu=True), (one,)
        for one in (one for one in safe if self.names.index(one) < at):
            line = channel_line(self.exact[one], y)
            if line is not None:
                return _derived(y, (one,), factor=line[0], offset=line[1]), (one,)
        for sources in combinations(safe, 2):
            for relu in (True, False):
                if self._is(y, sources, relu):
                    return _derived(y, sources, relu=relu), sources
        return None

    def _is(self, y: Array, sources: Iterable[str], relu: bool) -> bool:
        """Tried on a few cells first."""
        flat = [self.exact[one].ravel() for one in sources]
        some = np.random.default_rng(0).integers(0, y.size, SAMPLE)
        near = EXACT * float(np.abs(y).max())
        for cells in (some, slice(None)):
            with np.errstate(invalid="ignore"):
                made = np.sum([one[cells] for one in flat], axis=0)
                error = np.abs((np.maximum(made, 0) if relu else made) - y.ravel()[cells]).max()
            if not error <= near:
                return False
        return True


def channel_line(x: Array, y: Array) -> tuple[Array, Array] | None:
    """The factor and the offset a channel that make y of x, in float32; None where none do."""
    if x.ndim != 4 or not np.isfinite(x).all() or not np.isfinite(y).all():
        return None
    a, b = (values.transpose(1, 0, 2, 3).reshape(x.shape[1], -1).astype(np.float64) for values in (x, y))
    if a.shape[1] < 8:  # Few cells are fitted by anything.
        return None
    middle = a.mean(axis=1, keepdims=True)
    spread = ((a - middle) ** 2).sum(axis=1)
    factor = ((a - middle) * b).sum(axis=1) / np.where(spread > 0, spread, 1)
    offset = b.mean(axis=1) - factor * middle[:, 0]
    error = np.abs(a * factor[:, None] + offset[:, None] - b).max()
    return (factor.astype(np.float32), offset.astype(np.float32)) if error <= FITTED * np.abs(b).max() else None


def _derived(y: Array, sources: tuple[str, ...], relu: bool = False, **line: Array) -> dict[str, Any]:
    numbers = {name: value.astype("<f4").tobytes() for name, value in line.items()}
    return {"shape": list(y.shape), "dtype": "derived", "from": list(sources), "relu": relu, **numbers}


def derived(packed: Mapping[str, Any], decoded: Mapping[str, Array]) -> Array:
    """What `js/lib/derived.js` computes."""
    y = np.sum([decoded[name] for name in packed["from"]], axis=0, dtype=np.float32)
    if "factor" in packed:
        factor, offset = (np.frombuffer(packed[name], "<f4").reshape(1, -1, 1, 1) for name in ("factor", "offset"))
        y = y * factor + offset
    return np.asarray(np.maximum(y, 0) if packed["relu"] else y)


def _stored(y: Array, shared: bool) -> dict[str, Any]:
    """Maps with one scale a picture, or one a map where each has a colour scale of its own; vectors exactly."""
    if y.ndim < 4 or y.size <= SMALL or not np.isfinite(y).all():
        return pack(y)
    rows = y if shared else y.reshape(-1, *y.shape[2:])
    return {**pack(rows, "int8"), "shape": list(y.shape)}


def lighter_records(state: Mapping[str, Any], weights: str) -> dict[str, Any]:
    """`records` coded, and `note` with the measured error."""
    exact = {name: unpack(packed) for name, packed in state["records"].items()}
    shared = bool(state.get("shared", True))
    if weights == "float16":
        packed = {name: pack(values, "float16") for name, values in exact.items()}
        decoded = {name: unpack(one) for name, one in packed.items()}
    else:
        coded = Coded(exact, shared)
        packed, decoded = coded.packed, coded.decoded
        if all(one["dtype"] == "float32" for one in packed.values()):
            return {}
    seen: Seen = difference(exact, decoded, shared=shared)
    kind = "16-bit" if weights == "float16" else "8-bit"
    made = sum(one["dtype"] == "derived" for one in packed.values())
    computed = f", and computes {made} of its {len(packed)} layers from others" if made else ""
    said = (
        f"This page holds the recorded maps as {kind} numbers{computed}: they differ by {seen.most_shades} of {SHADES} "
    )
    said += "shades in 99.9 % of the cells."
    return {"records": packed, "note": " ".join(filter(None, [state.get("note"), said]))}
