"""Pictures as people hold them, and the numbers that a network reads of them.

A page keeps pixels, 0 to 255, and makes the network's input of them: a pixel times a scale plus a shift. Whoever has
the input already, normalised, names the mean and the standard deviation of that, and the pixels are found again.
"""

from collections.abc import Sequence
from reprlib import repr as shortly
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz._arrays import plain
from cnnviz._check import Array

Numbers = float | Sequence[float]
PIXEL = 1 / 255  # a pixel as a share of white: the scale where nobody gives another
HALF_SHADE = 0.51


def linear(who: str, mean: Numbers | None, std: Numbers | None, scale: Numbers, shift: Numbers) -> tuple[Any, Any]:
    """Scale and shift of (pixel / 255 - mean) / std; those given, where there is neither mean nor std.

    >>> linear("explore", 0.5, (0.25, 0.5), 1 / 255, 0.0)
    ([0.01568627450980392, 0.00784313725490196], [-2.0, -1.0])
    """
    if mean is None and std is None:
        return scale, shift
    if not (np.array_equal(scale, PIXEL) and np.array_equal(shift, 0)):
        raise _check.bad_value(who, "mean and std, or scale and shift", "some of both", "they say the same in two ways")
    means = _finite(who, "mean", 0.0 if mean is None else mean)
    stds = _finite(who, "std", 1.0 if std is None else std)
    if 1 < len(means) != len(stds) > 1:
        raise _check.bad_value(who, "mean and std of as many channels", f"{means.size} and {stds.size}")
    if not (stds > 0).all():
        raise _check.bad_value(who, "std above 0", f"{stds.min():g}")
    means, stds = np.broadcast_arrays(means, stds)
    return (PIXEL / stds).tolist(), (-means / stds).tolist()


def per_channel(who: str, name: str, value: Numbers, channels: int) -> list[float]:
    """One number, or one a channel, as a list. ValueError, with the remedy, for another count, NaN and infinity.

    >>> per_channel("explore", "shift", -0.5, 3), per_channel("explore", "scale", (1, 2, 3), 3)
    ([-0.5], [1.0, 2.0, 3.0])
    """
    numbers = _finite(who, name, value)
    if len(numbers) not in (1, channels):
        do = "with mean and std, scale is 1 / (255 * std), and shift is -mean / std"
        raise _check.bad_value(who, f"{name} as one number or {channels}, one a channel", len(numbers), do)
    return [float(one) for one in numbers]


def _finite(who: str, name: str, value: Numbers) -> NDArray[np.float64]:
    """As a vector, whatever axes it has: (3, 1, 1) is how a mean stands in many a model."""
    try:
        numbers = np.asarray(value, float).ravel()
    except (TypeError, ValueError):
        raise _check.bad_value(who, f"{name} as numbers", shortly(value)) from None
    if not np.isfinite(numbers).all():
        raise _check.bad_value(who, f"{name} of finite numbers", shortly(value))
    return numbers


def network_input(pictures: NDArray[np.uint8], scale: Numbers, shift: Numbers, who: str = "explore") -> Array:
    """What a network reads of pictures (N, C, H, W): each pixel times `scale` plus `shift`, float32.

    >>> network_input(np.full((1, 3, 1, 1), 255, np.uint8), 1 / 255, (0, -0.5, 1)).ravel()
    array([1. , 0.5, 2. ], dtype=float32)
    """
    factor, offset = _columns(who, pictures, scale, shift)
    return pictures.astype(np.float32) * factor + offset


def _columns(who: str, pictures: NDArray[Any], scale: Numbers, shift: Numbers) -> tuple[Array, Array]:
    factor, offset = (
        np.asarray(per_channel(who, name, value, pictures.shape[1]), np.float32).reshape(-1, 1, 1)
        for name, value in (("scale", scale), ("shift", shift))
    )
    return factor, offset


def check_pictures(who: str, images: ArrayLike) -> NDArray[np.uint8]:
    """`images`, if they can be drawn on: uint8 (N, 1 or 3, H, W). TypeError or ValueError, with the remedy, if not."""
    pictures = np.asarray(images)
    if pictures.ndim != 4 or pictures.shape[1] not in (1, 3) or pictures.size == 0:
        do = "a single picture is x[None], one without a channel axis x[None, None]"
        raise _check.bad_value(who, "pictures (N, 1, H, W) or (N, 3, H, W)", pictures.shape, do)
    if pictures.dtype != np.uint8:
        raise _check.bad_type(who, "pictures of uint8, 0 to 255", pictures.dtype, "they are pixels, as they are stored")
    return pictures


