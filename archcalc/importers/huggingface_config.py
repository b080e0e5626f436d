"""A configuration of Hugging Face: the fields of a family with their defaults, and what else a file has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.quantities.stored import MOST
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Value = int | str | list[int]


class Optional(NamedTuple):
    """A field that can be null: its default, which often is null, and a value of the type that it has otherwise."""

    default: Any = None
    like: Any = 1


class Family(NamedTuple):
    """Models of one type: what is counted, and how the arguments of a spec follow from the fields of a configuration.

    ``network`` is a built-in network of the spec, or chooses one; ``counted`` is the class of transformers;
    ``fields`` are the fields that matter, with the defaults of transformers; ``arguments`` are those of the spec, each
    a field or what is computed of several; ``needs`` are fields whose other values are not supported; ``others`` are
    fields that are called differently; ``notes`` are remarks for some values.
    """

    network: str | Callable[[Fields], str]
    counted: str
    fields: Mapping[str, Any]
    arguments: Mapping[str, str | Callable[[Fields], Any]]
    needs: Mapping[str, tuple[Any, ...]] = {}
    others: Mapping[str, str] = {}
    tokens: Callable[[Fields], int | dict[str, Any]] | None = None
    notes: Callable[[Fields], Iterator[str]] | None = None


class Fields:
    """The values of a family's fields, by name as attributes: those of a file, and defaults."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the field holds
        return self._values[name]

    def __contains__(self, name: str) -> bool:
        return name in self._values


SQUARES = ("image_size", "patch_size")
"""Fields that are a number, or a list of two."""

WITHOUT_EFFECT = (
    "_name_or_path", "activation", "activation_function", "architectures", "auto_map", "bad_words_ids", "begin_suppress_tokens",
    "bos_token_id", "chunk_size_feed_forward", "classifier_dropout", "cls_token_id", "decoder_start_token_id",
    "diversity_penalty", "do_sample", "dtype", "early_stopping", "eos_token_id", "finetuning_task", "forced_bos_token_id",
    "forced_decoder_ids", "forced_eos_token_id", "gradient_checkpointing", "hidden_act", "hidden_activation", "id2label",
    "is_decoder", "is_encoder_decoder", "label2id", "language", "length_penalty", "max_length", "min_length", "model_type",
    "name", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_labels", "num_return_sequences",
    "output_attentions", "output_hidden_states", "output_past", "output_scores", "pad_token_id",
    "position_embedding_type", "prefix", "pretraining_tp", "problem_type", "pruned_heads", "remove_invalid_values",
    "repetition_penalty", "return_dict", "return_dict_in_generate", "scale_embedding", "sep_token_id",
    "suppress_tokens", "task_specific_params", "temperature", "tie_encoder_decoder", "tokenizer_class", "top_k", "top_p",
    "torch_dtype", "torchscript", "transformers_version", "typical_p", "unk_token_id", "use_bfloat16", "use_cache",
    "use_return_dict", "vocab_file", "max_window_layers", "use_sliding_window", "original_max_position_embeddings",
    "norm_topk_prob", "output_router_logits", "routed_scaling_factor", "scoring_func", "seq_aux", "topk_method", "ep_size",
    "moe_layer_freq", "n_group", "topk_group", "aux_loss_alpha", "num_nextn_predict_layers", "qk_head_dim",
    "query_pre_attn_scalar", "cache_implementation", "encoder_stride", "interpolate_pos_encoding", "image_mean", "image_std",
    "max_position_embeddings", "seq_length", "n_ctx", "attention_softmax_in_fp32", "slow_but_exact",
    "masked_softmax_fusion", "bias_dropout_fusion", "skip_bias_add", "skip_bias_add_qkv", "offset_alibi", "hidden_dropout",
    "apply_residual_connection_post_layernorm", "embd_pdrop", "resid_pdrop", "attn_pdrop", "summary_type",
    "summary_use_proj", "summary_activation", "summary_proj_to_labels", "summary_first_dropout", "scale_attn_weights",
    "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "embed_dropout", "layerdrop", "encoder_layerdrop",
    "decoder_layerdrop", "median_filter_width", "partial_rotary_factor", "stage_names", "out_features", "out_indices",
    "drop_path_rate", "layer_norm_bias", "n_positions", "relative_attention_max_distance", "init_device",
    "sinusoidal_pos_embds", "use_bidirectional_attention", "rope_interleave", "alibi", "gradient_checkpointing_steps", "model_max_length",
)  # fmt: skip
"""Fields that change neither parameters nor MACs of the models that are counted."""

