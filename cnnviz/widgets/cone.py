"""A chain of layers along one axis, and the pixels that a unit of it can see: its receptive field, drawn as a cone."""

from typing import Any

import traitlets

from cnnviz.widgets._base import Figure, bundle, stylesheet
from cnnviz.widgets._layout import steps

Layer = tuple[int, int, int, int]
PITCH, REST, CONTROL, MORE = 56, 28 + 9 + 60, 44, 52  # CSS pixels: a layer, the pixels and their bars, controls
NARROW = 560  # CSS pixels of the figure, as in js/cone.js


class Cone(Figure):
    """Rows of cells from one unit down to the pixels: what it reads, on how many ways, and the numbers beside it.

    Traits, all plain data: pixels, how many there are along the axis; chains, a list of
    {"name": ..., "layers": [[kernel, stride, dilation, padding], ...]} to choose from; chain, the name of the one that
    is chosen, and layers, what the reader has made of it; unit, where the cone starts in the last layer, None for its
    middle; after, the id of the question that has to be answered before it is shown.

    Every number is computed in the page, by the recursions of `cnnviz.receptive.theoretical`; the ways to a pixel are
    what `cnnviz.receptive.effective` measures where every weight is 1.

    >>> Cone(pixels=16, chains=[{"name": "chain", "layers": [[3, 1, 1, 1], [3, 2, 1, 1]]}])
    Cone(16 pixels, 2 layers)
    """

    _esm = bundle("cone.js")
    _css = stylesheet("figure.css", "cone.css")

    pixels = traitlets.Int().tag(sync=True)
    chains = traitlets.List(traitlets.Dict()).tag(sync=True)
    chain = traitlets.Unicode().tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    unit = traitlets.Int(None, allow_none=True).tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    after = traitlets.Unicode("").tag(sync=True)
    _height = traitlets.List().tag(sync=True)

    def __init__(self, pixels: int, chains: list[dict[str, Any]], **traits: Any) -> None:
        first = chains[0]
        drawn = PITCH * len(first["layers"]) + REST + CONTROL * (len(chains) > 1) + (30 if traits.get("title") else 0)
        super().__init__(
            pixels=pixels,
            chains=chains,
            chain=first["name"],
            layers=first["layers"],
            _height=steps(lambda width: drawn + _under(width)),
            **traits,
        )

    def _summary(self) -> str:
        return f"{self.pixels} pixels, {len(self.layers)} layer{'' if len(self.layers) == 1 else 's'}"


def _under(width: int) -> int:
    """CSS pixels of what stands under the cone, and of the padding: the sentence, the four numbers, the buttons."""
    sentence, fields = (96, 166) if width < NARROW else (48, CONTROL + MORE * (width < 840))
    return 32 + 8 + sentence + 8 + fields + 22 + CONTROL + MORE * (width < 400)
