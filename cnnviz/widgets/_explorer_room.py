"""How much room a page keeps for an explorer: what its CSS and `js/lib/explorer_list.js` will do, in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

from cnnviz.widgets._explorer_rows import lanes, open_blocks
from cnnviz.widgets._layout import sheet_height, steps

FEW_LAYERS = 14  # as js/lib/explorer_blocks.js: more are folded, and scroll in an area of their own
SCROLLER = 640  # CSS pixels of that area
STACKED, MEDIUM, WIDE = 600, 780, 960  # widths of css/explorer.css
TWO_LINES = 860  # and of css/rows.css
BLOCK_HEAD = ((620, 24), (420, 34), (350, 44), (0, 56))  # of one line or more, by the layers' width
ROOMY, ZOOM = 620, 1.4  # as js/lib/explorer_rooms.js
BESIDE, WIDE_RAIL, NARROW_RAIL = 440, 76, 40  # and its widest rails
GAP = 16
SMALL, LETTER = 19.5, 6.7  # a line of the smaller type, and about a letter of it
CONTROL, MORE = 44, 52  # a row of controls, and one more
THUMB, BETWEEN, MOST_THUMBS = 44, 4, 182  # of the pictures to start from
OPTIONS = ((578, 44), (556, 59), (456, 68), (338, 83), (0, 107))  # the line above the layers, by their width
SEARCH = ((770, 68), (498, 83), (450, 119), (346, 139), (0, 158))  # the same of a deep network
LIKELIEST = 5  # classes that are listed of more than 12
RECORDED = 185  # letters of what is said of a recording


@dataclass(frozen=True)
class ExplorerRoom:
    """What has to be shown: the layers, their shapes, the pictures, how many classes and maps of a layer at first."""

    nodes: Sequence[Mapping[str, Any]]
    shapes: Sequence[Sequence[int]]
    pictures: tuple[int, ...]
    classes: int
    show: int
    note: str
    titled: bool
    recorded: bool


def explorer_room(room: ExplorerRoom) -> list[list[int]]:
    """The height of the figure by its width, in CSS pixels."""

    def height(width: int) -> float:
        note = GAP + SMALL * ceil(LETTER * len(room.note) / width) if room.note else 0
        around = 32 + 30 * room.titled + note
        if width < STACKED:
            return around + _side(room, width, stacked=True) + 24 + _layers(room, width, two_lines=True)
        side, gap = next(two for least, *two in ((WIDE, 280, 40), (MEDIUM, 252, 32), (0, 216, 24)) if width >= least)
        layers = _layers(room, width - side - gap, two_lines=width <= TWO_LINES)
        return around + max(_side(room, side, stacked=False), layers)

    return steps(height)


def _side(room: ExplorerRoom, width: int, *, stacked: bool) -> float:
    """The pictures, the board, what is under it, and the verdict."""
    count, _, rows, cols = room.pictures
    thumbs = ceil(count / max(1, (width + 6 + BETWEEN) // (THUMB + BETWEEN)))
    picker = min(MOST_THUMBS, thumbs * (THUMB + BETWEEN) - BETWEEN)
    tools = CONTROL + GAP + CONTROL + MORE * (width < 338)
    under = SMALL * ceil(LETTER * RECORDED / width) if room.recorded else tools
    listed = 24 * room.classes if room.classes <= 12 else 24 * LIKELIEST + CONTROL
    verdict = GAP + (22.5 if stacked else 45) + GAP + listed if room.classes else 0
    return picker + GAP + width * rows / cols + 24 + under + verdict


def _layers(room: ExplorerRoom, width: int, *, two_lines: bool) -> float:
    deep = len(room.shapes) > FEW_LAYERS
    options = next(high for least, high in (SEARCH if deep else OPTIONS) if width >= least)
    if deep:
        return GAP + options + SCROLLER
    head = 52 if two_lines else 24
    rail = _rail(lanes(room.nodes), width)
    zoom = ZOOM if width >= ROOMY else 1
    bands = sum(head + _maps(shape, room.show, width - rail, zoom) + GAP for shape in room.shapes)
    blocks = open_blocks([node["name"] for node in room.nodes])
    heads = blocks * (GAP + next(high for least, high in BLOCK_HEAD if width >= least))
    return options + heads + bands + (28 + GAP) * (rail > 0)


def _rail(lanes: int, width: int) -> int:
    """CSS pixels at the left of the layers, where there is a way around one."""
    return min(WIDE_RAIL if width >= BESIDE else NARROW_RAIL, 14 + 11 * (lanes - 1)) + 8 if lanes > 1 else 0


def _maps(shape: Sequence[int], show: int, width: int, zoom: float) -> float:
    """One layer's sheet, by the same rule as `js/lib/sheet.js` lays maps out."""
    if len(shape) < 3:
        return _vector(shape[-1] if len(shape) > 1 else 1, width)
    count = prod(shape[1:-2])
    if shape[-2] == shape[-1] == 1:
        return _vector(count, width)
    sheet = sheet_height(min(count, show), shape[-2], shape[-1], width, zoom=zoom)
    return sheet + MORE * (count > show)


def _vector(count: int, width: int) -> float:
    cell = min(40, width // max(1, count))
    if cell < 22:
        cell = 22
        while cell > 4 and ceil(count / (width // cell)) > 4:
            cell -= 1
    return cell * ceil(count / max(1, width // cell))
