"""Models of torchaudio that are imported as they run, against PyTorch's counts of the same models with weights."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from tests.witness.imported import outcome

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # those of packages that are not ours

SOUND: tuple[int, ...] = (8000,)
MODELS: dict[str, tuple[dict[str, Any], dict[str, tuple[int, ...]]]] = {
    "wav2vec2_base": ({}, {"waveforms": SOUND}),
    "wavlm_base": ({}, {"waveforms": SOUND}),
    "DeepSpeech": ({"n_feature": 40}, {"x": (1, 50, 40)}),
    "Wav2Letter": ({"input_type": "mfcc", "num_features": 13}, {"x": (13, 200)}),
    "WaveRNN": (
        {"upsample_scales": [5, 5, 8], "n_classes": 512, "hop_length": 200},
        {"waveform": (1, 1200), "specgram": (1, 128, 10)},
    ),
    "conv_tasnet_base": ({}, {"input": (1, 8000)}),
    "Emformer": (
        {"input_dim": 80, "num_heads": 4, "ffn_dim": 128, "num_layers": 2, "segment_length": 16},
        {"input": (52, 80), "lengths": ()},
    ),
    "emformer_rnnt_base": (
        {"num_symbols": 100},
        {"sources": (52, 80), "source_lengths": (), "targets": (10,), "target_lengths": ()},
    ),
    "squim_subjective_base": ({}, {"waveform": SOUND, "reference": SOUND}),
}
"""Models, the arguments with which they are built, and what they read; a length is a number for each recording."""


@pytest.fixture(scope="module")
def models(torchvision: Any) -> Any:  # noqa: ARG001 - the operators are declared before it
    """torchaudio's models, or a skipped test where it is not installed, or built for another PyTorch."""
    try:
        return import_module("torchaudio.models")
    except (ImportError, OSError) as error:
        return pytest.skip(f"torchaudio: {error}")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_counts_what_pytorch_counts(name: str, models: Any) -> None:
    from archcalc.importers.torch_model import built  # noqa: PLC0415 - where PyTorch is
    from archcalc.importers.wishes import Wishes  # noqa: PLC0415

    arguments, sizes = MODELS[name]
    kind = getattr(models, name)
    found = outcome(name, built(kind, name, Wishes(arguments=arguments)), sizes, kind(**arguments).eval())
    assert found.agrees, found
    assert min(found.derived) >= 0.95, found
