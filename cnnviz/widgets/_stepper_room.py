"""How much room a page keeps for a stepper before it stands: what `js/lib/stepper_layout.js` will do, in Python.

The grids are laid out by the same rules; only the words beside them are guessed from how long they are.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.widgets._stepper_fit import LEAST_GAP, Need, fit_cells, stacked
from cnnviz.widgets._stepper_words import PRODUCTS, caption_words, input_channels, longest_sentence, what_is_lost

COLUMN = 896  # CSS pixels inside the figure, in the book
PHONE = 358
FRAME = 32  # padding above and below
TITLE = 30
CHOICES = 52  # a row: which channel, which gradient
TITLES = 44  # of a grid: its name above, its scale below
INDEXES = 16  # above a vector's cells
VEIL = 170  # at least, in the output's place
SINGLE = 54  # one cell beside its name
LINE = 24  # of the sentence
SMALL = 19.5  # a line of the smaller type
LETTER, SMALL_LETTER = 8.2, 7.2  # about, in these types
CONTROLS = 44 + 8 + 44  # two rows
PHONE_CONTROLS = 96 + 8 + 96

Shape = Sequence[int]


@dataclass(frozen=True)
class Room:
    """What has to be shown: an operation, the shapes of what it reads and writes, how it is viewed."""

    op: str
    args: Mapping[str, Any]
    inputs: Sequence[Shape]
    params: Mapping[str, Shape]
    output: Shape
    backward: bool = False
    titled: bool = True
    veiled: bool = False


def room_for(room: Room) -> list[int]:
    """The height of the figure in CSS pixels: in the book's column, and on a phone with its grids above each other.

    >>> room_for(Room("relu", {}, [(1, 1, 8, 8)], {}, (1, 1, 8, 8)))
    [562, 1074]
    """
    return [round(_height(room, width)) for width in (COLUMN, PHONE)]


def _height(room: Room, width: int) -> float:
    narrow = width == PHONE
    needs = _needs(room)
    operation, words = caption_words(room.op, room.args, bool(room.params))
    caption, middle = [*operation, *words], len(room.inputs)
    alone = bool(caption) and {need.column for need in needs} == {*range(middle), middle + 1}
    widest = math.ceil(7.8 * max(map(len, caption), default=0))
    cells = fit_cells(needs, width, widest + LEAST_GAP if alone else 0)
    columns: dict[int, float] = {}
    for need in needs:
        height = _grid_height(need, cells[need.name])
        height = max(height, VEIL) if room.veiled and need.name == "output" else height
        columns[need.column] = columns.get(need.column, 0) + height
    if caption:
        column = middle if alone or middle in columns else 0
        across = width if narrow else max(104, *(n.cols * cells[n.name] for n in needs if n.column == column), 0)
        lines = math.ceil(SMALL_LETTER * len(" · ".join(words)) / (widest if alone and not narrow else across))
        columns[column] = columns.get(column, 0) + (0 if narrow else 6) + SMALL * (len(operation) + lines)
    grids = sum(columns.values()) + 12 * (len(columns) - 1) if narrow else max(columns.values())
    if narrow:
        grids -= _beside(needs, cells)
    said = sum(4 + SMALL * math.ceil(SMALL_LETTER * length / width) for length in what_is_lost(room) if length)
    lines = math.ceil(LETTER * longest_sentence(room, 6 if narrow else 9) / width)
    frame = FRAME + TITLE * room.titled + CHOICES * _choices(room, narrow)
    return frame + grids + said + 16 + LINE * lines + (PHONE_CONTROLS if narrow else CONTROLS)


def _choices(room: Room, narrow: bool) -> int:
    """Rows of choices above the grids."""
    channels = input_channels(room) if room.op in PRODUCTS else 1
    counts = [room.output[0], channels, room.output[1]] if len(room.output) == 4 else [room.output[0]]
    selects = sum(count > 1 for count in counts)
    targets = room.backward and (len(room.params) > 0 or len(room.inputs) > 1)
    together = not room.params and selects < 2 and len(room.inputs) < 3  # one row has room for them on a phone too
    return math.ceil(selects / 2) + targets if narrow and not together else int(selects > 0 or targets)


def _needs(room: Room) -> list[Need]:
    """The grids of the view, in their columns: as `partsOf` and `placed` in js/lib/stepper_stage.js."""
    top, bottom, left, right = room.args["padding"] if len(room.args.get("padding", ())) == 4 else (0, 0, 0, 0)
    ring = (top + bottom, left + right) if len(room.inputs[0]) > 2 else (0, 0)
    needs = [
        _need(f"input {i}", shape, i, ring if i or not room.backward else (0, 0)) for i, shape in enumerate(room.inputs)
    ]
    middle = len(needs)
    for name, shape in room.params.items():
        if not (name.startswith("running") and room.args.get("training")):
            needs.append(_need(name, shape, middle, single=len(shape) == 1, kernel=len(shape) == 4))
    if room.backward and not room.params:
        needs.append(_need("values", room.inputs[0], middle))
    needs.append(_need("output", room.output, middle + 1))
    return stacked(needs)


def _need(
    name: str, shape: Shape, column: int, ring: tuple[int, int] = (0, 0), *, single: bool = False, kernel: bool = False
) -> Need:
    if single:
        return Need(name, "single", column, 1, 1, 28 + 8 * (len(name) + 4))
    rows, cols = plane_of(shape)
    if len(shape) <= 2:
        return Need(name, "vector", column, rows, cols, 30 if rows > 1 else 0)
    return Need(name, "kernel" if kernel else "map", column, rows + ring[0], cols + ring[1], 0)


def _grid_height(need: Need, cell: int) -> float:
    if need.kind == "single" or (need.kind == "map" and need.rows * need.cols == 1):
        return SINGLE
    return need.rows * cell + TITLES + (INDEXES if need.kind == "vector" and need.rows * need.cols > 1 else 0)


def _beside(needs: Sequence[Need], cells: Mapping[str, int]) -> float:
    """What single numbers beside a kernel, or beside each other, save of the height on a phone."""
    singles = [need for need in needs if need.kind == "single"]
    kernels = [need for need in needs if need.kind == "kernel" and need.cols * cells[need.name] < PHONE - 140]
    return SINGLE * (len(singles) if kernels else len(singles) // 2)


def plane_of(shape: Shape) -> tuple[int, int]:
    """Rows and columns of the grid that shows a tensor: a long vector is wrapped, as by `wrapAt` in js/lib/plane.js."""
    if len(shape) > 2:
        return max(1, shape[-2]), max(1, shape[-1])
    length = max(1, shape[-1] if shape else 1)
    root = math.sqrt(length)
    even = (cols for cols in range(math.ceil(root), int(2 * root) + 1) if length % cols == 0)
    cols = length if length <= 12 else next(even, math.ceil(root))
    return math.ceil(length / cols), cols
