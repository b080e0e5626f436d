"""Multi-head latent attention: keys and values are made of a short vector for each token."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import Projection, paired, require_tokens
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, NATURAL, SIZE, option
from archcalc.quantities.tensor import WEIGHT, Tensor, count
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class LatentAttention(Layer):
    """Attention whose keys and values are projected from a latent vector of ``kv_rank`` features for each token.

    A head's query and key have ``nope_dim`` features, and ``rope_dim`` features that rotate with the position; the
    rotating features of the key are the same for all heads. With ``query_rank`` queries are made of a latent vector,
    too. Both latent vectors are normalized (RMS norm). The KV cache has only the latent vector and the rotating
    features. MACs: each projection's weights once per token, and two products for each pair of tokens; after cached
    tokens, their keys and values are projected from the latent vectors again.

    >>> from archcalc.quantities.shape import Shape
    >>> lite = LatentAttention(16, kv_rank=512, nope_dim=128, rope_dim=64, value_dim=128)
    >>> lite.cached(Shape("TF", (1, 2048)), 1000)
    576000
    """

    kind: ClassVar[str] = "latent_attention"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example(
        "[{latent_attention: 4, kv_rank: 16, nope_dim: 16, rope_dim: 8, value_dim: 16}]", "TF 16x64"
    )
    source: ClassVar[str] = "DeepSeek-AI 2024 (DeepSeek-V2), arXiv 2405.04434, section 2.1."
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    heads: Int = option(SIZE, "number of heads", main=True)
    kv_rank: Int = option(SIZE, "features of the latent vector of keys and values")
    nope_dim: Int = option(SIZE, "features per head of queries and keys without a position")
    rope_dim: Int = option(SIZE, "features of queries and keys that rotate with the position")
    value_dim: Int = option(SIZE, "features per head of values")
    query_rank: Int = option(NATURAL, "features of the latent vector of queries (0: none)", default=0)
    bias: bool = option(FLAG, "whether the first projections and that of the output have biases", default=False)
    causal: bool = option(FLAG, "whether a token attends only to itself and earlier tokens", default=True)
    cache: Int = option(NATURAL, "earlier tokens whose latent vectors are cached (decoding)", default=0)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: tokens."""
        require_tokens(x)
        if decide(self.cache, "!=", 0) is not False and not self.causal:
            raise Refusal("cache requires causal attention", "add causal: true, or remove cache")
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, and the scales of the latent vectors."""
        scales = [Tensor("kv_a_norm.weight", (self.kv_rank,))]
        if self._has_latent_queries:
            scales.insert(0, Tensor("q_a_norm.weight", (self.query_rank,)))
        own = (*self._of_tokens(x), self._of_latents())
        return (*(tensor for projection in own for tensor in projection.tensors), *scales)

    @property
    def _has_latent_queries(self) -> bool:
        return decide(self.query_rank, "==", 0) is not True

    def _of_tokens(self, x: Shape) -> tuple[Projection, ...]:
        """Return the projections that run once for each new token."""
        features, queries = x.channels, self.heads * (self.nope_dim + self.rope_dim)
        asking = [Projection("q_proj", features, queries, biased=False)]
        if self._has_latent_queries:
            asking = [
                Projection("q_a_proj", features, self.query_rank, biased=self.bias),
                Projection("q_b_proj", self.query_rank, queries, biased=False),
            ]
        return (
            *asking,
            Projection("kv_a_proj", features, self.kv_rank + self.rope_dim, biased=self.bias),
            Projection("o_proj", self.heads * self.value_dim, features, biased=self.bias),
        )

    def _of_latents(self) -> Projection:
        """Return the projection from latent vectors to keys and values, which cached tokens run, too."""
        return Projection("kv_b_proj", self.kv_rank, self.heads * (self.nope_dim + self.value_dim), biased=False)

    def macs(self, x: Shape) -> Int:
        """Return the weights × tokens, and two products for each pair of tokens."""
        new, every = x.positions, x.positions + self.cache
        weights = count((tensor for p in self._of_tokens(x) for tensor in p.tensors), WEIGHT)
        pairs = paired(new, every, self.heads * (self.nope_dim + self.rope_dim), self.heads * self.value_dim)
        return weights * new + count(self._of_latents().tensors, WEIGHT) * every + pairs

    def cached(self, x: Shape, tokens: Int) -> Int:
        """Return the latent vectors and the rotating features of the keys of the earlier tokens."""
        return tokens * (self.kv_rank + self.rope_dim) if self.causal else 0

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything, for a token reads all the others."""
        return reads_all(before)

    def note(self, x: Shape) -> str:
        """Say what the cache holds."""
        return "The KV cache has one latent vector for each token, in place of keys and values of every head."

    def torch(self, x: Shape) -> str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
