"""Specs that somebody damaged: whatever is written, the answer is a table or an error in our words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError
from archcalc.specfile import shipped

SMALL = ("alexnet", "inception-module", "lenet5-modern", "nin", "resnet-cifar", "linear-classifier")
TEXTS = [(shipped.folder() / f"{name}.yaml").read_text(encoding="utf-8") for name in SMALL]
PIECES = st.sampled_from(
    ["{", "}", "[", "]", ",", ":", "- ", "\n", "  ", "#", "'", '"', "*", "&", "%", "1", "0", "-1", "x", "conv", "when: ",
     "repeat: 3", "from: input", "share: conv1", "name: a", "H", "in_channels", "3x", "null", "~", "{}", "[]", "@", "é"]
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 12), PIECES | st.just("")), min_size=1, max_size=4)


def _damaged(text: str, changes: list[tuple[int, int, str]]) -> str:
    for where, width, piece in changes:
        place = where % (len(text) + 1)
        text = text[:place] + piece + text[place + width :]
    return text


def _answered(text: str) -> None:
    try:
        words = [str(archcalc.loads(text, "nin.yaml").analyze().output)]
    except ArchcalcError as error:
        words = [str(error), *(mistake.message for mistake in error.mistakes)]
    assert all(words)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TEXTS), CHANGES)
def test_a_damaged_spec_is_answered_in_words(text: str, changes: list[tuple[int, int, str]]) -> None:
    _answered(_damaged(text, changes))


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60))
def test_any_text_is_answered_in_words(text: str) -> None:
    _answered(text)


LINES = st.recursive(
    st.sampled_from(["relu", "flatten", "4", "'x'", "true", "a", "{}", "[]", "H"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(
                ["conv", "kernel", "add", "layers", "name", "when", "repeat", "from", "use", "args", "first", "share",
                 "network", "until", "maxpool", "linear", "concat", "main", "train_only", "pad", "channels", "b"]
            ),
            inner,
            max_size=4,
        ).map(lambda entries: f"{{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}"),
    ),
    max_leaves=12,
)  # fmt: skip


def _structured(layers: str, block: str) -> None:
    _answered(f"{{input: 4x8x8, args: {{a: 3}}, blocks: {{b: {block}}}, layers: [{layers}]}}")


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(LINES, LINES)
def test_any_structure_is_answered_in_words(layers: str, block: str) -> None:
    _structured(layers, block)


@pytest.mark.long
@settings(suppress_health_check=list(HealthCheck))
@given(LINES, LINES, st.sampled_from(TEXTS), CHANGES)
def test_many_more_are(layers: str, block: str, text: str, changes: list[tuple[int, int, str]]) -> None:
    _structured(layers, block)
    _answered(_damaged(text, changes))
