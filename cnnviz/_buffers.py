"""The bytes of a widget's saved state: replaced, and squeezed for a page that has no kernel to ask.

Jupyter's format is {"state": traits, "buffers": [{"path", "encoding": "base64", "data"}]}: bytes are taken out of the
traits, and put back at their paths. `js/lib/saved_bytes.js` also reads "encoding": "lzma" with a "size" and a "stride":
the bytes are differences to the byte so many places before (0: the bytes themselves), compressed, then in base64. LZMA
is a sixth smaller than deflate on code and a third on pictures, and `js/lib/lzma.js` is small.
"""

import base64
import lzma
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

Saved = dict[str, Any]
LZMA = {"id": lzma.FILTER_LZMA1, "preset": 9, "lc": 4, "lp": 0, "pb": 0, "nice_len": 273}
SMALL = 256  # bytes that are not worth it
LARGE, WORTH = 65536, 0.85  # unpacking takes time: so many bytes are packed where deflate makes them so much less
SAMPLE = 1 << 18  # bytes at the beginning that show how far all will shrink


def replace_traits(saved: Saved, traits: Mapping[str, Any]) -> Saved:
    """A saved state with other values for some traits; bytes in them become buffers.

    >>> replace_traits({"state": {"x": 1, "y": {}}, "buffers": []}, {"y": {"data": b"ab"}})
    {'state': {'x': 1, 'y': {}}, 'buffers': [{'path': ['y', 'data'], 'encoding': 'base64', 'data': 'YWI='}]}
    """
    kept = [one for one in saved.get("buffers", []) if one["path"][0] not in traits]
    added = [
        {"path": path, "encoding": "base64", "data": base64.b64encode(data).decode()}
        for path, data in _bytes_in(dict(traits), [])
    ]
    state = {**saved["state"], **{name: _without_bytes(value) for name, value in traits.items()}}
    return {**saved, "state": state, "buffers": kept + added}


def _bytes_in(value: Any, path: list[str | int]) -> Iterator[tuple[list[str | int], bytes]]:
    match value:
        case bytes() | bytearray() | memoryview():
            yield path, bytes(value)
        case Mapping():
            for key, one in value.items():
                yield from _bytes_in(one, [*path, key])
        case list() | tuple():
            for i, one in enumerate(value):
                yield from _bytes_in(one, [*path, i])


def _without_bytes(value: Any) -> Any:
    match value:
        case Mapping():
            return {k: _without_bytes(v) for k, v in value.items() if not isinstance(v, bytes | bytearray | memoryview)}
        case list() | tuple():
            return [_without_bytes(one) for one in value]
    return value


def squeeze(saved: Saved) -> Saved:
    """A saved state with its large buffers compressed, wherever that is smaller."""
    state = saved["state"]
    return {**saved, "buffers": [_squeezed(one, _strides(state, one["path"])) for one in saved.get("buffers", [])]}


def _strides(state: Any, path: list[str | int]) -> set[int]:
    """Which differences may be small: to the number before, and to the one above in the same map."""
    for key in path[:-1]:
        state = state[key]
    match state:
        case {"dtype": str(dtype), "shape": [*_, int(width)]}:
            size = {"float16": 2, "int16": 2, "float32": 4}.get(dtype, 1)
            return {0, size, size * width}
    return {0, 1}  # Somebody else's bytes.


def _squeezed(buffer: Saved, strides: set[int]) -> Saved:
    data = base64.b64decode(buffer["data"])
    if len(data) < SMALL:
        return buffer
    some = data[:SAMPLE]
    quick = {stride: len(zlib.compress(_differences(some, stride), 1)) for stride in sorted(strides)}
    stride = min(quick, key=quick.__getitem__)
    if len(data) > LARGE and quick[stride] > WORTH * len(some):
        return buffer
    coded = compressed(_differences(data, stride))
    if len(coded) >= len(data):
        return buffer
    text = base64.b64encode(coded).decode()
    return {"path": buffer["path"], "encoding": "lzma", "size": len(data), "stride": stride, "data": text}


def compressed(data: bytes) -> bytes:
    """Raw LZMA with the settings that `js/lib/lzma.js` reads.

    The preset's dictionary of 64 MB takes longer to make than most buffers to pack; one of their size has all there is.
    """
    return lzma.compress(data, format=lzma.FORMAT_RAW, filters=[{**LZMA, "dict_size": max(4096, len(data))}])


def _differences(data: bytes, stride: int) -> bytes:
    """Each byte less the one `stride` places before, modulo 256.

    >>> list(_differences(bytes([5, 7, 6]), 1))
    [5, 2, 255]
    """
    values = np.frombuffer(data, np.uint8)
    if not 0 < stride < len(values):
        return data
    return np.concatenate([values[:stride], values[stride:] - values[:-stride]]).tobytes()
