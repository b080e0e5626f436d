"""Shapes: their axes, and how messages name them."""

from __future__ import annotations

import pytest

from archcalc.errors import Refusal
from archcalc.quantities.shape import Shape, grid, vector


def test_a_map_has_channels_first() -> None:
    clip = grid(3, (16, 112, 112))
    assert (clip.layout, clip.channels, clip.spatial) == ("CDHW", 3, (16, 112, 112))
    assert (clip.positions, clip.elements) == (16 * 112 * 112, 3 * 16 * 112 * 112)


def test_tokens_have_features_last() -> None:
    tokens = Shape("TF", (197, 768))
    assert (tokens.channels, tokens.positions, tokens.spatial) == (768, 197, ())
    assert tokens.with_channels(10) == Shape("TF", (197, 10))


def test_a_vector_is_one_position() -> None:
    assert (vector(10).positions, vector(10).channels) == (1, 10)


def test_regions_are_written_before_the_shape() -> None:
    assert str(Shape("F", (12800,), 2000)) == "2000 × 12800"


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (vector(10), "expected a feature map (channels and 1 to 3 spatial axes), got a vector of 10 features"),
        (
            Shape("TF", (5, 8)),
            "expected a feature map (channels and 1 to 3 spatial axes), got tokens × features of shape 5×8",
        ),
    ],
)
def test_what_reads_maps_refuses_the_rest(shape: Shape, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        shape.require_map()
    assert caught.value.mistakes[0].message == message
