"""An attribution on the picture that it explains."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz.figures._style import axes, bare, numbers, scale_bar, scale_of, titled


def overlay(
    image: ArrayLike,
    heat: ArrayLike,
    alpha: float = 0.7,
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A map of importance (h, w) over a picture: strong where the numbers are large, transparent where they are zero.

    image: (H, W), (1, H, W) or (3, H, W), uint8 or floats from 0 to 1. heat: any size, stretched over the picture
    without smoothing; blue is against, orange in favour. alpha: how opaque the largest number is.
    Raises ValueError for other shapes, floats outside 0 to 1 and an alpha outside 0 to 1.

    >>> ax = overlay(np.zeros((3, 8, 8)), np.eye(4))
    >>> [one.get_array().shape for one in ax.images]
    [(8, 8, 3), (4, 4)]
    """
    picture = _picture(image)
    values = numbers("overlay", "heat", heat, 2, "(h, w)")
    opacity = _check.number("overlay", "alpha", alpha, 0, 1)
    height, width = picture.shape[:2]
    ax = axes("overlay", ax, (4.4, 4.0 * height / width))
    where: dict[str, Any] = {"extent": (0, width, height, 0), "interpolation": "nearest"}
    ax.imshow(picture, **where)
    scale = scale_of(values)
    strength = np.where(np.isfinite(values), np.abs(values) / scale["vmax"], 1.0)
    drawn = ax.imshow(np.ma.masked_invalid(values), alpha=opacity * strength, **where, **scale)
    bare(ax)
    scale_bar(ax, drawn)
    return titled(ax, title)


def _picture(image: ArrayLike) -> NDArray[np.float64]:
    """(H, W, 3), 0 to 1."""
    flat = np.ndim(image) == 2
    values = numbers("overlay", "image", image, 2 if flat else 3, "(H, W), (1, H, W) or (3, H, W)")
    planes = values[None] if flat else values
    if len(planes) not in (1, 3):
        do = "put channels first with image.transpose(2, 0, 1)" if planes.shape[2] in (1, 3) else ""
        raise _check.bad_value("overlay", "image (H, W), (1, H, W) or (3, H, W)", np.shape(image), do)
    kind = getattr(image, "dtype", None)
    scaled = planes / 255 if str(kind).endswith("uint8") else planes
    if not (scaled.min() >= 0 and scaled.max() <= 1):
        got = f"{scaled.min():g} to {scaled.max():g}"
        raise _check.bad_value("overlay", "image as uint8, or floats from 0 to 1", got, "undo the normalisation first")
    return np.broadcast_to(scaled, (3, *scaled.shape[1:])).transpose(1, 2, 0)
