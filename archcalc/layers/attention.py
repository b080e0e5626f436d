"""Multi-head attention: among the tokens themselves, or with keys and values of another layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import (
    Projection,
    paired,
    projections,
    refuse_uneven_heads,
    relative_positions,
    require_tokens,
)
from archcalc.layers.backward import FLOAT32, IMAGES_SECOND, INPUT, Kept, Own
from archcalc.layers.base import Foreign, Layer, layer, reads_all, slid
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, LIST, NATURAL, SIZE, SOURCE, option
from archcalc.quantities.tensor import WEIGHT, Tensor, count
from archcalc.quantities.window import Window
from archcalc.symbolic.expr import minimum, product, total
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import require_divisible, violated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.backward import Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Attention(Layer):
    """Multi-head attention: each output token is an average of all values, weighted by query–key similarity.

    Parameters over D features: weights of queries, keys, values and output (4D²) and their biases (4D), however
    many heads. MACs over T tokens: 4TD² for these projections, 2T²D for queries × keys and weights × values. A causal
    mask does not change that: the products of the masked half are counted. With ``window`` each token has min(w, T)
    keys, or without ``causal`` min(2⌊w/2⌋ + 1, T), also at the ends. Rotary positions have no parameters, and their
    products are not counted.

    ``kv_heads`` are fewer heads of keys and values (grouped or multi-query attention). With ``memory`` they come from
    another layer (cross-attention). ``relative: [14, 14]`` adds a learned bias for each distance on the grid of the
    tokens and each head, 27² × heads; ``buckets: 32`` one for each of 32 ranges of distances and each head.
    ``qk_norm`` adds a scale for each feature of a head, for queries and for keys.

    >>> from archcalc.quantities.shape import Shape
    >>> Attention(12).macs(Shape("TF", (197, 768)))
    524391936
    """

    kind: ClassVar[str] = "attention"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{attention: 4}]", "TF 16x64")
    source: ClassVar[str] = (
        "Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2; Dosovitskiy et al. 2020, arXiv 2010.11929; for grouped "
        "keys Ainslie et al. 2023, arXiv 2305.13245; for windows Jiang et al. 2023 (Mistral), arXiv 2310.06825, and "
        "Beltagy et al. 2020 (Longformer), arXiv 2004.05150; for relative positions Shaw, Uszkoreit & Vaswani 2018, "
        "arXiv 1803.02155, and Raffel et al. 2020 (T5), arXiv 1910.10683; for normalized queries and keys Henry et al. "
        "2020, arXiv 2010.04245."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    heads: Int = option(SIZE, "number of heads", main=True)
    bias: bool = option(FLAG, "whether the projections have biases", default=True)
    relative: tuple[Int, ...] | None = option(
        LIST, "grid of the tokens, for learned relative position biases", default=None
    )
    kv_heads: Int | None = option(SIZE, "number of heads of keys and values (default: heads)", default=None)
    head_dim: Int | None = option(SIZE, "features per head (default: features / heads)", default=None)
    key_dim: Int | None = option(SIZE, "features per head of queries and keys (default: head_dim)", default=None)
    value_dim: Int | None = option(
        SIZE, "features per head of values (default: head_dim, or that of keys)", default=None
    )
    query_bias: bool | None = option(FLAG, "whether queries have biases (default: bias)", default=None)
    key_bias: bool | None = option(FLAG, "whether keys have biases (default: bias)", default=None)
    value_bias: bool | None = option(FLAG, "whether values have biases (default: bias)", default=None)
    output_bias: bool | None = option(FLAG, "whether the output projection has biases (default: bias)", default=None)
    memory: Shape | None = option(SOURCE, "layer of keys and values, for cross-attention", default=None)
    causal: bool = option(FLAG, "whether a token attends only to itself and earlier tokens", default=False)
    window: Int | None = option(
        NATURAL, "sliding window: number of tokens that a token attends to (0: all tokens)", default=None
    )
    buckets: Int | None = option(SIZE, "ranges of distances with a learned bias per head (T5)", default=None)
    qk_norm: bool = option(FLAG, "whether queries and keys of each head are normalized, with a scale", default=False)

    cache: Int = option(NATURAL, "earlier tokens whose keys and values are cached (decoding)", default=0)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: tokens, whose features have to divide among the heads."""
        require_tokens(x)
        if self.head_dim is None and self.key_dim is None:
            refuse_uneven_heads(x.channels, self.heads)
        if self.kv_heads is not None:
            uneven = f"kv_heads {self.kv_heads} does not divide the {self.heads} heads"
            require_divisible(self.heads, self.kv_heads, uneven)
        self._refuse_unlike(x)
        return x

    def _refuse_unlike(self, x: Shape) -> None:
        """Refuse relative positions, windows and memories that do not go with the tokens."""
        if self.relative and violated(product(self.relative), "!=", x.positions):
            grid = "×".join(str(size) for size in self.relative)
            raise Refusal(
                f"the grid {grid} has {product(self.relative)} positions, but the input has {x.positions} tokens"
            )
        if decide(self.cache, "!=", 0) is not False and (self.memory is not None or not self.causal):
            raise Refusal("cache requires causal attention without memory", "add causal: true, or remove cache")
        if self.memory is None:
            return
        if self.memory.layout != "TF":
            hint = "add tokens after that layer" if self.memory.is_map else ""
            raise Refusal(f"memory: expected tokens × features, got {self.memory.described()}", hint)
        if self.memory.regions != x.regions:
            raise Refusal(f"the input {x} and the memory {self.memory} have different numbers of regions per image")
        for name in ("relative", "window", "buckets"):
            if getattr(self, name) not in (None, 0):
                said = f"{name} and memory cannot be combined"
                raise Refusal(said, "positions can only be compared within one sequence")

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, the scales of queries and keys, and the biases for distances with their index."""
        scale = (self._each(x, self.key_dim, self.head_dim),)
        scales = [Tensor(f"{name}_norm.weight", scale) for name in ("q", "k") if self.qk_norm]
        relative = relative_positions(self.relative, self.heads) if self.relative else ()
        buckets = () if self.buckets is None else (self.buckets,)
        bucketed = [Tensor("relative_attention_bias.weight", (number, self.heads)) for number in buckets]
        return (*self._projections(x), *scales, *relative, *bucketed)

    def _projections(self, x: Shape) -> tuple[Tensor, ...]:
        if self._ordinary and self.memory is None:
            return projections(("in_proj_", "out_proj."), x.channels, biased=self.bias)
        return tuple(tensor for one in (*self._asking(x), *self._answering(x)) for tensor in one.tensors)

    @property
    def _ordinary(self) -> bool:
        """Whether all projections are from features to features, and biased alike: one weight holds three of them."""
        apart = (self.query_bias, self.key_bias, self.value_bias, self.output_bias)
        sizes = (self.kv_heads, self.head_dim, self.key_dim, self.value_dim)
        return all(given is None for given in (*apart, *sizes))

    def _asking(self, x: Shape) -> tuple[Projection, Projection]:
        """Return the projections that are made of the layer's own tokens alone: queries and output."""
        queries = Projection("q_proj", x.channels, self._queries(x), biased=self._biased(self.query_bias))
        return queries, Projection("out_proj", self._values(x), x.channels, biased=self._biased(self.output_bias))

    def _answering(self, x: Shape) -> tuple[Projection, Projection]:
        """Return the projections that are made of what is attended to: keys and values."""
        read, heads = (self.memory or x).channels, self.heads if self.kv_heads is None else self.kv_heads
        keys = self._wide(x, heads, self.key_dim, self.head_dim)
        values = self._wide(x, heads, self.value_dim, self.head_dim, self.key_dim)
        return (
            Projection("k_proj", read, keys, biased=self._biased(self.key_bias)),
            Projection("v_proj", read, values, biased=self._biased(self.value_bias)),
        )

    def _biased(self, own: bool | None) -> bool:  # noqa: FBT001 - an option's value
        return self.bias if own is None else own

    def _queries(self, x: Shape) -> Int:
        """Return the features of all queries of a token: those of the input, unless a head's are given."""
        return self._wide(x, self.heads, self.key_dim, self.head_dim)

    def _values(self, x: Shape) -> Int:
        """Return the features of what the heads put out for a token."""
        return self._wide(x, self.heads, self.value_dim, self.head_dim, self.key_dim)

    def _wide(self, x: Shape, heads: Int, *each: Int | None) -> Int:
        """Return the features of so many heads: of all, together those of the input, unless a head's are given."""
        own = heads is self.heads and all(size is None for size in each)
        return x.channels if own else heads * self._each(x, *each)

    def _each(self, x: Shape, *each: Int | None) -> Int:
        """Return the features of a head: the first number that is given, or its part of the input's."""
        given = [size for size in each if size is not None]
        return given[0] if given else x.channels // self.heads

    def macs(self, x: Shape) -> Int:
        """Return 4TD² + 2T²D: each projection's weights once per token, and two products for each pair of tokens."""
        pairs = paired(x.positions, self._seen(x), self._queries(x), self._values(x))
        if self.memory is None:
            return count(self._projections(x), WEIGHT) * x.positions + pairs
        asking, answering = (
            total(p.inputs * p.outputs for p in part) for part in (self._asking(x), self._answering(x))
        )
        return asking * x.positions + answering * self.memory.positions + pairs

    def cached(self, x: Shape, tokens: Int) -> Int:
        """Return keys and values of the earlier tokens, of those in the window, or of all tokens of the memory.

        Without ``causal`` a token reads later ones, so that nothing is known of it before they come.

        Source: Pope et al. 2022, arXiv 2211.05102, section 2 (KV cache); Ainslie et al. 2023, arXiv 2305.13245.

        >>> from archcalc.quantities.shape import Shape
        >>> llama = Attention(32, kv_heads=8, causal=True)
        >>> llama.cached(Shape("TF", (1, 4096)), 8192) == 8192 * 2 * 8 * 128
        True
        """
        each = total(projection.outputs for projection in self._answering(x))
        if self.memory is not None:
            return self.memory.positions * each
        if not self.causal:
            return 0
        return each * (tokens if self._within is None else minimum(tokens, self._within))

    def _seen(self, x: Shape) -> Int:
        """Return the number of tokens that each token attends to: all, or those of the sliding window."""
        every = (self.memory or x).positions + self.cache
        return every if self._within is None else minimum(every, self._sliding(self._within).kernel)

    @property
    def _within(self) -> Int | None:
        """The size of the sliding window, if there is one."""
        return None if self.window is None or decide(self.window, "==", 0) is True else self.window

    def _sliding(self, width: Int) -> Window:
        """Return the window over the tokens: up to the token itself, or as many before it as after it."""
        if self.causal:
            return Window(kernel=width, before=width - 1)
        side = width // 2
        return Window(kernel=2 * side + 1, before=side, after=side)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything, for a token reads all the others; within a window what the tokens in it saw.

        With ``causal`` that is true of the last token; the others read as far as themselves.
        """
        if self._within is None or decide(self._seen(x), "==", x.positions):
            return reads_all(before)
        return slid(before, (self._sliding(self._within),), x)

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Return what a token depends on: also on everything that the memory depends on."""
        found = self.reach(inputs[0], before[0])
        return found.joined(reads_all(before[1])) if self.memory is not None else found

    def note(self, x: Shape) -> str:
        """Say what a mask and grouped heads change, and what they do not."""
        said = []
        if self.kv_heads is not None:
            said.append(
                "Each head of keys and values serves several heads of queries: fewer parameters and a smaller KV "
                "cache, but as many products of queries and keys."
            )
        if self.causal:
            said.append("A causal mask does not change the MACs: masked products are counted.")
        return " ".join(said)

    def kept(self, run: Training) -> Kept | None:
        """Return input, queries, keys and values, output, and for each token and head one sum of exponentials.

        That is attention that does not return its weights (``need_weights=False``), with ``is_causal`` for a causal
        mask. PyTorch copies the input, tokens before images, unless it lies so or there is one image or one token. All
        that PyTorch's module does not have is unknown.

        Source: PyTorch's derivatives.yaml, _scaled_dot_product_flash_attention_for_cpu: query, key, value, output,
        logsumexp; torch/nn/functional.py, multi_head_attention_forward.
        """
        if self._elsewhere():
            return None
        tokens, values = run.x.positions, run.x.elements
        lies = run.turned[0] == IMAGES_SECOND or (not run.turned[0] and self._single(run))
        made = (Own(3 * values), Own(values), Own(tokens * self.heads, FLOAT32))
        if not run.learns:
            return Kept(own=made)
        return INPUT.and_own(*made) if lies else Kept(own=(Own(values), *made))

    def turned(self, run: Training) -> int:
        """Return the order of PyTorch's output, tokens before images, where there are several of both."""
        return 0 if self._single(run) else IMAGES_SECOND

    def _single(self, run: Training) -> bool:
        return bool(decide(run.batch * run.x.regions, "==", 1) or decide(run.x.positions, "==", 1))

    def _elsewhere(self) -> str:
        """Return why PyTorch's module is another layer; nothing where it is this one."""
        lacks = {
            "relative positions": self.relative is not None or self.buckets is not None,
            "sliding windows": self._within is not None,
            "norms of queries and keys": self.qk_norm,
            "cache": decide(self.cache, "!=", 0) is not False,
            "heads or biases that differ": not self._ordinary,
        }
        found = [what for what, used in lacks.items() if used]
        if found:
            return f"torch.nn.MultiheadAttention has no {found[0]}"
        return "torch.nn.MultiheadAttention with kdim and vdim, called with both layers" if self.memory else ""

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``MultiheadAttention``, called with the tokens as queries, keys and values."""
        require_tokens(x)
        options = {"embed_dim": x.channels, "num_heads": self.heads, "bias": self.bias, "batch_first": True}
        return self._elsewhere() or Foreign("MultiheadAttention", options, times=3)
