"""What users' modules do besides: layers called twice, values overwritten, an `if`, two outputs."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Reused(nn.Module):
    """One convolution called three times, one ReLU in place called as often, and a tied weight."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.act = nn.ReLU(inplace=True)
        self.enter = nn.Conv2d(3, 4, 1)
        self.scores = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Four numbers, through the same layers again and again."""
        x = self.enter(x)
        for _ in range(3):
            x = self.act(self.conv(x)) + x
        return F.linear(self.scores(x.mean((2, 3))), self.scores.weight.t())


class Overwriting(nn.Module):
    """In-place operations on what is read later by an older name, through a view and a slice too."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.act = nn.LeakyReLU(0.1, inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Eight maps: `first` is read after ReLU and arithmetic have changed it, and after its half was doubled."""
        first = self.conv(x)
        changed = self.act(first)
        first.mul_(0.5).add_(x.mean(1, keepdim=True))
        flat = first.view(first.shape[0], 4, -1)
        flat.clamp_(max=1.0)
        first[:, :2] *= 2
        return torch.cat([first, changed - flat.view_as(first) * 0.5], dim=1)


class Branching(nn.Module):
    """Goes another way for dark pictures: an `if` on numbers, which no graph of operations holds."""

    def __init__(self) -> None:
        super().__init__()
        self.light, self.dark = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Four maps."""
        if x.mean() > 0:
            return self.light(x)
        return self.dark(x)


class TwoHeads(nn.Module):
    """A tuple of outputs: scores and a box."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 6, 3, stride=2), nn.Mish(), nn.AdaptiveMaxPool2d(2), nn.Flatten())
        self.scores, self.box = nn.Linear(24, 5), nn.Linear(24, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Five scores and four numbers."""
        x = self.body(x)
        return self.scores(x), F.softplus(self.box(x))
