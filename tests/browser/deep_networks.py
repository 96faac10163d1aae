"""Networks for the browser tests: deep ones with branches, in torch, with weights that are the same each time."""

import numpy as np
import torch
from torch import nn

PICTURES = np.random.default_rng(0).integers(0, 256, (4, 3, 32, 32), np.uint8)
CLASSES = [f"class {i}" for i in range(20)]


class Residual(nn.Module):
    def __init__(self, before: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        shortcut = (nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
        self.downsample = nn.Sequential(*shortcut) if stride > 1 else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += self.downsample(x)
        result: torch.Tensor = self.relu(y)
        return result


class Branches(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(channels, channels // 2, 1)
        self.wide = nn.Sequential(nn.Conv2d(channels, 8, 1), nn.ReLU(), nn.Conv2d(8, channels // 2, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.narrow(x), self.wide(x)], 1)


class Deep(nn.Module):
    """A residual network of 70 nodes whose last stage branches and joins."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(Residual(8, 8), Residual(8, 8))
        self.layer2 = nn.Sequential(Residual(8, 16, 2), Residual(16, 16))
        self.layer3 = nn.Sequential(Residual(16, 32, 2), Residual(32, 32))
        self.mixed = nn.Sequential(Branches(32), nn.ReLU(), Branches(32), nn.ReLU())
        self.fc = nn.Linear(32, len(CLASSES))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.mixed(self.layer3(self.layer2(self.layer1(self.relu(self.conv1(x))))))
        y: torch.Tensor = self.fc(x.mean((2, 3)))
        return y


def deep() -> Deep:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = Deep()
    with torch.no_grad():
        for _ in range(5):  # batch norms learn what is usual
            model(torch.as_tensor(PICTURES) / 255)
    return model.eval()
