"""Every kind with letters for the sizes of its input: with numbers in their place it says what it says of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import Letter, evaluate
from tests.drawn import examples
from tests.witness.strategies import KINDS, layers, shapes

if TYPE_CHECKING:
    from archcalc.layers.base import Layer
    from archcalc.symbolic.expr import Int


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_of_letters_is_the_layer_of_their_numbers(kind: str) -> None:
    @settings(max_examples=examples(30), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        x = data.draw(shapes())
        layer = data.draw(layers(kind, x))
        try:
            counted = _numbers(layer, x)
        except Refusal:
            return
        letters = Shape(x.layout, tuple(Letter(name) for name in x.layout))
        values = {name: size for name, size in zip(x.layout, x.sizes, strict=True) if isinstance(size, int)}
        assert [evaluate(number, values) for number in _numbers(layer, letters)] == counted

    check()


def _numbers(layer: Layer, x: Shape) -> list[Int]:
    """Return all that a layer says about a shape."""
    output = layer.output(x)
    dims = [size for tensor in layer.tensors(x) for size in tensor.dims]
    return [*output.sizes, output.regions, layer.macs(x), layer.connections(x), *dims]
