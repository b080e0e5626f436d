"""Language models against `transformers`: the model it builds from the published configuration, on the meta device."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

import archcalc
from archcalc.specfile.shipped import entries
from tests.witness.language_models import PUBLISHED, Published

pytestmark = pytest.mark.torch

MIXTURES = ("mixtral", "qwen3_moe", "deepseek_v2", "deepseek_v3")
ENCODERS = ("bert", "roberta", "distilbert", "albert")
PAIRS = ("t5", "marian")
"""Types of encoder and decoder: they read two sequences."""

TOKENS = 24
MULTIPLIED = [
    "gpt2", "llama-3.2-1b", "mistral-7b", "qwen2.5-0.5b", "qwen3-0.6b", "gemma-2b", "gemma-2-2b", "gemma-3-270m",
    "phi-1.5", "phi-3-mini", "pythia-160m", "bert-mini", "roberta-base", "distilbert-base", "albert-base", "t5-small",
    "transformer-base", "mixtral-8x7b", "qwen3-30b-a3b", "falcon-40b", "deepseek-v2-lite",
]  # fmt: skip


def _built(published: Published, transformers: Any, torch: Any) -> Any:
    """Build the model of a configuration without its weights.

    Attention is two products of matrices, and a mixture multiplies with the experts that a token runs: other ways to
    compute them cannot be counted, or need values.
    """
    config = transformers.AutoConfig.for_model(published.type, **published.values)
    auto = transformers.AutoModelForCausalLM
    if published.type in PAIRS:
        auto = transformers.AutoModelForSeq2SeqLM
    elif published.type in ENCODERS:
        auto = transformers.AutoModel
    ways = {"experts_implementation": "batched_mm"} if published.type in MIXTURES else {}
    with torch.device("meta"):
        return auto.from_config(config, attn_implementation="eager", **ways).eval()


def test_all_language_models_have_a_published_configuration() -> None:
    assert {entry.name for entry in entries() if entry.file.startswith("llm/")} == PUBLISHED.keys()


@pytest.mark.parametrize("name", PUBLISHED)
def test_transformers_builds_as_many_parameters(name: str, transformers: Any, torch: Any) -> None:
    model = _built(PUBLISHED[name], transformers, torch)
    theirs = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    assert archcalc.load(name).analyze().totals.params == theirs


@pytest.mark.parametrize("name", [name for name, published in PUBLISHED.items() if published.type in MIXTURES])
def test_a_token_uses_the_parameters_outside_the_experts_and_those_of_a_few(
    name: str, transformers: Any, torch: Any
) -> None:
    model = _built(PUBLISHED[name], transformers, torch)
    sizes = {path: parameter.numel() for path, parameter in model.named_parameters()}
    experts = sum(size for path, size in sizes.items() if ".experts." in path)
    rest, config = sum(sizes.values()) - experts, model.config
    assert experts > 0
    number = config.n_routed_experts if "deepseek" in config.model_type else config.num_experts
    used = rest + experts * config.num_experts_per_tok // number
    assert archcalc.load(name).analyze().totals.counts.active == used


@pytest.mark.parametrize("name", MULTIPLIED)
def test_transformers_multiplies_as_often(name: str, transformers: Any, torch: Any) -> None:
    """FlopCounterMode counts products of matrices: projections, queries × keys and weights × values of all pairs.

    So it does not halve a causal mask, and counts neither norms nor the rotation of positions.
    """
    published = PUBLISHED[name]
    model = _built(published, transformers, torch)
    tokens = torch.zeros((1, TOKENS), dtype=torch.long, device="meta")
    mask = torch.zeros((1, 1, TOKENS, TOKENS), device="meta")
    pair = {"decoder_input_ids": tokens} if published.type in PAIRS else {}
    counter = import_module("torch.utils.flop_counter").FlopCounterMode(display=False)
    with counter, torch.no_grad():
        given = pair if pair or published.type in ENCODERS else {"attention_mask": mask, "use_cache": False}
        model(input_ids=tokens, **given)
    spec = archcalc.load(name)
    size = {"source": f"{TOKENS}", "target": f"{TOKENS}"} if pair else f"{TOKENS}"
    assert spec.analyze(size).totals.macs * 2 == counter.get_total_flops()
