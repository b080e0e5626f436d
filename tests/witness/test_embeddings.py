"""Embeddings, positions and windows against the modules of PyTorch and transformers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

import archcalc
from archcalc.layers.unfold import Unfold
from archcalc.quantities.shape import grid

pytestmark = pytest.mark.torch

BERT = """
input: 9
layers:
  - {embedding: 100, features: 24}
  - {position_embedding: 40}
  - {token_type_embedding: 3}
  - layernorm
"""


def test_bert_adds_positions_and_types(torch: Any, torchvision: Any) -> None:  # noqa: ARG001 - transformers imports it
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(vocab_size=100, hidden_size=24, max_position_embeddings=40, type_vocab_size=3)
    with torch.device("meta"):
        module = import_module("transformers.models.bert.modeling_bert").BertEmbeddings(config)
    assert archcalc.loads(BERT).analyze().totals.params == sum(value.numel() for value in module.parameters())


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation"), [(3, 1, 0, 1), ((2, 5), 2, 1, 1), (3, 2, 2, 2)])
def test_unfold_is_pytorchs_transposed(kernel: Any, stride: int, padding: int, dilation: int, torch: Any) -> None:
    module = torch.nn.Unfold(kernel, stride=stride, padding=padding, dilation=dilation)
    theirs = module(torch.empty(1, 4, 11, 13)).shape[1:]
    assert Unfold(kernel, stride, padding, dilation).output(grid(4, (11, 13))).sizes == tuple(reversed(theirs))
