"""Families of Hugging Face that read text, sound or images: fields with the defaults of transformers 5.24."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.importers.huggingface_config import ModelFamily, Nullable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archcalc.importers.huggingface_config import Fields, Source

BERT = {
    "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
    "max_position_embeddings": 512, "type_vocab_size": 2,
}  # fmt: skip
ENCODER = {
    "vocabulary": "vocab_size", "positions": "max_position_embeddings", "types": "type_vocab_size",
    "width": "hidden_size", "depth": "num_hidden_layers", "heads": "num_attention_heads",
    "hidden": "intermediate_size",
}  # fmt: skip


def _bert(network: str, counted: str, words: int) -> ModelFamily:
    """Return a family of BERT's layers, with a number of words."""
    return ModelFamily(
        network=network,
        counted=counted,
        fields={"vocab_size": words, **BERT},
        arguments=ENCODER,
        needs={"add_cross_attention": (False,)},
        tokens=lambda c: min(512, c.max_position_embeddings),
    )


def _classes(c: Fields) -> int:
    """Return the number of classes: of the names of labels, or as it is stated; transformers' default is 2."""
    labels = c.id2label if "id2label" in c else None
    if isinstance(labels, dict) and labels:
        return len(labels)
    stated = c.num_labels if "num_labels" in c else 2
    if type(stated) is not int or stated < 1:
        raise UsageError(f"num_labels is {stated!r}: expected a whole number from 1 on", "check the file")
    return stated


def _side(field: str) -> Callable[[Fields], int]:
    """Return what reads the side of a square, which may be written as two equal numbers."""

    def side(c: Fields) -> int:
        value = getattr(c, field)
        sides = set(value) if isinstance(value, list) else {value}
        if len(sides) != 1:
            raise UsageError(f"{field} is {value}: only squares are supported", "give one number")
        return int(sides.pop())

    return side


def _of_stage(field: str, number: int) -> Callable[[Fields], int]:
    """Return what reads the number of one of four stages."""

    def stage(c: Fields) -> int:
        values = getattr(c, field)
        if len(values) != STAGES:
            raise UsageError(f"{field} has {len(values)} stages", f"supported: {STAGES} stages")
        return int(values[number])

    return stage


STAGES = 4
IMAGES: Mapping[str, Source] = {
    "resolution": _side("image_size"),
    "patch": _side("patch_size"),
    "image_channels": "num_channels",
}
DEPTHS: Mapping[str, Source] = {f"n{number + 1}": _of_stage("depths", number) for number in range(STAGES)}


def _stages(argument: str, field: str) -> dict[str, Callable[[Fields], int]]:
    """Return the arguments of four stages: the first without a number."""
    names = (argument, *(f"{argument}{number}" for number in range(2, STAGES + 1)))
    return {name: _of_stage(field, number) for number, name in enumerate(names)}


def _t5_notes(c: Fields) -> Iterator[str]:
    """Say what transformers does with an output layer of its own."""
    if not c.tie_word_embeddings:
        yield "tie_word_embeddings is false: the output layer is counted apart (transformers 5 ties it all the same)"


