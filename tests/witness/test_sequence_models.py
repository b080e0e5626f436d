"""Sequence models against the same layers of PyTorch, on the meta device."""

from __future__ import annotations

from typing import Any

import pytest

import archcalc
from archcalc.specfile.shipped import entries
from tests.cli.calls import json_of

pytestmark = pytest.mark.torch

OF_TRANSFORMERS = "whisper"
"""What transformers builds (test_configurations.py)."""

EXACT_IN_PRINT = {"sentiment-lstm", "char-gru", "deepspeech2"}
"""Keras has one bias where PyTorch has two; its published summaries state each layer to the last digit."""


def _tcn(nn: Any) -> list[Any]:
    """Return the layers of the authors' code: two convolutions per block, and one more where the width changes."""
    widths = [(1, 25), *[(25, 25)] * 15]
    return [*(nn.Conv1d(into, out, 7) for into, out in widths), nn.Conv1d(1, 25, 1), nn.Linear(25, 10)]


def _wavenet(nn: Any) -> list[Any]:
    """Return the variables of ibab/tensorflow-wavenet: filter, gate, residual and skip of 50 layers, and what is around."""
    layer = [(32, 32, 2), (32, 32, 2), (32, 32, 1), (32, 512, 1)]
    around = [(512, 512, 1), (512, 256, 1)]
    return [nn.Conv1d(256, 32, 2, bias=False), *(nn.Conv1d(*sizes) for sizes in (*layer * 50, *around))]


def _built(nn: Any) -> dict[str, list[Any]]:
    words = nn.Embedding(18765, 300)
    return {
        "char-rnn": [nn.LSTM(65, 128, 2), nn.Linear(128, 65)],
        "char-rnn-512": [nn.LSTM(78, 512, 3), nn.Linear(512, 78)],
        "seq2seq": [
            *(nn.Embedding(words, 1000) for words in (160000, 80000)),
            *(nn.LSTM(1000, 1000, 4, bias=False) for _ in range(2)),
            nn.Linear(1000, 80000, bias=False),
        ],
        "seq2seq-attention": [
            *(nn.Embedding(50000, 1000) for _ in range(2)),
            *(nn.LSTM(1000, 1000, 4) for _ in range(2)),
            *(nn.Linear(into, out, bias=False) for into, out in ((1000, 1000), (2000, 1000), (1000, 50000))),
        ],
        "seq2seq-input-feeding": [
            *(nn.Embedding(50000, 1000) for _ in range(2)),
            *(nn.LSTM(into, 1000, 4) for into in (1000, 2000)),
            *(nn.Linear(into, out, bias=False) for into, out in ((1000, 1000), (2000, 1000), (1000, 50000))),
        ],
        "text-cnn": [words, *(nn.Conv1d(300, 100, width) for width in (3, 4, 5)), nn.Linear(300, 2)],
        "tcn": _tcn(nn),
        "wavenet": _wavenet(nn),
    }


def test_pytorchs_layers_have_as_many_parameters(torch: Any) -> None:
    with torch.device("meta"):
        built = _built(torch.nn)
    theirs = {name: sum(p.numel() for layer in layers for p in layer.parameters()) for name, layers in built.items()}
    assert theirs == {name: archcalc.load(name).analyze().totals.params for name in theirs}
    shipped = {entry.name for entry in entries() if entry.file.startswith("sequence/")}
    assert {name for name in shipped if not name.startswith(OF_TRANSFORMERS)} == theirs.keys() | EXACT_IN_PRINT


def test_input_feeding_multiplies_what_a_loop_over_the_steps_multiplies(torch: Any) -> None:
    counter = pytest.importorskip("torch.utils.flop_counter").FlopCounterMode(display=False)
    source, target, hidden, words = 5, 4, 6, 11
    spec = {"words": words, "features": 3, "hidden": hidden, "depth": 2}
    settings = [word for name, value in spec.items() for word in ("--set", f"{name}={value}")]
    table = json_of(
        "show", "seq2seq-input-feeding", *settings, "--input", f"source={source}", "--input", f"target={target}"
    )
    with torch.device("meta"), counter, torch.no_grad():
        weights = [torch.empty(4 * hidden, into + hidden) for into in (3 + hidden, hidden)]
        encoded, state = torch.empty(source, hidden), torch.empty(1, hidden)
        for into in (3, hidden):
            torch.empty(source, into + hidden) @ torch.empty(4 * hidden, into + hidden).T
        keys = encoded @ torch.empty(hidden, hidden)
        for _ in range(target):
            reads = torch.cat([torch.empty(1, 3), state], 1)
            for weight in weights:
                reads = (torch.cat([reads, torch.empty(1, hidden)], 1) @ weight.T)[:, :hidden]
            context = (reads @ keys.T).softmax(1) @ encoded
            state = (torch.cat([context, reads], 1) @ torch.empty(2 * hidden, hidden)).tanh()
            state @ torch.empty(hidden, words)
    assert 2 * table["totals"]["macs"] == counter.get_total_flops()
