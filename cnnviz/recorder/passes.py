"""What is kept of one pass of a torch model, and where the gradients will arrive.

A gradient is asked for at the edge of autograd's graph that a layer's output was, which a later in-place operation does
not change. Two kinds of output need an edge of their own: one that is its layer's input too (`Identity`), and a view
that is overwritten, past which autograd leads the gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .nested import found, mapped


@dataclass(frozen=True)
class Plan:
    """How to listen to a model.

    copied: the layers whose output is copied as it appears; None copies all, to learn which have to be.
    apart: the layers of which a copy is handed on, so that their gradient is their own.
    shared: those of which that would change what the model computes, as it reads them by an older name too.
    """

    copied: frozenset[str] | None = None
    apart: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


class Slot:
    """The place of a tensor's gradient; `edge` is None where autograd does not lead."""

    def __init__(self, edge: Any) -> None:
        self.edge = edge
        self.gradient: Any = None


class Pass:
    """What the hooks keep of one pass.

    `calls` has what each layer gave, and its slots; `output` is the model's answer. Of the layers with gradients,
    `aliases` gave back what they were given, and `views` gave a view.
    """

    def __init__(self, plan: Plan, gradients: bool) -> None:
        import torch

        self._torch = torch
        self._plan, self._gradients = plan, gradients
        self.output: Any = None
        self.aliases: set[str] = set()
        self.views: set[str] = set()
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
        if value.is_inference():  # it does not count its writes
            return value.clone()
        copied = self._plan.copied is None or name in self._plan.copied
        if not copied or self._gradients or self._plan.copied is None:
            self._watched.append((name, value, value._version))
        return value.clone() if copied else value

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
        if not value.requires_grad:  # autograd does not lead here: the graph begins anew
            return value.detach().requires_grad_().clone()
        edge = self._torch.autograd.graph.get_gradient_edge(value)
        alias = edge in self._seen or any(value is given for given in found(inputs, self._torch.Tensor))
        if value._is_view():
            self.views.add(name)
        elif alias:
            self.aliases.add(name)
        if name in self._plan.apart:
            return value.clone()
        return value.view_as(value) if alias and name not in self._plan.shared else value


class _Handed:
    """A tensor as it is handed on, with the place of its gradient."""

    def __init__(self, tensor: Any, slot: Slot, changed: bool) -> None:
        self.tensor, self.slot, self.changed = tensor, slot, changed
