"""A page's bytes as a test reads them: in Python, and in the page by a test that mounts a widget itself."""

import base64
import lzma
from typing import Any

import numpy as np

from cnnviz._buffers import LZMA


def inflated(buffer: dict[str, Any]) -> bytes:
    """As js/lib/saved_bytes.js reads it, written another way."""
    data = base64.b64decode(buffer["data"])
    if buffer["encoding"] == "base64":
        return data
    assert buffer["encoding"] == "lzma"
    values = np.frombuffer(lzma.decompress(data, format=lzma.FORMAT_RAW, filters=[LZMA]), np.uint8)
    if not (stride := buffer["stride"]):
        return values.tobytes()
    rows = np.pad(values, (0, -len(values) % stride)).reshape(-1, stride)
    return rows.cumsum(axis=0, dtype=np.uint8).tobytes()[: len(values)]


BYTES_OF = """async ({ encoding, size, stride, data }) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  if (encoding === "base64") return bytes;
  const numbers = window.unpackLzma(bytes, size);
  if (stride) numbers.forEach((_, i) => { if (i >= stride) numbers[i] += numbers[i - stride]; });
  return numbers;
}"""
