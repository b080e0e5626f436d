"""A configuration of Hugging Face: the fields of a family with their defaults, and what else a file has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.quantities.stored import MOST
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    Source: TypeAlias = "str | Callable[[Fields], Any]"


class Nullable(NamedTuple):
    """A field that can be null: its default, which often is null, and a value of the type that it has otherwise."""

    default: Any = None
    like: Any = 1


class ModelFamily(NamedTuple):
    """Models of one type: what is counted, and how the arguments of a spec follow from the fields of a configuration.

    ``network`` is a built-in network of the spec; ``counted`` is the class of transformers; ``fields`` are the fields
    that matter, with the defaults of transformers; ``arguments`` are those of the spec, each a field or what is
    computed of several; ``needs`` are fields whose other values are not supported; ``others`` are fields that are
    called differently; ``tokens`` is the length of the input, if positions limit it; ``notes`` are remarks; ``derived``
    are fields that follow from others.
    """

    network: str
    counted: str
    fields: Mapping[str, Any]
    arguments: Mapping[str, Source]
    needs: Mapping[str, tuple[Any, ...]] = {}
    others: Mapping[str, str] = {}
    tokens: Callable[[Fields], int] | None = None
    notes: Callable[[Fields], Iterator[str]] | None = None
    derived: tuple[str, ...] = ()


class Fields:
    """The values of a family's fields, by name as attributes: those of a file, and defaults."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the field holds
        return self._values[name]

    def of(self, name: str) -> Any:  # noqa: ANN401
        """Return the value of a field whose name begins with an underscore."""
        return self._values[name]

    def __contains__(self, name: str) -> bool:
        return name in self._values


NEEDED_OF_ALL: dict[str, tuple[Any, ...]] = {
    "tie_encoder_decoder": (False,),
    "add_cross_attention": (False,),
    "moe_layer_freq": (1,),
    "attention_bias": (False,),
    "mlp_bias": (False,),
    "position_embedding_type": ("absolute", "rope", "rotary", "alibi"),
}
"""Fields of which only some values are supported, unless they are among the fields of a family."""

SQUARES = ("image_size", "patch_size")
"""Fields that are a number, or a list of two."""

WITHOUT_EFFECT = (
    "_name_or_path", "activation", "activation_function", "alibi", "apply_residual_connection_post_layernorm",
    "architectures", "attention_softmax_in_fp32", "attn_pdrop", "auto_map", "aux_loss_alpha", "bad_words_ids",
    "begin_suppress_tokens", "bias_dropout_fusion", "bos_token_id", "cache_implementation",
    "chunk_size_feed_forward", "classifier_dropout", "cls_token_id", "cross_attention_hidden_size",
    "decoder_layerdrop", "decoder_start_token_id", "diversity_penalty", "do_sample", "drop_path_rate", "dtype",
    "early_stopping", "embd_pdrop", "embed_dropout", "encoder_layerdrop", "encoder_stride", "eos_token_id",
    "ep_size", "finetuning_task", "forced_bos_token_id", "forced_decoder_ids", "forced_eos_token_id",
    "gradient_checkpointing", "hidden_act", "hidden_activation", "hidden_dropout", "id2label", "image_mean",
    "image_std", "interpolate_pos_encoding", "is_decoder", "is_encoder_decoder", "label2id", "language",
    "layerdrop", "length_penalty", "masked_softmax_fusion", "max_length", "max_position_embeddings",
    "max_window_layers", "median_filter_width", "min_length", "model_max_length", "model_type", "n_ctx", "n_group",
    "n_positions", "name", "no_repeat_ngram_size", "norm_topk_prob", "num_beam_groups", "num_beams", "num_labels",
    "num_return_sequences", "offset_alibi", "original_max_position_embeddings", "out_features", "out_indices",
    "output_attentions", "output_hidden_states", "output_past", "output_router_logits", "output_scores",
    "pad_token_id", "partial_rotary_factor", "prefix", "pretraining_tp", "problem_type", "qk_head_dim",
    "query_pre_attn_scalar", "relative_attention_max_distance", "remove_invalid_values", "reorder_and_upcast_attn",
    "repetition_penalty", "resid_pdrop", "return_dict", "return_dict_in_generate", "rope_interleave",
    "routed_scaling_factor", "scale_attn_by_inverse_layer_idx", "scale_attn_weights", "scale_embedding",
    "scoring_func", "sep_token_id", "seq_aux", "seq_length", "sinusoidal_pos_embds", "skip_bias_add",
    "skip_bias_add_qkv", "slow_but_exact", "stage_names", "summary_activation", "summary_first_dropout",
    "summary_proj_to_labels", "summary_type", "summary_use_proj", "suppress_tokens", "task_specific_params",
    "temperature", "tie_weights_", "tokenizer_class", "top_k", "top_p", "topk_group", "topk_method", "torch_dtype",
    "torchscript", "transformers_version", "typical_p", "unk_token_id", "use_bfloat16",
    "use_bidirectional_attention", "use_cache", "use_mrope", "use_return_dict", "use_sliding_window", "vocab_file",
)  # fmt: skip
"""Fields that change neither parameters nor MACs of the models that are counted."""

