"""torch's operations by their names, each as one or more operations of the vocabulary."""

from collections.abc import Callable
from typing import Any

from . import _aten_layers, _aten_numbers, _aten_shapes

HANDLERS: dict[str, Callable[..., Any]] = {
    **_aten_layers.HANDLERS,
    **_aten_numbers.HANDLERS,
    **_aten_shapes.HANDLERS,
}
