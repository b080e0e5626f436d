"""Tokens: from maps and words to sequences, and back to a vector."""

from __future__ import annotations

from archcalc.layers.attention import Attention
from archcalc.layers.class_token import ClassToken
from archcalc.layers.embedding import Embedding
from archcalc.layers.position_embedding import PositionEmbedding
from archcalc.layers.take import Take
from archcalc.layers.tokens import Tokens
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import Shape, grid, vector
from archcalc.symbolic.expr import Letter


def test_each_position_is_a_token_in_one_to_three_dimensions() -> None:
    assert [Tokens().output(grid(6, (2, 3, 5)[:rank])) for rank in (1, 2, 3)] == [
        Shape("TF", (tokens, 6)) for tokens in (2, 6, 30)
    ]


def test_one_token_is_a_vector_that_sees_what_the_token_saw() -> None:
    x, before = Shape("TF", (197, 768)), pixel(2)
    assert Take(196).output(x) == vector(768)
    assert Take(0).reach(x, before) == before
    assert Take(0).reach(x, before.joined(Attention(12).reach(x, before))).word == "all"


def test_regions_are_kept() -> None:
    x = Shape("CHW", (6, 2, 2), 10)
    assert Tokens().output(x).regions == ClassToken().output(Tokens().output(x)).regions == 10
    assert Take(0).output(Tokens().output(x)).regions == Embedding(9, 4).output(Shape("F", (3,), 10)).regions == 10


def test_words_are_looked_up_without_a_product() -> None:
    table = Embedding(30522, features=768)
    assert table.output(vector(512)) == Shape("TF", (512, 768))
    assert (table.tensors(vector(512))[0].elements, table.macs(vector(512))) == (23_440_896, 0)


def test_letters_go_through() -> None:
    tokens = Letter("T")
    x = ClassToken().output(Shape("TF", (tokens, 8)))
    assert x.sizes == (tokens + 1, 8)
    assert PositionEmbedding().tensors(PositionEmbedding().output(x))[0].dims == (tokens + 1, 8)
    assert Take(0).output(x) == vector(8)
    assert Embedding(9, 4).output(vector(tokens)).sizes == (tokens, 4)