ENCODERS: dict[str, ModelFamily] = {
    "bert": _bert("bert-base", "BertModel", 30522),
    "roberta": _bert("roberta-base", "RobertaModel", 50265),
    "distilbert": ModelFamily(
        "distilbert-base", "DistilBertModel",
        {"vocab_size": 30522, "max_position_embeddings": 512, "n_layers": 6, "n_heads": 12,
         "dim": 768, "hidden_dim": 3072},
        {"vocabulary": "vocab_size", "positions": "max_position_embeddings", "width": "dim", "depth": "n_layers",
         "heads": "n_heads", "hidden": "hidden_dim"},
        others={"hidden_size": "dim", "num_attention_heads": "n_heads", "num_hidden_layers": "n_layers"},
        tokens=lambda c: min(512, c.max_position_embeddings),
    ),
    "t5": ModelFamily(
        "t5-small", "T5ForConditionalGeneration",
        {"vocab_size": 32128, "d_model": 512, "d_kv": 64, "d_ff": 2048, "num_layers": 6,
         "num_decoder_layers": Nullable(), "num_heads": 8, "relative_attention_num_buckets": 32,
         "feed_forward_proj": "relu", "tie_word_embeddings": True},
        {"vocabulary": "vocab_size", "width": "d_model", "head_dim": "d_kv", "hidden": "d_ff", "depth": "num_layers",
         "decoder_depth": lambda c: c.num_layers if c.num_decoder_layers is None else c.num_decoder_layers,
         "heads": "num_heads", "buckets": "relative_attention_num_buckets",
         "gated": lambda c: c.feed_forward_proj.startswith("gated-"), "tied": "tie_word_embeddings"},
        others={"hidden_size": "d_model", "num_attention_heads": "num_heads", "num_hidden_layers": "num_layers",
                "head_dim": "d_kv"},
        notes=_t5_notes,
        derived=("dense_act_fn", "is_gated_act"),
    ),
    "whisper": ModelFamily(
        "whisper-tiny", "WhisperForConditionalGeneration",
        {"vocab_size": 51865, "num_mel_bins": 80, "encoder_layers": 4, "encoder_attention_heads": 6,
         "decoder_layers": 4, "decoder_attention_heads": 6, "decoder_ffn_dim": 1536, "encoder_ffn_dim": 1536,
         "d_model": 384, "max_source_positions": 1500, "max_target_positions": 448, "tie_word_embeddings": True},
        {"mels": "num_mel_bins", "vocabulary": "vocab_size", "width": "d_model", "depth": "encoder_layers",
         "heads": "encoder_attention_heads", "hidden": "encoder_ffn_dim", "decoder_depth": "decoder_layers",
         "decoder_heads": "decoder_attention_heads", "decoder_hidden": "decoder_ffn_dim",
         "source_positions": "max_source_positions", "target_positions": "max_target_positions",
         "tied": "tie_word_embeddings"},
        {"use_weighted_layer_sum": (False,)},
        {"hidden_size": "d_model", "num_attention_heads": "encoder_attention_heads"},
        derived=("num_hidden_layers",),
    ),
    "vit": ModelFamily(
        "vit_b_16", "ViTForImageClassification",
        {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072,
         "image_size": 224, "patch_size": 16, "num_channels": 3, "qkv_bias": True},
        {**IMAGES, "classes": _classes, "width": "hidden_size", "depth": "num_hidden_layers",
         "heads": "num_attention_heads", "hidden": "intermediate_size", "qkv_bias": "qkv_bias"},
    ),
    "swin": ModelFamily(
        "swin_t", "SwinForImageClassification",
        {"image_size": 224, "patch_size": 4, "num_channels": 3, "embed_dim": 96, "depths": [2, 2, 6, 2],
         "num_heads": [3, 6, 12, 24], "window_size": 7, "mlp_ratio": 4.0},
        {**IMAGES, **DEPTHS, **_stages("heads", "num_heads"), "classes": _classes, "width": "embed_dim",
         "window": "window_size", "mlp_ratio": "mlp_ratio", "step": lambda _: 0},
        {"qkv_bias": (True,), "use_absolute_embeddings": (False,)},
        {"num_attention_heads": "num_heads"},
        derived=("hidden_size", "num_layers", "path_norm"),
    ),
    "convnext": ModelFamily(
        "convnext_tiny", "ConvNextForImageClassification",
        {"num_channels": 3, "patch_size": 4, "hidden_sizes": [96, 192, 384, 768], "depths": [3, 3, 9, 3],
         "layer_scale_init_value": Nullable(1e-6, 1.0), "image_size": 224},
        {**IMAGES, **DEPTHS, **_stages("width", "hidden_sizes"), "classes": _classes,
         "scaled": lambda c: bool(c.layer_scale_init_value), "step": lambda _: 0},
        {"num_stages": (STAGES,)},
    ),
}  # fmt: skip
"""Families that are not only decoders."""
