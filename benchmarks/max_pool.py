"""Max pooling, forward and backward, 2 x 2, of 32 maps of 32 x 32 for 64 pictures, half zeros as ReLU leaves them."""

from collections.abc import Callable

import numpy as np
import torch

from cnnviz import nn

MOST_OF_TORCH = 1.0


def contenders() -> dict[str, Callable[[], object]]:
    """Ours and torch's, each in both layouts of memory. Raises AssertionError unless all gradients are the same."""
    rng = np.random.default_rng(0)
    x = np.maximum(rng.standard_normal((64, 32, 32, 32), np.float32), 0)
    grad = rng.standard_normal((64, 32, 16, 16), np.float32)
    runs = {
        "cnnviz.nn": _ours(_channels_last(x), _channels_last(grad)),
        "cnnviz.nn, N C H W memory": _ours(x, grad),
        "torch": _torch(torch.from_numpy(x), torch.from_numpy(grad)),
        "torch channels_last": _torch(
            torch.from_numpy(x).to(memory_format=torch.channels_last),
            torch.from_numpy(grad).to(memory_format=torch.channels_last),
        ),
    }
    for name, run in runs.items():
        if not np.array_equal(run(), runs["torch"]()):
            raise AssertionError(f"{name} sends a gradient elsewhere than torch")
    return runs


def _channels_last(x: np.ndarray) -> np.ndarray:
    """The same numbers, as our convolutions leave them in memory."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def _ours(x: np.ndarray, grad: np.ndarray) -> Callable[[], np.ndarray]:
    layer = nn.MaxPool2d(2)

    def run() -> np.ndarray:
        layer(x)
        return np.asarray(layer.backward(grad))

    return run


def _torch(x: torch.Tensor, grad: torch.Tensor) -> Callable[[], np.ndarray]:
    layer = torch.nn.MaxPool2d(2)
    x.requires_grad_()

    def run() -> np.ndarray:
        x.grad = None
        layer(x).backward(grad)
        assert x.grad is not None
        return x.grad.numpy()

    return run
