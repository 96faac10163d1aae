"""What every layer shares: calling and going back, hooks, names, parameters, state."""

from collections.abc import Iterator, Mapping
from inspect import Signature, signature
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from cnnviz import _check
from cnnviz._check import Array

from . import _state
from .grad_mode import keeping
from .hooks import BackwardHook, ForwardHook, RemovableHandle
from .parameter import Parameter


class Module:
    """A layer, or a network of them.

    A subclass defines `forward(x)` and `backprop(grad)`, its reverse, which returns the input's gradient and adds to
    the parameters'. One *calls* the layer, and its `backward`: they add what all layers have in common. A layer keeps
    what its last call needs to go back, so each place in a network has a layer of its own. Parameters, layers and
    registered buffers that are attributes are found by their names.

    >>> from cnnviz import nn
    >>> class Twice(nn.Module):
    ...     def forward(self, x):
    ...         return 2 * x
    ...     def backprop(self, grad):
    ...         return 2 * grad
    >>> layer = nn.Sequential(Twice(), nn.ReLU())
    >>> layer(np.array([-1.0, 1.0])), layer.backward(np.ones(2))
    (array([0., 2.]), array([0., 2.]))
    """

    __signature__: ClassVar[Signature]
    training: bool
    _kept: tuple[Any, ...] | None
    _output: tuple[tuple[int, ...], np.dtype[Any]] | None
    _buffers: list[str]
    _forward_hooks: dict[RemovableHandle, ForwardHook]
    _backward_hooks: dict[RemovableHandle, BackwardHook]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # Here and not in __init__, so that a subclass that forgets super().__init__() works.
        self = super().__new__(cls)
        self.training = True
        self._kept = self._output = None
        self._buffers, self._forward_hooks, self._backward_hooks = [], {}, {}
        return self

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # That of __init__: Python 3.11.2 shows an inherited __new__'s instead, which says nothing.
        cls.__signature__ = Signature(list(signature(cls.__init__).parameters.values())[1:])

    def __init__(self) -> None:
        """Takes nothing, so that Sigmoid(3) is an error."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuses an array in a parameter's place: it would no longer be learnt."""
        if isinstance(vars(self).get(name), Parameter) and not isinstance(value, Parameter | None):
            do = f"write {name}[...] = values, or {name} = nn.Parameter(values)"
            raise _check.bad_type(type(self).__name__, f"a Parameter or None as its {name}", type(value).__name__, do)
        super().__setattr__(name, value)

    # --- forward and backward

    def forward(self, *inputs: Any) -> Any:
        """What the layer computes; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define forward(self, x)")

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """The input's gradient (or None without `input_grad`) from the output's; a subclass defines it."""
        raise NotImplementedError(
            f"{type(self).__name__} has no backprop: define backprop(self, grad), which calls backward of its layers "
            "in reverse, or build the network from Sequential"
        )

    def __call__(self, *inputs: Any) -> Any:
        """`forward`, then the forward hooks; an error names this layer."""
        self._kept = None  # frees the memory of the last batch for this one
        try:
            output = self.forward(*inputs)
        except _check.Refused as error:
            if not isinstance(error.who, Module):
                error.who = self
            raise
        for hook in list(self._forward_hooks.values()):
            changed = hook(self, inputs, output)
            output = output if changed is None else changed
        plain = np.asarray(output)
        self._output = (plain.shape, plain.dtype) if keeping() else None
        return output

    def backward(self, grad: ArrayLike, input_grad: bool = True) -> Array | None:
        """From the gradient of the last output, that of its input; adds to every parameter's `.grad`.

        Without `input_grad` a network's first layer does not compute the gradient of the data, and None is returned.
        Raises ValueError for a gradient of another shape than the output, RuntimeError if there was no forward.
        """
        grad = self._checked(np.asarray(grad))
        # A reader's own layer may define backprop(self, grad) alone: it then computes the input's gradient anyway.
        if input_grad or "input_grad" not in signature(self.backprop).parameters:
            grad_input = self.backprop(grad)
        else:
            grad_input = self.backprop(grad, input_grad=False)
        for hook in list(self._backward_hooks.values()):
            changed = hook(self, (grad_input,), (grad,))
            if changed is not None:
                grad_input = changed[0] if isinstance(changed, tuple) else changed
        return grad_input

    def _checked(self, grad: Array) -> Array:
        """The gradient in the last output's shape and dtype."""
        if grad.dtype.kind not in "fiub":
            raise _check.bad_type(f"{self}.backward", "a gradient of numbers", grad.dtype)
        if self._output is None:  # there was no forward, and backprop will say so
            return grad
        shape, dtype = self._output
        if grad.shape != shape:
            raise _check.bad_value(f"{self}.backward", f"a gradient of the output's shape {shape}", grad.shape)
        return grad.astype(dtype, copy=False)

    def _keep(self, *values: Any) -> None:
        """Called by a forward with what its backprop needs."""
        self._kept = values if keeping() else None
        self._output = None

    def _recall(self) -> tuple[Any, ...]:
        if self._kept is None:
            raise RuntimeError(f"{self} has nothing to go back through: call it first, outside no_grad()")
        return self._kept

    def register_forward_hook(self, hook: ForwardHook) -> RemovableHandle:
        """Calls hook(module, inputs, output) after every forward; what it returns, unless None, is the output.

        Raises TypeError for what cannot be called.
        """
        return RemovableHandle(self._forward_hooks, _check.function(f"{self}.register_forward_hook", "hook", hook))

    def register_full_backward_hook(self, hook: BackwardHook) -> RemovableHandle:
        """Calls hook(module, grad_input, grad_output), both tuples, after every backward.

        What it returns, unless None, is the input's gradient. Raises TypeError for what cannot be called.
        """
        who = f"{self}.register_full_backward_hook"
        return RemovableHandle(self._backward_hooks, _check.function(who, "hook", hook))

    # --- what is inside

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The layers directly inside, by attribute name."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def children(self) -> Iterator["Module"]:
        """The layers directly inside."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module (""), and all inside, however deep ("features.0"); each once."""
        seen: set[int] = set()
        for name, module in self._walk(prefix):
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self) -> Iterator["Module"]:
        """This module and all inside."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its full name ("features.0.weight"); each once."""
        for prefix, module in self.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, Parameter):
                    yield _join(prefix, name), value

    def parameters(self) -> Iterator[Parameter]:
        """Every parameter; what an optimiser takes."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Array]]:
        """The state that is not learnt but counted, such as batch norm's running mean."""
        for prefix, module in self.named_modules():
            for name in module._buffers:
                if getattr(module, name) is not None:
                    yield _join(prefix, name), getattr(module, name)

    def register_buffer(self, name: str, value: Array | None) -> None:
        """Makes an attribute part of the state; None leaves it out for now."""
        if name not in self._buffers:
            self._buffers.append(name)
        setattr(self, name, value)

    def _walk(self, prefix: str) -> Iterator[tuple[str, "Module"]]:
        yield prefix, self
        for name, child in self.named_children():
            yield from child._walk(_join(prefix, name))

    # --- state

    def _named_state(self) -> Iterator[tuple[str, Array]]:
        for prefix, module in self._walk(""):
            own = [name for name, value in vars(module).items() if isinstance(value, Parameter)]
            for name in (*own, *module._buffers):
                if getattr(module, name) is not None:
                    yield _join(prefix, name), getattr(module, name)

    def state_dict(self) -> dict[str, Array]:
        """All parameters and buffers by name, with torch's names, as copies: training on does not change them.

        >>> from cnnviz import nn
        >>> list(nn.Sequential(nn.Linear(2, 1), nn.ReLU()).state_dict())
        ['0.weight', '0.bias']
        """
        return {name: np.array(value) for name, value in self._named_state()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> _state.Keys:
        """Copies parameters and buffers in, from arrays or torch tensors; all of them or, on an error, none.

        Raises TypeError for what is no dict, ValueError that names every missing and unexpected key (not without
        `strict`), every wrong shape and whatever holds no real numbers.
        """
        return _state.load(f"{type(self).__name__}.load_state_dict", dict(self._named_state()), state_dict, strict)

    def train(self, mode: bool = True) -> Self:
        """Dropout drops and batch norm uses the batch's own mean, here and in all layers inside."""
        mode = _check.flag(f"{type(self).__name__}.train", "mode", mode)
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Dropout passes everything and batch norm uses the running mean: the answers repeat."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forgets all gradients."""
        for parameter in self.parameters():
            parameter.grad = None

    def float(self) -> Self:
        """All parameters and buffers in float32. Make the optimiser afterwards: the parameters are new arrays."""
        return self._converted(np.float32)

    def double(self) -> Self:
        """All parameters and buffers in float64. Make the optimiser afterwards: the parameters are new arrays."""
        return self._converted(np.float64)

    def _converted(self, dtype: DTypeLike) -> Self:
        for module in self.modules():
            for name, value in list(vars(module).items()):
                if isinstance(value, Parameter):
                    setattr(module, name, Parameter(np.asarray(value, dtype)))
                elif name in module._buffers and value is not None and value.dtype.kind == "f":
                    setattr(module, name, value.astype(dtype))
        return self

    def __getstate__(self) -> dict[str, Any]:
        # Copies and pickles are of the network, not of the last batch that went through.
        return {**vars(self), "_kept": None, "_output": None}

    # --- text

    def extra_repr(self) -> str:
        """The arguments as `repr` shows them; torch's words."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        inside = "\n  " + "\n  ".join(lines) + "\n" if lines else self.extra_repr()
        return f"{type(self).__name__}({inside})"


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
