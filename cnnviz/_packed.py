"""Arrays as they cross to a page: shape, dtype and bytes; `js/lib/tensor.js` reads the same."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check


def pack(array: ArrayLike, dtype: str = "float32") -> dict[str, Any]:
    """An array as it crosses to the page: shape, dtype and little-endian C-order bytes.

    dtype: "float32", "float16", or "int8" with a `scale` (float32 bytes): whole numbers -127 to 127 times the scale of
    their row of the first axis, of all numbers where there is one axis or none. uint8 always stays uint8.
    Raises ValueError for another dtype, and for numbers that it cannot hold: NaN and infinity in int8, and what is
    beyond 65504 in float16.

    >>> [len(pack(np.zeros((2, 3)), dtype)["data"]) for dtype in ("float32", "float16", "int8")]
    [24, 12, 6]
    """
    _check.one_of("pack", "dtype", dtype, _PACKERS)
    values = np.asarray(array)
    shape = list(np.shape(array))
    if values.dtype == np.uint8:
        return {"shape": shape, "dtype": "uint8", "data": values.tobytes()}
    return {"shape": shape, "dtype": dtype, **_PACKERS[dtype](np.ascontiguousarray(values, dtype="<f4"))}


def _pack_float16(values: NDArray[np.float32]) -> dict[str, bytes]:
    with np.errstate(over="ignore"):
        half = values.astype("<f2")
    if np.any(np.isinf(half) & np.isfinite(values)):
        raise _check.bad_value("pack", "numbers within 65504 for float16", f"{np.abs(values).max():g}", "use float32")
    return {"data": half.tobytes()}


def _pack_int8(values: NDArray[np.float32]) -> dict[str, bytes]:
    if not np.isfinite(values).all():
        raise _check.bad_value("pack", "finite numbers for int8", "NaN or infinity", "use float32 or float16")
    count = len(values) if values.ndim > 1 else 1
    rows = values.reshape(count, values.size // max(1, count))
    scale = np.abs(rows).max(axis=1, initial=0).astype("<f4") / np.float32(127)
    whole = np.rint(rows / np.where(scale > 0, scale, 1)[:, None]).clip(-127, 127).astype(np.int8)
    return {"data": whole.tobytes(), "scale": scale.tobytes()}


_PACKERS: dict[str, Callable[[NDArray[np.float32]], dict[str, bytes]]] = {
    "float32": lambda values: {"data": values.tobytes()},
    "float16": _pack_float16,
    "int8": _pack_int8,
}


def unpack(packed: Mapping[str, Any]) -> NDArray[Any]:
    """The numbers that the page will read from what `pack` made: uint8 for uint8, else float32.

    >>> unpack(pack(np.array([0.5, -1.0]), "float16"))
    array([ 0.5, -1. ], dtype=float32)
    """
    kind = {"float32": "<f4", "float16": "<f2", "int8": "i1", "uint8": "u1"}[packed["dtype"]]
    values = np.frombuffer(bytes(packed["data"]), kind)
    if packed["dtype"] == "int8":
        scale = np.frombuffer(bytes(packed["scale"]), "<f4")
        values = values.reshape(len(scale), -1) * scale[:, None] if values.size else values
    return values.reshape(packed["shape"]).astype(np.uint8 if kind == "u1" else np.float32)
