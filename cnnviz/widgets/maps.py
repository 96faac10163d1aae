"""An array as a sheet of small maps: feature maps, a layer's filters, pictures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz.widgets._base import Figure, bundle, pack, stylesheet
from cnnviz.widgets._layout import sheet_height, steps, widest_zoom, wrapped

FRAME = 32 + 16  # CSS pixels: the figure's padding, and the sheet's
FOOT = [(80, 20), (200, 20), (170, 44)]  # about: the scale, the number that is pointed at, the button


class Maps(Figure):
    """Every map of an array at once; hover, focus or tap tells the number.

    array: (C, H, W) feature maps, or (O, I, kh, kw) filters, one map a filter and input channel.
    names: what stands under each map; by default its index, "filter, channel" for filters of several channels.
    shared: one colour scale for all maps, so that they can be compared; else each map uses the whole scale.
    pictures: which maps are pictures, shown as they look, black to white on light and dark pages alike: their indices,
    or True for all; by default all of an array of uint8. Their values are 0 to 255 in uint8, else 0 to 1. Pictures
    (N, 3, H, W) are in colour, (N, 1, H, W) grey.
    Raises ValueError for another number of axes, an empty array, names that do not match the maps, and pictures that
    are not there or whose values are no picture's.

    >>> Maps(np.zeros((8, 28, 28)), title="after the first layer")
    Maps(8 maps of 28 × 28)
    """

    _esm = bundle("maps.js")
    _css = stylesheet("figure.css", "maps.css")

    maps = traitlets.Dict().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    noun = traitlets.Unicode("").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    role = traitlets.Enum(("input", "parameter", "output")).tag(sync=True)
    shared = traitlets.Bool(True).tag(sync=True)
    group = traitlets.Int(1).tag(sync=True)
    pictures = traitlets.List(traitlets.Int()).tag(sync=True)
    _height = traitlets.List().tag(sync=True)

    def __init__(
        self,
        array: ArrayLike,
        names: Sequence[str] | None = None,
        *,
        title: str = "",
        shared: bool = True,
        pictures: bool | Sequence[int] | None = None,
    ) -> None:
        values = np.asarray(array)
        values = values if values.dtype == np.uint8 else values.astype(np.float32)
        if values.ndim not in (3, 4) or values.size == 0:
            do = "take one image's maps with x[0]; a single map is x[None]"
            raise _check.bad_value("Maps", "(C, H, W) maps or (O, I, kh, kw) filters", values.shape, do)
        whole = pictures is True or (pictures is None and values.dtype == np.uint8)
        maps = _pictures(values) if whole else values.reshape(-1, *values.shape[-2:])
        axes = maps.shape[:1] if whole else values.shape[:-2]
        shown = list(range(len(maps))) if whole else _chosen(pictures, len(maps))
        _check_levels(maps[shown])
        labels = _indices(axes) if names is None else [str(name) for name in names]
        if len(labels) != len(maps):
            raise _check.bad_value("Maps", f"a name for each of {len(maps)} maps", f"{len(labels)} names")
        filters = len(axes) == 2
        group = axes[1] if filters else 1
        scales = len(maps) - len(shown)
        traits: dict[str, Any] = {
            "noun": "" if names is not None else "picture" if whole else "filter" if filters else "map",
            "role": "parameter" if filters else "output",
            "group": group,
            "pictures": shown,
            "_height": steps(lambda width: _figure_height(maps.shape, group, width, bool(title), scales > 1)),
        }
        super().__init__(maps=pack(maps), names=labels, title=title, shared=shared, **traits)

    def _summary(self) -> str:
        count, *_, height, width = self.maps["shape"]
        noun = "picture" if len(self.pictures) == count else "map"
        return f"{count} {noun}{'' if count == 1 else 's'} of {height} × {width}"


def _pictures(values: NDArray[Any]) -> NDArray[Any]:
    """(N, H, W), or (N, 3, H, W) in colour."""
    if values.ndim == 4 and values.shape[1] not in (1, 3):
        do = "show its channels as maps with pictures=False"
        raise _check.bad_value("Maps", "pictures (N, H, W), (N, 1, H, W) or (N, 3, H, W)", values.shape, do)
    return values[:, 0] if values.ndim == 4 and values.shape[1] == 1 else values


def _chosen(pictures: bool | Sequence[int] | None, count: int) -> list[int]:
    """The indices of some maps, each once."""
    if pictures is None or isinstance(pictures, bool):
        return []
    if not np.iterable(pictures):
        raise _check.bad_type(
            "Maps", "pictures as True, False or indices", repr(pictures), f"one picture is [{pictures}]"
        )
    indices = sorted({_check.integer("Maps", "a picture's index", one, 0) for one in pictures})
    if indices and indices[-1] >= count:
        raise _check.bad_value("Maps", f"a picture's index from 0 to {count - 1}", indices[-1])
    return indices


def _check_levels(pictures: NDArray[Any]) -> None:
    known = pictures[np.isfinite(pictures)]
    if pictures.dtype != np.uint8 and known.size and not 0 <= known.min() <= known.max() <= 1:
        came = f"{known.min():.3g} to {known.max():.3g}"
        raise _check.bad_value("Maps", "pictures with values from 0 to 1, or uint8", came, "divide by 255, or clip")


def _indices(axes: tuple[int, ...]) -> list[str]:
    """`3` for a map or a one-channel filter, `3, 1` for channel 1 of filter 3."""
    several = [length > 1 for length in axes]
    keep = several if any(several) else [True, *[False] * (len(axes) - 1)]
    return [", ".join(str(i) for i, kept in zip(index, keep, strict=True) if kept) for index in np.ndindex(*axes)]


def _figure_height(shape: tuple[int, ...], group: int, room: int, titled: bool, scales: bool) -> float:
    """How many CSS pixels high the figure is where it is so wide; with `scales` it has a button."""
    count, *_, height, width = shape
    zoom = widest_zoom(count, height, width, room)
    sheet = sheet_height(count, height, width, room, captions=True, zoom=zoom, group=group)
    foot = wrapped(FOOT if scales else FOOT[:2], room, 16)
    return sheet + FRAME + max(44, foot) + (30 if titled else 0)
