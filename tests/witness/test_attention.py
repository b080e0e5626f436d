"""Attention's tensors against PyTorch's and torchvision's modules, whose calls have other signatures."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from math import prod
from typing import Any

import pytest

from archcalc.layers.attention import Attention
from archcalc.layers.base import Foreign
from archcalc.layers.grid_attention import GridAttention
from archcalc.layers.window_attention import WindowAttention
from archcalc.quantities.shape import Shape, grid
from archcalc.quantities.tensor import BUFFER
from tests.known import known
from tests.witness.modules import built, run, tensors_of

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("heads", "features"), [(1, 6), (3, 6), (12, 768)])
def test_attention_has_the_tensors_of_pytorchs_module(heads: int, features: int, *, bias: bool, torch: Any) -> None:
    module = torch.nn.MultiheadAttention(features, heads, bias=bias, batch_first=True, device="meta")
    x = Shape("TF", (5, features))
    tensors = Attention(heads, bias=bias).tensors(x)
    assert {t.name: t.dims for t in tensors} == {name: tuple(p.shape) for name, p in module.named_parameters()}
    tokens = torch.empty(2, 5, features, device="meta")
    assert tuple(module(tokens, tokens, tokens)[0].shape[1:]) == Attention(heads, bias=bias).output(x).sizes


SECOND: dict[str, Any] = {"relative": "mlp", "cosine": True}


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    "layer",
    [
        WindowAttention(1, 2),
        WindowAttention(3, 7, 3),
        WindowAttention(2, (4, 3), 2),
        WindowAttention(3, 7, 3, **SECOND),
        WindowAttention(2, (4, 3), **SECOND),
    ],
)
def test_windows_have_the_tensors_of_torchvisions_module(layer: WindowAttention, *, bias: bool, torch: Any) -> None:
    layer = replace(layer, bias=bias)
    channels, x = 8 * layer.heads, grid(8 * layer.heads, (9, 10))
    foreign = layer.torch(x)
    assert isinstance(foreign, Foreign)
    module = built(torch, foreign)
    learned, kept = tensors_of(module)
    assert sorted((t.name, t.dims) for t in layer.tensors(x) if t.role != BUFFER) == learned
    assert sorted((t.name, t.dims) for t in layer.tensors(x) if t.role == BUFFER) == kept
    assert layer.output(x) == x
    assert tuple(run(torch, foreign, module, torch.empty(1, *x.sizes, device="meta")).shape) == (1, channels, 9, 10)


@pytest.mark.parametrize("heads", [2, 4])
def test_grids_have_the_tensors_of_torchvisions_module(heads: int, torch: Any, torchvision: Any) -> None:
    attention = torchvision.models.maxvit.RelativePositionalMultiHeadAttention
    module = attention(8 * heads, 8, 7**2)
    learned, kept = tensors_of(module)
    tensors = GridAttention(heads, 7).tensors(grid(8 * heads, (14, 21)))
    assert sorted((t.name, t.dims) for t in tensors if t.role != BUFFER) == learned
    assert [prod(t.dims) for t in tensors if t.role == BUFFER] == [prod(dims) for _, dims in kept]
    assert tuple(module(torch.empty(1, 6, 49, 8 * heads)).shape) == (1, 6, 49, 8 * heads)


def learned(module: Any) -> list[int]:
    """The sizes of a module's parameters."""
    return sorted(prod(value.shape) for value in module.parameters())


def sizes(layer: Attention, x: Shape) -> list[int]:
    """The sizes of a layer's parameters."""
    return sorted(known(tensor.elements) for tensor in layer.tensors(x))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("heads", "width"), [(1, 4), (3, 10), (12, 768)])
def test_cross_attention_has_the_parameters_of_pytorchs_module(
    heads: int, width: int, *, bias: bool, torch: Any
) -> None:
    features = 5 * heads
    module = torch.nn.MultiheadAttention(
        features, heads, bias=bias, batch_first=True, kdim=width, vdim=width, device="meta"
    )
    x, memory = Shape("TF", (7, features)), Shape("TF", (9, width))
    layer = Attention(heads, bias=bias, memory=memory)
    assert sum(sizes(layer, x)) == sum(learned(module))
    queries, keys = (torch.empty(2, *shape.sizes, device="meta") for shape in (x, memory))
    assert tuple(module(queries, keys, keys)[0].shape[1:]) == layer.output(x).sizes


DECODERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("llama", {"num_key_value_heads": 2}, {"kv_heads": 2, "bias": False}),
    ("llama", {"num_key_value_heads": 1, "head_dim": 24}, {"kv_heads": 1, "head_dim": 24, "bias": False}),
    ("llama", {"num_key_value_heads": 4, "attention_bias": True}, {"kv_heads": 4}),
    ("qwen2", {"num_key_value_heads": 2}, {"kv_heads": 2, "output_bias": False}),
    (
        "qwen3",
        {"num_key_value_heads": 2, "head_dim": 32},
        {"kv_heads": 2, "head_dim": 32, "bias": False, "qk_norm": True},
    ),
]


@pytest.mark.parametrize(("family", "theirs", "ours"), DECODERS)
def test_grouped_heads_have_the_parameters_of_a_decoders_attention(
    family: str,
    theirs: dict[str, Any],
    ours: dict[str, Any],
    torch: Any,
    torchvision: Any,  # noqa: ARG001 - is imported
) -> None:
    config = pytest.importorskip("transformers").AutoConfig.for_model(
        family, hidden_size=64, num_attention_heads=4, **theirs
    )
    home = import_module(f"transformers.models.{family}.modeling_{family}")
    with torch.device("meta"):
        module = getattr(home, f"{family.title()}Attention")(config, layer_idx=0)
    layer, x = Attention(4, **ours), Shape("TF", (9, 64))
    assert layer.output(x) == x
    assert sizes(layer, x) == learned(module)


@pytest.mark.parametrize("first", [True, False])
def test_ranges_of_distances_have_the_biases_of_t5(
    *,
    first: bool,
    torch: Any,
    torchvision: Any,  # noqa: ARG001 - transformers imports it
) -> None:
    config = pytest.importorskip("transformers").T5Config(d_model=32, d_kv=6, num_heads=4)
    home = import_module("transformers.models.t5.modeling_t5")
    with torch.device("meta"):
        module = home.T5Attention(config, has_relative_attention_bias=first, layer_idx=0)
    layer = Attention(4, head_dim=6, bias=False, buckets=config.relative_attention_num_buckets if first else None)
    assert sizes(layer, Shape("TF", (9, 32))) == learned(module)
