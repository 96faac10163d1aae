"""What is called after every forward or backward of a layer, until its handle is removed."""

from collections.abc import Callable
from typing import Any

# (module, inputs, output) and (module, grad_input, grad_output).
ForwardHook = Callable[[Any, tuple[Any, ...], Any], Any]
BackwardHook = Callable[[Any, tuple[Any, ...], tuple[Any, ...]], Any]


class RemovableHandle:
    """What registering a hook returns: `remove()` ends it, and so does the end of a `with` block.

    >>> import numpy as np
    >>> from cnnviz import nn
    >>> layer = nn.ReLU()
    >>> with layer.register_forward_hook(lambda module, inputs, output: print(output)):
    ...     _ = layer(np.array([-1.0, 2.0]))
    [0. 2.]
    >>> _ = layer(np.array([-1.0, 2.0]))  # the hook is gone
    """

    def __init__(self, hooks: dict["RemovableHandle", Any], hook: Any) -> None:
        self._hooks = hooks
        hooks[self] = hook

    def remove(self) -> None:
        """The hook is not called again; removing twice does no harm."""
        self._hooks.pop(self, None)

    def __enter__(self) -> "RemovableHandle":
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
