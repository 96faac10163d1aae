"""How much room a page keeps for a stepper before it stands: what `js/lib/stepper_stage.js` will do, in Python.

The grids are laid out by the same rules; of the words beside them only the lengths are known, and about.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.widgets._layout import steps, wrapped
from cnnviz.widgets._stepper_fit import LEAST_COLUMN, LEAST_GAP, NARROW, Cells, Kind, Need, fit_cells, stacked
from cnnviz.widgets._stepper_words import caption_words, input_channels, lost_letters, sentence_letters, size_words

FRAME = 32  # padding above and below
TITLE = 30
GAP = 8
NAME, SCALE = 22.5, 21.5  # of a grid: above and below its cells
NARROW_GRID = 180  # the least width of a grid on a phone: its title
INDEXES = 16  # above a vector's cells
VEIL = 170  # at least, in the output's place
SINGLE = 54  # one cell beside its name
LINE = 24  # of the sentence
SMALL = 19.5  # a line of the smaller type
LETTER, NAME_LETTER, SMALL_LETTER = 7.6, 7.7, 6.7  # about, in these types
CAPTION_LETTER = 6.2
WORD_LETTER = 7.8  # as in js/lib/stepper_stage.js
CONTROL, WRAPPED = 44, 52  # a row of controls, and one more
ROWS = (316, 348, 532, 692)  # widths below which the two rows of controls become three, four, five, six

Shape = Sequence[int]
Box = tuple[float, float]


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


def room_for(room: Room) -> list[list[int]]:
    """The height of the figure by its width, in CSS pixels; below 600 its grids stand above each other.

    >>> dict(room_for(Room("relu", {}, [(1, 1, 8, 8)], {}, (1, 1, 8, 8))))[0]
    1122
    """
    needs, lost, letters = _needs(room), lost_letters(room), sentence_letters(room)
    fixed = FRAME + TITLE * room.titled + 2 * GAP + 2 * CONTROL + GAP

    def height(width: int) -> float:
        said = 4 + SMALL * math.ceil(SMALL_LETTER * lost / width) if lost else 0
        controls = WRAPPED * sum(width < least for least in ROWS)
        lines = LINE * math.ceil(LETTER * letters / width)
        return fixed + _choices(room, width) + _grids(room, needs, width) + said + lines + controls

    return steps(height)


def _choices(room: Room, width: int) -> float:
    """Rows of choices above the grids."""
    counts = {
        "image": room.output[0] if len(room.output) > 1 else 1,
        "input channel": input_channels(room),
        "output channel": room.output[1] if len(room.output) == 4 else 1,
    }
    boxes: list[Box] = [(58.5 + 6.6 * len(name), CONTROL) for name, count in counts.items() if count > 1]
    targets = [*map(_input_name, range(len(room.inputs))), *room.params]
    if room.backward and len(targets) > 1:
        buttons: list[Box] = [(max(CONTROL, 40 + 7.4 * len(name)), CONTROL) for name in targets]
        long = sum(one for one, _ in buttons) + GAP * (len(buttons) - 1)
        boxes.append((min(width, long), wrapped(buttons, width, GAP, GAP)))
    return wrapped(boxes, width, GAP, GAP) + GAP if boxes else 0


def _grids(room: Room, needs: Sequence[Need], width: int) -> float:
    """The stage: columns of grids, and the operation's words in their own or under others."""
    operation, words = caption_words(room.op, room.args, bool(room.params))
    middle, narrow = len(room.inputs), width < NARROW
    taken = {need.column for need in needs}
    alone = bool(operation or words) and taken == {*range(middle), middle + 1}
    longest = math.ceil(WORD_LETTER * max(map(len, [*operation, *words]), default=0))
    cells = fit_cells(needs, width, longest + LEAST_GAP if alone else 0)
    across = {column: max(LEAST_COLUMN, *(_drawn(n, cells) for n in needs if n.column == column)) for column in taken}
    columns: dict[int, list[Box]] = {column: [] for column in taken}
    for need in needs:
        columns[need.column].append(_box(room, need, cells, 0 if narrow else across[need.column]))
    if operation or words:
        own = middle if alone or middle in taken else needs[-1].column
        place = len(columns.setdefault(own, [])) - (own == needs[-1].column)  # else above the output
        columns[own].insert(place, _caption(operation, words, width if narrow else across.get(own, longest), narrow))
    if narrow:
        return sum(wrapped(boxes, width, 24) for boxes in columns.values()) + 12 * (len(columns) - 1)
    return max(sum(height for _, height in boxes) for boxes in columns.values())


