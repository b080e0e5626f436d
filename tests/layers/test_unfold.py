"""Windows laid side by side, and vectors that are added to tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import Refusal
from archcalc.layers.position_embedding import PositionEmbedding
from archcalc.layers.token_type_embedding import TokenTypeEmbedding
from archcalc.layers.unfold import Unfold
from archcalc.quantities.shape import Shape, grid
from archcalc.quantities.tensor import BUFFER, WEIGHT, count
from tests.layers import counting

SIDE, SHORT = st.integers(1, 7), st.integers(1, 3)


@given(st.tuples(SIDE, SIDE), st.tuples(SHORT, SHORT), st.tuples(SHORT, SHORT), SHORT)
def test_each_window_is_a_token_of_all_its_values(
    sizes: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int], channels: int
) -> None:
    covered = counting.windows(sizes, kernel, stride, (1, 1), ((0, 0), (0, 0)))
    layer, x = Unfold(kernel, stride), grid(channels, sizes)
    if not covered:
        with pytest.raises(Refusal):
            layer.output(x)
        return
    assert layer.output(x) == Shape("TF", (len(covered), channels * len(covered[0])))
    assert layer.tensors(x) == ()


def test_a_token_sees_its_window() -> None:
    table = archcalc.load("[{unfold: 7, stride: 4, padding: 2}, {linear: 64}, {attention: 4}]").analyze("3x224x224")
    assert [str(row.output) for row in table] == ["3136×147", "3136×64", "3136×64"]
    assert [row.reach.sizes for row in table] == [(7,), (7,), ()]


TOKENS = Shape("TF", (5, 6))


def test_positions_are_as_many_as_are_given_or_as_there_are_tokens() -> None:
    assert count(PositionEmbedding().tensors(TOKENS), WEIGHT) == 5 * 6
    assert count(PositionEmbedding(1024).tensors(TOKENS), WEIGHT) == 1024 * 6
    fixed = PositionEmbedding(1024, fixed=True).tensors(TOKENS)
    assert (count(fixed, WEIGHT), count(fixed, BUFFER)) == (0, 1024 * 6)
    with pytest.raises(Refusal) as refusal:
        PositionEmbedding(4).output(TOKENS)
    assert refusal.value.mistakes[0].message == "the input has 5 tokens, but there are only 4 positions"
    assert refusal.value.mistakes[0].hint == "use a shorter input or more positions"


def test_the_embeddings_of_bert() -> None:
    # 30,522 × 768 + 512 × 768 + 2 × 768 + 2 × 768: transformers' BertEmbeddings, see the witness
    table = archcalc.loads(
        """
        input: 128
        layers:
          - {embedding: 30522, features: 768}
          - {position_embedding: 512}
          - {token_type_embedding: 2}
          - layernorm
        """
    ).analyze()
    assert table.totals.params == 23_837_184
    assert TokenTypeEmbedding(2).output(TOKENS) == TOKENS
