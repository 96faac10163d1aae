"""What every layer of a model gave for an input, exactly, and the gradient that arrived there.

`record` runs a model, `recording` listens to the reader's own calls, `layers` says beforehand what a recording holds.
Models are those of torch, of Keras on the torch backend, and of `cnnviz.nn`.
"""

from .front import layers, record, recording
from .results import Call, Record, Recording, UnknownLayerError
from .table import LayerRow, LayerTable

__all__ = [
    "Call",
    "LayerRow",
    "LayerTable",
    "Record",
    "Recording",
    "UnknownLayerError",
    "layers",
    "record",
    "recording",
]
