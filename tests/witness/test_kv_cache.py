"""The KV cache of language models that transformers builds and runs: its keys and values, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.measures.memory import RunSetting, memory
from archcalc.network.network import WhatIf
from archcalc.studies.showing.decoding import one_token
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.torch
@pytest.mark.parametrize("query_rank", [None, 12])
def test_deepseek_keeps_latent_vectors(torch: Any, transformers: Any, query_rank: int | None) -> None:
    config = transformers.DeepseekV3Config(
        num_hidden_layers=3, hidden_size=16, num_attention_heads=4, num_key_value_heads=4, kv_lora_rank=10,
        q_lora_rank=query_rank, qk_nope_head_dim=6, qk_rope_head_dim=8, v_head_dim=5, vocab_size=50,
        intermediate_size=24, first_k_dense_replace=3,
    )  # fmt: skip
    layer = "latent_attention: 4, kv_rank: 10, nope_dim: 6, rope_dim: 8, value_dim: 5"
    block = BLOCK.replace("attention: 4, causal: true, bias: false{more}", layer)
    table = archcalc.loads(block.format(tokens=TOKENS, norm="rms_norm")).analyze()
    kept = cached(torch, transformers.DeepseekV3ForCausalLM(config).eval())
    assert memory(table, RunSetting(batch=BATCH)).kv_cache == kept


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


DECODER = """
input: {tokens}
blocks:
  block:
    layers:
      - {{add: {{main: [{norm}, {{attention: 4, causal: true{more}}}], skip: []}}}}
      - {{add: {{main: [{norm}, {mlp}], skip: []}}}}
layers:
  - {{embedding: 50, features: 16, name: wte}}
  - {positions}
  - {{block: , repeat: 3}}
  - {norm}
  - {{linear: 50, bias: false}}
"""
GPT2 = {
    "norm": "layernorm", "more": "", "mlp": "{linear: 64}, gelu, {linear: 16}",
    "positions": "{position_embedding: , positions: 20}",
}  # fmt: skip
LLAMA = {
    "norm": "rms_norm", "more": ", kv_heads: 2, bias: false", "positions": "identity",
    "mlp": "{multiply: {gate: [{linear: 24, bias: false}, silu], up: [{linear: 24, bias: false}]}}, "
           "{linear: 16, bias: false}",
}  # fmt: skip


def decoded(torch: Any, model: Any) -> int:
    """Return the MACs of one token after some, as PyTorch's dispatcher counts them."""
    counter = pytest.importorskip("torch.utils.flop_counter").FlopCounterMode(display=False)
    with torch.no_grad():
        kept = model(torch.ones(1, TOKENS, dtype=torch.int64), use_cache=True).past_key_values
        with counter:
            model(torch.ones(1, 1, dtype=torch.int64), past_key_values=kept, use_cache=True)
    return int(counter.get_total_flops()) // 2


def ours_decoded(parts: dict[str, str]) -> int:
    """Return the MACs that we count for one token after some."""
    network = archcalc.loads(DECODER.format(tokens=TOKENS, **parts))
    found = one_token(network, WhatIf(), network.analyze())
    assert found.before == TOKENS
    assert isinstance(found.table.totals.macs, int)
    return found.table.totals.macs


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore::FutureWarning")  # the cache has another name in newer versions of transformers
def test_one_more_token_of_gpt2_and_llama(torch: Any, transformers: Any) -> None:
    gpt2 = transformers.GPT2Config(
        n_layer=3, n_embd=16, n_head=4, vocab_size=50, n_positions=20, attn_implementation="eager"
    )
    assert ours_decoded(GPT2) == decoded(torch, transformers.GPT2LMHeadModel(gpt2).eval())
    llama = transformers.LlamaConfig(
        num_hidden_layers=3, hidden_size=16, num_attention_heads=4, num_key_value_heads=2, vocab_size=50,
        intermediate_size=24, attn_implementation="eager",
    )  # fmt: skip
    assert ours_decoded(LLAMA) == decoded(torch, transformers.LlamaForCausalLM(llama).eval())


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{input: 3x8x8, layers: [relu]}", "requires a network whose only input is a sequence of tokens"),
        ("{input: TF 5x8, layers: [{attention: 2, name: a}]}", "requires causal attention: a reads later tokens"),
        ("{input: TF 5x8, layers: [{conv: 8, kernel: 3, padding: 1, name: c}]}", "c reads several tokens, which are not"),
        ("{input: 5, layers: [{embedding: 9, features: 8}, {position_embedding: , name: p}]}",
         "the parameters of p depend on the number of tokens"),
    ],
)  # fmt: skip
def test_what_cannot_be_decoded(spec: str, message: str) -> None:
    network = archcalc.loads(spec)
    with pytest.raises(archcalc.UsageError, match=message):
        one_token(network, WhatIf(), network.analyze())


def test_letters_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(DECODER.format(tokens="T", **GPT2), encoding="utf-8")
    done = call("show", str(tmp_path / "net.yaml"), "--decode")
    assert done.code == 0
    assert "decoding: cost of one token after T tokens" in done.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "keys and values of 7 tokens, 384 bytes per token"),
        (("--context", "100", "--batch", "2", "--dtype", "bfloat16"), "100 tokens, 384 bytes per token of the batch"),
    ],
)
def test_the_rule_of_the_cache_is_said(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(DECODER.format(tokens=TOKENS, **GPT2), encoding="utf-8")
    printed = " ".join(call("show", str(tmp_path / "net.yaml"), "--memory", *options).out.split())
    assert said in printed
    assert "decoding" in printed


def test_the_cache_of_an_encoder_is_said(tmp_path: Path) -> None:
    cross = (
        "{input: {a: TF 5x8, b: TF 9x8}, layers: [{linear: 8, from: b, name: m}, {attention: 2, from: a, memory: m}]}"
    )
    (tmp_path / "net.yaml").write_text(cross, encoding="utf-8")
    assert "keys and values of the tokens of the encoder" in call("show", str(tmp_path / "net.yaml"), "--memory").out


def test_each_layer_keeps_the_tokens_that_it_reads() -> None:
    """A decoder of 4 tokens beside an encoder of 9: the cache holds 4 of its own, and all 9 of the encoder."""
    spec = ("{input: {source: TF 9x8, target: TF 4x8}, layers: [{linear: 8, from: source, name: m}, "
            "{attention: 2, causal: true, from: target, name: s}, {attention: 2, memory: m, name: x}]}")  # fmt: skip
    assert memory(archcalc.loads(spec).analyze()).kv_cache == (4 + 9) * 16 * 4
