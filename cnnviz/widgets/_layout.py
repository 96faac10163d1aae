"""How high a figure will be, before the page has drawn it: this room is kept free, so that nothing moves.

What the browser lays out is told here a second time (a sheet of maps is the rule of `js/lib/sheet.js`); the browser
tests hold the two together.
"""

from collections.abc import Callable, Iterable
from math import ceil

GAP = 4  # CSS pixels between two maps, about
CAPTION = 20
LEAST, MOST, EVERY = 280, 1100, 2  # CSS pixels of a figure's width, and between those that are looked at
NOTICED = 6  # CSS pixels of height: less is no step


def steps(height: Callable[[int], float]) -> list[list[int]]:
    """A figure's height by its width, in CSS pixels: [from this width on, so high], for a figure's `_height`.

    >>> steps(lambda width: 900 if width < 600 else 500)
    [[0, 900], [600, 500]]
    """
    found = [[0, round(height(LEAST))]]
    for width in range(LEAST, MOST, EVERY):
        high = round(height(width))
        if abs(high - found[-1][1]) >= NOTICED:
            found.append([width, high])
    return found


def wrapped(boxes: Iterable[tuple[float, float]], room: float, gap: float, gap_down: float = 0) -> float:
    """How high boxes (width, height) stand that go to the next row where the room ends, as in CSS's flex.

    >>> wrapped([(60, 20), (50, 30), (40, 20)], 120, 8, 4)
    54
    """
    rows: list[float] = []
    end = 0.0
    for width, height in boxes:
        if rows and end + gap + width <= room:
            end += gap + width
            rows[-1] = max(rows[-1], height)
        else:
            end = width
            rows.append(height)
    return sum(rows) + gap_down * max(0, len(rows) - 1)


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
