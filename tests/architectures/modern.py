"""An encoder with a decoder, and a network that borrows from transformers."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class UNet(nn.Module):
    """Down, and up again by a transposed convolution and by interpolation, with the skipped maps beside."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2, self.bottom = self._block(3, 6), self._block(6, 8), self._block(8, 12)
        self.pool = nn.MaxPool2d(2)
        self.up2 = nn.ConvTranspose2d(12, 8, 2, stride=2)
        self.join2 = self._block(16, 8)
        self.up1 = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.join1 = self._block(14, 6)
        self.head = nn.Conv2d(6, 2, 1)

    @staticmethod
    def _block(channels: int, width: int) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(channels, width, 3, padding=1, padding_mode="reflect"),
            nn.InstanceNorm2d(width),
            nn.ELU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Two maps of the picture's size, which may be odd: what is missing is padded, and so the pool is reused."""
        first = self.down1(x)
        second = self.down2(self.pool(first))
        x = self.up2(self.bottom(self.pool(second)))
        x = self.join2(torch.cat([self._fitted(x, second), second], dim=1))
        x = self.join1(torch.cat([self._fitted(self.up1(x), first), first], dim=1))
        return torch.sigmoid(self.head(x))

    @staticmethod
    def _fitted(x: Tensor, like: Tensor) -> Tensor:
        down, across = like.shape[2] - x.shape[2], like.shape[3] - x.shape[3]
        return F.pad(x, [across // 2, across - across // 2, down // 2, down - down // 2])


class ConvNeXtBlock(nn.Module):
    """A 7x7 depthwise convolution, then layer norm and two linear layers on N H W C, scaled, beside a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(0.5 * torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """As the authors wrote it."""
        shortcut = x
        x = self.dwconv(x).permute(0, 2, 3, 1)
        x = self.gamma * self.pwconv2(self.act(self.pwconv1(self.norm(x))))
        return shortcut + x.permute(0, 3, 1, 2)


class ConvNeXt(nn.Module):
    """Patches, blocks, and norms over channels computed by hand where channels come first."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4, stride=4)
        self.blocks = nn.Sequential(ConvNeXtBlock(8), ConvNeXtBlock(8))
        self.downsample = nn.Sequential(nn.GroupNorm(1, 8), nn.Conv2d(8, 12, 2, stride=2))
        self.last = ConvNeXtBlock(12)
        self.norm = nn.LayerNorm(12, eps=1e-6)
        self.head = nn.Linear(12, 7)

    def forward(self, x: Tensor) -> Tensor:
        """Scores of seven classes."""
        x = self.last(self.downsample(self.blocks(self.stem(x))))
        return self.head(self.norm(x.mean([-2, -1])))
