"""How large the cells of a stepper's grids will be: `js/lib/stepper_layout.js` in Python, held together by a test."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

NARROW = 600  # CSS pixels of the figure below which grids are stacked
LEAST_GAP = 40
LEAST_COLUMN = 104
HEIGHT = 480
LEGIBLE = 28
FEW_ROWS = 8
LARGEST = {"map": 40, "kernel": 56, "vector": 48, "single": 44}


Kind = Literal["map", "kernel", "vector", "single"]


@dataclass(frozen=True)
class Need:
    """A grid: rows and columns with the padding, CSS pixels beside its cells, and what stands above them."""

    name: str
    kind: Kind
    column: int
    rows: int
    cols: int
    margin: int
    label: str = ""
    size: str = ""


Cells = dict[str, int]


def fit_cells(needs: Sequence[Need], width: int, beside: int = 0) -> Cells:
    """CSS pixels of a cell, by grid.

    >>> fit_cells([Need("input", "map", 0, 12, 12, 0), Need("output", "map", 2, 10, 10, 0)], 704, 100)
    {'input': 25, 'output': 25}
    """
    groups = _groups(needs)
    cells = {need.name: _start(need, width) for need in needs}
    for group in groups:
        least = min(cells[need.name] for need in group)
        cells.update({need.name: least for need in group})
    if width < NARROW:
        return cells
    for _ in range(500):
        if _total(needs, cells) + beside <= width:
            break
        scale = max((cells[need.name] for need in needs if need.kind == "map"), default=0) / LARGEST["map"]
        widest = max(groups, key=lambda group: _claim(group, cells, scale))
        if cells[widest[0].name] <= 1:
            break
        for need in widest:
            cells[need.name] -= 1
    for need in needs:
        if need.kind == "kernel":
            _grow(need, needs, cells, width - beside)
    return cells


def stacked(needs: Sequence[Need]) -> list[Need]:
    """Vectors stand below each other: as `placed` in js/lib/stepper_stage.js."""
    if any(need.kind not in ("vector", "single") for need in needs):
        return list(needs)
    if all(need.rows == 1 and need.cols > 1 for need in needs):
        return [replace(need, column=0) for need in needs]
    if needs[0].rows > FEW_ROWS or not any(need.name == "weight" for need in needs):
        return list(needs)
    return [
        replace(need, column=0 if need.name == "weight" or need.column == 0 else needs[-1].column) for need in needs
    ]


def _groups(needs: Sequence[Need]) -> list[list[Need]]:
    """Maps are drawn to one scale, unless one is tiny; so are vectors of one length."""
    groups: dict[str, list[Need]] = {}
    for need in needs:
        large = need.kind == "map" and max(need.rows, need.cols) > 4
        key = f"{need.rows} x {need.cols}" if need.kind == "vector" else "maps" if large else need.name
        groups.setdefault(key, []).append(need)
    return list(groups.values())


def _start(need: Need, width: int) -> int:
    fits = min((width - need.margin) / need.cols, HEIGHT / need.rows)
    return int(max(1, min(LARGEST[need.kind], fits)))


def _width(need: Need, cells: Cells) -> int:
    return need.cols * cells[need.name] + need.margin


def _total(needs: Sequence[Need], cells: Cells) -> int:
    columns: dict[int, int] = {}
    for need in needs:
        columns[need.column] = max(columns.get(need.column, LEAST_COLUMN), _width(need, cells))
    return sum(columns.values()) + LEAST_GAP * (len(columns) - 1)


def _claim(group: Sequence[Need], cells: Cells, scale: float) -> float:
    """Who has to shrink: the widest; a kernel by the maps' scale, as long as its numbers stay legible."""
    cell = cells[group[0].name]
    if cell <= 1 or group[0].rows * group[0].cols == 1:
        return 0
    width = max(_width(need, cells) for need in group)
    if group[0].kind != "kernel":
        return width
    return float("inf") if cell > LEGIBLE and cell / LARGEST["kernel"] > scale else width / 4


def _grow(need: Need, needs: Sequence[Need], cells: Cells, width: int) -> None:
    """A kernel takes what room is left over."""
    start, most = cells[need.name], _start(need, width)
    while cells[need.name] < most and _total(needs, cells) <= width:
        cells[need.name] += 1
    if _total(needs, cells) > width:
        cells[need.name] = max(start, cells[need.name] - 1)
