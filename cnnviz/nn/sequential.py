"""Layers, one after the other."""

from collections.abc import Iterator, Mapping
from typing import Self, overload

from cnnviz import _check
from cnnviz._check import Array

from .module import Module


class Sequential(Module):
    """Layers, one after the other: from arguments, or from a dict of names to layers.

    >>> import numpy as np
    >>> from cnnviz import nn
    >>> model = nn.Sequential(nn.Linear(4, 2), nn.ReLU())
    >>> model(np.zeros((3, 4), np.float32)).shape, len(model), model[1]
    ((3, 2), 2, ReLU())
    """

    def __init__(self, *layers: Module | Mapping[str, Module]) -> None:
        if len(layers) == 1 and isinstance(layers[0], Mapping):
            named = dict(layers[0])
        else:
            named = {str(i): layer for i, layer in enumerate(layers)}  # type: ignore[misc]
        for name, layer in named.items():
            self._add(name, layer)

    def _add(self, name: str, layer: Module) -> None:
        if not isinstance(layer, Module):
            raise _check.bad_type("Sequential", f"a layer of cnnviz.nn at {name!r}", type(layer).__name__)
        if not name or "." in name or hasattr(self, name):
            raise _check.bad_value("Sequential", "names without a dot that it does not use itself", repr(name))
        inside = {id(module) for module in self.modules()}
        for module in layer.modules():
            if id(module) in inside:
                do = "make another: a layer keeps what its backward needs, once"
                raise _check.bad_value("Sequential", "every layer once", f"the same {module} again at {name!r}", do)
        setattr(self, name, layer)

    def append(self, layer: Module) -> Self:
        """Adds a layer at the end."""
        self._add(str(len(self)), layer)
        return self

    def forward(self, x: Array) -> Array:
        """Every layer in turn; an error says which it came from."""
        for name, layer in self.named_children():
            try:
                x = layer(x)
            except _check.Refused as error:
                error.add_note(f"(layer {name!r} of a Sequential)")
                raise
        return x

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """Every layer's backward, from the last to the first."""
        layers = list(self)
        for layer in reversed(layers[1:]):
            grad = layer.backward(grad)  # type: ignore[assignment]
        return layers[0].backward(grad, input_grad) if layers else grad

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> Module:
        """One layer by position, or with a slice a Sequential of the same layers."""
        named = list(self.named_children())
        if isinstance(index, slice):
            return Sequential(dict(named[index]))
        if not -len(named) <= index < len(named):
            raise IndexError(f"Sequential has layers 0 to {len(named) - 1}, not {index}")
        return named[index][1]


class Identity(Module):
    """Gives back what it is given; takes the place of a layer that is left out. Shape: any.

    >>> import numpy as np
    >>> layer = Identity()
    >>> layer(np.ones(2)), layer.backward(np.zeros(2))
    (array([1., 1.]), array([0., 0.]))
    """

    def forward(self, x: Array) -> Array:
        """The input itself."""
        return x

    def backprop(self, grad: Array, input_grad: bool = True) -> Array | None:
        """The gradient itself."""
        return grad
