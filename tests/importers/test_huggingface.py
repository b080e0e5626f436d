"""Configurations of Hugging Face: what is honoured, what is ignored and said, and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.importers.huggingface import FAMILIES, NESTED, network
from archcalc.services.opening import read
from tests.cli.calls import call
from tests.house.plan import ROOT
from tests.importers.weight_files import write

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.network.table import Table

LLAMA = {
    "model_type": "llama", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 4,
    "num_attention_heads": 8,
}  # fmt: skip


def table(values: dict[str, Any]) -> Table:
    """Return the table of a configuration."""
    return read(network(values, "config.json"), "config.json").analyze()


def refusal(values: object) -> str:
    """Return why a configuration is not read."""
    with pytest.raises(UsageError) as caught:
        network(values, "config.json")
    return str(caught.value)


def test_a_folder_and_a_file_are_the_same_network(tmp_path: Path) -> None:
    path = write(tmp_path, "config.json", json.dumps(LLAMA).encode())
    tables = [archcalc.load(name).analyze() for name in (path, f"hf:{path}", f"hf:{tmp_path}")]
    assert {found.totals for found in tables} == {table(LLAMA).totals}
    assert tables[0].spec.title == tmp_path.name
    assert call("show", f"hf:{tmp_path}", "--set", "depth=2", "--input", "16").code == 0
    assert call("verify", path).code == 0


def test_the_totals_of_a_configuration_that_is_written_out() -> None:
    layer = 2 * 64 + 4 * 64 * 64 + 3 * 64 * 96
    assert table(LLAMA).totals.params == 2 * 100 * 64 + 4 * layer + 64
    assert table(LLAMA | {"tie_word_embeddings": True}).totals.params == 100 * 64 + 4 * layer + 64
    assert table(LLAMA | {"num_key_value_heads": 2}).totals.params == 2 * 100 * 64 + 4 * (layer - 2 * 64 * 48) + 64


QWEN = {**LLAMA, "model_type": "qwen3", "head_dim": 8, "num_key_value_heads": 8, "sliding_window": 16}


@pytest.mark.parametrize(
    ("values", "windows"),
    [
        ({}, [0, 0, 0, 0]),
        ({"use_sliding_window": True, "max_window_layers": 1}, [0, 16, 16, 16]),
        ({"use_sliding_window": True, "max_window_layers": 9}, [0, 0, 0, 0]),
        ({"layer_types": ["sliding_attention", "full_attention"] * 2}, [16, 0, 16, 0]),
        ({"layer_types": ["full_attention"] + ["sliding_attention"] * 3}, [0, 16, 16, 16]),
        ({"layer_types": ["sliding_attention"] * 3 + ["full_attention"]}, [16, 16, 16, 0]),
        ({"layer_types": ["sliding_attention"] * 4, "sliding_window": None}, [0, 0, 0, 0]),
    ],
)
def test_layers_with_a_window_are_those_of_the_configuration(values: dict[str, Any], windows: list[int]) -> None:
    found = [row.layer for row in table(QWEN | values) if row.kind == "attention"]
    assert [getattr(layer, "window", None) for layer in found] == windows


def test_layers_with_experts_are_those_of_the_configuration() -> None:
    moe = {**LLAMA, "model_type": "qwen3_moe", "num_key_value_heads": 8, "num_experts": 4, "num_experts_per_tok": 2,
           "moe_intermediate_size": 24}  # fmt: skip

    def sparse(**values: object) -> list[bool]:
        found = table(moe | values)
        return [any(row.kind == "experts" for row in found.below(f"h/{layer}")) for layer in range(1, 5)]

    assert sparse() == [True] * 4
    assert sparse(mlp_only_layers=[0, 1]) == [False, False, True, True]
    assert sparse(decoder_sparse_step=2) == [False, True, False, True]
    assert "mlp_only_layers [2] is not supported" in refusal(moe | {"mlp_only_layers": [2]})


def test_what_has_no_known_effect_is_said() -> None:
    values = LLAMA | {"n_wheels": 3, "rope_theta": 1e4, "torch_dtype": "bfloat16", "architectures": ["LlamaForX"]}
    assert table(values).remarks == (
        "counted as LlamaForCausalLM, not as LlamaForX",
        "fields without a known effect, ignored: n_wheels",
    )
    quantized = table(LLAMA | {"quantization_config": {"bits": 4}}).remarks
    assert quantized[0] == "quantization_config: parameters are counted as before the quantization"
    assert table(LLAMA | {"architectures": ["LlamaForCausalLM"]}).remarks == ()


def test_the_text_model_of_a_model_of_images_and_text_is_counted() -> None:
    text = {**{key: value for key, value in LLAMA.items() if key != "model_type"}, "num_key_value_heads": 4}
    found = table({"model_type": "gemma3", "text_config": text, "vision_config": {"hidden_size": 7}})
    assert found.remarks[0] == "only the text model of gemma3 is counted (text_config)"
    assert found.totals.params == table({"model_type": "gemma3_text", **text}).totals.params


def test_a_model_of_an_unknown_type_is_estimated_if_its_sizes_are_stated() -> None:
    found = table(LLAMA | {"model_type": "llemma"})
    assert found.totals.params == table(LLAMA).totals.params
    assert found.remarks[0].startswith("estimate: the model type 'llemma' is not known; counted like Llama")
    assert found.spec.title.endswith("(estimate)")
    unknown = refusal({"model_type": "rwkv", "hidden_size": 8})
    assert unknown == f"config.json: unknown model type 'rwkv'\n  known: {', '.join(FAMILIES)}"
    assert "did you mean llama?" in refusal({"model_type": "lama"})
    assert "unknown model type" in refusal(LLAMA | {"model_type": "marian", "is_encoder_decoder": True})


STATED = {
    "google/flan-t5-small": (
        76_961_152,
        """{"architectures": ["T5ForConditionalGeneration"], "d_ff": 1024, "d_kv": 64, "d_model": 512,
        "decoder_start_token_id": 0, "dropout_rate": 0.1, "eos_token_id": 1, "feed_forward_proj": "gated-gelu",
        "initializer_factor": 1.0, "is_encoder_decoder": true, "layer_norm_epsilon": 1e-06, "model_type": "t5",
        "n_positions": 512, "num_decoder_layers": 8, "num_heads": 6, "num_layers": 8, "output_past": true,
        "pad_token_id": 0, "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32,
        "task_specific_params": {"summarization": {}}, "tie_word_embeddings": false,
        "transformers_version": "4.23.1", "use_cache": true, "vocab_size": 32128}""",
    ),
    "mistralai/Mistral-7B-v0.1": (
        7_241_732_096,
        """{"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu",
        "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
        "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
        "sliding_window": 4096, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
        "transformers_version": "4.34.0.dev0", "use_cache": true, "vocab_size": 32000}""",
    ),
    "google/vit-base-patch16-224": (
        86_567_656,
        """{"architectures": ["ViTForImageClassification"], "attention_probs_dropout_prob": 0.0,
        "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "hidden_size": 768, "num_labels": 1000,
        "image_size": 224, "initializer_range": 0.02, "intermediate_size": 3072, "layer_norm_eps": 1e-12,
        "model_type": "vit", "num_attention_heads": 12, "num_channels": 3, "num_hidden_layers": 12,
        "patch_size": 16, "qkv_bias": true, "transformers_version": "4.13.0.dev0"}""",
    ),
}
"""Configurations as they are published, and the number of parameters that their pages state."""


@pytest.mark.parametrize("name", STATED)
def test_published_configurations_have_the_parameters_that_are_stated(name: str) -> None:
    params, text = STATED[name]
    found = table(json.loads(text))
    assert found.totals.params == params
    assert not [remark for remark in found.remarks if "ignored" in remark or "counted as" in remark]


REFUSED = {
    "a text for a number": (LLAMA | {"hidden_size": "64"}, "config.json: hidden_size is '64': expected a whole number"),
    "a fraction": (LLAMA | {"num_hidden_layers": 1.5}, "config.json: num_hidden_layers is 1.5: expected a whole number"),
    "true for a number": (LLAMA | {"vocab_size": True}, "config.json: vocab_size is true: expected a whole number"),
    "null": (LLAMA | {"vocab_size": None}, "config.json: vocab_size is null: expected a whole number"),
    "negative": (LLAMA | {"vocab_size": -1}, "config.json: vocab_size is -1: expected a whole number"),
    "huge": (LLAMA | {"vocab_size": 10**30}, "config.json: vocab_size is 1000000000000000000000000000000: expected"),
    "a number for true": (LLAMA | {"tie_word_embeddings": 1}, "config.json: tie_word_embeddings is 1: expected true or"),
    "a list": (LLAMA | {"hidden_size": [1] * 99}, "config.json: hidden_size is [1, 1"),
    "cross-attention": ({"model_type": "gpt2", "add_cross_attention": True},
                        "config.json: add_cross_attention true is not supported\n  supported: false"),
    "unknown layer types": (QWEN | {"layer_types": ["linear_attention"] * 4}, "config.json: unknown layer type 'linear_attention'"),
    "too few layer types": (QWEN | {"layer_types": ["full_attention"]}, "config.json: layer_types does not have a type"),
    "no pattern": (QWEN | {"layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"]},
                   "config.json: layer_types is not a pattern"),
    "five stages": ({"model_type": "swin", "depths": [1] * 5}, "config.json: depths has 5 stages\n  supported: 4 stages"),
    "an oblong image": ({"model_type": "vit", "image_size": [32, 64]}, "config.json: image_size is [32, 64]: only squares"),
    "labels": ({"model_type": "vit", "num_labels": "x"}, "config.json: num_labels is 'x': expected a whole number"),
    "no experts": ({"model_type": "deepseek_v2"}, "config.json: num_experts_per_tok is missing"),
    "Keras": ({"class_name": "Functional", "config": {}}, "config.json is a Keras model: it has no model_type"),
    "a list at the top": ([1], "config.json is not a configuration: it has no model_type\n  known: llama"),
    "a type that is a number": ({"model_type": 1}, "config.json is not a configuration: it has no model_type"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_or_not_supported_is_refused(values: object, message: str) -> None:
    assert refusal(values).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "config.json is empty, not a config.json"),
        (b"%PDF-1.4", "config.json is a PDF, not a config.json"),
        (b"\x80\x04\x95", "config.json is a pickle, not a config.json"),
        (b'{"model_type": ', "config.json is not valid JSON: Expecting value (line 1, column 16)"),
        (b'{"a": ' + b"[" * 100_000, "config.json is nested too deeply"),
        (b'{"a": 1, "a": 2}', "config.json has the key 'a' twice"),
        (b'{"a": NaN}', "config.json is not valid JSON: NaN is not a number in JSON"),
        (b'{"a": "' + b"x" * 1_000_001 + b'"}', "config.json is larger than 1 MB"),
    ],
)
def test_a_damaged_file_is_told_what_is_wrong(content: bytes, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, "config.json", content)
    done = call("show", path)
    assert (done.code, done.out) == (2, "")
    assert done.err.replace(f"{tmp_path}/", "").startswith(f"error: {message}")


def test_sizes_that_do_not_work_are_errors_and_not_tracebacks(tmp_path: Path) -> None:
    for values in ({"num_attention_heads": 0}, {"num_hidden_layers": 10**9}, {"hidden_size": 0},
                   {"num_key_value_heads": 3}, {"intermediate_size": 0}):  # fmt: skip
        path = write(tmp_path, "config.json", json.dumps(LLAMA | values).encode())
        done = call("show", path)
        assert (done.code, done.out) == (2, ""), values
        assert done.err.startswith("error: ")


def test_a_folder_without_a_configuration_is_an_error(tmp_path: Path) -> None:
    done = call("show", f"hf:{tmp_path}")
    assert (
        done.err == f"error: {tmp_path}/config.json does not exist\n  name a folder with a config.json, or the file\n"
    )


def test_the_documentation_lists_every_model_type() -> None:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    listed = page.partition("Known model types: ")[2].partition(".\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == FAMILIES.keys() | NESTED.keys()
