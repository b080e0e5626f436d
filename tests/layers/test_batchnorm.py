"""Batch norm: what `torch.nn` lacks is told."""

from __future__ import annotations

from archcalc.layers.batchnorm import BatchNorm
from archcalc.quantities.shape import grid


def test_a_counter_is_a_buffer_that_torch_does_not_have() -> None:
    layer, x = BatchNorm(counter=True), grid(3, (8, 8))
    assert {tensor.name: tensor.dims for tensor in layer.tensors(x)}["count"] == (1,)
    assert layer.torch(x) == "torch.nn modules do not count the values"
