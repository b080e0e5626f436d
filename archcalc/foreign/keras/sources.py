"""The layers of a program that Keras does not have: each is written only where it is used."""

from __future__ import annotations

FIRST_POSITION = '''\
class ClassToken(layers.Layer):
    """A learned token before all others."""

    def build(self, input_shape):
        self.token = self.add_weight(shape=(input_shape[-1],), name="token")

    def call(self, x):
        token = ops.broadcast_to(self.token, (ops.shape(x)[0], 1, x.shape[-1]))
        return ops.concatenate([token, x], axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] + 1, input_shape[2])
'''

POSITIONS = '''\
class PositionEmbedding(layers.Layer):
    """A learned vector for each position, added to the token there."""

    def __init__(self, positions, **options):
        super().__init__(**options)
        self.positions = positions

    def build(self, input_shape):
        shape = (self.positions, input_shape[-1])
        self.embedding = self.add_weight(shape=shape, name="embedding")

    def call(self, x):
        return x + self.embedding[: x.shape[1]]
'''

TYPES = '''\
class TokenTypeEmbedding(layers.Layer):
    """A learned vector for each type of token; without types, all tokens are of the first."""

    def __init__(self, types, **options):
        super().__init__(**options)
        self.types = types

    def build(self, input_shape):
        shape = (self.types, input_shape[-1])
        self.embedding = self.add_weight(shape=shape, name="embedding")

    def call(self, x):
        return x + self.embedding[0]
'''

SCALE = '''\
class LayerScale(layers.Layer):
    """A learned factor for each channel."""

    def build(self, input_shape):
        self.scale = self.add_weight(
            shape=(input_shape[-1],), initializer="ones", name="scale"
        )

    def call(self, x):
        return x * self.scale
'''

LOCAL = '''\
class LocalResponseNormalization(layers.Layer):
    """Each value divided by a sum over neighboring channels."""

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0, **options):
        super().__init__(**options)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def call(self, x):
        sides = (self.size // 2, (self.size - 1) // 2)
        squares = ops.pad(ops.square(x), [(0, 0)] * (len(x.shape) - 1) + [sides])
        channels = x.shape[-1]
        total = sum(squares[..., at : at + channels] for at in range(self.size))
        return x / (self.k + self.alpha / self.size * total) ** self.beta
'''

SOURCES = {
    "ClassToken": FIRST_POSITION,
    "LayerScale": SCALE,
    "LocalResponseNormalization": LOCAL,
    "PositionEmbedding": POSITIONS,
    "TokenTypeEmbedding": TYPES,
}
"""The source of each layer, by its name."""
