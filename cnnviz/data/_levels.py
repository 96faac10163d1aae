"""Pictures as networks read them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check


def to_float(images: ArrayLike, mean: ArrayLike = 0.0, std: ArrayLike = 1.0) -> NDArray[np.float32]:
    """Pictures as a network reads them: float32, 0 to 255 brought to 0 to 1, then `(x - mean) / std`.

    float32 pictures are taken to be in 0 to 1 already. mean and std: one number, or one a channel.
    Shape: (..., C, H, W) -> the same. Raises TypeError for other dtypes, ValueError for a std that is not positive or a
    mean or std that fits neither.

    >>> to_float(np.full((1, 1, 2, 2), 255, np.uint8))[0, 0]
    array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    x = np.asarray(images)
    if x.dtype == np.uint8:
        x = x.astype(np.float32) / np.float32(255)
    elif x.dtype != np.float32:
        raise _check.bad_type("to_float", "images in uint8 (0 to 255) or float32 (0 to 1)", x.dtype)
    return (x - _a_channel("mean", mean, x)) / _a_channel("std", std, x)


def _a_channel(name: str, value: ArrayLike, x: NDArray[np.float32]) -> NDArray[np.float32]:
    numbers = np.asarray(value, np.float32)
    if name == "std" and not (numbers > 0).all():
        raise _check.bad_value("to_float", "a std above 0", value)
    if numbers.ndim == 0:
        return numbers
    if x.ndim < 3 or numbers.shape != (x.shape[-3],):
        raise _check.bad_value(
            "to_float", f"one {name}, or one for each channel of images {x.shape}", f"{name} of shape {numbers.shape}"
        )
    return numbers[:, None, None]
