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
        "num_attention_heads": [8], "num_key_value_heads": [2, 4], "head_dim": [OUT, None, 20],
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
}  # fmt: skip


def drawn(model_type: str, seed: int) -> dict[str, Any]:
    """Return a configuration of a type of model; the first seed leaves out all that can be left out."""
    chance = random.Random(f"{model_type} {seed}")  # noqa: S311 - nothing is secret
    values = {
        field: choices[0] if seed == 0 else chance.choice(choices) for field, choices in DRAWN[model_type].items()
    }
    return {field: value for field, value in values.items() if value is not OUT}