PARTS_WITHOUT_EFFECT = (
    "_token_index", "dropout", "initializer", "init_", "_eps", "epsilon", "rope_", "rotary_", "softcap", "router_",
    "mask_", "_std", "_prob", "pooler_",
)  # fmt: skip
"""Parts of the names of such fields."""


def fields(family: ModelFamily, given: Mapping[str, Any], name: str) -> Fields:
    """Return the values of a family's fields: those of a file, checked, and the defaults.

    Raises:
        UsageError: a value has the wrong type, or is not supported.
    """
    named = {family.others.get(key, key): value for key, value in given.items()}
    values = {key: _value(key, named.get(key, default), default, name) for key, default in family.fields.items()}
    values |= {key: named[key] for key in ("id2label", "num_labels", "architectures") if key in named}
    for key, allowed in {**NEEDED_OF_ALL, **family.needs}.items():
        if key not in family.fields and named.get(key, allowed[0]) not in allowed:
            shown = listed([str(value).lower() for value in allowed], "or")
            raise UsageError(f"{name}: {key} {_shown(named[key])} is not supported", f"supported: {shown}")
    return Fields(values)


def _value(key: str, value: Any, default: Any, name: str) -> Any:  # noqa: ANN401
    """Return the value of a field, which has to be of the type of its default."""
    if isinstance(value, Nullable):
        return value.default
    if isinstance(default, Nullable):
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
        sizes = bool(default) and all(map(_is_size, default))
        what = "a list of whole numbers" if sizes else "a list"
        fits = _is_size if sizes else lambda value: _is_size(value) or isinstance(value, str)
        return what, lambda value: isinstance(value, list) and all(map(fits, value))
    return "a whole number", _is_size


def _is_size(value: Any) -> bool:  # noqa: ANN401
    return type(value) is int and 0 <= value < MOST


def _shown(value: Any) -> str:  # noqa: ANN401
    """Spell a value as JSON does, if it is short."""
    words = {None: "null", True: "true", False: "false"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:60]} …"  # noqa: PLR2004 - a line


def unread(family: ModelFamily, given: Mapping[str, Any]) -> list[str]:
    """Return the fields of a file that nothing is known of.

    >>> family = ModelFamily("gpt2", "GPT2LMHeadModel", {"n_layer": 12}, {})
    >>> unread(family, {"n_layer": 3, "n_wheels": 4, "use_cache": True})
    ['n_wheels']
    """
    known = {*family.fields, *family.others, *family.needs, *family.derived, *NEEDED_OF_ALL, *WITHOUT_EFFECT}
    stated = [key for key, value in given.items() if value not in (None, {}, [])]
    return [key for key in stated if key not in known and not any(part in key for part in PARTS_WITHOUT_EFFECT)]


def arguments(family: ModelFamily, found: Fields) -> dict[str, Any]:
    """Return the arguments of the spec."""
    return {
        name: getattr(found, source) if isinstance(source, str) else source(found)
        for name, source in family.arguments.items()
    }


def suggestion(model_type: str, known: Mapping[str, ModelFamily]) -> str:
    """Return the hint for a type of model that is not known."""
    return did_you_mean(model_type, known) or f"known: {', '.join(known)}"
