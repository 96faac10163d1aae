"""CNN Explainer's network, which is what a small page is measured on."""

import numpy as np

from cnnviz import nn


def tiny_vgg(seed: int = 0) -> nn.Sequential:
    """Four convolutions of ten 3x3 filters, two poolings, ten classes of 64x64 colour pictures: 19,920 parameters."""
    rng = np.random.default_rng(seed)
    layers: list[nn.Module] = []
    for channels in (3, 10, 10, 10):
        layers += [nn.Conv2d(channels, 10, 3, rng=rng), nn.ReLU()]
    return nn.Sequential(
        *layers[:4], nn.MaxPool2d(2), *layers[4:], nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1690, 10, rng=rng)
    )
