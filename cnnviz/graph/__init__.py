"""A model as nodes of the operation vocabulary: plain data that can be run, drawn, and sent to a page.

`to_graph` makes a `Graph` of a model, `describe` the description of one layer, `summary` a table of a graph, `rounded`
the same graph with weights of fewer bits.
"""

from ._describe import describe
from ._layout import channels_first
from ._nodes import INPUT, Args, Description, Graph, Node, Params
from ._rounded import rounded
from ._summary import Summary, summary
from ._to_graph import to_graph

__all__ = [
    "INPUT",
    "Args",
    "Description",
    "Graph",
    "Node",
    "Params",
    "Summary",
    "channels_first",
    "describe",
    "rounded",
    "summary",
    "to_graph",
]
