"""A training step of conv32-pool-conv64-pool-conv64-dense64-dense10, on 64 pictures of 3 x 32 x 32."""

import importlib
import os
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from cnnviz import nn

BATCH, CLASSES, LR = 64, 10, 0.01
MOST_OF_TORCH, LEAST_OF_TINYNN = 1.25, 2.2

Step = Callable[[], float]


def layers(library: Any) -> list[Any]:
    """The network's layers, with torch.nn's names."""
    return [
        library.Conv2d(3, 32, 3, padding=1),
        library.ReLU(),
        library.MaxPool2d(2),
        library.Conv2d(32, 64, 3, padding=1),
        library.ReLU(),
        library.MaxPool2d(2),
        library.Conv2d(64, 64, 3, padding=1),
        library.ReLU(),
        library.Flatten(),
        library.Linear(64 * 8 * 8, 64),
        library.Linear(64, CLASSES),
    ]


def cnnviz_step(model: nn.Sequential, x: np.ndarray, labels: np.ndarray) -> Step:
    """Ours."""
    loss, optimiser = nn.CrossEntropyLoss(), nn.SGD(model.parameters(), LR)

    def step() -> float:
        value = loss(model(x), labels)
        optimiser.zero_grad()
        model.backward(loss.backward(), input_grad=False)
        optimiser.step()
        return float(value)

    return step


def torch_step(model: torch.nn.Module, x: torch.Tensor, labels: torch.Tensor) -> Step:
    """torch's, in the layout that x and the model have."""
    loss, optimiser = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), LR)

    def step() -> float:
        value = loss(model(x), labels)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        return value.item()

    return step


def tinynn_step(folder: str, model: torch.nn.Sequential, x: np.ndarray, labels: np.ndarray) -> Step:
    """The tinynn library's (N H W C), from the folder that holds its package, started with torch's weights."""
    sys.path.insert(0, folder)
    tinynn = importlib.import_module("tinynn")
    make = tinynn.layer
    net = tinynn.net.Net(
        [
            make.Conv2D([3, 3, 3, 32]),
            make.ReLU(),
            make.MaxPool2D([2, 2]),
            make.Conv2D([3, 3, 32, 64]),
            make.ReLU(),
            make.MaxPool2D([2, 2]),
            make.Conv2D([3, 3, 64, 64]),
            make.ReLU(),
            make.Flatten(),
            make.Dense(64),
            make.Dense(CLASSES),
        ]
    )
    whole = tinynn.model.Model(net, tinynn.loss.SoftmaxCrossEntropy(), tinynn.optimizer.SGD(LR))
    images, hot = np.ascontiguousarray(x.transpose(0, 2, 3, 1)), np.eye(CLASSES, dtype=np.float32)[labels]
    net.forward(images)  # it makes its parameters on the first call
    for ours, theirs in zip(net.layers, model, strict=True):
        if ours.params:
            weight, bias = (p.detach().numpy() for p in theirs.parameters())
            if weight.ndim == 2 and weight.shape[1] == 64 * 8 * 8:  # its Flatten has the channels last
                weight = weight.reshape(-1, 64, 8, 8).transpose(0, 2, 3, 1).reshape(len(weight), -1)
            ours.params["w"][...] = weight.T if weight.ndim == 2 else weight.transpose(2, 3, 1, 0)
            ours.params["b"][...] = bias

    def step() -> float:
        value, grads = whole.backward(whole.forward(images), hot)
        whole.apply_grads(grads)
        return float(value)

    return step


def matmuls(dtype: type = np.float32) -> Callable[[], None]:
    """Nothing but the step's matrix products, each of its whole size and in one call: the limit."""
    rng = np.random.default_rng(0)

    def factors(rows: int, inner: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return rng.random((rows, inner), dtype), rng.random((inner, columns), dtype), np.empty((rows, columns), dtype)

    products = []
    for pixels, reads, writes, first in ((1024, 27, 32, True), (256, 288, 64, False), (64, 576, 64, False)):
        n = BATCH * pixels
        products += [factors(n, reads, writes), factors(reads, n, writes)]
        if not first:
            products.append(factors(n, 9 * writes, reads // 9))
    for reads, writes in pairwise((4096, 64, CLASSES)):
        products += [factors(BATCH, reads, writes), factors(writes, BATCH, reads), factors(BATCH, writes, reads)]

    def run() -> None:
        for a, b, out in products:
            np.matmul(a, b, out=out)

    return run


def contenders() -> tuple[dict[str, Callable[[], object]], list[str]]:
    """What is compared, and what was left out and why. All start from the same weights: their losses must agree."""
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(*layers(torch.nn))
    ours = nn.Sequential(*layers(nn))
    ours.load_state_dict(theirs.state_dict())
    last = torch.nn.Sequential(*layers(torch.nn)).to(memory_format=torch.channels_last)
    last.load_state_dict(theirs.state_dict())
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((BATCH, 3, 32, 32), np.float32), rng.integers(0, CLASSES, BATCH)
    tx, tlabels = torch.from_numpy(x), torch.from_numpy(labels)
    steps: dict[str, Step] = {
        "cnnviz.nn": cnnviz_step(ours, x, labels),
        "torch": torch_step(theirs, tx, tlabels),
        "torch channels_last": torch_step(last, tx.to(memory_format=torch.channels_last), tlabels),
    }
    left_out = []
    if folder := os.environ.get("TINYNN"):
        steps["tinynn"] = tinynn_step(folder, theirs, x, labels)
    else:
        left_out.append("tinynn was left out: set TINYNN to the folder of its source (PyPI: tinynn 0.1.1)")
    losses = {name: [step() for _ in range(3)] for name, step in steps.items()}
    if not all(np.allclose(values, losses["torch"], rtol=1e-3) for values in losses.values()):
        raise AssertionError(f"the same weights should give the same losses, step by step: {losses}")
    return {**steps, "the products alone": matmuls()}, left_out
