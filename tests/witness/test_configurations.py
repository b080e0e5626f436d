"""Configurations of Hugging Face: what is counted from a config.json is what transformers builds from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.importers.huggingface import FAMILIES, network
from archcalc.importers.huggingface_config import Nullable
from archcalc.importers.huggingface_encoders import ENCODERS
from archcalc.quantities.stored import StoredTensor, StoredWeights
from archcalc.services.opening import read
from archcalc.studies.checking.weights import compare_weights
from tests.witness.configurations import DRAWN, drawn
from tests.witness.language_models import PUBLISHED

if TYPE_CHECKING:
    from archcalc.network.network import Network

pytestmark = pytest.mark.torch

DRAWS = 8
TOKENS = 24


def ours(model_type: str, values: dict[str, Any]) -> Network:
    """Return our network of a configuration."""
    return read(network({"model_type": model_type, **values}, "config.json"), "config.json")


def built(model_type: str, values: dict[str, Any], transformers: Any, torch: Any) -> Any:
    """Build the model of a configuration on the meta device, of the class that is counted."""
    config = transformers.AutoConfig.for_model(model_type, **values)
    config._attn_implementation = "eager"
    config._experts_implementation = "batched_mm"
    with torch.device("meta"):
        return getattr(transformers, FAMILIES[model_type].counted)(config).eval()


def parameters(model: Any) -> int:
    """Count the parameters of a model."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def test_every_family_is_drawn() -> None:
    assert FAMILIES.keys() == DRAWN.keys()


@pytest.mark.parametrize("model_type", FAMILIES)
def test_defaults_are_those_of_transformers(model_type: str, transformers: Any) -> None:
    config = transformers.AutoConfig.for_model(model_type)
    for field, default in FAMILIES[model_type].fields.items():
        stated = default.default if isinstance(default, Nullable) else default
        theirs = getattr(type(config), field, stated)
        assert stated == (list(theirs) if isinstance(theirs, tuple) else theirs), field


@pytest.mark.parametrize("seed", range(DRAWS))
@pytest.mark.parametrize("model_type", FAMILIES)
def test_as_many_parameters(model_type: str, seed: int, transformers: Any, torch: Any) -> None:
    values = drawn(model_type, seed)
    table = ours(model_type, values).analyze()
    assert table.totals.params == parameters(built(model_type, values, transformers, torch)), values
    assert table.remarks == ()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("model_type", FAMILIES)
def test_the_tensors_of_the_model_are_those_of_the_network(
    model_type: str, seed: int, transformers: Any, torch: Any
) -> None:
    values = drawn(model_type, seed)
    state = built(model_type, values, transformers, torch).state_dict(keep_vars=True)
    stored = tuple(StoredTensor(name, tuple(t.shape), "float32", storage=str(id(t))) for name, t in state.items())
    report = compare_weights(ours(model_type, values).analyze(), StoredWeights("w", "PyTorch", stored))
    assert [pairing for pairing in report.pairings if not pairing.holds] == []


@pytest.mark.parametrize("model_type", FAMILIES)
def test_the_default_configuration(model_type: str, transformers: Any, torch: Any) -> None:
    values = {"num_experts_per_tok": 6} if model_type == "deepseek_v2" else {}  # its default is null
    assert ours(model_type, values).analyze().totals.params == parameters(
        built(model_type, values, transformers, torch)
    )


@pytest.mark.parametrize("name", [name for name, published in PUBLISHED.items() if published.type in FAMILIES])
def test_published_configurations_are_the_built_in_networks(name: str) -> None:
    published = PUBLISHED[name]
    table, built_in = ours(published.type, published.values).analyze(), archcalc.load(name).analyze()
    assert (table.totals.params, table.totals.macs) == (built_in.totals.params, built_in.totals.macs)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("model_type", FAMILIES)
def test_as_many_products(model_type: str, seed: int, transformers: Any, torch: Any) -> None:
    values = drawn(model_type, seed + 100)
    model = built(model_type, values, transformers, torch)
    counter = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(**inputs(model, model_type, torch))
    without_windows = {field: value for field, value in values.items() if "sliding_window" not in field}
    table = ours(model_type, without_windows).analyze(SHAPES.get(FAMILIES[model_type].counted, f"{TOKENS}"))
    assert 2 * table.totals.macs == counter.get_total_flops(), values


SHAPES: dict[str, Any] = {
    "T5ForConditionalGeneration": {"source": f"{TOKENS}", "target": f"{TOKENS}"},
    "WhisperForConditionalGeneration": {"text": f"{TOKENS}"},
    "ViTForImageClassification": None,
    "SwinForImageClassification": None,
    "ConvNextForImageClassification": None,
}
"""The inputs of models that read something else than one sequence; None: those of the configuration."""


def inputs(model: Any, model_type: str, torch: Any) -> dict[str, Any]:
    """Return what a model is called with: one sequence, two of them, sound or an image."""
    tokens = torch.zeros((1, TOKENS), dtype=torch.long, device="meta")
    config = model.config
    if hasattr(config, "image_size"):
        side = config.image_size[0] if isinstance(config.image_size, list) else config.image_size
        return {"pixel_values": torch.zeros((1, config.num_channels, side, side), device="meta")}
    if model_type == "whisper":
        sound = torch.zeros((1, config.num_mel_bins, 2 * config.max_source_positions), device="meta")
        return {"input_features": sound, "decoder_input_ids": tokens}
    if model_type == "t5":
        return {"input_ids": tokens, "decoder_input_ids": tokens}
    if model_type in ENCODERS:
        return {"input_ids": tokens}
    mask = torch.zeros((1, TOKENS) if model_type in ("bloom", "opt") else (1, 1, TOKENS, TOKENS), device="meta")
    return {"input_ids": tokens, "attention_mask": mask, "use_cache": False}
