"""Tensors in tuples, lists and dicts: changed one by one, and put together again as they were."""

import copy
from collections.abc import Callable, Iterator
from typing import Any


def mapped(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """`value` with each instance of `kind` in it changed; tuples (named ones too), lists and dicts are built anew.

    >>> mapped({"a": (1, [2.5]), "b": None}, int, lambda n: n + 1)
    {'a': (2, [2.5]), 'b': None}
    """
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, dict):
        new = copy.copy(value)  # a dict of a library's own class stays one
        for key, item in value.items():
            new[key] = mapped(item, kind, change)
        return new
    if isinstance(value, tuple | list):
        items = [mapped(item, kind, change) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return value


def found(value: Any, kind: type) -> Iterator[Any]:
    """Each instance of `kind` in `value`, in order.

    >>> list(found({"a": (1, [2])}, int))
    [1, 2]
    """
    if isinstance(value, kind):
        yield value
    elif isinstance(value, dict | tuple | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from found(item, kind)


def shapes_in(value: Any) -> Any:
    """The shape of an array or tensor as a tuple of numbers; those of a tuple, list or dict, nested as it is.

    >>> import numpy as np
    >>> shapes_in({"a": np.ones((2, 3)), "b": [np.ones(4)]})
    {'a': (2, 3), 'b': [(4,)]}
    """
    if hasattr(value, "shape"):
        return tuple(int(n) for n in value.shape)
    if isinstance(value, dict):
        return {key: shapes_in(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return (list if isinstance(value, list) else tuple)(shapes_in(item) for item in value)
    return None
