"""Small configurations of Hugging Face, drawn: for each type of model the values that its fields may have.

A value of `None` leaves the field out, so that its default applies, which is small for no family: sizes are always drawn.
"""

from __future__ import annotations

import random
from typing import Any

OUT = object()
"""In place of a value: the field is left out."""

DRAWN: dict[str, dict[str, list[Any]]] = {
    "gpt2": {
        "vocab_size": [101, 130], "n_positions": [64, 70], "n_embd": [48, 24], "n_layer": [1, 3], "n_head": [2, 4],
        "n_inner": [OUT, None, 50], "tie_word_embeddings": [OUT, True, False],
    },
    "llama": {
        "vocab_size": [101], "hidden_size": [48, 64], "intermediate_size": [80, 96], "num_hidden_layers": [1, 3],
        "num_attention_heads": [4, 8], "num_key_value_heads": [OUT, None, 1, 2, 4], "head_dim": [OUT, None, 10, 16],
        "attention_bias": [OUT, True], "mlp_bias": [OUT, True], "tie_word_embeddings": [OUT, True, False],
    },
    "mistral": {
        "vocab_size": [101], "hidden_size": [48, 64], "intermediate_size": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "num_key_value_heads": [OUT, 1, 4], "head_dim": [OUT, None, 10],
        "sliding_window": [OUT, None, 8], "tie_word_embeddings": [OUT, True],
    },
    "mixtral": {
        "vocab_size": [101], "hidden_size": [48], "intermediate_size": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "num_key_value_heads": [OUT, 2, 8], "head_dim": [OUT, None, 10],
        "num_local_experts": [4, OUT], "num_experts_per_tok": [OUT, 1, 3], "tie_word_embeddings": [OUT, True],
        "sliding_window": [OUT, 8],
    },
    "qwen2": {
        "vocab_size": [101], "hidden_size": [96], "intermediate_size": [80], "num_hidden_layers": [1, 4],
        "num_attention_heads": [8], "num_key_value_heads": [2, 8, None], "tie_word_embeddings": [OUT, True],
        "use_sliding_window": [OUT, True], "sliding_window": [8], "max_window_layers": [OUT, 0, 2],
    },
    "qwen3": {
        "vocab_size": [101], "hidden_size": [96], "intermediate_size": [80], "num_hidden_layers": [1, 4],
        "num_attention_heads": [8], "num_key_value_heads": [2, 8, None], "head_dim": [OUT, 20],
        "attention_bias": [OUT, True], "tie_word_embeddings": [OUT, True], "use_sliding_window": [OUT, True],
        "sliding_window": [8], "max_window_layers": [0, 2],
    },
    "qwen3_moe": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 5],
        "num_attention_heads": [8], "num_key_value_heads": [2, 4], "head_dim": [OUT, 20],
        "attention_bias": [OUT, True], "num_experts": [6], "num_experts_per_tok": [1, 3], "moe_intermediate_size": [24],
        "mlp_only_layers": [OUT, [], [0], [0, 1]], "decoder_sparse_step": [OUT, 2, 3], "tie_word_embeddings": [OUT, True],
    },
    "gemma": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "num_key_value_heads": [1, 4], "head_dim": [OUT, 20], "attention_bias": [OUT, True],
        "tie_word_embeddings": [OUT, False],
    },
    "gemma2": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 4],
        "num_attention_heads": [8], "num_key_value_heads": [1, 4], "head_dim": [OUT, 20], "attention_bias": [OUT, True],
        "tie_word_embeddings": [OUT, False], "sliding_window": [8],
    },
    "gemma3_text": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 8],
        "num_attention_heads": [8], "num_key_value_heads": [1, 4], "head_dim": [OUT, 20], "attention_bias": [OUT, True],
        "tie_word_embeddings": [OUT, False], "sliding_window": [8],
    },
    "phi": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "num_key_value_heads": [OUT, 2], "tie_word_embeddings": [OUT, True],
    },
    "phi3": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "num_key_value_heads": [OUT, 2], "tie_word_embeddings": [OUT, True],
        "sliding_window": [OUT, 8], "pad_token_id": [0],
    },
    "gpt_neox": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "attention_bias": [OUT, False], "use_parallel_residual": [OUT, False],
        "tie_word_embeddings": [OUT, True],
    },
    "opt": {
        "vocab_size": [101], "hidden_size": [64], "ffn_dim": [80], "num_hidden_layers": [1, 3],
        "num_attention_heads": [8], "max_position_embeddings": [40, 64], "word_embed_proj_dim": [OUT, None, 32],
        "do_layer_norm_before": [OUT, False], "_remove_final_layer_norm": [OUT, True], "enable_bias": [OUT, False],
        "layer_norm_elementwise_affine": [OUT, False], "tie_word_embeddings": [OUT, False],
    },
    "bloom": {
        "vocab_size": [101], "hidden_size": [64, 96], "n_layer": [1, 3], "n_head": [4, 8],
        "tie_word_embeddings": [OUT, False],
    },
    "falcon": {
        "vocab_size": [101], "hidden_size": [64], "num_hidden_layers": [1, 3], "num_attention_heads": [8],
        "num_kv_heads": [OUT, 2], "new_decoder_architecture": [OUT, True], "multi_query": [OUT, False],
        "parallel_attn": [OUT, False], "bias": [OUT, True], "ffn_hidden_size": [OUT, 80], "tie_word_embeddings": [OUT, False],
    },
    "deepseek_v2": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 4],
        "num_attention_heads": [8], "kv_lora_rank": [20, 32], "q_lora_rank": [24, None], "qk_rope_head_dim": [8],
        "qk_nope_head_dim": [12, 16], "v_head_dim": [10, 16], "first_k_dense_replace": [OUT, 1, 2],
        "n_routed_experts": [6], "n_shared_experts": [OUT, 1], "num_experts_per_tok": [2, 3],
        "moe_intermediate_size": [24], "attention_bias": [OUT, True], "tie_word_embeddings": [OUT, True],
    },
    "deepseek_v3": {
        "vocab_size": [101], "hidden_size": [64], "intermediate_size": [80], "num_hidden_layers": [1, 5],
        "num_attention_heads": [8], "num_key_value_heads": [8], "kv_lora_rank": [20, 32], "q_lora_rank": [24, None],
        "qk_rope_head_dim": [8], "qk_nope_head_dim": [12, 16], "v_head_dim": [10, 16],
        "first_k_dense_replace": [OUT, 1, 2], "n_routed_experts": [8], "n_group": [2], "topk_group": [1],
        "n_shared_experts": [OUT, 2], "num_experts_per_tok": [2, 3], "moe_intermediate_size": [24],
        "attention_bias": [OUT, True], "tie_word_embeddings": [OUT, True],
    },
    "bert": {
        "vocab_size": [101], "hidden_size": [48, 64], "intermediate_size": [80, 96], "num_hidden_layers": [1, 3],
        "num_attention_heads": [4, 8], "max_position_embeddings": [40, 64], "type_vocab_size": [OUT, 1, 3],
    },
    "roberta": {
        "vocab_size": [101], "hidden_size": [48, 64], "intermediate_size": [80, 96], "num_hidden_layers": [1, 3],
        "num_attention_heads": [4, 8], "max_position_embeddings": [40, 64], "type_vocab_size": [OUT, 1, 3],
    },
    "distilbert": {
        "vocab_size": [101], "dim": [48, 64], "hidden_dim": [80], "n_layers": [1, 3], "n_heads": [4, 8],
        "max_position_embeddings": [40, 64], "sinusoidal_pos_embds": [OUT, True],
    },
    "t5": {
        "vocab_size": [101], "d_model": [48, 64], "d_kv": [OUT, 10], "d_ff": [80], "num_layers": [1, 3],
        "num_decoder_layers": [OUT, None, 2], "num_heads": [4], "relative_attention_num_buckets": [OUT, 16],
        "feed_forward_proj": [OUT, "gated-gelu", "gated-silu"], "tie_word_embeddings": [OUT, True],
    },
    "whisper": {
        "vocab_size": [101], "num_mel_bins": [OUT, 20], "d_model": [48, 64], "encoder_layers": [1, 3],
        "decoder_layers": [1, 2], "encoder_attention_heads": [4], "decoder_attention_heads": [8],
        "encoder_ffn_dim": [80], "decoder_ffn_dim": [96], "max_source_positions": [24, 30],
        "max_target_positions": [24], "pad_token_id": [0], "decoder_start_token_id": [1], "tie_word_embeddings": [OUT, False],
    },
    "vit": {
        "hidden_size": [48], "num_hidden_layers": [1, 3], "num_attention_heads": [4], "intermediate_size": [80],
        "image_size": [32, [48, 48]], "patch_size": [8], "num_channels": [OUT, 1], "qkv_bias": [OUT, False],
        "num_labels": [OUT, 7],
    },
    "swin": {
        "image_size": [224, 448], "patch_size": [OUT, 2], "num_channels": [OUT, 1], "embed_dim": [24],
        "depths": [[1, 1, 2, 1], [2, 1, 1, 2]], "num_heads": [[1, 2, 4, 8], [2, 2, 3, 6]], "window_size": [OUT, 2],
        "mlp_ratio": [OUT, 2.5, 3], "num_labels": [OUT, 7],
    },
    "convnext": {
        "image_size": [64, 96], "patch_size": [OUT, 2], "num_channels": [OUT, 1],
        "hidden_sizes": [[16, 32, 64, 128], [8, 24, 40, 48]], "depths": [[1, 1, 2, 1], [2, 1, 1, 2]],
        "layer_scale_init_value": [OUT, 0.0, 0.1], "num_labels": [OUT, 7],
    },
}  # fmt: skip


def drawn(model_type: str, seed: int) -> dict[str, Any]:
    """Return a configuration of a type of model; the first seed leaves out all that can be left out."""
    chance = random.Random(f"{model_type} {seed}")  # noqa: S311 - nothing is secret
    values = {
        field: choices[0] if seed == 0 else chance.choice(choices) for field, choices in DRAWN[model_type].items()
    }
    if model_type == "falcon":  # the newer layers are always side by side, and only they have groups of heads
        values["parallel_attn" if values["new_decoder_architecture"] is True else "num_kv_heads"] = OUT
    return {field: value for field, value in values.items() if value is not OUT}
