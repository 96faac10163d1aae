"""Axes as torch counts them: from the front, or with negative numbers from the end."""

from collections.abc import Sequence
from typing import Any

from cnnviz import _check


def axis(who: object, name: str, ndim: int, dim: Any) -> int:
    """`dim` counted from the front; raises ValueError where there is no such axis (a number has one, as in torch).

    >>> axis("flatten", "end_dim", 4, -1)
    3
    """
    axes = max(ndim, 1)
    at = _check.integer(who, name, dim, -axes)
    if at >= axes:
        raise _check.bad_value(who, f"{name} below {axes}, the number of axes", at)
    return at % axes


def several(who: object, name: str, ndim: int, dims: Sequence[int] | int) -> tuple[int, ...]:
    """Different axes, from one number or several.

    >>> several("mean", "dim", 4, [2, -1])
    (2, 3)
    """
    given = (dims,) if isinstance(dims, int) else tuple(dims)
    found = tuple(axis(who, name, ndim, dim) for dim in given)
    if len(set(found)) < len(found):
        raise _check.bad_value(who, f"{name} that names each axis once", given)
    return found
