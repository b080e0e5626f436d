"""Models of transformers in small, built from their configurations: what they are called, and what they read."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from archcalc.importers.huggingface import FAMILIES
from tests.witness.configurations import drawn

TOKENS = 24
SIDE = 64

SMALL: dict[str, Any] = {
    "vocab_size": 101, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 64, "image_size": SIDE, "patch_size": 8,
}  # fmt: skip
"""Sizes of the families below, where they have fields of these names."""

FURTHER: dict[str, dict[str, Any]] = {
    "albert": {"embedding_size": 32},
    "bart": {"d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_ffn_dim": 96, "decoder_ffn_dim": 96},
    "beit": {},
    "clip": {"text_config": SMALL, "vision_config": SMALL, "projection_dim": 48},
    "cohere": {"num_key_value_heads": 2, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2},
    "deberta-v2": {"pad_token_id": None, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "deit": {},
    "dinov2": {},
    "electra": {"embedding_size": 32},
    "gptj": {"n_embd": 64, "n_layer": 2, "n_head": 4, "rotary_dim": 8, "n_positions": 64},
    "mamba": {"state_size": 8, "intermediate_size": 128},
    "mobilevit": {"hidden_sizes": [48, 64, 80], "neck_hidden_sizes": [8, 16, 24, 32, 48, 64, 80]},
    "mpt": {"d_model": 64, "n_heads": 4, "n_layers": 2, "max_seq_len": 64},
    "olmo2": {"num_key_value_heads": 2, "pad_token_id": 0, "eos_token_id": 1},
    "regnet": {"embedding_size": 16, "hidden_sizes": [16, 32, 48, 64], "depths": [1, 1, 2, 1], "groups_width": 8},
    "resnet": {"embedding_size": 16, "hidden_sizes": [32, 64, 96, 128], "depths": [1, 1, 2, 1]},
    "segformer": {"hidden_sizes": [16, 32, 64, 96], "depths": [1, 1, 1, 1], "num_attention_heads": [1, 2, 4, 8]},
    "siglip": {"text_config": SMALL, "vision_config": SMALL},
    "stablelm": {"num_key_value_heads": 4},
    "wav2vec2": {"conv_dim": [32] * 7, "num_conv_pos_embeddings": 16},
}


class Built(NamedTuple):
    """A model on a device, and its inputs without the batch."""

    model: Any
    inputs: dict[str, tuple[int, ...]]


def families() -> list[str]:
    """List the types of models."""
    return sorted({*FAMILIES, *FURTHER})


def build(model_type: str, device: str) -> Built:
    """Build a model in small: on the meta device, or with weights."""
    torch, transformers = import_module("torch"), import_module("transformers")
    config, kind = _config(model_type, transformers)
    config._experts_implementation = "batched_mm"
    with torch.device(device):
        model = kind(config).eval()
    return Built(model, inputs(model_type, config))


def _config(model_type: str, transformers: Any) -> tuple[Any, Any]:
    if model_type in FAMILIES:
        config = transformers.AutoConfig.for_model(model_type, **drawn(model_type, 100))
        kind = getattr(transformers, FAMILIES[model_type].counted)
    else:
        known = transformers.AutoConfig.for_model(model_type)
        sizes = {name: value for name, value in SMALL.items() if hasattr(known, name)}
        config = transformers.AutoConfig.for_model(model_type, **sizes | FURTHER[model_type])
        kind = transformers.AutoModel._model_mapping[type(config)]
    config.use_cache = False
    return config, kind


def inputs(model_type: str, config: Any) -> dict[str, tuple[int, ...]]:
    """Return what a model reads: tokens, an image, sound, or two of these."""
    text: dict[str, tuple[int, ...]] = {"input_ids": (TOKENS,)}
    side = getattr(getattr(config, "vision_config", config), "image_size", SIDE)
    image: dict[str, tuple[int, ...]] = {
        "pixel_values": (getattr(config, "num_channels", 3), *(side if isinstance(side, list) else (side, side)))
    }
    if model_type == "whisper":
        sound = (config.num_mel_bins, 2 * config.max_source_positions)
        return {"input_features": sound, "decoder_input_ids": (TOKENS,)}
    if model_type == "wav2vec2":
        return {"input_values": (2000,)}
    if model_type in ("clip", "siglip"):
        return text | image
    if model_type in ("t5", "bart"):
        return text | {"decoder_input_ids": (TOKENS,)}
    return image if hasattr(config, "image_size") or hasattr(config, "num_channels") else text
