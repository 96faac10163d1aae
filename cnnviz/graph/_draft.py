"""A graph while it is being made of an exported program: drafts of nodes, which get their names at the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ._nodes import INPUT, Args, Graph, Node, Params

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """Where in the model an operation was called: the module's dotted path, the very call of it, the line of code."""

    path: str = ""
    call: str = ""
    source: str = ""
    code: str = ""


@dataclass(eq=False)
class Draft:
    """A node that has no name yet."""

    op: str
    args: Args
    params: Params
    inputs: tuple[Draft, ...]
    shape: Shape
    place: Place = field(default_factory=Place)


class Emitter(Protocol):
    """What an operation's handler may ask of the walk through a program; see Translator."""

    node: Any
    place: Place

    @property
    def shape(self) -> Shape:
        """The shape of what the operation at hand gives."""

    def emit(self, op: str, args: Args, *inputs: Any, shape: Shape | None = None, **params: Any) -> Draft:
        """A new node."""

    def tensor(self, value: Any) -> Draft:
        """A value as a node."""

    def refused(self, what: object) -> Exception:
        """The error for what the vocabulary does not have."""


def finished(drafts: Iterable[Draft], output: Draft, leaves: Collection[str]) -> tuple[Graph, dict[Draft, str]]:
    """The nodes that `output` depends on, named, and the names.

    A layer's node has its dotted path; what else a layer or a larger module computes has the path and the operation.
    What repeats is numbered. `leaves` are the paths of the modules without children.
    """
    needed = _needed(output)
    kept = [draft for draft in drafts if draft in needed]
    names = _names(kept, leaves)
    nodes = (
        Node(names[d], d.op, d.args, d.params, tuple(names[i] for i in d.inputs), d.place.source, d.shape)
        for d in kept
        if d.op != INPUT
    )
    return Graph(tuple(nodes)), names


def _needed(output: Draft) -> set[Draft]:
    needed, todo = {output}, [output]
    while todo:
        new = [one for one in todo.pop().inputs if one not in needed]
        needed.update(new)
        todo += new
    return needed


def _names(drafts: Iterable[Draft], leaves: Collection[str]) -> dict[Draft, str]:
    last = {draft.place.call: draft for draft in drafts if draft.place.path in leaves and draft.op != "constant"}
    names: dict[Draft, str] = {}
    used = {INPUT}
    for draft in drafts:
        if draft.op == INPUT:
            names[draft] = INPUT
            continue
        path = draft.place.path
        is_layer = path and last.get(draft.place.call) is draft
        wanted = path if is_layer else f"{path}.{draft.op}" if path else draft.op
        names[draft] = _unused(wanted, used)
        used.add(names[draft])
    return names


def _unused(wanted: str, used: Collection[str]) -> str:
    name, number = wanted, 0
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    return name
