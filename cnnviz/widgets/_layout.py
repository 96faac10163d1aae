"""How high a sheet of maps will be, before the page has drawn it: the rule of `js/lib/sheet.js`, told twice.

The page keeps this room free, so that nothing moves when the figure mounts; the browser tests hold the two together.
"""

from math import ceil

GAP = 4  # CSS pixels between two maps, about
CAPTION = 20


def sheet_height(
    count: int, height: int, width: int, room: int, *, captions: bool = False, zoom: float = 1, group: int = 1
) -> float:
    """CSS pixels of a sheet of `count` maps in `room` pixels of width; a row holds whole groups if they fit.

    >>> sheet_height(8, 28, 28, 480)
    56
    """
    cell, columns, gap = _fit(count, height, width, room, zoom)
    gap = ceil(CAPTION / cell) if captions else gap
    rows = ceil(count / (columns if columns < group else columns - columns % group))
    return (rows * (height + gap) - gap) * cell + (CAPTION if captions else 0)


def widest_zoom(count: int, height: int, width: int, room: int) -> float:
    """The largest of a few magnifications with which all maps still stand in one row; else 1."""
    return next((zoom for zoom in (3, 2.5, 2, 1.5) if _fit(count, height, width, room, zoom)[1] >= count), 1)


def _fit(count: int, height: int, width: int, room: int, zoom: float) -> tuple[float, int, int]:
    side = max(height, width)
    cell = zoom * (28 + min(side, 36)) / side
    cell = min(cell if cell < 1 else int(cell + 0.5), room / width)
    gap = max(1, int(GAP / cell + 0.5))
    most = max(1, int((room / cell + gap) // (width + gap)))
    return cell, ceil(count / ceil(count / most)), gap
