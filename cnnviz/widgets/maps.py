"""An array as a sheet of small maps: feature maps, or a layer's filters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

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
    Raises ValueError for another number of axes, an empty array, or names that do not match the maps.

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
    _height = traitlets.List().tag(sync=True)

    def __init__(
        self, array: ArrayLike, names: Sequence[str] | None = None, *, title: str = "", shared: bool = True
    ) -> None:
        values = np.asarray(array, dtype=np.float32)
        if values.ndim not in (3, 4) or values.size == 0:
            do = "take one image's maps with x[0]; a single map is x[None]"
            raise _check.bad_value("Maps", "(C, H, W) maps or (O, I, kh, kw) filters", values.shape, do)
        maps = values.reshape(-1, *values.shape[-2:])
        labels = _indices(values.shape[:-2]) if names is None else [str(name) for name in names]
        if len(labels) != len(maps):
            raise _check.bad_value("Maps", f"a name for each of {len(maps)} maps", f"{len(labels)} names")
        group = values.shape[1] if values.ndim == 4 else 1
        traits: dict[str, Any] = {
            "noun": "" if names is not None else "filter" if values.ndim == 4 else "map",
            "role": "parameter" if values.ndim == 4 else "output",
            "group": group,
            "_height": steps(lambda width: _figure_height(maps.shape, group, width, bool(title))),
        }
        super().__init__(maps=pack(maps), names=labels, title=title, shared=shared, **traits)

    def _summary(self) -> str:
        count, height, width = self.maps["shape"]
        return f"{count} map{'' if count == 1 else 's'} of {height} × {width}"


def _indices(axes: tuple[int, ...]) -> list[str]:
    """`3` for a map or a one-channel filter, `3, 1` for channel 1 of filter 3."""
    several = [length > 1 for length in axes]
    keep = several if any(several) else [True, *[False] * (len(axes) - 1)]
    return [", ".join(str(i) for i, kept in zip(index, keep, strict=True) if kept) for index in np.ndindex(*axes)]


def _figure_height(shape: tuple[int, ...], group: int, room: int, titled: bool) -> float:
    """How many CSS pixels high the figure is where it is so wide."""
    count, height, width = shape
    zoom = widest_zoom(count, height, width, room)
    sheet = sheet_height(count, height, width, room, captions=True, zoom=zoom, group=group)
    foot = wrapped(FOOT if count > 1 else FOOT[:2], room, 16)
    return sheet + FRAME + max(44, foot) + (30 if titled else 0)