PARTS_WITHOUT_EFFECT = (
    "_token_index", "dropout", "initializer", "init_", "_eps", "epsilon", "rope_", "rotary_", "softcap", "router_", "mask_",
    "_std", "_prob", "pooler_",
)  # fmt: skip
"""Parts of the names of such fields."""


def fields(family: Family, given: Mapping[str, Any], name: str) -> Fields:
    """Return the values of a family's fields: those of a file, checked, and the defaults.

    Raises:
        UsageError: a value has the wrong type, or is not supported.
    """
    named = {family.others.get(key, key): value for key, value in given.items()}
    values = {key: _value(key, named.get(key, default), default, name) for key, default in family.fields.items()}
    values |= {key: named[key] for key in ("id2label", "num_labels", "architectures") if key in named}
    for key, allowed in family.needs.items():
        if named.get(key, allowed[0]) not in allowed:
            shown = listed([str(value).lower() for value in allowed], "or")
            raise UsageError(f"{name}: {key} {_shown(named[key])} is not supported", f"supported: {shown}")
    return Fields(values)


def _value(key: str, value: Any, default: Any, name: str) -> Any:  # noqa: ANN401
    """Return the value of a field, which has to be of the type of its default."""
    if isinstance(value, Optional):
        return value.default
    if isinstance(default, Optional):
        if value is None:
            return None
        default = default.like
    expected, fits = _type(default)
    if not fits(value) and not (key in SQUARES and isinstance(value, list) and all(map(_is_size, value))):
        raise UsageError(f"{name}: {key} is {_shown(value)}: expected {expected}", "check the file")
    return value


def _type(default: Any) -> tuple[str, Callable[[Any], bool]]:  # noqa: ANN401
    """Return what a value has to be, in words and as a test, by the default of its field."""
    if isinstance(default, bool):
        return "true or false", lambda value: isinstance(value, bool)
    if isinstance(default, str):
        return "a text", lambda value: isinstance(value, str)
    if isinstance(default, float):
        return "a number", lambda value: _is_size(value) or (isinstance(value, float) and 0 <= value < MOST)
    if isinstance(default, list):
        return "a list", lambda value: isinstance(value, list) and all(_is_size(v) or isinstance(v, str) for v in value)
    return "a whole number", _is_size


def _is_size(value: Any) -> bool:  # noqa: ANN401
    return type(value) is int and 0 <= value < MOST


def _shown(value: Any) -> str:  # noqa: ANN401
    """Spell a value as JSON does, if it is short."""
    words = {None: "null", True: "true", False: "false"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:60]} …"  # noqa: PLR2004 - a line


def unread(family: Family, given: Mapping[str, Any]) -> list[str]:
    """Return the fields of a file that nothing is known of.

    >>> unread(Family("gpt2", "GPT2LMHeadModel", {"n_layer": 12}, {}), {"n_layer": 3, "n_wheels": 4, "use_cache": True})
    ['n_wheels']
    """
    known = {*family.fields, *family.others, *family.needs, *WITHOUT_EFFECT}
    return [key for key in given if key not in known and not any(part in key for part in PARTS_WITHOUT_EFFECT)]


def arguments(family: Family, found: Fields) -> dict[str, Value]:
    """Return the arguments of the spec."""
    return {
        name: getattr(found, source) if isinstance(source, str) else source(found)
        for name, source in family.arguments.items()
    }


def suggestion(model_type: str, known: Mapping[str, Family]) -> str:
    """Return the hint for a type of model that is not known."""
    return did_you_mean(model_type, known) or f"known: {', '.join(known)}"
