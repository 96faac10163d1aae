"""Arrays as they cross to a page: shape, dtype and bytes; `js/lib/tensor.js` reads the same."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check

GROUP = 64  # numbers of 12 bits that share a scale
_KINDS = {"float32": "<f4", "float16": "<f2", "int16": "<i2", "int8": "i1", "uint8": "u1"}


def pack(array: ArrayLike, dtype: str = "float32") -> dict[str, Any]:
    """An array as it crosses to the page: shape, dtype and little-endian C-order bytes.

    dtype: "float32", "float16", or whole numbers of 16, 12 or 8 bits with a `scale` (float32 bytes), by which so many
    numbers are multiplied as there are for each: in "int16" and "int8" those of a row of the first axis, or all where
    there is one axis or none; in "int12" about 64. Their bytes are the upper 8 bits of each, then the lower 4, two in a
    byte, the first one's lower. uint8 always stays uint8.
    Raises ValueError for another dtype, and for numbers that it cannot hold: NaN and infinity in whole numbers, and
    what is beyond 65504 in float16.

    >>> [len(pack(np.zeros((2, 3)), dtype)["data"]) for dtype in ("float32", "float16", "int16", "int12", "int8")]
    [24, 12, 12, 9, 6]
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


def _pack_whole(dtype: str) -> Callable[[NDArray[np.float32]], dict[str, bytes]]:
    most, kind = {"int16": (32767, "<i2"), "int12": (2047, "<i2"), "int8": (127, "i1")}[dtype]

    def packer(values: NDArray[np.float32]) -> dict[str, bytes]:
        if not np.isfinite(values).all():
            raise _check.bad_value("pack", f"finite numbers for {dtype}", "NaN or infinity", "use float32 or float16")
        runs = len(values) if values.ndim > 1 else 1
        rows = _rows(values, -(-values.size // GROUP) if dtype == "int12" else runs)
        scale = np.abs(rows).max(axis=1, initial=0).astype("<f4") / np.float32(most)
        whole = np.rint(rows / np.where(scale > 0, scale, 1)[:, None]).clip(-most, most).astype(kind)
        flat = whole.ravel()[: values.size]
        return {"data": _split(flat) if dtype == "int12" else flat.tobytes(), "scale": scale.tobytes()}

    return packer


def _rows(values: NDArray[Any], count: int) -> NDArray[Any]:
    """So many rows of one length; the last is filled with zeros."""
    length = -(-values.size // max(1, count))
    return np.pad(values.ravel(), (0, count * length - values.size)).reshape(count, length)


def _split(whole: NDArray[np.int16]) -> bytes:
    """The upper eight of each number's twelve bits, then the lower four, two in a byte."""
    low = np.pad(whole & 15, (0, whole.size % 2)).astype(np.uint8)
    return (whole >> 4).astype(np.int8).tobytes() + (low[::2] | low[1::2] << 4).tobytes()


def _joined(data: bytes) -> NDArray[np.int16]:
    """What `_split` was given."""
    count = len(data) * 2 // 3
    low = np.frombuffer(data, np.uint8)[count:]
    nibbles = np.stack([low & 15, low >> 4], axis=1).ravel()[:count]
    return np.frombuffer(data, np.int8)[:count].astype(np.int16) * 16 + nibbles


_PACKERS: dict[str, Callable[[NDArray[np.float32]], dict[str, bytes]]] = {
    "float32": lambda values: {"data": values.tobytes()},
    "float16": _pack_float16,
    **{dtype: _pack_whole(dtype) for dtype in ("int16", "int12", "int8")},
}


def unpack(packed: Mapping[str, Any]) -> NDArray[Any]:
    """The numbers that the page will read from what `pack` made: uint8 for uint8, else float32.

    >>> unpack(pack(np.array([0.5, -1.0]), "float16"))
    array([ 0.5, -1. ], dtype=float32)
    """
    data, dtype, shape = bytes(packed["data"]), packed["dtype"], packed["shape"]
    values = _joined(data) if dtype == "int12" else np.frombuffer(data, _KINDS[dtype])
    if dtype.startswith("int"):
        scale = np.frombuffer(bytes(packed["scale"]), "<f4")
        values = (_rows(values, len(scale)) * scale[:, None]).ravel()[: values.size]
    return values.reshape(shape).astype(np.uint8 if dtype == "uint8" else np.float32)
