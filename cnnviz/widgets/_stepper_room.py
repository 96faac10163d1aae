"""How much room a page keeps for a stepper before it stands: an estimate of what `js/lib/stepper_layout.js` does."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

COLUMN = 704  # CSS pixels inside the figure, in the book
PHONE = 358
GAP = 40
TITLES = 46  # of a grid: its name above, its scale below
FRAME = 66  # padding above and below, and the figure's title
CONTROLS = 96  # two rows
CHOICES = 52  # which channel, which gradient
SINGLE = 54  # a bias: one cell beside its name
CAPTION = 48
WORDS = 40


@dataclass(frozen=True)
class Room:
    """What has to be shown: the shapes of the inputs and then the output, of the parameters, the padding.

    floors: a last window may not fit, which is said in a line or two.
    """

    maps: Sequence[Sequence[int]]
    params: Sequence[Sequence[int]]
    padding: Sequence[int]
    backward: bool
    floors: bool


def room_for(room: Room) -> list[int]:
    """The height of the figure in CSS pixels: in the book's column, and on a phone with its grids above each other.

    >>> room_for(Room(maps=[[1, 1, 8, 8]] * 2, params=[], padding=(), backward=False, floors=False))
    [530, 1170]
    """
    grids, rows = _grids(room), [_plane(shape) for shape in room.params if len(shape) == 2]
    kernels = [_plane(shape) for shape in room.params if len(shape) > 2]
    singles = SINGLE * sum(len(shape) == 1 for shape in room.params)
    choices = CHOICES if room.backward or any(_several(shape) for shape in room.maps) else 0
    said = choices + (WORDS if room.floors else 0)
    cells = _cells([*grids, *rows], COLUMN - GAP * len(grids) - 104, share=True)
    middle = singles + CAPTION
    middle += sum(high * min(56, max(28, 2 * max(cells))) + TITLES for high, _ in kernels)
    middle += sum(high * cell + TITLES for (high, _), cell in zip(rows, cells[len(grids) :], strict=True))
    columns = [high * cell + TITLES for (high, _), cell in zip(grids, cells, strict=False)]
    wide = FRAME + said + max(*columns, middle) + 64 + CONTROLS
    cells = _cells([*grids, *rows], PHONE, share=False)
    stacked = sum(high * cell + TITLES + 12 for (high, _), cell in zip([*grids, *rows], cells, strict=True))
    beside = max([singles, *(high * min(56, PHONE // cols) + TITLES for high, cols in kernels)])
    narrow = FRAME + said + choices + stacked + beside + 44 + 112 + 2 * CONTROLS
    return [round(wide, -1), round(narrow, -1)]


def _grids(room: Room) -> list[tuple[int, int]]:
    """Rows and columns of the inputs, in the backward view of their numbers too, and of the output."""
    top, bottom, left, right = room.padding if len(room.padding) == 4 else (0, 0, 0, 0)
    planes = [_plane(shape) for shape in room.maps]
    padded = [(rows + top + bottom, cols + left + right) for rows, cols in planes[:-1]]
    inputs = padded if len(room.maps[0]) > 2 else planes[:-1]
    values = inputs if room.backward and not room.params else []
    return [*inputs, *values, planes[-1]]


def _cells(planes: list[tuple[int, int]], width: int, *, share: bool) -> list[int]:
    """The size of each plane's cells: those of the large planes are alike; share: they stand in one row."""
    large = [plane for plane in planes if max(plane) > 4]
    across = sum(cols for _, cols in planes) if share else max([cols for _, cols in large], default=1)
    common = _cell(across, max([rows for rows, _ in large], default=1), width)
    return [common if plane in large else _cell(plane[1], plane[0], width) for plane in planes]


def _cell(cols: int, rows: int, width: int) -> int:
    return max(1, min(40, width // cols, 480 // rows))


def _plane(shape: Sequence[int]) -> tuple[int, int]:
    """Rows and columns of the grid that shows a tensor: a long vector is wrapped."""
    if len(shape) > 2:
        return max(1, shape[-2]), max(1, shape[-1])
    length = max(1, shape[-1] if shape else 1)
    cols = _wrapped(length)
    return math.ceil(length / cols), cols


def _wrapped(length: int) -> int:
    """How many cells of a vector stand in a row: as `wrapAt` in js/lib/plane.js."""
    root = math.sqrt(length)
    even = (cols for cols in range(math.ceil(root), int(2 * root) + 1) if length % cols == 0)
    return max(1, length) if length <= 12 else next(even, math.ceil(root))


def _several(shape: Sequence[int]) -> bool:
    return len(shape) == 4 and max(shape[:2]) > 1
