"""Weights with fewer bits; `js/lib/precision.js` rounds to the same numbers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check

FLOATS = ("float16", "bfloat16")
PRECISIONS = (*FLOATS, "int8", "int7", "int6", "int5", "int4", "int3", "int2")
MULTIPLIED = ("conv2d", "conv_transpose2d", "linear")  # operations whose weights become whole numbers


def rounded(values: ArrayLike, precision: str) -> NDArray[np.float32]:
    """The nearest float32 numbers that `precision` holds, of the same shape; a tie goes to the even one.

    precision: "float16", "bfloat16", or "int8" down to "int2": whole numbers, from -127 to 127 for eight bits and from
    -1 to 1 for two, times one scale for each row of the first axis, so that its largest weight is kept. What float16
    cannot hold becomes infinite; rows with NaN or infinity stay as they are.
    Raises ValueError for another name.

    >>> rounded([[0.5, -0.9, 1.5], [0.0, 1.2, 3.0]], "int3")
    array([[ 0.5, -1. ,  1.5],
           [ 0. ,  1. ,  3. ]], dtype=float32)
    """
    _check.one_of("rounded", "precision", precision, PRECISIONS)
    numbers = np.asarray(values, np.float32, order="C")  # ascontiguousarray would give a single number an axis
    if precision == "float16":
        with np.errstate(over="ignore"):
            return numbers.astype(np.float16).astype(np.float32)
    if precision == "bfloat16":
        return _bfloat16(numbers)
    return _whole(numbers, int(precision.removeprefix("int")))


def keeps(op: str, name: str, precision: str) -> bool:
    """Whether a parameter stays in float32: of whole numbers, all but what many products are made of.

    >>> keeps("conv2d", "bias", "int8"), keeps("conv2d", "weight", "int8"), keeps("conv2d", "bias", "float16")
    (True, False, False)
    """
    return precision not in FLOATS and not (op in MULTIPLIED and name == "weight")


def _bfloat16(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """The upper half of a float32's bits."""
    bits = numbers.view(np.uint32)
    upper = (bits + np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1))) & np.uint32(0xFFFF0000)
    return np.where(np.isnan(numbers), numbers, upper.view(np.float32))


def _whole(numbers: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    count = len(numbers) if numbers.ndim > 1 else 1
    rows = numbers.reshape(count, numbers.size // max(1, count))
    scale = np.abs(rows).max(axis=1, initial=0, keepdims=True) / np.float32(2 ** (bits - 1) - 1)
    with np.errstate(invalid="ignore"):
        near = np.rint(rows / np.where(scale > 0, scale, 1)) * scale
    kept = ~np.isfinite(scale)
    return np.where(kept, rows, near).astype(np.float32).reshape(numbers.shape)
