"""Arrays in, matplotlib Axes out: pictures for a paper or a report, in the colours of the living figures.

Every function draws into `ax`, or into a new figure where it is None, and returns the Axes; none shows it.

>>> import numpy as np
>>> from cnnviz import figures
>>> len(figures.feature_maps(np.zeros((8, 5, 5))).images)
8
"""

from cnnviz.figures._architecture import architecture
from cnnviz.figures._confusion import confusion_matrix
from cnnviz.figures._curves import curves
from cnnviz.figures._overlay import overlay
from cnnviz.figures._sheet import feature_maps, filters
from cnnviz.figures._style import DIVERGING, SEQUENTIAL

__all__ = [
    "DIVERGING",
    "SEQUENTIAL",
    "architecture",
    "confusion_matrix",
    "curves",
    "feature_maps",
    "filters",
    "overlay",
]
