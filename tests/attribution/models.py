"""Models that the methods are tried on, and what comes with them."""

import numpy as np
import torch
from torch import nn as tnn

from cnnviz import nn
from tests.architectures import ARCHITECTURES

TORCH = ("plain", "vgg", "resnet", "densenet", "mobilenet_v3", "convnext", "reused")


def subject(name, pictures=3, seed=0):
    """A network of the collection, and pictures for it."""
    architecture = ARCHITECTURES[name]
    return architecture.model(), architecture.example(seed, batch=pictures)


def ours_and_torchs():
    """One small network of both libraries, with the same weights."""

    def layers(library):
        return library.Sequential(
            library.Conv2d(2, 4, 3, padding=1),
            library.SiLU(),
            library.MaxPool2d(2),
            library.Conv2d(4, 5, 3),
            library.ReLU(),
            library.Flatten(),
            library.Linear(20, 3),
        )

    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = layers(tnn)
    ours = layers(nn)
    ours.load_state_dict(theirs.state_dict())
    return ours.eval(), theirs.eval()


def pictures(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def assert_close(ours, theirs, tolerance=1e-5):
    """Apart by no more than `tolerance` of the largest magnitude."""
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    assert np.abs(theirs).max() > 0
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * np.abs(theirs).max())
