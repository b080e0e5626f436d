"""Windows over tokens: those of a map of one axis, with the features as its channels, and tokens again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import Refusal
from archcalc.layers.conv import Conv
from archcalc.quantities.reach import Reach, pixel
from archcalc.quantities.shape import Shape
from tests.known import known
from tests.witness.strategies import layers

KINDS = (
    "adaptive_avgpool", "adaptive_maxpool", "avgpool", "conv", "conv_transpose", "global_avgpool", "global_maxpool",
    "maxpool",
)  # fmt: skip
SOMEWHERE = Reach(pixel(1).axes, everything=True)


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_those_of_a_map_of_one_axis(kind: str) -> None:
    @given(st.integers(1, 12), st.integers(1, 6), st.data())
    def check(tokens: int, features: int, data: st.DataObject) -> None:
        x, image = Shape("TF", (tokens, features)), Shape("CL", (features, tokens))
        layer = data.draw(layers(kind, image))
        try:
            output = layer.output(image)
        except Refusal:
            with pytest.raises(Refusal):
                layer.output(x)
            return
        assert layer.output(x) == Shape("TF", (known(output.sizes[1]), known(output.sizes[0])))
        assert layer.tensors(x) == layer.tensors(image)
        assert (layer.macs(x), layer.connections(x)) == (layer.macs(image), layer.connections(image))
        assert layer.reach(x, SOMEWHERE) == layer.reach(image, SOMEWHERE)

    check()


TEXT = """
input: 50
layers:
  - {embedding: 100, features: 16}
  - {conv: 32, kernel: 5, padding: same}
  - {maxpool: 2}
  - {lstm: 8, return: last}
"""


def test_words_are_convolved_and_read_by_a_recurrent_layer() -> None:
    table = archcalc.loads(TEXT).analyze()
    assert [str(row.output) for row in table] == ["50×16", "50×32", "25×32", "8"]
    assert [row.reach.sizes for row in table] == [(1,), (5,), (6,), ()]
    assert table["conv"].macs == 50 * 32 * 16 * 5


def test_tokens_that_were_places_of_an_image_lie_in_another_order() -> None:
    table = archcalc.load("[tokens, {conv: 4, kernel: 3}, {maxpool: 2}]").analyze("3x8x8")
    assert [row.reach.word for row in table] == ["", "unknown", "unknown"]


def test_vectors_have_no_places() -> None:
    with pytest.raises(Refusal, match="expected a feature map"):
        Conv(2, kernel=1).output(Shape("F", (6,)))
