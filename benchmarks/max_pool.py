"""Max pooling, forward and backward, of 32 maps of 32 x 32 for 64 pictures, half of them zeros as ReLU leaves them."""

from collections.abc import Callable

import numpy as np
import torch

from cnnviz import nn

MOST_OF_TORCH = 1.0
WINDOWS = {"2 x 2": (2, 2, 0), "3 x 3, stride 2": (3, 2, 1)}
PROMISED = "2 x 2"


def contenders(window: str) -> dict[str, Callable[[], object]]:
    """Ours and torch's, each in both layouts of memory. Raises AssertionError unless all gradients are the same."""
    rng = np.random.default_rng(0)
    x = np.maximum(rng.standard_normal((64, 32, 32, 32), np.float32), 0)
    # Whole numbers: sums of them are the same in any order.
    grad = rng.integers(-9, 9, (64, 32, 16, 16)).astype(np.float32)
    tx, tgrad = torch.from_numpy(x), torch.from_numpy(grad)
    last = torch.channels_last
    runs = {
        "cnnviz.nn": _ours(window, _channels_last(x), _channels_last(grad)),
        "cnnviz.nn, N C H W memory": _ours(window, x, grad),
        "torch": _torch(window, tx, tgrad),
        "torch channels_last": _torch(window, tx.to(memory_format=last), tgrad.to(memory_format=last)),
    }
    for name, run in runs.items():
        if not np.array_equal(run(), runs["torch"]()):
            raise AssertionError(f"{name} sends a gradient elsewhere than torch")
    return runs


def _channels_last(x: np.ndarray) -> np.ndarray:
    """The same numbers, as our convolutions leave them in memory."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def _ours(window: str, x: np.ndarray, grad: np.ndarray) -> Callable[[], np.ndarray]:
    layer = nn.MaxPool2d(*WINDOWS[window])

    def run() -> np.ndarray:
        layer(x)
        return np.asarray(layer.backward(grad))

    return run


def _torch(window: str, x: torch.Tensor, grad: torch.Tensor) -> Callable[[], np.ndarray]:
    layer = torch.nn.MaxPool2d(*WINDOWS[window])
    x = x.detach().requires_grad_()

    def run() -> np.ndarray:
        x.grad = None
        layer(x).backward(grad)
        assert x.grad is not None
        return x.grad.numpy()

    return run
