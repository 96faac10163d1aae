"""One pass of a torch or Keras model, exact although layers may overwrite what others gave.

What a layer gives is kept by reference. A tensor counts how often it was written to: after the pass, those that were
overwritten are known, and a second pass copies them, and only them, as they appear. Which they were is remembered for
the model, so that it is one pass from then on; each pass is checked again, since a model may choose its way.

A gradient is asked for at the edge of autograd's graph that a layer's output was, which a later in-place operation does
not change. Two kinds of output need an edge of their own: one that is its layer's input too (`Identity`), and a view
that is overwritten, past which autograd leads the gradient.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from cnnviz import _check

from .fronts import Front, listening
from .nested import found, mapped
from .results import Call, Record, Recording
from .target import score
from .unchanged import torch_unchanged

# By model, and then by layers, modes and whether there are gradients: what has to be copied.
_overwritten: WeakKeyDictionary[Any, dict[Any, frozenset[str]]] = WeakKeyDictionary()


class Slot:
    """The place of a tensor's gradient; `edge` is None where autograd does not lead."""

    def __init__(self, edge: Any) -> None:
        self.edge = edge
        self.gradient: Any = None


class Pass:
    """What the hooks keep of one pass. `copied` are the layers whose output is copied as it appears.

    With `apart`, all that is handed on is a copy too: slow, and free of everything that in-place operations do.
    """

    def __init__(self, copied: frozenset[str], gradients: bool = False, apart: bool = False) -> None:
        import torch

        self._torch = torch
        self._copied, self._gradients, self._apart = copied, gradients, apart
        self.calls: dict[str, list[tuple[Any, Any]]] = {}
        self._watched: list[tuple[str, Any, int]] = []
        self._seen: set[Any] = set()

    def hook(self, name: str) -> Callable[[tuple[Any, ...], Any], Any]:
        """What to call after the layer `name`."""
        tensor = self._torch.Tensor

        def keep(inputs: tuple[Any, ...], output: Any) -> Any:
            kept = mapped(output, tensor, lambda value: self._kept(name, value))
            if not self._gradients:
                self.calls.setdefault(name, []).append((kept, None))
                return None
            handed = mapped(output, tensor, lambda value: self._followed(name, value, inputs))
            slots = mapped(handed, _Handed, lambda pair: pair.slot)
            self.calls.setdefault(name, []).append((kept, slots))
            if any(pair.changed for pair in found(handed, _Handed)):
                return mapped(handed, _Handed, lambda pair: pair.tensor)
            return None

        return keep

    def overwritten(self) -> frozenset[str]:
        """The layers of which something that was kept is no longer what it was."""
        return frozenset(name for name, value, version in self._watched if value._version != version)

    def slots(self) -> list[Slot]:
        """All places for gradients."""
        return [slot for calls in self.calls.values() for _, slots in calls for slot in found(slots, Slot)]

    def _kept(self, name: str, value: Any) -> Any:
        value = value.detach()
        if name in self._copied or value.is_inference():  # an inference tensor does not count its writes
            return value.clone()
        self._watched.append((name, value, value._version))
        return value

    def _followed(self, name: str, value: Any, inputs: tuple[Any, ...]) -> "_Handed":
        """What is handed on instead of `value`, mostly itself, and the place of its gradient."""
        torch = self._torch
        if not torch.is_grad_enabled() or not (value.is_floating_point() or value.is_complex()):
            return _Handed(value, Slot(None), False)
        handed = self._with_own_edge(name, value, inputs)
        edge = torch.autograd.graph.get_gradient_edge(handed)
        self._seen.add(edge)
        return _Handed(handed, Slot(edge), handed is not value)

    def _with_own_edge(self, name: str, value: Any, inputs: tuple[Any, ...]) -> Any:
        if not value.requires_grad:  # frozen parameters: the graph begins here
            return value.detach().requires_grad_().clone()
        if self._apart:
            return value.clone()
        edge = self._torch.autograd.graph.get_gradient_edge(value)
        alias = edge in self._seen or any(value is given for given in found(inputs, self._torch.Tensor))
        if name in self._copied and (alias or value._is_view()):
            return value.clone()
        return value.view_as(value) if alias else value


