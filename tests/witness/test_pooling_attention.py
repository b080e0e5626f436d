"""Pooling attention against torchvision's module, over drawn options, on the meta device."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archcalc.layers.pooling_attention import PoolingAttention
from archcalc.quantities.shape import Shape

pytestmark = pytest.mark.torch

ODD, STEP = st.sampled_from((1, 3, 5)), st.integers(1, 3)


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    """Options of torchvision's module."""
    heads, pools = draw(st.integers(1, 3)), draw(st.booleans())
    side = draw(st.sampled_from((8, 12, 24)))
    return {
        "input_size": [draw(st.integers(1, 4)), side, side],
        "embed_dim": draw(st.integers(1, 9)),
        "output_dim": heads * draw(st.integers(2, 4)),  # of one feature PyTorch makes no product of matrices
        "num_heads": heads,
        "kernel_q": [draw(ODD), *[draw(ODD)] * 2] if pools else [],
        "kernel_kv": [draw(ODD), *[draw(ODD)] * 2],
        "stride_q": [1, *[draw(STEP)] * 2] if pools else [],
        "stride_kv": [1, *[draw(STEP)] * 2],
        "residual_pool": draw(st.booleans()),
        "residual_with_cls_embed": draw(st.booleans()),
        "rel_pos_embed": draw(st.booleans()),
    }


def ours(given_: dict[str, Any]) -> PoolingAttention:
    """Return our layer with the same options."""
    return PoolingAttention(
        given_["num_heads"], grid=tuple(given_["input_size"]), features=given_["output_dim"],
        kernel=tuple(given_["kernel_kv"]), stride=tuple(given_["stride_kv"]),
        query_kernel=tuple(given_["kernel_q"]) or 0, query_stride=tuple(given_["stride_q"]) or 1,
        relative=given_["rel_pos_embed"],
    )  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(given_=options())
def test_parameters_output_and_macs_are_those_of_torchvision(torch: Any, torchvision: Any, given_: Any) -> None:
    counter = pytest.importorskip("torch.utils.flop_counter").FlopCounterMode(display=False)
    layer, features = ours(given_), given_["embed_dim"]
    tokens = 1
    for size in given_["input_size"]:
        tokens *= size
    x = Shape("TF", (tokens + 1, features))
    with torch.device("meta"):
        module = torchvision.models.video.mvit.MultiscaleAttention(**given_)
        with counter, torch.no_grad():
            found, _ = module(torch.empty(1, tokens + 1, features), tuple(given_["input_size"]))
    assert {t.name: t.dims for t in layer.tensors(x)} == {n: tuple(p.shape) for n, p in module.named_parameters()}
    assert layer.output(x).sizes == tuple(found.shape[1:])
    assert 2 * layer.macs(x) == counter.get_total_flops()
