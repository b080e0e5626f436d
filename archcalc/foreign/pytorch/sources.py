"""The classes of a program for layers that torch.nn does not have: each is written only where it is used."""

from __future__ import annotations

from archcalc.foreign.pytorch.attending import ATTENTION, EXPERTS, LATENT_ATTENTION

FIRST_POSITION = '''\
class ClassToken(nn.Module):
    """A learned token before all others."""

    def __init__(self, features):
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(features))

    def forward(self, x):
        return torch.cat([self.class_token.expand(x.shape[0], 1, -1), x], dim=1)
'''

POSITION_EMBEDDING = '''\
class PositionEmbedding(nn.Module):
    """A learned vector for each position, added to the token there."""

    def __init__(self, positions, features):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.zeros(positions, features))

    def forward(self, x):
        return x + self.pos_embedding[: x.shape[1]]
'''

FIXED_POSITIONS = '''\
class FixedPositions(nn.Module):
    """A sinusoidal vector for each position, added to the token there."""

    def __init__(self, positions, features):
        super().__init__()
        rates = 10_000 ** (-torch.arange(0, features, 2) / features)
        angles = torch.arange(positions).unsqueeze(1) * rates
        both = torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)
        self.register_buffer("pos_embedding", both[:, :features])

    def forward(self, x):
        return x + self.pos_embedding[: x.shape[1]]
'''

TYPE_EMBEDDING = '''\
class TokenTypeEmbedding(nn.Module):
    """A learned vector for each type of token; without types, all tokens are of the first."""

    def __init__(self, types, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(types, features))

    def forward(self, x, types=0):
        return x + self.weight[types]
'''

LAYER_SCALE = '''\
class LayerScale(nn.Module):
    """A learned factor for each channel, of maps with spatial axes or of tokens (no axes)."""

    def __init__(self, channels, axes=0):
        super().__init__()
        self.axes = axes
        self.layer_scale = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x * self.layer_scale.reshape(-1, *[1] * self.axes)
'''

PARAMETER = '''\
class Parameter(nn.Module):
    """A learned tensor, the same for every input."""

    def __init__(self, sizes):
        super().__init__()
        self.parameter = nn.Parameter(torch.zeros(sizes))

    def forward(self, x):
        return self.parameter.expand(x.shape[0], *self.parameter.shape)
'''

SEPARABLE_CONV = '''\
class SeparableConv{}d(nn.Sequential):
    """A convolution of each channel by itself, and a pointwise convolution."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        dilation=1,
        multiplier=1,
        bias=True,
    ):
        between = in_channels * multiplier
        super().__init__(
            nn.Conv{}d(
                in_channels,
                between,
                kernel_size,
                stride=stride,
                dilation=dilation,
                groups=in_channels,
                bias=False,
            ),
            nn.Conv{}d(between, out_channels, 1, bias=bias),
        )
'''

SUBSAMPLING = '''\
class Subsampling(nn.Module):
    """The sum of each window, times a coefficient, plus a bias, of each channel."""

    def __init__(self, channels, kernel_size, stride):
        super().__init__()
        self.pool = nn.AvgPool2d(kernel_size, stride, divisor_override=1)
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        weight, bias = self.weight.reshape(-1, 1, 1), self.bias.reshape(-1, 1, 1)
        return self.pool(x) * weight + bias
'''

RADIAL_BASIS = '''\
class RadialBasis(nn.Module):
    """The squared distance to the center of each unit."""

    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(out_features, in_features))

    def forward(self, x):
        return (x.unsqueeze(1) - self.weight).square().sum(dim=-1)
'''

SOURCES = {
    "Attention": ATTENTION,
    "ClassToken": FIRST_POSITION,
    "Experts": EXPERTS,
    "FixedPositions": FIXED_POSITIONS,
    "LatentAttention": LATENT_ATTENTION,
    "LayerScale": LAYER_SCALE,
    "Parameter": PARAMETER,
    "PositionEmbedding": POSITION_EMBEDDING,
    "RadialBasis": RADIAL_BASIS,
    "Subsampling": SUBSAMPLING,
    "TokenTypeEmbedding": TYPE_EMBEDDING,
    **{f"SeparableConv{rank}d": SEPARABLE_CONV.format(rank, rank, rank) for rank in (1, 2, 3)},
}
"""The source of each class, by its name."""

OWN_NAMES = {"Perceptrons", *SOURCES}
"""The names that these classes have."""
