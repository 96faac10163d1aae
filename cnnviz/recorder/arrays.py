"""One pass of a `cnnviz.nn` model, forward and back; its layers stay as their own last call left them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnviz import _check, nn
from cnnviz.nn import _random
from cnnviz.nn.grad_mode import enable_grad, no_grad

from .fronts import Front, listening
from .nested import mapped
from .results import Call, Record, Recording
from .target import classes
from .unchanged import chance_kept


def record(front: Front, layers: Mapping[str, Any], inputs: tuple[Any, dict[str, Any]], target: Any) -> Recording:
    """A Recording of `layers`, of one call. Arrays do not count their writes, so each output is copied as it appears.

    A function as `target` gives the gradient of the output, since arrays carry none.
    """
    recording = Recording()
    calls: dict[str, list[Any]] = {}
    gradients: dict[str, list[Any]] = {}
    with observing(front, inputs, target is not None):
        args, kwargs = mapped(inputs, np.ndarray, np.array)
        with listening(front, layers, lambda name: _copying(name, calls)):
            output = front.model(*args, **kwargs)
        recording.output = np.array(output)
        if target is not None:
            with _listening_back(layers, gradients):
                recording.input_gradient = front.model.backward(_start(recording.output, target))
    for name, outputs in calls.items():
        # The way back meets the calls in reverse.
        back = [*reversed(gradients.get(name, [])), *[None] * len(outputs)]
        both = zip(outputs, back, strict=False)
        named = front.parameters(layers[name])
        recording.add(name, Record(type(layers[name]).__name__, named, [Call(*each) for each in both]))
    return recording


@contextmanager
def observing(front: Front, _: Any, gradients: bool) -> Iterator[None]:
    """In it layers keep what a backward needs or not, whatever the reader set; afterwards the model is as it was."""
    with _unchanged(front.model), enable_grad() if gradients else no_grad():
        yield


def _copying(name: str, calls: dict[str, list[Any]]) -> Callable[[tuple[Any, ...], Any], None]:
    def keep(_: tuple[Any, ...], output: Any) -> None:
        calls.setdefault(name, []).append(mapped(output, np.ndarray, np.array))

    return keep


@contextmanager
def _listening_back(layers: Mapping[str, Any], gradients: dict[str, list[Any]]) -> Iterator[None]:
    with ExitStack() as stack:
        for name, layer in layers.items():
            kept = gradients.setdefault(name, [])
            hook = partial(_keep_gradient, kept)
            stack.enter_context(layer.register_full_backward_hook(hook))
        yield


def _keep_gradient(kept: list[Any], _: Any, __: Any, grad_output: tuple[Any, ...]) -> None:
    kept.append(np.array(grad_output[0]))


def _start(output: NDArray[Any], target: Any) -> NDArray[Any]:
    """The gradient of the output: 1 at each picture's class, or what the function says it is."""
    if callable(target):
        grad = np.asarray(target(output))
        if grad.shape != output.shape:
            do = "NumPy has no autograd: gradients_of=lambda output: the gradient of your score"
            needs = f"gradients_of that gives the output's gradient {output.shape} for a cnnviz.nn model"
            raise _check.bad_value("record", needs, grad.shape, do)
        return grad.astype(output.dtype)
    each = classes(target, output.shape)
    grad = np.zeros_like(output)
    grad[np.arange(len(each)), each] = 1
    return grad


@contextmanager
def _unchanged(model: nn.Module) -> Iterator[None]:
    """Afterwards flags, buffers, gradients, random numbers and what layers keep to go back are as before."""
    modules = list(model.modules())
    attributes = [(module, dict(vars(module))) for module in modules]
    copies = [(buffer, buffer.copy()) for _, buffer in model.named_buffers()]
    grads = [(parameter, parameter.grad) for parameter in model.parameters()]
    generators = {id(g): g for g in (_random.generator(getattr(module, "_rng", None)) for module in modules)}
    states = [(generator, generator.bit_generator.state) for generator in generators.values()]
    try:
        with chance_kept():
            yield
    finally:
        for module, before in attributes:
            vars(module).clear()
            vars(module).update(before)
        for buffer, copy in copies:
            buffer[...] = copy
        for parameter, grad in grads:
            parameter.grad = grad
        for generator, state in states:
            generator.bit_generator.state = state
