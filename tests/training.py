"""What the tests of training share: pictures in shades of grey, a small network for them, and a short run."""

from typing import Any

import numpy as np

from cnnviz import nn
from cnnviz.data import Dataset, Split
from cnnviz.train import History, fit


def split(count: int = 40, classes: int = 3, seed: int = 0) -> Split:
    """Dark, grey and bright pictures, which a linear layer can tell apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=count)
    shade = 255 * labels[:, None, None, None] / (classes - 1)
    images = np.clip(shade + rng.normal(0, 20, (count, 1, 6, 6)), 0, 255).astype(np.uint8)
    return Split(images, labels)


def dataset(count: int = 40) -> Dataset:
    return Dataset("shades", split(count), split(20, seed=1), ("dark", "grey", "bright"), "made here")


def network(seed: int = 0, *, last: int = 3) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, last, rng=rng)
    )


def run(model: nn.Module, data: Dataset | Split, lr: float = 0.1, **arguments: Any) -> History:
    wanted: dict[str, Any] = {"epochs": 2, "batch_size": 8, "progress": False, "loss": nn.CrossEntropyLoss()}
    wanted |= {"optimiser": nn.SGD(model.parameters(), lr=lr, momentum=0.9)}
    return fit(model, data, **(wanted | arguments))
