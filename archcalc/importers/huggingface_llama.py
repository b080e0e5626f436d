"""The families of Llama's layers: fields with the defaults of transformers 5.24, and the arguments of their specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.huggingface_config import ModelFamily, Nullable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.importers.huggingface_config import Fields, Source

SLIDING, FULL = "sliding_attention", "full_attention"


def sizes(*values: int) -> dict[str, int]:
    """Return the fields that all these families have, with their defaults."""
    names = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    return dict(zip(names, values, strict=True))


LAYERS: Mapping[str, Source] = {
    "vocabulary": "vocab_size",
    "width": "hidden_size",
    "depth": "num_hidden_layers",
    "heads": "num_attention_heads",
    "hidden": "intermediate_size",
    "tied": "tie_word_embeddings",
}


def _kv_heads(c: Fields) -> int:
    """Return the number of heads of keys and values: all heads, if it is null."""
    return int(c.num_attention_heads if c.num_key_value_heads is None else c.num_key_value_heads)


def _head_dim(c: Fields) -> int:
    """Return the features of a head: its part of all features, if they are null or no field."""
    given = c.head_dim if "head_dim" in c else None
    return int(given if given is not None else c.hidden_size // max(1, c.num_attention_heads))


GROUPED: Mapping[str, Source] = {**LAYERS, "kv_heads": _kv_heads, "head_dim": _head_dim}
BIASED: Mapping[str, Source] = {"qkv_bias": "attention_bias", "output_bias": "attention_bias"}


def _is_local(c: Fields) -> list[bool]:
    """Return for each layer whether it has a sliding window."""
    if c.layer_types is not None:
        unknown = sorted({str(kind) for kind in c.layer_types} - {SLIDING, FULL})
        if unknown or len(c.layer_types) != c.num_hidden_layers:
            problem = (
                f"unknown layer type '{unknown[0]}'" if unknown else "layer_types does not have a type for each layer"
            )
            raise UsageError(problem, f"known: {SLIDING} and {FULL}, one for each of {c.num_hidden_layers} layers")
        return [kind == SLIDING for kind in c.layer_types]
    if "use_sliding_window" in c:
        return [
            c.use_sliding_window and index >= c.max_window_layers
            for index in range(min(c.num_hidden_layers, MOST_LAYERS))
        ]
    every = c.sliding_window_pattern if "sliding_window_pattern" in c else 2
    return [(index + 1) % max(1, every) != 0 for index in range(min(c.num_hidden_layers, MOST_LAYERS))]


MOST_LAYERS = 100_000
"""Layers whose types are looked at; a spec has at most 200,000 layers, several for each of these."""


def _windows(c: Fields) -> tuple[int, int, int]:
    """Return the window, the first layer with one, and the period of layers without one.

    Raises:
        UsageError: the layers with a window follow another pattern.
    """
    local = _is_local(c)
    never = len(local) + 1
    if not c.sliding_window or not any(local):
        return 0, 0, never
    start = local.index(True)
    every = next((index + 1 for index in range(start, len(local)) if not local[index]), never)
    for period in (every, never):
        if local == [index >= start and (index + 1) % period != 0 for index in range(len(local))]:
            return c.sliding_window, start, period
    supported = "supported: every n-th layer without a window, after the first layers"
    raise UsageError("layer_types is not a pattern that is supported", supported)


WINDOWED: Mapping[str, Source] = {
    "window": lambda c: _windows(c)[0],
    "windows_from": lambda c: _windows(c)[1],
    "global_every": lambda c: _windows(c)[2],
}
LOCAL = {"layer_types": Nullable(None, []), "sliding_window": Nullable(4096)}
QWEN = {**LOCAL, "use_sliding_window": False, "max_window_layers": 28}
EXPERTS: Mapping[str, Source] = {**GROUPED, "experts": "num_experts", "active": "num_experts_per_tok"}


def _leading(layers: list[int]) -> int:
    """Return how many layers come first, before all others.

    Raises:
        UsageError: other layers are among them.
    """
    if sorted(set(layers)) != list(range(len(set(layers)))):
        raise UsageError(f"mlp_only_layers {layers[:8]} is not supported", "supported: the first layers, from 0 on")
    return len(set(layers))


LLAMA: dict[str, ModelFamily] = {
    "llama": ModelFamily(
        "llama-2-7b", "LlamaForCausalLM",
        {**sizes(32000, 4096, 11008, 32, 32), "num_key_value_heads": Nullable(), "head_dim": Nullable(),
         "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False},
        {**GROUPED, **BIASED, "mlp_bias": "mlp_bias"},
    ),
    "mistral": ModelFamily(
        "mistral-7b", "MistralForCausalLM",
        {**sizes(32000, 4096, 14336, 32, 32), "num_key_value_heads": Nullable(8), "head_dim": Nullable(),
         "sliding_window": Nullable(4096), "tie_word_embeddings": False},
        {**GROUPED, "window": lambda c: c.sliding_window or 0},
    ),
    "mixtral": ModelFamily(
        "mixtral-8x7b", "MixtralForCausalLM",
        {**sizes(32000, 4096, 14336, 32, 32), "num_key_value_heads": Nullable(8), "head_dim": Nullable(),
         "sliding_window": Nullable(), "num_local_experts": 8, "num_experts_per_tok": 2, "tie_word_embeddings": False},
        {**GROUPED, "experts": "num_local_experts", "active": "num_experts_per_tok",
         "window": lambda c: c.sliding_window or 0},
        others={"num_experts": "num_local_experts"},
    ),
    "qwen2": ModelFamily(
        "qwen2.5-7b", "Qwen2ForCausalLM",
        {**sizes(151936, 4096, 22016, 32, 32), "num_key_value_heads": Nullable(32), **QWEN,
         "tie_word_embeddings": False},
        {**GROUPED, **WINDOWED},
    ),
    "qwen3": ModelFamily(
        "qwen3-8b", "Qwen3ForCausalLM",
        {**sizes(151936, 4096, 22016, 32, 32), "num_key_value_heads": Nullable(32), "head_dim": 128, **QWEN,
         "attention_bias": False, "tie_word_embeddings": False},
        {**GROUPED, **BIASED, **WINDOWED},
    ),
    "qwen3_moe": ModelFamily(
        "qwen3-30b-a3b", "Qwen3MoeForCausalLM",
        {**sizes(151936, 2048, 6144, 24, 32), "num_key_value_heads": 4, "head_dim": Nullable(),
         "attention_bias": False, "use_sliding_window": False, "sliding_window": Nullable(4096),
         "decoder_sparse_step": 1, "moe_intermediate_size": 768, "num_experts_per_tok": 8, "num_experts": 128,
         "mlp_only_layers": Nullable(None, [0]), "tie_word_embeddings": False},
        {**EXPERTS, **BIASED, "hidden": "moe_intermediate_size", "dense_hidden": "intermediate_size",
         "dense_first": lambda c: _leading(c.mlp_only_layers or []), "sparse_every": "decoder_sparse_step",
         "window": lambda c: c.sliding_window or 0 if c.use_sliding_window else 0},
        others={"num_local_experts": "num_experts"},
    ),
    "gemma": ModelFamily(
        "gemma-2b", "GemmaForCausalLM",
        {**sizes(256000, 3072, 24576, 28, 16), "num_key_value_heads": 16, "head_dim": 256, "attention_bias": False,
         "tie_word_embeddings": True},
        {**GROUPED, **BIASED},
    ),
    "gemma2": ModelFamily(
        "gemma-2-2b", "Gemma2ForCausalLM",
        {**sizes(256000, 2304, 9216, 26, 8), "num_key_value_heads": 4, "head_dim": 256, "attention_bias": False,
         **LOCAL, "tie_word_embeddings": True},
        {**GROUPED, **BIASED, **WINDOWED},
    ),
    "gemma3_text": ModelFamily(
        "gemma-3-1b", "Gemma3ForCausalLM",
        {**sizes(262208, 2304, 9216, 26, 8), "num_key_value_heads": 4, "head_dim": 256, "attention_bias": False,
         **LOCAL, "sliding_window_pattern": 6, "tie_word_embeddings": True},
        {**GROUPED, **BIASED, **WINDOWED},
    ),
    "phi3": ModelFamily(
        "phi-3-mini", "Phi3ForCausalLM",
        {**sizes(32064, 3072, 8192, 32, 32), "num_key_value_heads": Nullable(), "sliding_window": Nullable(),
         "tie_word_embeddings": False},
        {**GROUPED, "window": lambda c: c.sliding_window or 0},
    ),
}  # fmt: skip
"""Decoders with RMS norm, rotary positions and gated MLPs, or with experts in place of these."""
