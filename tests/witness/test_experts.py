"""Mixtures of experts against the modules of transformers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from archcalc.layers.experts import Experts
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import BIAS, WEIGHT, count

pytestmark = pytest.mark.torch

CONFIG = {"hidden_size": 64, "num_experts_per_tok": 2}
BLOCKS: list[tuple[str, str, dict[str, Any], Experts]] = [
    (
        "mixtral",
        "MixtralSparseMoeBlock",
        {"intermediate_size": 48, "num_local_experts": 8},
        Experts(8, active=2, hidden=48),
    ),
    (
        "qwen2_moe",
        "Qwen2MoeSparseMoeBlock",
        {"moe_intermediate_size": 24, "num_experts": 6, "shared_expert_intermediate_size": 40},
        Experts(6, active=2, hidden=24, shared=1, shared_hidden=40, shared_gate=True),
    ),
    (
        "qwen3_moe",
        "Qwen3MoeSparseMoeBlock",
        {"moe_intermediate_size": 24, "num_experts": 6},
        Experts(6, active=2, hidden=24),
    ),
    (
        "gpt_oss",
        "GptOssMLP",
        {"intermediate_size": 24, "num_local_experts": 6},
        Experts(6, active=2, hidden=24, bias=True, router_bias=True),
    ),
]


@pytest.mark.parametrize(("family", "name", "options", "layer"), BLOCKS)
def test_a_mixture_has_the_parameters_of_a_decoders(  # noqa: PLR0913, PLR0917 - a row of the table, and two modules
    family: str,
    name: str,
    options: dict[str, Any],
    layer: Experts,
    torch: Any,
    torchvision: Any,  # noqa: ARG001 - transformers imports it
) -> None:
    config = pytest.importorskip("transformers").AutoConfig.for_model(family, **CONFIG, **options)
    home = import_module(f"transformers.models.{family}.modeling_{family}")
    with torch.device("meta"):
        module = getattr(home, name)(config)
    ours = count(layer.tensors(Shape("TF", (5, 64))), WEIGHT, BIAS)
    assert ours == sum(value.numel() for value in module.parameters())
