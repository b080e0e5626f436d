"""Attention's tensors against PyTorch's and torchvision's modules, whose calls have other signatures."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import pytest

from archcalc.layers.attention import Attention
from archcalc.layers.base import Foreign
from archcalc.layers.grid_attention import GridAttention
from archcalc.layers.window_attention import WindowAttention
from archcalc.quantities.shape import Shape, grid
from archcalc.quantities.tensor import BUFFER
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
