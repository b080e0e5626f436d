"""Small PyTorch models that are awkward to import, each for a reason of its own."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as f


class Shared(nn.Module):
    """One module that runs twice: its weights count once."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(f.relu(self.conv(x)))


class Loose(nn.Module):
    """Parameters that belong to no layer, in sums, products and concatenations."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 16))
        self.positions = nn.Parameter(torch.zeros(1, 65, 16))
        self.gamma = nn.Parameter(torch.ones(16))
        self.patches = nn.Conv2d(4, 16, 2, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.positions
        return x[:, 0] * self.gamma


class Heads(nn.Module):
    """Attention that is written out: one projection, heads, products, softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(16, 48, bias=False), nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(2).transpose(1, 2)
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, 4, c // 4).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(-2, -1) * 0.5).softmax(dim=-1)
        return self.out((weights @ v).transpose(1, 2).reshape(b, n, c))


class Windows(nn.Module):
    """Windows that become a part of the batch, and are put together again."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        x = x.permute(0, 2, 3, 1).view(b, h // 4, 4, w // 4, 4, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 16, c)
        x = self.mix(x)
        return x.view(b, h // 4, w // 4, 4, 4, c).permute(0, 1, 3, 2, 4, 5).reshape(b, h, w, c).permute(0, 3, 1, 2)


class Einsum(nn.Module):
    """A product that einsum writes, and a weight that is made of another."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.scale = nn.Parameter(torch.ones(8, 16)), nn.Parameter(torch.ones(8, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("bchw,oc->bohw", x, self.weight * self.scale)


class ByShape(nn.Module):
    """An `if` on shapes, which is no `if` on values."""

    def __init__(self) -> None:
        super().__init__()
        self.small, self.large = nn.Conv2d(16, 4, 1), nn.Conv2d(16, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.small(x) if x.shape[-1] < 8 else self.large(x)


class ByValue(ByShape):
    """An `if` on values: without values nobody knows which way it goes."""

    def forward(self, x: Tensor) -> Tensor:
        x = f.avg_pool2d(x, 2)
        return self.small(x) if x.sum() > 0 else self.large(x)


class ByConstants(ByShape):
    """An `if` on values that follow from constants: of a mask, of positions, and of a table that is a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("steps", torch.empty(4))

    def forward(self, x: Tensor) -> Tensor:
        mask = x.new_ones(x.shape[0], x.shape[-1])
        mask[:, 3] = 0
        last = torch.arange(x.shape[-1], device=x.device)[-1].item()
        right = not mask.all() and (mask == 0).nonzero().shape == (x.shape[0], 2) and last == x.shape[-1] - 1
        return self.small(x * self.steps[0]) if right else self.large(x)


class Overwritten(ByShape):
    """A mask whose values were constants until values of the input were written into it."""

    def forward(self, x: Tensor) -> Tensor:
        x = f.avg_pool2d(x, 2)
        mask = torch.ones(x.shape[0], device=x.device)
        mask[:] = x.sum((1, 2, 3))
        return self.small(x) if mask.all() else self.large(x)


class Tied(nn.Module):
    """Words whose table is also the weight of the last layer, which has a bias of its own, and once more transposed."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.out = nn.Embedding(100, 16), nn.Linear(16, 100)
        self.out.weight = self.words.weight

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.out(f.embedding(tokens, self.words.weight))
        return x + torch.matmul(self.words(tokens), self.words.weight.T)


class Constants(nn.Module):
    """Products of parameters and buffers with constants, which read no input, and of the input with a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.project = nn.Parameter(torch.zeros(8, 16)), nn.Linear(16, 16)
        self.register_buffer("turn", torch.zeros(16, 16))

    def forward(self, x: Tensor) -> Tensor:
        tokens = f.linear(x.flatten(2).transpose(1, 2), self.turn)
        return tokens @ self.project(torch.eye(8) @ self.table).T


class Contrasted(nn.Module):
    """The images of a batch are compared with one another."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(16, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.project(x.mean((2, 3)))
        return x @ x.T


class Assigned(nn.Module):
    """Values that are written into a part of a tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        y[:, :8] = x[:, :8]
        return y


class Recurrent(nn.Module):
    """A recurrent layer whose last state is read, over tokens that are whole numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.lstm, self.out = nn.Embedding(100, 16), nn.LSTM(16, 8, batch_first=True), nn.Linear(8, 3)

    def forward(self, tokens: Tensor) -> Tensor:
        _, (state, _) = self.lstm(self.words(tokens))
        return self.out(state[-1])


class Crossed(nn.Module):
    """Attention of one input to another, by PyTorch's own layers."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(16, 4, batch_first=True)
        self.layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, dropout=0.0)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        found, _ = self.attend(x, memory, memory, need_weights=False)
        return self.layer(found)


class Idle(nn.Module):
    """A module that never runs."""

    def __init__(self) -> None:
        super().__init__()
        self.used, self.unused = nn.Conv2d(16, 4, 3), nn.Linear(7, 5)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": self.used(x), "again": self.used.forward(x)}


IMAGE, TOKENS = (16, 16, 16), (12, 16)
TOYS: tuple[tuple[type[nn.Module], dict[str, tuple[int, ...]]], ...] = (
    (Shared, {"": (4, 9, 9)}),
    (Loose, {"": (4, 16, 16)}),
    (Heads, {"": IMAGE}),
    (Windows, {"": IMAGE}),
    (Einsum, {"": IMAGE}),
    (ByShape, {"": IMAGE}),
    (Assigned, {"": IMAGE}),
    (ByConstants, {"": IMAGE}),
    (Constants, {"": IMAGE}),
    (Contrasted, {"": IMAGE}),
    (Tied, {"tokens": (12,)}),
    (Crossed, {"x": TOKENS, "memory": (7, 16)}),
    (Idle, {"": IMAGE}),
)
"""The toys that run without values, each with its input."""
