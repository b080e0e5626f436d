"""Small models whose printed texts are in ``tests/importers/summaries``."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1, groups=2, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.act = nn.LeakyReLU(0.1, inplace=True)

    def forward(self, x: Any) -> Any:
        return x + self.act(self.bn(self.conv(x)))


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, (5, 3), stride=2), nn.GroupNorm(2, 8), nn.GELU())
        self.blocks = nn.ModuleList([Block() for _ in range(3)])
        self.scale = nn.Parameter(torch.ones(8, 1, 1))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(8, 5))

    def forward(self, x: Any) -> Any:
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(self.pool(x * self.scale).flatten(1)))


def block_net() -> Any:
    """Return a model with blocks that are repeated, a loose parameter, and layers without a bias."""
    return Net().eval()


def chain() -> Any:
    """Return a model whose layers run one after the other."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), nn.Sequential(nn.Flatten(), nn.Linear(576, 84)),
        nn.PReLU(), nn.Linear(84, 10, bias=False), nn.Softmax(dim=1),
    ).eval()  # fmt: skip
