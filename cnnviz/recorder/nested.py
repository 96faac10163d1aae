"""Tensors in tuples, lists, dicts and dataclasses: changed one by one, and put together again as they were."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any


def mapped(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """`value` with each instance of `kind` in it changed; tuples (named ones too), lists, dicts, dataclasses anew.

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
    if (named := _fields(value)) is not None:
        new = copy.copy(value)
        for name, item in named.items():
            object.__setattr__(new, name, mapped(item, kind, change))  # a frozen one too
        return new
    return value


def found(value: Any, kind: type) -> Iterator[Any]:
    """Each instance of `kind` in `value`, in order.

    >>> list(found({"a": (1, [2])}, int))
    [1, 2]
    """
    if isinstance(value, kind):
        yield value
    else:
        named = value if isinstance(value, dict) else _fields(value)
        if named is not None or isinstance(value, tuple | list):
            for item in value if named is None else named.values():
                yield from found(item, kind)


def _fields(value: Any) -> dict[str, Any] | None:
    """What a dataclass holds by name; None for anything else."""
    if not is_dataclass(value) or isinstance(value, type):
        return None
    return {field.name: getattr(value, field.name) for field in fields(value) if hasattr(value, field.name)}


def shapes_in(value: Any) -> Any:
    """The shape of an array or tensor as a tuple of numbers; those of a tuple, list or dict, nested as it is.

    >>> import numpy as np
    >>> shapes_in({"a": np.ones((2, 3)), "b": [np.ones(4)]})
    {'a': (2, 3), 'b': [(4,)]}
    """
    if hasattr(value, "shape"):
        return tuple(int(n) for n in value.shape)
    named = value if isinstance(value, dict) else _fields(value)
    if named is not None:
        return {key: shapes_in(item) for key, item in named.items()}
    if isinstance(value, tuple | list):
        return (list if isinstance(value, list) else tuple)(shapes_in(item) for item in value)
    return None
