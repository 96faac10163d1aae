"""Reading and comparing what functions return: arrays of NumPy or torch, or single numbers."""

from numbers import Integral, Real
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Kind: TypeAlias = Literal["array", "integer", "number"]

# A float16 answer is right too; the cases hold small multiples of a quarter, so that nothing wrong comes this close.
TOLERANCE = 2e-3


def read(returned: Any, kind: Kind) -> Array | None:
    """The answer as an array that owns its numbers, or None when it is not of this kind.

    For "integer" and "number" any single number counts: that a float is no integer is found by comparing.

    >>> read(3, "integer"), read([1, 2], "array")
    (array(3), None)
    """
    if hasattr(returned, "detach"):  # a torch tensor, also one that needs gradients
        returned = returned.detach().cpu().numpy()
    if kind == "array":
        fits = isinstance(returned, np.ndarray | np.generic)
    else:
        fits = isinstance(returned, Real) or (isinstance(returned, np.ndarray) and returned.ndim == 0)
    if not fits:
        return None
    array = np.array(int(returned) if isinstance(returned, Integral) else returned)
    return array if array.dtype.kind in "biuf" else None


def differs(answer: Array, truth: Array) -> NDArray[np.bool_]:
    """Where two answers of one shape differ by more than rounding. NaN equals NaN: a planted overflow gives it too."""
    answer, truth = answer.astype(np.float64), truth.astype(np.float64)
    scale = max(1.0, float(np.abs(truth[np.isfinite(truth)]).max(initial=0.0)))
    return ~np.isclose(answer, truth, rtol=0, atol=TOLERANCE * scale, equal_nan=True)


def same(answer: Array | None, truth: Array | None, kind: Kind) -> bool:
    """Whether two answers agree in shape and numbers, and for "integer" both are whole by their type."""
    if answer is None or truth is None or answer.shape != truth.shape:
        return False
    if kind == "integer" and (answer.dtype.kind in "iu") != (truth.dtype.kind in "iu"):
        return False
    return not differs(answer, truth).any()