def _drawn(need: Need, cells: Cells) -> int:
    return need.cols * cells[need.name] + need.margin


def _box(room: Room, need: Need, cells: Cells, across: float) -> Box:
    """A grid with its name and its scale; the name takes two lines where it has too little width."""
    name = NAME_LETTER * len(need.label) + GAP + SMALL_LETTER * len(need.size)
    if need.rows * need.cols == 1:
        return cells[need.name] + 12 + name, SINGLE
    wide = across or max(NARROW_GRID, _drawn(need, cells))
    indexes = INDEXES if need.kind == "vector" else 0
    height = NAME + SMALL * (name > wide) + need.rows * cells[need.name] + indexes + SCALE
    return wide, max(height, VEIL) if room.veiled and need.name == "output" else height


def _caption(operation: list[str], words: list[str], across: float, narrow: bool) -> Box:
    said = [(CAPTION_LETTER * (len(word) + 2), SMALL) for word in words]
    return across, SMALL * len(operation) + wrapped(said, across, 3) + (0 if narrow else 6)


def _needs(room: Room) -> list[Need]:
    """The grids of the view, in their columns: as `partsOf` and `placed` in js/lib/stepper_stage.js."""
    top, bottom, left, right = room.args["padding"] if len(room.args.get("padding", ())) == 4 else (0, 0, 0, 0)
    ring = (top + bottom, left + right) if len(room.inputs[0]) > 2 and min(top, bottom, left, right) >= 0 else (0, 0)
    middle = len(room.inputs)
    needs = [
        _need(_input_name(i), shape, i, (0, 0) if room.backward and not i else ring, gradient=room.backward and not i)
        for i, shape in enumerate(room.inputs)
    ]
    for name, shape in room.params.items():
        if not (name.startswith("running") and room.args.get("training")):
            needs.append(_need(name, shape, middle, param=True))
    if room.backward and not room.params:
        needs.append(_need("values", room.inputs[0], middle))
    needs.append(_need("output", room.output, middle + 1, gradient=room.backward))
    return stacked(needs)


def _input_name(i: int) -> str:
    return f"input {i + 1}" if i else "input"


def _need(
    name: str,
    shape: Shape,
    column: int,
    ring: tuple[int, int] = (0, 0),
    *,
    param: bool = False,
    gradient: bool = False,
) -> Need:
    """A grid with its name's words; a parameter of one number a channel is shown by that number."""
    known = {"values": "input", "weight": "kernel" if len(shape) == 4 else "weight"}
    label = ("∂ " if gradient else "") + known.get(name, name.replace("_", " "))
    size = size_words(shape, param, gradient)
    rows, cols = (1, 1) if param and len(shape) == 1 else plane_of(shape)
    if rows * cols == 1:
        kind: Kind = "single" if param else "vector" if len(shape) <= 2 else "map"
        return Need(name, kind, column, 1, 1, 28 + 8 * (len(label) + len(size) + 1), label, size)
    if len(shape) <= 2:
        return Need(name, "vector", column, rows, cols, 30 if rows > 1 else 0, label, size)
    return Need(name, "kernel" if param else "map", column, rows + ring[0], cols + ring[1], 0, label, size)


def plane_of(shape: Shape) -> tuple[int, int]:
    """Rows and columns of the grid that shows a tensor: a long vector is wrapped, as by `wrapAt` in js/lib/plane.js."""
    if len(shape) > 2:
        return max(1, shape[-2]), max(1, shape[-1])
    length = max(1, shape[-1] if shape else 1)
    root = math.sqrt(length)
    even = (cols for cols in range(math.ceil(root), int(2 * root) + 1) if length % cols == 0)
    cols = length if length <= 12 else next(even, math.ceil(root))
    return math.ceil(length / cols), cols
