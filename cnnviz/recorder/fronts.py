"""What the recorder asks of a model: its layers by name, and to be told what each call of a layer gave."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

import numpy as np

# Called with a layer's inputs and its output; what it returns, unless None, is handed on in the output's place.
Hook = Callable[[tuple[Any, ...], Any], Any]


class Front:
    """A model of `cnnviz.nn`; the fronts of the other libraries differ in what they override."""

    tensor: type = np.ndarray

    def __init__(self, model: Any) -> None:
        self.model = model
        self.modules: dict[str, Any] = dict(self._named())
        self.parts: list[Any] = list(self.modules.values())
        self.tensors: list[Any] = []

    def _named(self) -> Iterator[tuple[str, Any]]:
        yield from self.model.named_modules()

    def leaves(self) -> Iterator[str]:
        """The names of the layers with none inside; a layer with several names by its first."""
        seen: set[int] = set()
        for name, module in self.modules.items():
            if id(module) not in seen and self.is_leaf(module):
                seen.add(id(module))
                yield name

    def is_leaf(self, module: Any) -> bool:
        """Whether a layer has none inside."""
        return next(module.children(), None) is None

    def listen(self, module: Any, hook: Hook) -> Callable[[], None]:
        """Calls `hook` after each call of the layer until what is returned is called."""
        handle: Callable[[], None] = module.register_forward_hook(lambda _, inputs, output: hook(inputs, output)).remove
        return handle

    def parameters(self, module: Any) -> dict[str, Any]:
        """A layer's own parameters, as plain arrays."""
        return {name: value.view(np.ndarray) for name, value in module.named_parameters() if "." not in name}

    def listen_to_inputs(self, hook: Callable[[Any], None]) -> Callable[[], None]:
        """Calls `hook` with what the whole model is called with, before it runs."""
        return before(self.model, "forward", hook)

    def as_tensor(self, array: Any) -> Any:
        """An array as what the model takes."""
        return array

    def copied(self, value: Any) -> Any:
        """A tensor that nothing overwrites."""
        return np.array(value)

    def missing(self, name: str) -> str:
        """Why a name that looks right is not there, or ""."""
        return ""

    def going_back(self) -> bool:
        """Whether a backward pass calls the layers at the moment, to compute anew what was not kept."""
        return False

    def running(self) -> AbstractContextManager[Any]:
        """What has to hold while the model runs, for its layers to be called one by one."""
        return nullcontext()


@contextmanager
def listening(front: Front, layers: Mapping[str, Any], hook_of: Callable[[str], Hook]) -> Iterator[None]:
    """Within it each layer has a hook of its own; afterwards none, also when the model raises."""
    with ExitStack() as stack:
        for name, layer in layers.items():
            stack.callback(front.listen(layer, hook_of(name)))
        yield


def replaced(owner: Any, name: str, function: Callable[..., Any]) -> Callable[[], None]:
    """Puts `function` in a method's place on this one object until what is returned is called."""
    own = vars(owner)
    before = own.get(name)
    own[name] = function

    def restore() -> None:
        if before is None:
            own.pop(name, None)
        else:
            own[name] = before

    return restore


def before(owner: Any, name: str, hook: Callable[[Any], None]) -> Callable[[], None]:
    method = getattr(owner, name)

    def heard(*args: Any, **kwargs: Any) -> Any:
        hook(args[0] if len(args) == 1 else args)
        return method(*args, **kwargs)

    return replaced(owner, name, heard)
