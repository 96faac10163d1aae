"""The network of the `first-network` chapter."""

import io

import numpy as np

from cnnviz import nn
from cnnviz.data import shipped


def clothes(seed: int | None = None) -> nn.Sequential:
    """A small CNN for 28x28 grey clothes: 9,226 parameters, 0.4 million multiplications a picture.

    Two blocks of convolution, ReLU and max pooling, then one linear layer. The first layer's eight 5x5 filters are
    large enough to look at. With a `seed` the first weights are the same each time.
    Shape: (N, 1, 28, 28), float32 in 0 to 1 -> (N, 10), scores (logits) in the order of `FASHION_CLASSES`.

    >>> [name for name, _ in clothes().named_children()]
    ['conv1', 'relu1', 'pool1', 'conv2', 'relu2', 'pool2', 'flatten', 'linear']
    """
    rng = None if seed is None else np.random.default_rng(seed)
    return nn.Sequential(
        {
            "conv1": nn.Conv2d(1, 8, kernel_size=5, padding=2, rng=rng),
            "relu1": nn.ReLU(),
            "pool1": nn.MaxPool2d(2),
            "conv2": nn.Conv2d(8, 16, kernel_size=3, padding=1, rng=rng),
            "relu2": nn.ReLU(),
            "pool2": nn.MaxPool2d(2),
            "flatten": nn.Flatten(),
            "linear": nn.Linear(16 * 7 * 7, 10, rng=rng),
        }
    )


def trained_clothes() -> nn.Sequential:
    """clothes() with the weights that the package ships, in evaluation mode."""
    model = clothes()
    with np.load(io.BytesIO(shipped("clothes.npz")), allow_pickle=False) as weights:
        model.load_state_dict(weights)
    return model.eval()
