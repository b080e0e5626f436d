"""The KV cache of language models that transformers builds and runs: its keys and values, counted."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from archcalc.measures.memory import RunSetting, memory

TOKENS, BATCH = 7, 3

BLOCK = """
input: {tokens}
blocks:
  block:
    layers:
      - {{add: {{main: [{norm}, {{attention: 4, causal: true, bias: false{more}}}], skip: []}}}}
layers:
  - {{embedding: 50, features: 16}}
  - {{block: , repeat: 3}}
"""


@pytest.fixture(scope="module")
def transformers(torchvision: Any) -> Any:  # noqa: ARG001 - a module that need not be installed
    """transformers, which imports torchvision, or a skipped test."""
    return pytest.importorskip("transformers")


def cached(torch: Any, model: Any) -> int:
    """Run a model once; return the bytes of the keys and values that it keeps."""
    with torch.no_grad():
        kept = model(torch.ones(BATCH, TOKENS, dtype=torch.int64), use_cache=True).past_key_values
    return sum(one.nbytes for layer in kept.layers for one in (layer.keys, layer.values))


def ours(norm: str, more: str) -> int:
    """Return the bytes that we count."""
    table = archcalc.loads(BLOCK.format(tokens=TOKENS, norm=norm, more=more)).analyze()
    found = memory(table, RunSetting(batch=BATCH))
    assert isinstance(found.kv_cache, int)
    return found.kv_cache


@pytest.mark.torch
def test_gpt2(torch: Any, transformers: Any) -> None:
    config = transformers.GPT2Config(n_layer=3, n_embd=16, n_head=4, vocab_size=50, n_positions=20)
    assert ours("layernorm", "") == cached(torch, transformers.GPT2LMHeadModel(config).eval())


@pytest.mark.torch
@pytest.mark.parametrize(("kv_heads", "head_dim"), [(4, 4), (2, 4), (1, 4), (2, 8)])
def test_llama_with_grouped_heads(torch: Any, transformers: Any, kv_heads: int, head_dim: int) -> None:
    config = transformers.LlamaConfig(
        num_hidden_layers=3, hidden_size=16, num_attention_heads=4, num_key_value_heads=kv_heads, head_dim=head_dim,
        vocab_size=50, intermediate_size=24,
    )  # fmt: skip
    more = f", kv_heads: {kv_heads}, head_dim: {head_dim}"
    assert ours("rms_norm", more) == cached(torch, transformers.LlamaForCausalLM(config).eval())


def test_without_a_mask_nothing_is_cached() -> None:
    table = archcalc.loads("{input: TF 5x8, layers: [{attention: 2}]}").analyze()
    assert memory(table).kv_cache == 0


def test_a_window_bounds_the_cache_and_a_memory_is_cached_whole() -> None:
    window = archcalc.loads("{input: TF 50x8, layers: [{attention: 2, causal: true, window: 10}]}").analyze()
    assert (memory(window).kv_cache, memory(window, RunSetting(context=4)).kv_cache) == (10 * 16 * 4, 4 * 16 * 4)
    cross = (
        "{input: {a: TF 5x8, b: TF 9x8}, layers: [{linear: 8, from: b, name: m}, {attention: 2, from: a, memory: m}]}"
    )
    assert memory(archcalc.loads(cross).analyze()).kv_cache == 9 * 16 * 4
