"""Attribution maps side by side over the picture, while the network's layers become random."""

from collections.abc import Sequence
from math import ceil
from typing import Any, NamedTuple

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnviz import _check
from cnnviz.widgets._base import Figure, bundle, pack, stylesheet
from cnnviz.widgets._layout import steps, wrapped

TILE, GAP = 150, 16  # CSS pixels: the least width, and between two, as in css/attributions.css
NAME, LINE, SMALL = 22.5, 22.5, 19.5  # a tile's name, a line of text, one of the smaller type
LETTER, SMALL_LETTER = 7.6, 6.8  # about
VEIL = 240.0, 122.0
SAID, TABLE = 98, 375  # letters under the tiles; CSS pixels of the line that opens the table


class MethodMaps(NamedTuple):
    """One method's maps: magnitudes (stages, N, H, W), and how alike each is to the first, (stages, N).

    note: what a reader should know of them, such as that they are enlarged.
    """

    name: str
    note: str
    maps: ArrayLike
    correlation: ArrayLike


class Attributions(Figure):
    """Every method's map over the picture; a slider makes the network random, layer by layer from the top.

    pictures: uint8 (N, 1 or 3, H, W). methods: one MethodMaps each; stage 0 is the network as it is, stage k has the
    first k of `layers` random; without `layers` no likeness is shown. explained: for each picture the class that is
    explained. A picture that comes again and again is kept once. A map is drawn from zero to
    what 99 in 100 of its own pixels stay below. Raises ValueError for maps whose sizes do not agree with the pictures.

    >>> maps = MethodMaps("saliency", "", np.ones((2, 1, 8, 8)), [[1], [0]])
    >>> Attributions(np.zeros((1, 1, 8, 8), np.uint8), [maps], ["linear"], ["cat"])
    Attributions(saliency; 1 picture of 8 × 8; 1 layer)
    """

    _esm = bundle("attributions.js")
    _css = stylesheet("figure.css", "attributions.css")

    title = traitlets.Unicode("").tag(sync=True)
    pictures = traitlets.Dict().tag(sync=True)
    methods = traitlets.List(traitlets.Dict()).tag(sync=True)
    layers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    explained = traitlets.List(traitlets.Unicode()).tag(sync=True)
    picture = traitlets.Int(0).tag(sync=True)
    stage = traitlets.Int(0).tag(sync=True)
    opacity = traitlets.Float(0.75).tag(sync=True)
    after = traitlets.Unicode("", help="id of the question to be answered before layers become random").tag(sync=True)
    _height = traitlets.List().tag(sync=True)

    def __init__(
        self,
        pictures: NDArray[np.uint8],
        methods: Sequence[MethodMaps],
        layers: Sequence[str],
        explained: Sequence[str],
        *,
        title: str = "",
        after: str = "",
    ) -> None:
        count, _, height, width = pictures.shape
        wanted = (len(layers) + 1, count, height, width)
        for method in methods:
            if np.shape(method.maps) != wanted:
                raise _check.bad_value("Attributions", f"maps {wanted} of {method.name}", np.shape(method.maps))
        if len(explained) != count:
            raise _check.bad_value("Attributions", f"a class for each of {count} pictures", len(explained))
        sent = [_send(method) for method in methods]
        names = {"layers": list(layers), "explained": list(explained), "title": title, "after": after}
        notes = ["", *(method.note for method in methods)]
        room = steps(lambda room: _tiles(notes, height / width, bool(layers), room) + _under(names, room))
        shown = pictures[:1] if (pictures == pictures[:1]).all() else pictures  # one picture asked of several classes
        super().__init__(pictures=pack(shown), methods=sent, _height=room, **names)

    def _summary(self) -> str:
        count, (height, width) = len(self.explained), self.pictures["shape"][2:]
        names = ", ".join(method["name"] for method in self.methods)
        many = [f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in ((count, "picture"), (len(self.layers), "layer"))]
        return f"{names}; {many[0]} of {height} × {width}; {many[1]}"


def _send(method: MethodMaps) -> dict[str, Any]:
    """A method with each of its maps as 0 to 255; NaN of a correlation as None."""
    maps = np.asarray(method.maps, np.float32)
    # A few pixels of a gradient are far above all others: scaled to the largest, the rest would not be seen.
    top = np.quantile(maps, 0.99, axis=(2, 3), keepdims=True)
    top = np.where(top > 0, top, maps.max((2, 3), keepdims=True))
    shades = np.rint(255 * np.minimum(1, maps / np.where(top > 0, top, 1))).astype(np.uint8)
    rows = [[None if np.isnan(one) else round(float(one), 3) for one in row] for row in np.asarray(method.correlation)]
    return {"name": method.name, "note": method.note, "maps": pack(shades), "correlation": rows}


def _tiles(notes: Sequence[str], ratio: float, likened: bool, room: int) -> float:
    """How many CSS pixels high the tiles stand, the picture's first, each with its note."""
    columns = max(1, (room + GAP) // (TILE + GAP))
    tile = (room + GAP) / columns - GAP
    rows = [notes[start : start + columns] for start in range(0, len(notes), columns)]
    noted = sum(max(ceil(SMALL_LETTER * len(note) / tile) for note in row) for row in rows)
    return len(rows) * (tile * ratio + NAME + SMALL * likened + GAP) - GAP + SMALL * noted


def _under(names: dict[str, Any], room: int) -> float:
    """What stands around the tiles: the title, what is explained, the controls, the table's line."""
    chosen = 110 + SMALL_LETTER * max(map(len, names["explained"]))
    slider = (240.0, 44.0)
    veiled = names["after"] and names["layers"]
    sliders = [VEIL if veiled else slider, slider] if names["layers"] else [slider]
    controls = wrapped([*sliders, (chosen, 44.0)] if len(names["explained"]) > 1 else sliders, room, GAP)
    table = 24 + SMALL * ceil(TABLE / room) if names["layers"] and not veiled else 0
    return 32 + (30 if names["title"] else 0) + 8 + LINE * ceil(LETTER * SAID / room) + controls + table
