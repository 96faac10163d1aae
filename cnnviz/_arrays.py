"""NumPy arrays of whatever holds numbers."""

import sys
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array


def plain(value: Any) -> Array:
    """An array of a torch tensor, on whatever device, or of an array; half precision and quantised become float32.

    >>> plain(np.ones(2, np.float16)).dtype
    dtype('float32')
    """
    if hasattr(value, "detach"):
        if value.is_meta:
            do = "record a model whose weights are loaded"
            raise _check.bad_value("a figure", "numbers", "a tensor on the meta device, which has none", do)
        value = value.detach().cpu()
        value = value.dequantize() if value.is_quantized else value
        value = (value.float() if value.is_floating_point() and value.element_size() < 4 else value).numpy()
    array: Array = np.asarray(value)
    return array.astype(np.float32) if array.dtype == np.float16 else array


def channels_last(model: Any) -> bool:
    """Whether a model is one of Keras that reads pictures (N, H, W, C); Keras is not imported to find out."""
    keras = sys.modules.get("keras")
    if keras is None or not isinstance(model, keras.Layer):
        return False
    return bool(keras.config.image_data_format() == "channels_last")
