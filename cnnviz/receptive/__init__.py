"""Receptive fields: which pixels a unit can see, and which it does.

`theoretical` has, for every node of a `cnnviz.graph.Graph`, the pixels that a unit depends on by its windows alone.
"""

from ._field import Box, Field
from ._theoretical import theoretical

__all__ = ["Box", "Field", "theoretical"]
