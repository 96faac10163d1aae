"""A network's figure made light enough to send: the smallest numbers whose error cannot be seen, said in words.

`compact` reads a figure's traits and gives those that a saved page has instead.
"""

from collections.abc import Mapping
from typing import Any

from cnnviz import _check

from ._records import lighter_records
from ._weights import lighter_weights

WEIGHTS = ("auto", "float32", "float16", "int8")


def compact(state: Mapping[str, Any], weights: str) -> dict[str, Any]:
    """The traits that change where `state` (a figure's traits by name) is a network's; none for another figure.

    weights: "float32" as they are, "float16", "int8" (one scale a filter; vectors stay float16), or "auto": whatever is
    smallest with maps that differ by at most one of 256 shades in 99.9 % of the cells, and probabilities by at most
    half a percentage point, measured on the figure's own pictures. Recorded maps become 8-bit numbers (float16 if so
    wished), and layers that the page can compute from others are left out. What was measured stands in `note`.
    Raises ValueError for another name, and for weights that the dtype cannot hold.
    """
    _check.one_of("save", "weights", weights, WEIGHTS)
    if not {"nodes", "images", "scale", "shift"} <= set(state) or weights == "float32":
        return {}
    return lighter_records(state, weights) if state.get("records") else lighter_weights(state, weights)
