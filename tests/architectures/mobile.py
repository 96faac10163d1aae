"""Networks for telephones: depthwise convolutions, gates, shuffled channels, TensorFlow's padding."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class InvertedResidual(nn.Module):
    """MobileNetV2's block: 1x1 wider, 3x3 depthwise, 1x1 narrower, and a shortcut where sizes allow."""

    def __init__(self, channels: int, width: int, stride: int, expand: int) -> None:
        super().__init__()
        hidden = channels * expand
        self.use_res_connect = stride == 1 and channels == width
        self.conv = nn.Sequential(
            nn.Conv2d(channels, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(inplace=True),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(inplace=True),
            nn.Conv2d(hidden, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        """As torchvision's."""
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    """A stem and inverted residuals."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU6(inplace=True)),
            InvertedResidual(6, 8, 2, 3),
            InvertedResidual(8, 8, 1, 3),
            InvertedResidual(8, 12, 2, 3),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(12, 10))

    def forward(self, x: Tensor) -> Tensor:
        """Scores of ten classes."""
        x = F.adaptive_avg_pool2d(self.features(x), 1).reshape(x.shape[0], -1)
        return self.classifier(x)


class SqueezeExcite(nn.Module):
    """A gate for each channel, from the means of all."""

    def __init__(self, channels: int, gate: nn.Module) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, 3, 1), nn.Conv2d(3, channels, 1)
        self.gate = gate

    def forward(self, x: Tensor) -> Tensor:
        """x, scaled channel by channel."""
        return self.gate(self.fc2(F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)), inplace=True))) * x


class MobileNetV3(nn.Module):
    """Squeeze-and-excite with a hard sigmoid and hard swish, and EfficientNet's with SiLU and a sigmoid."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish(inplace=True))
        self.depthwise = nn.Conv2d(8, 8, 5, 2, 2, groups=8)
        self.se = SqueezeExcite(8, nn.Hardsigmoid(inplace=True))
        self.project = nn.Conv2d(8, 8, 1)
        self.swish = nn.SiLU(inplace=True)
        self.se2 = SqueezeExcite(8, nn.Sigmoid())
        self.head = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Scores; the swish is written by hand once, as older code has it."""
        x = self.stem(x)
        y = self.depthwise(x)
        y = self.se(y * F.relu6(y + 3) / 6)
        x = self.se2(self.swish(self.project(y)))
        return self.head(F.hardswish(x.mean(3).mean(2)))


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow's "SAME": at stride 2 the odd pixel goes to the bottom and to the right."""

    def forward(self, x: Tensor) -> Tensor:
        """Pads by what the size needs."""
        around = []
        for size, kernel, stride in zip(x.shape[-2:], self.kernel_size, self.stride, strict=True):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            around = [total // 2, total - total // 2, *around]
        return F.conv2d(F.pad(x, around), self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class EfficientNetLite(nn.Module):
    """Depthwise blocks with ReLU6 and TensorFlow's padding, and no gates."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv2d(3, 8, 3, 2, bias=False)
        self.bn0 = nn.BatchNorm2d(8, eps=1e-3)
        self.depthwise = SameConv2d(8, 8, 5, 2, groups=8, bias=False)
        self.bn1 = nn.BatchNorm2d(8, eps=1e-3)
        self.project = SameConv2d(8, 8, 1)
        self.again = SameConv2d(8, 8, 3, groups=8)
        self.fc = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of ten classes."""
        x = F.relu6(self.bn0(self.stem(x)))
        x = self.project(F.relu6(self.bn1(self.depthwise(x)), inplace=True))
        x = x + F.dropout(self.again(x), 0.2, self.training)
        x = F.adaptive_avg_pool2d(x, (1, 1))
        return F.softmax(self.fc(x.squeeze(-1).squeeze(-1)), dim=-1)


class ShuffleNet(nn.Module):
    """Half of the channels through a branch; then halves are put together and shuffled."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.branch = nn.Sequential(
            nn.Conv2d(4, 4, 1),
            nn.PReLU(4),
            nn.Conv2d(4, 4, 3, padding=1, groups=4),
            nn.BatchNorm2d(4),
            nn.Conv2d(4, 4, 1),
            nn.PReLU(),
        )
        self.grow = nn.PixelShuffle(2)
        self.last = nn.Conv2d(2, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Four maps of the picture's size."""
        x = self.stem(x)
        for _ in range(2):
            kept, changed = x.chunk(2, dim=1)
            x = self._shuffled(torch.cat((kept, self.branch(changed)), dim=1), 2)
        left, middle, right = torch.split(x, [2, 4, 2], dim=1)
        x = torch.cat([right, F.tanh(middle), 1 - left], dim=1)
        return self.last(self.grow(x))

    @staticmethod
    def _shuffled(x: Tensor, groups: int) -> Tensor:
        batch, channels, height, width = x.size()
        x = x.view(batch, groups, channels // groups, height, width)
        return torch.transpose(x, 1, 2).contiguous().view(batch, -1, height, width)
