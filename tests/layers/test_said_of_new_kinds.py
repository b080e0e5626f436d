"""What the newer kinds say where PyTorch has no module, or keeps what is not known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import archcalc
from archcalc.errors import Refusal
from archcalc.layers.registry import build, find
from archcalc.measures.memory import memory
from archcalc.quantities.shape import Shape, grid

TOKENS = Shape("TF", (5, 8))


@pytest.mark.parametrize(
    ("kind", "options", "x", "said"),
    [
        ("lstm", {"hidden": 4, "bias": "keras"}, TOKENS, "torch.nn.LSTM has two biases, or none"),
        ("gru", {"hidden": 4, "bias": "keras"}, TOKENS, "torch.nn.GRU has two biases, or none"),
        ("conv_transpose", {"filters": 4, "kernel": 2, "stride": 3, "padding": "same"}, grid(3, (8, 8)), ""),
        ("conv_transpose", {"filters": 4, "kernel": 4, "stride": 1, "padding": "same"}, grid(3, (8, 8)),
         "torch.nn modules remove as much from both sides"),
    ],
)  # fmt: skip
def test_pytorch_has_no_such_module(kind: str, options: dict[str, Any], x: Shape, said: str) -> None:
    found = build(find(kind), options).torch(x)
    assert found == said if said else not isinstance(found, str)


def test_a_convention_of_biases_is_a_word() -> None:
    with pytest.raises(Refusal, match=r"expected torch \(two biases\), keras \(one\) or false, got 3"):
        build(find("lstm"), {"hidden": 4, "bias": 3})
    assert build(find("lstm"), {"hidden": 4, "bias": True}) == build(find("lstm"), {"hidden": 4})


def test_what_training_keeps_of_pooled_tokens_is_unknown() -> None:
    assert (
        memory(archcalc.loads("{input: TF 8x6, layers: [{linear: 6}, {adaptive_avgpool: 4}]}").analyze()).activations
        is None
    )


@pytest.mark.parametrize(
    ("turned", "needs", "kept"),
    [((0, 0), (True, True), (0, 1)), ((0, 0), (True, False), (1,)), ((1, 0), (True, True), None)],
)
def test_each_factor_of_a_product_is_kept_for_the_other(turned: Any, needs: Any, kept: Any) -> None:  # noqa: ANN401
    run: Any = SimpleNamespace(x=grid(2, (3, 3)), turned=turned, needs=needs)
    found = build(find("matmul"), {}).kept(run)
    assert found.inputs == kept if found else kept is None
