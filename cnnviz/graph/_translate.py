"""From an exported program's operations to those of the vocabulary.

What depends on parameters and constants alone is computed now, so that a weight that is transposed, normalised or
converted on its way is a weight like any other.
"""

import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz import _check
from cnnviz._check import Array

from ._aten import HANDLERS
from ._draft import Draft, Place, Shape, finished
from ._nodes import INPUT, Args, Graph

RECORD = "a recording will do: cnnviz.record(model, x)"


class Translator:
    """Walks through an exported program, once; `values` has what became of each of its nodes.

    A value is a Draft, a torch tensor that is known already, or a tuple of them. `leaves`: the paths of the modules
    without children.
    """

    def __init__(self, program: Any, leaves: Collection[str]) -> None:
        self.program, self.leaves = program, leaves
        self.drafts: list[Draft] = []
        self.values: dict[Any, Any] = {}
        self.arrays: dict[int, tuple[Any, Array]] = {}
        self.node: Any = None
        self.place = Place()

    def graph(self) -> tuple[Graph, dict[Draft, str]]:
        """The graph, and the names of the drafts that are in it."""
        known = _inputs(self.program)
        for node in self.program.graph.nodes:
            self.node, self.place = node, place_of(node)
            if node.op == "placeholder":
                self.values[node] = known[node.name] if node.name in known else self._input(node)
            elif node.op == "call_function":
                self.values[node] = self._called(node)
            else:
                return finished(self.drafts, self._output(node), self.leaves)
        raise AssertionError("an exported program ends in an output")

    def emit(self, op: str, args: Args, *inputs: Any, shape: Shape | None = None, **params: Any) -> Draft:
        """A node of the vocabulary; `shape` where it is not the whole operation's, None among `params` left out."""
        arrays = {name: self.array(value) for name, value in params.items() if value is not None}
        read = tuple(self.tensor(value) for value in inputs)
        draft = Draft(op, args, arrays, read, self.shape if shape is None else shape, self.place)
        self.drafts.append(draft)
        return draft

    @property
    def shape(self) -> Shape:
        """The shape of what the operation at hand gives; of its first output where it has several."""
        value = self.node.meta["val"]
        first = value[0] if isinstance(value, tuple | list) else value
        return tuple(int(size) for size in first.shape)

    def tensor(self, value: Any) -> Draft:
        """A value as a node; what is known becomes a constant."""
        if isinstance(value, Draft):
            return value
        array = self.array(value)
        return self.emit("constant", {}, shape=array.shape, value=value)

    def array(self, value: Any) -> Any:
        """A known tensor as a float32 copy."""
        if isinstance(value, Draft):
            raise self.refused(f"{self.node.target} with parameters that depend on the input")
        if id(value) not in self.arrays:  # a weight that two layers share is shared in the graph too
            plain = value.detach().cpu().float().numpy() if hasattr(value, "detach") else value
            self.arrays[id(value)] = (value, np.array(plain, np.float32))
        return self.arrays[id(value)][1]

    def refused(self, what: object) -> _check.BadType:
        """The error for what the vocabulary does not have."""
        layer = f" in layer {self.place.path!r}" if self.place.path else ""
        at = f" at {self.place.source}" if self.place.source else ""
        line = f" ({self.place.code})" if self.place.code else ""
        return _check.bad_type("to_graph", "operations of its vocabulary alone", f"{what}{layer}{at}{line}", RECORD)

    def _input(self, node: Any) -> Draft:
        draft = Draft(INPUT, {}, {}, (), tuple(node.meta["val"].shape))
        self.drafts.append(draft)
        return draft

    def _called(self, node: Any) -> Any:
        if not hasattr(node.target, "_schema"):  # operator.getitem
            whole, index = node.args
            return self.values[whole][index]
        arguments = {name: self._resolved(value) for name, value in _bound(node).items()}
        if not any(_is_drafted(value) for value in arguments.values()) and _repeats(node.target):
            return self._folded(node)
        name = node.target._schema.name.removeprefix("aten::")
        if name not in HANDLERS:
            raise self.refused(f"{node.target}")
        return HANDLERS[name](self, **arguments)

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [self._resolved(one) for one in value]
        return self.values[value] if hasattr(value, "meta") else value

    def _folded(self, node: Any) -> Any:
        import torch

        with torch.no_grad():
            args = torch.fx.node.map_arg(node.args, self.values.__getitem__)
            kwargs = torch.fx.node.map_arg(node.kwargs, self.values.__getitem__)
            return node.target(*args, **kwargs)

    def _output(self, node: Any) -> Draft:
        outputs = [self.values[value] for value in node.args[0] if hasattr(value, "meta")]
        tensors = outputs[-len(self.program.graph_signature.user_outputs) :]
        if len(tensors) != 1:
            raise _check.bad_type(
                "to_graph", "a model with one tensor as its output", f"{len(tensors)} outputs", RECORD
            )
        output = self.tensor(tensors[0])
        return self.emit("identity", {}, output, shape=output.shape) if output.op == INPUT else output


def place_of(node: Any) -> Place:
    """Where an exported operation comes from, by what torch noted with it."""
    stack = list(node.meta.get("nn_module_stack", {}).items())
    call, path = (stack[-1][0], stack[-1][1][0]) if stack else ("", "")
    return Place(plain_path(path), call, *line_of(node.meta.get("stack_trace") or ""))


def plain_path(path: str) -> str:
    """A module's path without what torch.compile puts between."""
    return path.replace("._orig_mod", "")


def line_of(trace: str) -> tuple[str, str]:
    """The last of the reader's own lines in a trace: ("model.py:31", "x = self.conv(x)")."""
    frames = re.findall(r'File "([^"]+)", line (\d+), in .*\n?(.*)', trace)
    own = [frame for frame in frames if not frame[0].startswith((*_libraries(), "<"))]
    if not own:
        return "", ""
    file, line, code = own[-1]
    return f"{Path(file).name}:{line}", code.strip()


def _libraries() -> list[str]:
    """Folders of what a model is written with, and of this package: no line in them is the reader's own."""
    modules = [sys.modules[name] for name in ("torch", "keras", "cnnviz") if name in sys.modules]
    return [str(Path(module.__file__).parent) for module in modules if module.__file__]


def _inputs(program: Any) -> dict[str, Any]:
    """Parameters, buffers and constants by the names of their placeholders."""
    stored = {**program.constants, **program.state_dict}
    return {spec.arg.name: stored[spec.target] for spec in program.graph_signature.input_specs if spec.target in stored}


def _bound(node: Any) -> dict[str, Any]:
    """An operation's arguments by name, with the defaults of its schema."""
    names = node.target._schema.arguments
    given = dict(zip((argument.name for argument in names), node.args, strict=False))
    defaults = {argument.name: argument.default_value for argument in names if argument.has_default_value()}
    return {**defaults, **given, **node.kwargs}


def _is_drafted(value: Any) -> bool:
    return isinstance(value, Draft) or (isinstance(value, list) and any(map(_is_drafted, value)))


def _repeats(target: Any) -> bool:
    return all(tag.name != "nondeterministic_seeded" for tag in target.tags)
