"""Families of Hugging Face that generate text: fields with the defaults of transformers 5.24, and arguments of specs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.importers.huggingface_config import Family, Optional

if TYPE_CHECKING:
    from archcalc.importers.huggingface_config import Fields

SLIDING, FULL = "sliding_attention", "full_attention"


def _sizes(*values: int) -> dict[str, int]:
    """Return the fields that all these families have, with their defaults."""
    names = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    return dict(zip(names, values, strict=True))


LAYERS = {
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


GROUPED: dict[str, Any] = {**LAYERS, "kv_heads": _kv_heads, "head_dim": _head_dim}
BIASED = {"qkv_bias": "attention_bias", "output_bias": "attention_bias"}


def _is_local(c: Fields) -> list[bool]:
    """Return for each layer whether it has a sliding window."""
    if c.layer_types is not None:
        unknown = sorted({str(kind) for kind in c.layer_types} - {SLIDING, FULL})
        if unknown or len(c.layer_types) != c.num_hidden_layers:
            problem = f"unknown layer type '{unknown[0]}'" if unknown else "layer_types does not have a type for each layer"
            raise UsageError(problem, f"known: {SLIDING} and {FULL}, one for each of {c.num_hidden_layers} layers")
        return [kind == SLIDING for kind in c.layer_types]
    if "use_sliding_window" in c:
        return [c.use_sliding_window and index >= c.max_window_layers for index in range(min(c.num_hidden_layers, MOST_LAYERS))]
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
    raise UsageError("layer_types is not a pattern that is supported", "supported: every n-th layer without a window, after the first layers")


WINDOWED = {
    "window": lambda c: _windows(c)[0],
    "windows_from": lambda c: _windows(c)[1],
    "global_every": lambda c: _windows(c)[2],
}
LOCAL = {"layer_types": Optional(None, []), "sliding_window": Optional(4096)}
QWEN = {**LOCAL, "use_sliding_window": False, "max_window_layers": 28}
EXPERTS = {**GROUPED, "experts": "num_experts", "active": "num_experts_per_tok"}

LATENT = {
    "kv_lora_rank": 512, "q_lora_rank": Optional(1536), "qk_rope_head_dim": 64, "v_head_dim": 128, "qk_nope_head_dim": 128,
    "attention_bias": False, "tie_word_embeddings": False,
}  # fmt: skip
MIXTURE = {
    **{name: field for name, field in LAYERS.items() if name != "hidden"},
    "query_rank": lambda c: c.q_lora_rank or 0,
    "kv_rank": "kv_lora_rank",
    "nope_dim": "qk_nope_head_dim",
    "rope_dim": "qk_rope_head_dim",
    "value_dim": "v_head_dim",
    "bias": "attention_bias",
    "hidden": "moe_intermediate_size",
    "experts": "n_routed_experts",
    "active": lambda c: _active(c),
    "shared": "n_shared_experts",
    "dense_first": lambda c: c.first_k_dense_replace or 0,
    "dense_hidden": "intermediate_size",
}

DECODERS: dict[str, Family] = {
    "gpt2": Family(
        "gpt2", "GPT2LMHeadModel",
        {"vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12, "n_inner": Optional(),
         "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "context": "n_positions", "width": "n_embd", "depth": "n_layer", "heads": "n_head",
         "hidden": lambda c: 4 * c.n_embd if c.n_inner is None else c.n_inner, "tied": "tie_word_embeddings"},
        {"add_cross_attention": (False,)},
        {"hidden_size": "n_embd", "max_position_embeddings": "n_positions", "num_attention_heads": "n_head",
         "num_hidden_layers": "n_layer"},
        lambda c: min(1024, c.n_positions),
    ),
    "llama": Family(
        "llama-2-7b", "LlamaForCausalLM",
        {**_sizes(32000, 4096, 11008, 32, 32), "num_key_value_heads": Optional(), "head_dim": Optional(),
         "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False},
        {**GROUPED, **BIASED, "mlp_bias": "mlp_bias"},
    ),
    "mistral": Family(
        "mistral-7b", "MistralForCausalLM",
        {**_sizes(32000, 4096, 14336, 32, 32), "num_key_value_heads": Optional(8), "head_dim": Optional(),
         "sliding_window": Optional(4096), "tie_word_embeddings": False},
        {**GROUPED, "window": lambda c: c.sliding_window or 0},
    ),
    "mixtral": Family(
        "mixtral-8x7b", "MixtralForCausalLM",
        {**_sizes(32000, 4096, 14336, 32, 32), "num_key_value_heads": Optional(8), "head_dim": Optional(),
         "sliding_window": Optional(), "num_local_experts": 8, "num_experts_per_tok": 2, "tie_word_embeddings": False},
        {**GROUPED, "experts": "num_local_experts", "active": "num_experts_per_tok",
         "window": lambda c: c.sliding_window or 0},
        others={"num_experts": "num_local_experts"},
    ),
    "qwen2": Family(
        "qwen2.5-7b", "Qwen2ForCausalLM",
        {**_sizes(151936, 4096, 22016, 32, 32), "num_key_value_heads": Optional(32), **QWEN,
         "tie_word_embeddings": False},
        {**GROUPED, **WINDOWED},
    ),
    "qwen3": Family(
        "qwen3-8b", "Qwen3ForCausalLM",
        {**_sizes(151936, 4096, 22016, 32, 32), "num_key_value_heads": Optional(32), "head_dim": 128, **QWEN,
         "attention_bias": False, "tie_word_embeddings": False},
        {**GROUPED, **BIASED, **WINDOWED},
    ),
    "qwen3_moe": Family(
        "qwen3-30b-a3b", "Qwen3MoeForCausalLM",
        {**_sizes(151936, 2048, 6144, 24, 32), "num_key_value_heads": 4, "head_dim": Optional(), "attention_bias": False,
         "use_sliding_window": False, "sliding_window": Optional(4096), "decoder_sparse_step": 1,
         "moe_intermediate_size": 768, "num_experts_per_tok": 8, "num_experts": 128, "mlp_only_layers": Optional(None, []),
         "tie_word_embeddings": False},
        {**EXPERTS, **BIASED, "hidden": "moe_intermediate_size", "dense_hidden": "intermediate_size",
         "dense_first": lambda c: _leading(c.mlp_only_layers or []), "sparse_every": "decoder_sparse_step",
         "window": lambda c: c.sliding_window or 0 if c.use_sliding_window else 0},
        others={"num_local_experts": "num_experts"},
    ),
    "gemma": Family(
        "gemma-2b", "GemmaForCausalLM",
        {**_sizes(256000, 3072, 24576, 28, 16), "num_key_value_heads": 16, "head_dim": 256, "attention_bias": False,
         "tie_word_embeddings": True},
        {**GROUPED, **BIASED},
    ),
    "gemma2": Family(
        "gemma-2-2b", "Gemma2ForCausalLM",
        {**_sizes(256000, 2304, 9216, 26, 8), "num_key_value_heads": 4, "head_dim": 256, "attention_bias": False, **LOCAL,
         "tie_word_embeddings": True},
        {**GROUPED, **BIASED, **WINDOWED},
    ),
    "gemma3_text": Family(
        "gemma-3-1b", "Gemma3ForCausalLM",
        {**_sizes(262208, 2304, 9216, 26, 8), "num_key_value_heads": 4, "head_dim": 256, "attention_bias": False, **LOCAL,
         "sliding_window_pattern": 6, "tie_word_embeddings": True},
        {**GROUPED, **BIASED, **WINDOWED},
    ),
    "phi": Family(
        "phi-2", "PhiForCausalLM",
        {**_sizes(51200, 2048, 8192, 24, 32), "num_key_value_heads": Optional(), "qk_layernorm": False,
         "tie_word_embeddings": False},
        GROUPED,
        {"qk_layernorm": (False,)},
    ),
    "phi3": Family(
        "phi-3-mini", "Phi3ForCausalLM",
        {**_sizes(32064, 3072, 8192, 32, 32), "num_key_value_heads": Optional(), "sliding_window": Optional(),
         "tie_word_embeddings": False},
        {**GROUPED, "window": lambda c: c.sliding_window or 0},
    ),
    "gpt_neox": Family(
        "pythia-1b", "GPTNeoXForCausalLM",
        {**_sizes(50432, 6144, 24576, 44, 64), "attention_bias": True, "use_parallel_residual": True,
         "tie_word_embeddings": False},
        {**LAYERS, "bias": "attention_bias", "parallel": "use_parallel_residual"},
    ),
    "opt": Family(
        "opt-125m", "OPTForCausalLM",
        {"vocab_size": 50272, "hidden_size": 768, "num_hidden_layers": 12, "ffn_dim": 3072, "num_attention_heads": 12,
         "max_position_embeddings": 2048, "do_layer_norm_before": True, "_remove_final_layer_norm": False,
         "word_embed_proj_dim": Optional(), "enable_bias": True, "layer_norm_elementwise_affine": True,
         "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "context": "max_position_embeddings", "width": "hidden_size",
         "depth": "num_hidden_layers", "heads": "num_attention_heads", "hidden": "ffn_dim",
         "embedding_dim": lambda c: c.hidden_size if c.word_embed_proj_dim is None else c.word_embed_proj_dim,
         "before": "do_layer_norm_before",
         "final_norm": lambda c: c.do_layer_norm_before and not getattr(c, "_remove_final_layer_norm"),
         "bias": "enable_bias", "affine": "layer_norm_elementwise_affine", "tied": "tie_word_embeddings"},
        tokens=lambda c: min(2048, c.max_position_embeddings),
    ),
    "bloom": Family(
        "bloom", "BloomForCausalLM",
        {"vocab_size": 250880, "hidden_size": 64, "n_layer": 2, "n_head": 8, "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "width": "hidden_size", "depth": "n_layer", "heads": "n_head",
         "tied": "tie_word_embeddings"},
        others={"n_embd": "hidden_size", "n_embed": "hidden_size", "num_hidden_layers": "n_layer",
                "num_attention_heads": "n_head"},
    ),
    "falcon": Family(
        "falcon-7b", "FalconForCausalLM",
        {"vocab_size": 65024, "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads": 71,
         "num_ln_in_parallel_attn": Optional(), "num_kv_heads": Optional(), "new_decoder_architecture": False,
         "multi_query": True, "parallel_attn": True, "bias": False, "ffn_hidden_size": Optional(),
         "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "width": "hidden_size", "depth": "num_hidden_layers", "heads": "num_attention_heads",
         "kv_heads": lambda c: _falcon_kv_heads(c), "norms": lambda c: c.num_ln_in_parallel_attn or 1 + c.new_decoder_architecture,
         "hidden": lambda c: 4 * c.hidden_size if c.ffn_hidden_size is None else c.ffn_hidden_size,
         "parallel": "parallel_attn", "bias": "bias", "tied": "tie_word_embeddings"},
        others={"n_embed": "hidden_size", "n_layer": "num_hidden_layers", "n_head": "num_attention_heads"},
    ),
    "deepseek_v2": Family(
        "deepseek-v2", "DeepseekV2ForCausalLM",
        {**_sizes(102400, 4096, 11008, 32, 32), **LATENT, "num_key_value_heads": Optional(), "first_k_dense_replace": 0, "n_routed_experts": 64,
         "n_shared_experts": 2, "num_experts_per_tok": Optional(), "moe_intermediate_size": 1407, "mlp_bias": False},
        {**MIXTURE, "mlp_bias": "mlp_bias"},
        others={"num_experts": "n_routed_experts"},
    ),
    "deepseek_v3": Family(
        "deepseek-v3", "DeepseekV3ForCausalLM",
        {**_sizes(129280, 7168, 18432, 61, 128), **LATENT, "num_key_value_heads": Optional(128), "first_k_dense_replace": Optional(3), "n_routed_experts": 256,
         "n_shared_experts": 1, "num_experts_per_tok": Optional(8), "moe_intermediate_size": 2048},
        MIXTURE,
        others={"num_local_experts": "n_routed_experts"},
        notes=lambda c: iter(("num_nextn_predict_layers: the layers that predict further tokens are not counted",) if "num_mtp" in c else ()),
    ),
}  # fmt: skip
"""Families that predict the next token."""


def _falcon_kv_heads(c: Fields) -> int:
    """Return the heads of keys and values: one, all, or, in the newer layers, a number of their own."""
    if not c.new_decoder_architecture:
        return 1 if c.multi_query else int(c.num_attention_heads)
    return int(c.num_attention_heads if c.num_kv_heads is None else c.num_kv_heads)


def _active(c: Fields) -> int:
    """Return the experts that a token runs; transformers has no default for DeepSeek-V2.

    Raises:
        UsageError: the number is not stated.
    """
    if c.num_experts_per_tok is None:
        raise UsageError("num_experts_per_tok is missing", "add the number of experts that a token runs")
    return int(c.num_experts_per_tok)


def _leading(layers: list[int]) -> int:
    """Return how many layers come first, before all others.

    Raises:
        UsageError: other layers are among them.
    """
    if sorted(set(layers)) != list(range(len(set(layers)))):
        raise UsageError(f"mlp_only_layers {layers[:8]} is not supported", "supported: the first layers, from 0 on")
    return len(set(layers))
