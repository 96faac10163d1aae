"""A model's layers as text."""

from typing import Any

import numpy as np

from cnnviz import graph, recorder

from ._models import Found


def layer_table(found: Found, pictures: Any) -> str:
    """The layers that the model calls for the pictures, or for one of zeros; an archive's operations."""
    pixels = np.zeros((1, found.channels, *found.size), np.uint8) if pictures is None else pictures
    scale, shift = (np.asarray(value, np.float32).reshape(-1, 1, 1) for value in (found.scale, found.shift))
    x = pixels.astype(np.float32) * scale + shift
    return _operations(found.model, x) if found.archived else repr(recorder.layers(found.model, x))


def _operations(model: Any, x: np.ndarray[Any, Any]) -> str:
    """What is left of an exported model: no layers, but the operations that they did."""
    import torch

    nodes = graph.to_graph(model, torch.from_numpy(x))
    rows = [("operation", "type", "output", "parameters")]
    rows += [(n.name, n.op, str(tuple(n.shape)), f"{sum(v.size for v in n.params.values()):,}") for n in nodes]
    wide = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  ".join([*(c.ljust(w) for c, w in zip(r[:3], wide, strict=False)), r[3].rjust(wide[3])]) for r in rows
    )
