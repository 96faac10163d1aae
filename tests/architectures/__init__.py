"""Small networks with the layouts of well-known ones, in torch: what recordings, graphs and pages are compared on.

Each is seeded, in evaluation mode, and has running statistics that are not the first ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .classic import VGG, DenseNet, Inception, ResNet, plain
from .mobile import EfficientNetLite, MobileNetV2, MobileNetV3, ShuffleNet
from .modern import ConvNeXt, UNet
from .strange import Branching, Overwriting, Reused, TwoHeads
from .with_keras import keras_cnn


@dataclass(frozen=True)
class Architecture:
    """How to make a network, and the shape of what it reads.

    refused: why it has no graph, as a piece of the error's text; None where it has one.
    """

    make: Callable[[], nn.Module]
    shape: tuple[int, ...]
    refused: str | None = None

    def model(self) -> nn.Module:
        """The network, the same each time."""
        return seeded(self.make)

    def example(self, seed: int = 0, batch: int = 1) -> Tensor:
        """An input for it."""
        return torch.randn(batch, *self.shape[1:], generator=torch.Generator().manual_seed(seed))


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    """A network with random weights and statistics that are the same each time; chance elsewhere is not touched."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = make()
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias, 0, 0.1)
    return model.eval()


def resnet18() -> nn.Module:
    """ResNet-18 in full, for 224x224 pictures: 11.7 million parameters, random ones."""
    return seeded(lambda: ResNet((64, 128, 256, 512), (2, 2, 2, 2), 1000))


ARCHITECTURES: dict[str, Architecture] = {
    "plain": Architecture(plain, (1, 1, 16, 16)),
    "vgg": Architecture(VGG, (1, 3, 32, 32)),
    "resnet": Architecture(lambda: ResNet((6, 8), (2, 1), 10), (1, 3, 40, 36)),
    "densenet": Architecture(DenseNet, (1, 3, 16, 16)),
    "inception": Architecture(Inception, (1, 3, 21, 19)),
    "mobilenet_v2": Architecture(MobileNetV2, (1, 3, 32, 32)),
    "mobilenet_v3": Architecture(MobileNetV3, (1, 3, 32, 32)),
    "efficientnet_lite": Architecture(EfficientNetLite, (1, 3, 32, 30)),
    "shufflenet": Architecture(ShuffleNet, (1, 3, 24, 24)),
    "unet": Architecture(UNet, (1, 3, 22, 20)),
    "convnext": Architecture(ConvNeXt, (1, 3, 32, 32)),
    "reused": Architecture(Reused, (1, 3, 8, 8)),
    "overwriting": Architecture(Overwriting, (1, 3, 8, 8)),
    "keras": Architecture(keras_cnn, (1, 20, 20, 3)),
    "two_heads": Architecture(TwoHeads, (1, 3, 16, 16), "one tensor as its output"),
    "branching": Architecture(Branching, (1, 3, 12, 12), "does not depend on the numbers"),
}
"""Small networks by name; those with `refused` can be recorded, and have no graph."""
