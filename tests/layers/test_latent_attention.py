"""Latent attention: products that are made one by one, the cache, and decoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import Refusal
from archcalc.layers.latent_attention import LatentAttention
from archcalc.measures.memory import RunSetting, memory
from archcalc.network.network import WhatIf
from archcalc.quantities.shape import Shape, grid
from archcalc.studies.showing.decoding import one_token
from tests.layers.counting import Matrix

SMALL = st.integers(1, 3)


@given(
    heads=SMALL, tokens=SMALL, features=SMALL, kv=SMALL, query=st.integers(0, 2), nope=SMALL, rope=SMALL, value=SMALL,
    cache=st.integers(0, 3),
)  # fmt: skip
def test_every_product_is_counted(  # noqa: PLR0913 - what the layer has
    *, heads: int, tokens: int, features: int, kv: int, query: int, nope: int, rope: int, value: int, cache: int
) -> None:
    done, every = Matrix(), tokens + cache
    for inputs, outputs in (
        ((features, query), (query, heads * (nope + rope))) if query else ((features, heads * (nope + rope)),)
    ):
        done.multiply(tokens, inputs, outputs)
    done.multiply(tokens, features, kv + rope)
    done.multiply(every, kv, heads * (nope + value))
    for _head in range(heads):
        done.multiply(tokens, nope + rope, every)
        done.multiply(tokens, every, value)
    done.multiply(tokens, heads * value, features)
    layer = LatentAttention(
        heads, kv_rank=kv, nope_dim=nope, rope_dim=rope, value_dim=value, query_rank=query, cache=cache
    )
    x = Shape("TF", (tokens, features))
    assert layer.output(x) == x
    assert layer.macs(x) == done.multiplications


SPEC = """
input: 9
layers:
  - {embedding: 50, features: 16}
  - {latent_attention: 4, kv_rank: 6, nope_dim: 4, rope_dim: 2, value_dim: 5, name: a}
"""


def test_one_more_token_reads_the_latent_vectors_of_the_others() -> None:
    network = archcalc.loads(SPEC)
    found = one_token(network, WhatIf(), network.analyze())
    layer = LatentAttention(4, kv_rank=6, nope_dim=4, rope_dim=2, value_dim=5, cache=9)
    assert (found.before, found.table["a"].macs) == (9, layer.macs(Shape("TF", (1, 16))))
    assert memory(network.analyze(), RunSetting(context=100)).kv_cache == 100 * (6 + 2) * 4


def test_without_a_mask_nothing_is_cached_or_decoded() -> None:
    layer = LatentAttention(4, kv_rank=6, nope_dim=4, rope_dim=2, value_dim=5, causal=False)
    x = Shape("TF", (9, 16))
    assert layer.cached(x, 100) == 0
    with pytest.raises(Refusal, match="cache requires causal attention"):
        layer.changed({"cache": 3}).output(x)
    with pytest.raises(Refusal, match="expected tokens"):
        layer.output(grid(16, (3, 3)))
    network = archcalc.loads(SPEC.replace("name: a", "causal: false, name: a"))
    with pytest.raises(archcalc.UsageError, match="--decode requires causal attention: a reads later tokens"):
        one_token(network, WhatIf(), network.analyze())


def test_a_window_of_no_tokens_is_none() -> None:
    tables = [
        archcalc.loads(f"{{input: TF 50x8, layers: [{{attention: 2, causal: true{more}}}]}}").analyze()
        for more in ("", ", window: 0", ", window: 4")
    ]
    assert tables[0].totals.macs == tables[1].totals.macs == (4 * 64 + 2 * 50 * 8) * 50
    assert tables[2].totals.macs == (4 * 64 + 2 * 4 * 8) * 50
    assert [memory(table).kv_cache for table in tables] == [50 * 16 * 4, 50 * 16 * 4, 4 * 16 * 4]
    assert [str(table.rows[0].reach.word) for table in tables[:2]] == ["all", "all"]


def test_what_is_said_of_it() -> None:
    layer, x = LatentAttention(4, kv_rank=6, nope_dim=4, rope_dim=2, value_dim=5), Shape("TF", (9, 16))
    assert layer.note(x).startswith("The KV cache has one latent vector for each token")
    assert layer.torch(x) == "no equivalent torch.nn module"
