"""A Recording: what is left of a pass, as plain data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from cnnviz import _check

from .nested import shapes_in


class UnknownLayerError(_check.BadValue, KeyError):
    """A name that no layer has, or that of a layer which did not run."""


def unknown(who: str, name: Any, names: Iterable[str], reason: str = "a layer's name") -> UnknownLayerError:
    """The error for `name`: it lists the nearest of `names`, or the first ones where none is near.

    >>> raise unknown("record", "con1", ["conv1", "conv2", "fc"])
    Traceback (most recent call last):
    ...
    cnnviz.recorder.results.UnknownLayerError: record needs a layer's name, got 'con1': the nearest are 'conv1', 'conv2'
    """
    there = list(names)
    near = get_close_matches(str(name), there, n=3)
    listed = ", ".join(map(repr, near or there[:5]))
    do = f"the nearest are {listed}" if near else f"there are {len(there)}: {listed}{', ...' if there[5:] else ''}"
    return UnknownLayerError(who, f"needs {reason}, got {name!r}: {do if there else 'no layer ran'}")


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer: its `output`, a tensor or a tuple, list or dict of them as the layer gave it.

    `gradient` is built alike: None where none was asked for or none arrived.
    """

    output: Any
    gradient: Any = None


@dataclass(frozen=True, eq=False)
class Record:
    """A layer in a recording: the `type` of layer ("Conv2d"), its own `parameters` by name, and its `calls`.

    The parameters are the layer's, not copies: training on changes them.
    """

    type: str
    parameters: dict[str, Any]
    calls: list[Call] = field(default_factory=list)

    @property
    def output(self) -> Any:
        """What the last call gave; mostly it is the only one."""
        return self.calls[-1].output

    @property
    def gradient(self) -> Any:
        """The gradient at the last call's output."""
        return self.calls[-1].gradient


class Recording(Mapping[str, Record]):
    """What layers gave, by their dotted names, in the order in which they first ran.

    `input` is what the model was given, `output` what it answered; `input_gradient` is the gradient at the input, where
    one was asked for. Raises UnknownLayerError (a KeyError) for another name, with the nearest.

    >>> import cnnviz
    >>> import numpy as np
    >>> from cnnviz import models
    >>> recording = cnnviz.record(models.clothes(seed=0), np.zeros((1, 1, 28, 28), np.float32))
    >>> recording["conv1"].output.shape, recording.shapes["pool2"]
    ((1, 8, 28, 28), (1, 16, 7, 7))
    """

    def __init__(self) -> None:
        self.input: Any = None
        self.output: Any = None
        self.input_gradient: Any = None
        self._records: dict[str, Record] = {}

    def add(self, name: str, record: Record) -> None:
        """Puts a layer in; what the recorders fill a recording with."""
        self._records[name] = record

    def __getitem__(self, name: str) -> Record:
        try:
            return self._records[name]
        except KeyError:
            raise unknown("Recording", name, self, "the name of a layer that ran and was recorded") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    @property
    def shapes(self) -> dict[str, Any]:
        """The shape of each layer's last output; nested as the output is."""
        return {name: shapes_in(record.output) for name, record in self.items()}

    def __repr__(self) -> str:
        rows = [(name, self[name].type, str(shape)) for name, shape in self.shapes.items()]
        wide = [max(len(row[i]) for row in rows) for i in (0, 1)] if rows else [0, 0]
        lines = [f"  {name:<{wide[0]}}  {kind:<{wide[1]}}  {shape}" for name, kind, shape in rows]
        return "\n".join([f"Recording of {len(rows)} layers", *lines])
