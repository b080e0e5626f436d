"""Families of Hugging Face that predict the next token: fields with the defaults of transformers 5.24."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.huggingface_config import ModelFamily, Nullable
from archcalc.importers.huggingface_llama import GROUPED, LAYERS, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.importers.huggingface_config import Fields, Source


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


def _further(c: Fields) -> Iterator[str]:
    """Say what is not part of the model that predicts the next token."""
    if c.num_nextn_predict_layers:
        yield "the layers that predict further tokens are not counted (num_nextn_predict_layers)"


LATENT = {
    "kv_lora_rank": 512, "q_lora_rank": Nullable(1536), "qk_rope_head_dim": 64, "v_head_dim": 128,
    "qk_nope_head_dim": 128, "attention_bias": False, "tie_word_embeddings": False,
}  # fmt: skip
MIXTURE: Mapping[str, Source] = {
    **{name: field for name, field in LAYERS.items() if name != "hidden"},
    "query_rank": lambda c: c.q_lora_rank or 0,
    "kv_rank": "kv_lora_rank",
    "nope_dim": "qk_nope_head_dim",
    "rope_dim": "qk_rope_head_dim",
    "value_dim": "v_head_dim",
    "bias": "attention_bias",
    "hidden": "moe_intermediate_size",
    "experts": "n_routed_experts",
    "active": _active,
    "shared": "n_shared_experts",
    "dense_first": lambda c: c.first_k_dense_replace or 0,
    "dense_hidden": "intermediate_size",
}


DECODERS: dict[str, ModelFamily] = {
    "gpt2": ModelFamily(
        "gpt2", "GPT2LMHeadModel",
        {"vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12, "n_inner": Nullable(),
         "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "places": "n_positions", "width": "n_embd", "depth": "n_layer", "heads": "n_head",
         "hidden": lambda c: 4 * c.n_embd if c.n_inner is None else c.n_inner, "tied": "tie_word_embeddings"},
        {"add_cross_attention": (False,)},
        {"hidden_size": "n_embd", "max_position_embeddings": "n_positions", "num_attention_heads": "n_head",
         "num_hidden_layers": "n_layer"},
        lambda c: min(1024, c.n_positions),
    ),
    "phi": ModelFamily(
        "phi-2", "PhiForCausalLM",
        {**sizes(51200, 2048, 8192, 24, 32), "num_key_value_heads": Nullable(), "qk_layernorm": False,
         "tie_word_embeddings": False},
        GROUPED,
        {"qk_layernorm": (False,)},
    ),
    "gpt_neox": ModelFamily(
        "pythia-1b", "GPTNeoXForCausalLM",
        {**sizes(50432, 6144, 24576, 44, 64), "attention_bias": True, "use_parallel_residual": True,
         "tie_word_embeddings": False},
        {**LAYERS, "bias": "attention_bias", "parallel": "use_parallel_residual"},
    ),
    "opt": ModelFamily(
        "opt-125m", "OPTForCausalLM",
        {"vocab_size": 50272, "hidden_size": 768, "num_hidden_layers": 12, "ffn_dim": 3072, "num_attention_heads": 12,
         "max_position_embeddings": 2048, "do_layer_norm_before": True, "_remove_final_layer_norm": False,
         "word_embed_proj_dim": Nullable(), "enable_bias": True, "layer_norm_elementwise_affine": True,
         "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "places": "max_position_embeddings", "width": "hidden_size",
         "depth": "num_hidden_layers", "heads": "num_attention_heads", "hidden": "ffn_dim",
         "embedding_dim": lambda c: c.hidden_size if c.word_embed_proj_dim is None else c.word_embed_proj_dim,
         "before": "do_layer_norm_before",
         "final_norm": lambda c: c.do_layer_norm_before and not c.of("_remove_final_layer_norm"),
         "bias": "enable_bias", "affine": "layer_norm_elementwise_affine", "tied": "tie_word_embeddings"},
        tokens=lambda c: min(2048, c.max_position_embeddings),
    ),
    "bloom": ModelFamily(
        "bloom", "BloomForCausalLM",
        {"vocab_size": 250880, "hidden_size": 64, "n_layer": 2, "n_head": 8, "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "width": "hidden_size", "depth": "n_layer", "heads": "n_head",
         "tied": "tie_word_embeddings"},
        others={"n_embd": "hidden_size", "n_embed": "hidden_size", "num_hidden_layers": "n_layer",
                "num_attention_heads": "n_head"},
    ),
    "falcon": ModelFamily(
        "falcon-7b", "FalconForCausalLM",
        {"vocab_size": 65024, "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads": 71,
         "num_ln_in_parallel_attn": Nullable(), "num_kv_heads": Nullable(), "new_decoder_architecture": False,
         "multi_query": True, "parallel_attn": True, "bias": False, "ffn_hidden_size": Nullable(),
         "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "width": "hidden_size", "depth": "num_hidden_layers",
         "heads": "num_attention_heads", "kv_heads": _falcon_kv_heads,
         "norms": lambda c: c.num_ln_in_parallel_attn or 1 + c.new_decoder_architecture,
         "hidden": lambda c: 4 * c.hidden_size if c.ffn_hidden_size is None else c.ffn_hidden_size,
         "parallel": "parallel_attn", "bias": "bias", "tied": "tie_word_embeddings"},
        others={"n_embed": "hidden_size", "n_layer": "num_hidden_layers", "n_head": "num_attention_heads"},
    ),
    "deepseek_v2": ModelFamily(
        "deepseek-v2", "DeepseekV2ForCausalLM",
        {**sizes(102400, 4096, 11008, 32, 32), **LATENT, "num_key_value_heads": Nullable(), "first_k_dense_replace": 0,
         "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": Nullable(),
         "moe_intermediate_size": 1407, "mlp_bias": False},
        {**MIXTURE, "mlp_bias": "mlp_bias"},
        others={"num_experts": "n_routed_experts"},
    ),
    "deepseek_v3": ModelFamily(
        "deepseek-v3", "DeepseekV3ForCausalLM",
        {**sizes(129280, 7168, 18432, 61, 128), **LATENT, "num_key_value_heads": Nullable(128),
         "first_k_dense_replace": Nullable(3), "n_routed_experts": 256, "n_shared_experts": 1,
         "num_experts_per_tok": Nullable(8), "moe_intermediate_size": 2048, "num_nextn_predict_layers": 0},
        MIXTURE,
        others={"num_local_experts": "n_routed_experts", "num_mtp_layers": "num_nextn_predict_layers"},
        notes=_further,
    ),
}  # fmt: skip
"""Decoders of other layers than Llama's."""