class _Handed:
    """A tensor as it is handed on, with the place of its gradient."""

    def __init__(self, tensor: Any, slot: Slot, changed: bool) -> None:
        self.tensor, self.slot, self.changed = tensor, slot, changed


def record(front: Front, layers: Mapping[str, Any], inputs: tuple[Any, dict[str, Any]], target: Any) -> Recording:
    """A Recording of `layers`, of one call with positional and keyword `inputs`."""
    modes = tuple(module.training for module in front.model.modules())
    key = (tuple(layers), modes, target is not None)
    memory = _overwritten.setdefault(front.model, {})
    copied, apart = memory.get(key, frozenset()), False
    while True:
        one = Pass(copied, target is not None, apart)
        try:
            recording = _run(front, layers, inputs, target, one)
        except RuntimeError as error:
            # What autograd had kept for the way back was overwritten: copies are not.
            if target is None or apart or "modified by an inplace operation" not in str(error):
                raise
            copied, apart = frozenset(layers), True
        else:
            if recording is not None:
                memory[key] = copied
                return _filled(front, layers, one, recording)
            # A model that goes another way each time is caught by copying all.
            copied = frozenset(layers) if copied else one.overwritten()
        del one  # frees its memory for the next


@contextmanager
def observing(front: Front, inputs: Any, gradients: bool) -> Iterator[None]:
    """In it the model runs with autograd on or off, whatever the reader set, and is afterwards as it was."""
    import torch

    with (
        torch.inference_mode(False),
        torch.set_grad_enabled(gradients),
        torch_unchanged(front.model, found(inputs, torch.Tensor)),
        front.running(),
    ):
        yield


def _run(
    front: Front, layers: Mapping[str, Any], inputs: tuple[Any, dict[str, Any]], target: Any, one: Pass
) -> Recording | None:
    """Calls the model once, and leaves it as it was; gradients are put into the slots of `one`.

    None if something that `one` kept was overwritten.
    """
    import torch

    recording = Recording()
    with observing(front, inputs, target is not None):
        starts = mapped(inputs, torch.Tensor, lambda value: _start(value, target is not None))
        args, kwargs = mapped(starts, torch.Tensor, lambda value: value.clone())  # the model may overwrite it
        with listening(front, layers, one.hook):
            output = front.model(*args, **kwargs)
        recording.output = mapped(output, torch.Tensor, lambda value: value.detach())
        if one.overwritten():
            return None
        if target is not None:
            given = mapped(starts, torch.Tensor, _input_slot)
            _go_back(score(output, target), [*one.slots(), *found(given, Slot)])
            recording.input_gradient = _single(mapped(given, Slot, lambda slot: slot.gradient))
    return recording


def _start(value: Any, gradients: bool) -> Any:
    wanted = gradients and value.requires_grad
    return value.detach().requires_grad_(wanted)


def _input_slot(value: Any) -> Slot:
    import torch

    return Slot(torch.autograd.graph.get_gradient_edge(value) if value.requires_grad else None)


def _single(inputs: tuple[Any, dict[str, Any]]) -> Any:
    """The arguments as the reader gave them: one, several, or by name."""
    args, kwargs = inputs
    return kwargs or (args[0] if len(args) == 1 else args)


def _go_back(value: Any, slots: list[Slot]) -> None:
    """The gradient of the number `value` into every slot; no parameter's `.grad` is touched."""
    import torch

    ways = [slot for slot in slots if slot.edge is not None]
    if not ways or not value.requires_grad:
        do = "leave out gradients_of, or make the model's forward without no_grad() and detach()"
        raise _check.bad_value("record", "a score that autograd leads back to the layers", "one without a graph", do)
    gradients = torch.autograd.grad(value, [slot.edge for slot in ways], allow_unused=True)
    for slot, gradient in zip(ways, gradients, strict=True):
        slot.gradient, slot.edge = gradient, None


def _filled(front: Front, layers: Mapping[str, Any], one: Pass, recording: Recording) -> Recording:
    for name, calls in one.calls.items():
        record = Record(type(layers[name]).__name__, front.parameters(layers[name]))
        for output, slots in calls:
            record.calls.append(Call(output, mapped(slots, Slot, lambda slot: slot.gradient)))
        recording.add(name, record)
    return recording
