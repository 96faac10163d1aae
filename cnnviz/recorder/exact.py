"""A torch or Keras model's recording, exact although layers may overwrite what others gave.

A tensor counts how often it was written to. The first pass copies all that layers give, and learns from the counts what
is overwritten later. From then on only that is copied, and all else kept by reference; each pass is checked by the
counts again, since a model may choose its way, and repeated if something was overwritten that had not been before.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from cnnviz import _check

from .fronts import Front, listening
from .nested import found, mapped
from .passes import Pass, Plan, Slot
from .results import Call, Record, Recording
from .target import score
from .unchanged import torch_unchanged

# By model, and then by layers, modes and whether there are gradients.
_plans: WeakKeyDictionary[Any, dict[Any, Plan]] = WeakKeyDictionary()


def record(front: Front, layers: Mapping[str, Any], inputs: tuple[Any, dict[str, Any]], target: Any) -> Recording:
    """A Recording of `layers`, of one call with positional and keyword `inputs`."""
    modes = tuple(module.training for module in front.parts)
    key = (tuple(layers), modes, target is not None)
    plans = _plans.setdefault(front.model, {})
    plan, plain, failure = plans.get(key, Plan()), None, None
    while True:
        one, better = Pass(plan, target is not None), None
        try:
            recording, better = _run(front, layers, inputs, target, one, partial(_better, plan, one, plain, failure))
        except RuntimeError as error:
            if target is None or failure is not None or "modified by an inplace operation" not in str(error):
                raise
            # What autograd had kept for the way back was overwritten: copies are not.
            failure, better = error, Plan(apart=frozenset(layers))
        if better is None:
            plans[key] = replace(plan, copied=one.overwritten() | (plan.copied or frozenset()))
            return _filled(front, layers, one, recording)
        if not plan.apart:
            plain = one.output
        plan = better
        del one  # frees its memory for the next


def _better(plan: Plan, one: Pass, plain: Any, failure: RuntimeError | None) -> Plan | None:
    """The plan to try next after the forward pass `one`; None if nothing is amiss.

    `plain` is what the model answered when no copies were handed on. Raises where no plan is left.
    """
    overwritten = one.overwritten()
    if plan.copied is not None and overwritten - plan.copied:
        return replace(plan, copied=None)
    if lost := overwritten & (one.views | one.aliases) - plan.apart - plan.shared:
        return replace(plan, apart=plan.apart | lost)
    if plain is None or not plan.apart or _same(one.output, plain):
        return None
    if failure is not None:
        raise failure
    if aliases := plan.apart & one.aliases:
        return replace(plan, apart=plan.apart - aliases, shared=plan.shared | aliases)
    do = "leave out gradients_of, or make the operations that follow not work in place"
    got = f"{', '.join(sorted(plan.apart))}, whose view is overwritten by another name"
    raise _check.bad_value("record", "layers with a gradient of their own", got, do)


@contextmanager
def observing(front: Front, inputs: Any, gradients: bool) -> Iterator[None]:
    """In it the model runs with autograd on or off, whatever the reader set, and is afterwards as it was."""
    import torch

    # A model that was made in inference mode can only count its batches there.
    made_there = any(value.is_inference() for value in front.tensors)
    with (
        torch.inference_mode(made_there and not gradients),
        torch.set_grad_enabled(gradients),
        torch_unchanged(front.parts, (*front.tensors, *found(inputs, torch.Tensor))),
        front.running(),
    ):
        yield


def _run(
    front: Front,
    layers: Mapping[str, Any],
    inputs: tuple[Any, dict[str, Any]],
    target: Any,
    one: Pass,
    better: Callable[[], Plan | None],
) -> tuple[Recording, Plan | None]:
    """Calls the model once and leaves it as it was; gradients are put into the slots of `one`.

    Where there is a `better` plan, the way back is left out.
    """
    import torch

    recording = Recording()
    with observing(front, inputs, target is not None):
        starts = mapped(inputs, torch.Tensor, lambda value: _start(value, target is not None))
        args, kwargs = mapped(starts, torch.Tensor, lambda value: value.clone())  # the model may overwrite it
        with listening(front, layers, one.hook):
            output = front.model(*args, **kwargs)
        recording.output = one.output = mapped(output, torch.Tensor, lambda value: value.detach())
        if (plan := better()) is not None:
            return recording, plan
        if target is not None:
            wanted = iter([value.requires_grad for value in found(inputs, torch.Tensor)])
            given = mapped(starts, torch.Tensor, lambda value: _input_slot(value, next(wanted)))
            _go_back(score(output, target), [*one.slots(), *found(given, Slot)])
            recording.input_gradient = _single(mapped(given, Slot, lambda slot: slot.gradient))
    return recording, None


def _start(value: Any, gradients: bool) -> Any:
    """An input from which autograd leads to every layer, also where all parameters are frozen."""
    if not gradients or not (value.is_floating_point() or value.is_complex()):
        return value.detach()
    return (value.clone() if value.is_inference() else value.detach()).requires_grad_()


def _input_slot(value: Any, wanted: bool) -> Slot:
    import torch

    return Slot(torch.autograd.graph.get_gradient_edge(value) if wanted else None)


def _same(output: Any, plain: Any) -> bool:
    """Whether two outputs are the same, number by number."""
    import torch

    pairs = zip(found(output, torch.Tensor), found(plain, torch.Tensor), strict=True)
    return all(a.shape == b.shape and (a.is_meta or bool(((a == b) | ((a != a) & (b != b))).all())) for a, b in pairs)


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