def to_pictures(who: str, images: Any, scale: Numbers = PIXEL, shift: Numbers = 0.0) -> NDArray[np.uint8]:
    """uint8 (N, 1 or 3, H, W) of what people hold.

    images: an array or tensor (N, C, H, W) or (N, H, W, C), a picture of Pillow, or a list of such pictures or arrays
    (C, H, W), all of one size. Numbers of floating point are the network's input, whose pixels are found by `scale` and
    `shift`, each rounded to one of 256 shades. TypeError or ValueError for anything else.

    >>> to_pictures("explore", [np.full((3, 2, 2), 0.4)]).ravel()[:3]
    array([102, 102, 102], dtype=uint8)
    """
    array = _stacked(who, images)
    if array.dtype.kind not in "fiub":
        got, do = shortly(images), "open a file with PIL.Image.open(path)"
        raise _check.bad_type(who, "pictures as arrays, tensors or Pillow's", got, do)
    if array.ndim == 4 and array.shape[1] not in (1, 3) and array.shape[3] in (1, 3):
        array = array.transpose(0, 3, 1, 2)
    if array.dtype.kind == "f" and array.ndim == 4 and array.shape[1] in (1, 3) and array.size:
        array = _pixels(who, array, scale, shift)
    return np.ascontiguousarray(check_pictures(who, array))


def _stacked(who: str, images: Any) -> NDArray[Any]:
    if not isinstance(images, list | tuple):
        return _decoded([images])[0][None] if _is_image(images) else plain(images)
    if not images:
        raise _check.bad_value(who, "at least one picture", "none")
    arrays = _decoded(images) if all(map(_is_image, images)) else [plain(one) for one in images]
    if sizes := {one.shape for one in arrays} - {arrays[0].shape}:
        two = " and ".join(map(str, (arrays[0].shape, min(sizes))))
        raise _check.bad_value(who, "pictures of one size", two, "resize them to what the network reads")
    return np.stack(arrays)


def _is_image(value: Any) -> bool:
    """Whether it is a picture of Pillow, which is not imported to find out."""
    return hasattr(value, "getbands") and hasattr(value, "convert")


def _decoded(images: Sequence[Any]) -> list[NDArray[np.uint8]]:
    """Pictures of Pillow as uint8 (C, H, W): grey where all of them are."""
    grey = all(one.mode in ("1", "L") for one in images)
    arrays = [np.asarray(in_mode(one, "L" if grey else "RGB")) for one in images]
    return [one[None] if grey else one.transpose(2, 0, 1) for one in arrays]


def in_mode(image: Any, mode: str) -> Any:
    """A picture of Pillow in `mode`: what is transparent over white, sixteen bits as eight.

    ValueError for 32 bits whose numbers are none of 0 to 255.
    """
    from PIL import Image

    if image.mode in ("I", "F"):
        low, high = image.getextrema()
        if not 0 <= low <= high <= 255 or (image.mode == "F" and 0 < high <= 1):
            needs = "a picture's numbers of 32 bits from 0 to 255"
            raise _check.bad_value("Pillow's picture", needs, f"{low:g} to {high:g}", "convert it")
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), with_alpha)
    return image.convert(mode)


def _pixels(who: str, inputs: NDArray[Any], scale: Numbers, shift: Numbers) -> NDArray[np.uint8]:
    factor, offset = _columns(who, inputs, scale, shift)
    if not (factor != 0).all():
        raise _check.bad_value(who, "a scale other than 0", "0")
    pixels = (inputs.astype(np.float64) - offset) / factor
    if not (pixels.min() >= -HALF_SHADE and pixels.max() <= 255 + HALF_SHADE):  # also where one is NaN
        came = f"numbers from {inputs.min():.3g} to {inputs.max():.3g}"
        do = "pass the mean and std that they were normalised with, or the pictures as they are stored"
        raise _check.bad_value(who, "images whose pixels are 0 to 255", came, do)
    return np.rint(pixels).clip(0, 255).astype(np.uint8)
