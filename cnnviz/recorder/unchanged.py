"""A model as it was: running it to look at it leaves no trace in its state, nor in that of chance."""

import random
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np


@contextmanager
def chance_kept() -> Iterator[None]:
    """Python's and NumPy's shared random numbers go on afterwards as if nothing had been drawn."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002  (a model may draw from it)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


@contextmanager
def torch_unchanged(modules: list[Any], tensors: Iterable[Any]) -> Iterator[None]:
    """Afterwards each module's `training`, each buffer and all random numbers are as before; also on an error.

    Buffers that were written to are put back, so that batch norm in training does not count the pass. `tensors` are on
    the devices whose random numbers count.
    """
    import torch

    flags = [(module, module.training) for module in modules]
    buffers = [(module._buffers, dict(module._buffers)) for module in modules if _may_write(module)]
    copies = [(b, b.detach().clone()) for _, before in buffers for b in before.values() if b is not None]
    devices = {tensor.device for tensor in tensors} - {torch.device("cpu"), torch.device("meta")}
    with ExitStack() as stack:
        stack.enter_context(chance_kept())
        stack.enter_context(torch.random.fork_rng([]))
        for device in devices:
            stack.enter_context(torch.random.fork_rng([device], device_type=device.type))
        try:
            yield
        finally:
            for module, training in flags:
                if module.training != training:
                    module.training = training
            _put_back(buffers, copies)


def _may_write(module: Any) -> bool:
    """Whether a module has buffers that a call may write to; in evaluation mode torch's own layers do not."""
    return bool(module._buffers) and (module.training or not type(module).__module__.startswith("torch.nn."))


def _put_back(buffers: list[tuple[dict[str, Any], dict[str, Any]]], copies: list[tuple[Any, Any]]) -> None:
    import torch

    for now, before in buffers:
        # A scripted part keeps them in something else than a dict, and never others.
        if isinstance(now, dict) and (
            now.keys() != before.keys() or any(now[name] is not before[name] for name in now)
        ):
            now.clear()
            now.update(before)
    with torch.inference_mode():  # in which those made in it may be written to
        for buffer, copy in copies:
            # All: batch norm writes without counting. Through `data`, for a backward of the reader's still to come.
            buffer.data.copy_(copy)
