"""Pictures and names from files, as a model reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from cnnviz._pictures import PIXEL, in_mode, linear

from ._say import Refusal, numbers

MOST_PIXELS = 64_000_000
ORIENTATION = 0x0112  # EXIF's tag
# Those that Pillow reads by itself: for PostScript it would start Ghostscript, which runs what the file says.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")
Scale = float | list[float]


def read_pictures(paths: Sequence[Path], channels: int, size: tuple[int, int]) -> tuple[NDArray[np.uint8], list[str]]:
    """Files as uint8 (N, channels, *size), and a line for each that says what was done to it."""
    read = [_picture(path, channels, size) for path in paths]
    return np.stack([picture for picture, _ in read]), [
        f"{p}: {said}" for p, (_, said) in zip(paths, read, strict=True)
    ]


def _picture(path: Path, channels: int, size: tuple[int, int]) -> tuple[NDArray[np.uint8], str]:
    Image.init()  # a Pillow may be without some
    try:
        with Image.open(path, formats=[known for known in FORMATS if known in Image.OPEN]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refusal(
                    f"{path} has {image.width} x {image.height} pixels, more than 64 million: make it smaller"
                )
            turned = image.getexif().get(ORIENTATION, 1) != 1
            upright = ImageOps.exif_transpose(image)
            plain = in_mode(upright, "L" if channels == 1 else "RGB")
    except FileNotFoundError:
        raise Refusal(f"there is no picture {str(path)!r}") from None
    except UnidentifiedImageError:
        raise Refusal(f"{path} is no picture of {', '.join(FORMATS)}") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refusal(f"{path} cannot be read as a picture: {error}") from None
    height, width = size
    fitted = ImageOps.fit(plain, (width, height), Image.Resampling.BICUBIC)
    pixels = np.asarray(fitted).reshape(height, width, channels).transpose(2, 0, 1)
    return np.ascontiguousarray(pixels), _said(plain, size, turned, upright.mode)


def _said(image: Any, size: tuple[int, int], turned: bool, mode: str) -> str:
    parts = [f"{image.height} x {image.width}"]
    if turned:
        parts.append("turned as its EXIF says")
    if mode != image.mode:
        parts.append(f"{mode} made {image.mode}")
    if (image.height, image.width) != size:
        cropped = image.height * size[1] != image.width * size[0]
        parts.append(f"resized {'and cropped ' if cropped else ''}to {size[0]} x {size[1]}")
    return ", ".join(parts)


def read_names(path: Path) -> list[str]:
    """A class name a line; empty lines at the end do not count."""
    try:
        return path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} cannot be read as a text of class names: {error}") from None


def input_scale(mean: str | None, std: str | None, scale: str | None, shift: str | None) -> tuple[Scale, Scale] | None:
    """`scale` and `shift` as `explore` takes them; None where no option was given.

    >>> input_scale("0.5", "0.25", None, None)
    ([0.01568627450980392], [-2.0])
    """
    normal, straight = (mean, std), (scale, shift)
    if any(normal) and any(straight):
        raise Refusal("give --mean and --std, or --scale and --shift, not both")
    if any(straight):
        return numbers("--scale", scale or "1"), numbers("--shift", shift or "0")
    if not any(normal):
        return None
    means, stds = numbers("--mean", mean or "0"), numbers("--std", std or "1")
    return linear("explain", means, stds, PIXEL, 0.0)
