"""The published configurations of the language models of `specs/llm`, as `transformers` reads them.

Each row is a name of ours, the type of the model and what its config.json states, where that differs from the row that
is named as its base.

The values were compared with copies of the configurations: Llama, Mistral, Mixtral, Qwen, Gemma, Phi and Pythia with
litgpt/config.py (Lightning-AI/litgpt), Pythia also with models/*.yml (EleutherAI/pythia), BERT with the README of
google-research/bert, T5 with t5/models/gin, ALBERT-xxlarge with modeling.py of google-research/albert. Two values differ
there: litgpt has the 32,768 words of the instruction-tuned Mixtral 8x22B, and counts the token itself in the window of
Phi-3.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Published(NamedTuple):
    """A published configuration: the type that `transformers` gives the model, and the values of its config.json."""

    type: str
    values: dict[str, Any]


def _family(model: str, common: dict[str, Any], columns: str, rows: dict[str, tuple[Any, ...]]) -> dict[str, Published]:
    """Return the configurations of a family: what all have in common, and a row of values for each."""
    names = columns.split()
    return {name: Published(model, common | dict(zip(names, row, strict=True))) for name, row in rows.items()}


DECODER = "hidden_size num_hidden_layers num_attention_heads num_key_value_heads intermediate_size"
ENCODER = "hidden_size num_hidden_layers num_attention_heads intermediate_size"
ROBERTA = {"vocab_size": 50265, "max_position_embeddings": 514, "type_vocab_size": 1}

PUBLISHED: dict[str, Published] = {
    **_family(
        "gpt2",
        {"vocab_size": 50257, "n_positions": 1024},
        "n_embd n_layer n_head",
        {
            "gpt2": (768, 12, 12),
            "gpt2-medium": (1024, 24, 16),
            "gpt2-large": (1280, 36, 20),
            "gpt2-xl": (1600, 48, 25),
            "distilgpt2": (768, 6, 12),
        },
    ),
    **_family(
        "llama",
        {"tie_word_embeddings": False},
        f"vocab_size {DECODER}",
        {
            "llama-2-7b": (32000, 4096, 32, 32, 32, 11008),
            "llama-2-13b": (32000, 5120, 40, 40, 40, 13824),
            "llama-2-70b": (32000, 8192, 80, 64, 8, 28672),
            "tinyllama-1.1b": (32000, 2048, 22, 32, 4, 5632),
            "llama-3-8b": (128256, 4096, 32, 32, 8, 14336),
            "llama-3-70b": (128256, 8192, 80, 64, 8, 28672),
            "llama-3.1-405b": (128256, 16384, 126, 128, 8, 53248),
        },
    ),
    **_family(
        "llama",
        {"vocab_size": 128256, "tie_word_embeddings": True},
        DECODER,
        {"llama-3.2-1b": (2048, 16, 32, 8, 8192), "llama-3.2-3b": (3072, 28, 24, 8, 8192)},
    ),
    **_family(
        "mistral",
        {"vocab_size": 32000, "sliding_window": 4096},
        DECODER,
        {"mistral-7b": (4096, 32, 32, 8, 14336)},
    ),
    **_family(
        "mixtral",
        {"vocab_size": 32000, "num_local_experts": 8, "num_experts_per_tok": 2, "tie_word_embeddings": False},
        DECODER,
        {"mixtral-8x7b": (4096, 32, 32, 8, 14336), "mixtral-8x22b": (6144, 56, 48, 8, 16384)},
    ),
    **_family(
        "qwen2",
        {},
        f"tie_word_embeddings vocab_size {DECODER}",
        {
            "qwen2.5-0.5b": (True, 151936, 896, 24, 14, 2, 4864),
            "qwen2.5-1.5b": (True, 151936, 1536, 28, 12, 2, 8960),
            "qwen2.5-3b": (True, 151936, 2048, 36, 16, 2, 11008),
            "qwen2.5-7b": (False, 152064, 3584, 28, 28, 4, 18944),
            "qwen2.5-14b": (False, 152064, 5120, 48, 40, 8, 13824),
            "qwen2.5-32b": (False, 152064, 5120, 64, 40, 8, 27648),
            "qwen2.5-72b": (False, 152064, 8192, 80, 64, 8, 29568),
        },
    ),
    **_family(
        "qwen3",
        {"vocab_size": 151936, "head_dim": 128},
        f"tie_word_embeddings {DECODER}",
        {
            "qwen3-0.6b": (True, 1024, 28, 16, 8, 3072),
            "qwen3-1.7b": (True, 2048, 28, 16, 8, 6144),
            "qwen3-4b": (True, 2560, 36, 32, 8, 9728),
            "qwen3-8b": (False, 4096, 36, 32, 8, 12288),
            "qwen3-14b": (False, 5120, 40, 40, 8, 17408),
            "qwen3-32b": (False, 5120, 64, 64, 8, 25600),
        },
    ),
    **_family(
        "qwen3_moe",
        {"vocab_size": 151936, "head_dim": 128, "num_experts": 128, "num_experts_per_tok": 8},
        "hidden_size num_hidden_layers num_attention_heads num_key_value_heads moe_intermediate_size",
        {"qwen3-30b-a3b": (2048, 48, 32, 4, 768), "qwen3-235b-a22b": (4096, 94, 64, 4, 1536)},
    ),
    **_family(
        "gemma",
        {"vocab_size": 256000, "head_dim": 256},
        DECODER,
        {"gemma-2b": (2048, 18, 8, 1, 16384), "gemma-7b": (3072, 28, 16, 16, 24576)},
    ),
    **_family(
        "gemma2",
        {"vocab_size": 256000},
        f"head_dim {DECODER}",
        {
            "gemma-2-2b": (256, 2304, 26, 8, 4, 9216),
            "gemma-2-9b": (256, 3584, 42, 16, 8, 14336),
            "gemma-2-27b": (128, 4608, 46, 32, 16, 36864),
        },
    ),
    **_family(
        "gemma3_text",
        {"vocab_size": 262144, "head_dim": 256, "sliding_window": 512},
        DECODER,
        {"gemma-3-270m": (640, 18, 4, 1, 2048), "gemma-3-1b": (1152, 26, 4, 1, 6912)},
    ),
    **_family(
        "phi",
        {"vocab_size": 51200},
        ENCODER,
        {"phi-1.5": (2048, 24, 32, 8192), "phi-2": (2560, 32, 32, 10240)},
    ),
    **_family(
        "phi3",
        {"pad_token_id": 0},
        f"vocab_size sliding_window {DECODER}",
        {
            "phi-3-mini": (32064, 2047, 3072, 32, 32, 32, 8192),
            "phi-3-medium": (32064, 2047, 5120, 40, 40, 10, 17920),
            "phi-4": (100352, None, 5120, 40, 40, 10, 17920),
        },
    ),
    **_family(
        "gpt_neox",
        {"tie_word_embeddings": False},
        f"vocab_size {ENCODER}",
        {
            "pythia-70m": (50304, 512, 6, 8, 2048),
            "pythia-160m": (50304, 768, 12, 12, 3072),
            "pythia-410m": (50304, 1024, 24, 16, 4096),
            "pythia-1b": (50304, 2048, 16, 8, 8192),
            "pythia-1.4b": (50304, 2048, 24, 16, 8192),
            "pythia-2.8b": (50304, 2560, 32, 32, 10240),
            "pythia-6.9b": (50432, 4096, 32, 32, 16384),
            "pythia-12b": (50688, 5120, 36, 40, 20480),
        },
    ),
    **_family(
        "bert",
        {"vocab_size": 30522},
        ENCODER,
        {
            "bert-tiny": (128, 2, 2, 512),
            "bert-mini": (256, 4, 4, 1024),
            "bert-small": (512, 4, 8, 2048),
            "bert-medium": (512, 8, 8, 2048),
            "bert-base": (768, 12, 12, 3072),
            "bert-large": (1024, 24, 16, 4096),
        },
    ),
    **_family(
        "roberta",
        ROBERTA,
        ENCODER,
        {"roberta-base": (768, 12, 12, 3072), "roberta-large": (1024, 24, 16, 4096)},
    ),
    **_family(
        "distilbert", {"vocab_size": 30522}, "dim n_layers n_heads hidden_dim", {"distilbert-base": (768, 6, 12, 3072)}
    ),
    **_family(
        "albert",
        {"vocab_size": 30000, "embedding_size": 128},
        ENCODER,
        {
            "albert-base": (768, 12, 12, 3072),
            "albert-large": (1024, 24, 16, 4096),
            "albert-xlarge": (2048, 24, 16, 8192),
            "albert-xxlarge": (4096, 12, 64, 16384),
        },
    ),
    **_family(
        "t5",
        {"vocab_size": 32128, "tie_word_embeddings": True},
        "d_model num_layers num_heads d_kv d_ff",
        {
            "t5-small": (512, 6, 8, 64, 2048),
            "t5-base": (768, 12, 12, 64, 3072),
            "t5-large": (1024, 24, 16, 64, 4096),
            "t5-3b": (1024, 24, 32, 128, 16384),
            "t5-11b": (1024, 24, 128, 128, 65536),
        },
    ),
    **_family(
        "opt",
        {"vocab_size": 50272},
        "hidden_size num_hidden_layers num_attention_heads ffn_dim word_embed_proj_dim do_layer_norm_before",
        {
            "opt-125m": (768, 12, 12, 3072, 768, True),
            "opt-350m": (1024, 24, 16, 4096, 512, False),
            "opt-1.3b": (2048, 24, 32, 8192, 2048, True),
            "opt-2.7b": (2560, 32, 32, 10240, 2560, True),
            "opt-6.7b": (4096, 32, 32, 16384, 4096, True),
            "opt-13b": (5120, 40, 40, 20480, 5120, True),
            "opt-30b": (7168, 48, 56, 28672, 7168, True),
            "opt-66b": (9216, 64, 72, 36864, 9216, True),
        },
    ),
    **_family(
        "bloom",
        {"vocab_size": 250880},
        "hidden_size n_layer n_head",
        {
            "bloom-560m": (1024, 24, 16),
            "bloom-1b1": (1536, 24, 16),
            "bloom-1b7": (2048, 24, 16),
            "bloom-3b": (2560, 30, 32),
            "bloom-7b1": (4096, 30, 32),
            "bloom": (14336, 70, 112),
        },
    ),
    **_family(
        "falcon",
        {"vocab_size": 65024},
        "hidden_size num_hidden_layers num_attention_heads num_kv_heads new_decoder_architecture",
        {"falcon-7b": (4544, 32, 71, 71, False), "falcon-40b": (8192, 60, 128, 8, True)},
    ),
    **_family(
        "deepseek_v2",
        {"first_k_dense_replace": 1, "num_experts_per_tok": 6},
        "hidden_size num_hidden_layers num_attention_heads q_lora_rank moe_intermediate_size n_routed_experts "
        "intermediate_size",
        {
            "deepseek-v2": (5120, 60, 128, 1536, 1536, 160, 12288),
            "deepseek-v2-lite": (2048, 27, 16, None, 1408, 64, 10944),
        },
    ),
    **_family("deepseek_v3", {}, "vocab_size", {"deepseek-v3": (129280,)}),
    # The same layers as those of the first Transformer; its sinusoidal positions are fixed.
    **_family(
        "marian",
        {"vocab_size": 37000, "pad_token_id": 0, "decoder_start_token_id": 0, "encoder_layers": 6, "decoder_layers": 6},
        "d_model encoder_attention_heads decoder_attention_heads encoder_ffn_dim decoder_ffn_dim",
        {"transformer-base": (512, 8, 8, 2048, 2048), "transformer-big": (1024, 16, 16, 4096, 4096)},
    ),
}
