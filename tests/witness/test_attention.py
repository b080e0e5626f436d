"""Attention's tensors against PyTorch's and torchvision's modules, whose calls have other signatures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archcalc.layers.attention import Attention
from archcalc.layers.window_attention import WindowAttention
from archcalc.quantities.shape import Shape, grid
from archcalc.quantities.tensor import BUFFER

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


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layer", [WindowAttention(1, 2), WindowAttention(3, 7, 3), WindowAttention(2, 4, 2)])
def test_windows_have_the_tensors_of_torchvisions_module(
    layer: WindowAttention, *, bias: bool, torch: Any, torchvision: Any
) -> None:
    swin = torchvision.models.swin_transformer.ShiftedWindowAttention
    layer = replace(layer, bias=bias)
    channels, x = 8 * layer.heads, grid(8 * layer.heads, (9, 10))
    module = swin(channels, [layer.window] * 2, [layer.shift] * 2, layer.heads, qkv_bias=bias, proj_bias=bias)
    learned = {t.name: t.dims for t in layer.tensors(x) if t.role != BUFFER}
    kept = {t.name: t.dims for t in layer.tensors(x) if t.role == BUFFER}
    assert learned == {name: tuple(p.shape) for name, p in module.named_parameters()}
    assert kept == {name: tuple(b.shape) for name, b in module.named_buffers()}
    assert layer.output(x) == x
    assert tuple(module(torch.empty(1, 9, 10, channels)).shape) == (1, 9, 10, channels)
