"""Receptive fields: which pixels a unit can see, and which it does.

`theoretical` has, for every node of a `cnnviz.graph.Graph`, the pixels that a unit depends on by its windows alone.
`effective` has, for a unit of a model with its weights, how much each pixel changes it, and `extent` how far that goes.
"""

from ._effective import effective, extent
from ._field import Box, Field
from ._theoretical import theoretical

__all__ = ["Box", "Field", "effective", "extent", "theoretical"]
