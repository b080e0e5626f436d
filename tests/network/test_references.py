"""Options that name a layer (`to: conv1`): they hold the shape which that layer puts out."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import SpecError


def shape(text: str, **asked: dict[str, dict[str, object]]) -> str:
    return str(archcalc.loads(text, "net").analyze(options=asked.get("options")).output)


def said(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        archcalc.loads(text, "net").analyze()
    return str(caught.value)


def test_a_name_is_an_earlier_layer_whatever_it_looks_like() -> None:
    layers = "[{conv: 4, kernel: 3, name: 3a}, {maxpool: 2}, {upsample: , to: 3a}]"
    assert shape(f"{{input: 1x9x9, layers: {layers}}}") == "4×7×7"


def test_a_name_is_not_an_argument_or_an_expression() -> None:
    layers = "[{layers: [{maxpool: 3}], name: a}, {conv: 4, kernel: 1}, {upsample: , to: a/maxpool}, {crop: , to: a}]"
    assert shape(f"{{input: 1x9x9, args: {{a: 7}}, layers: {layers}}}") == "4×3×3"


def test_input_is_what_the_enclosing_block_or_file_reads() -> None:
    block = "blocks: {b: {layers: [{maxpool: 2}, {upsample: , to: input}]}}"
    assert shape(f"{{input: 1x9x9, {block}, layers: [{{maxpool: 3}}, b]}}") == "1×3×3"
    assert shape("{input: 1x9x9, layers: [{maxpool: 3}, {upsample: , to: input}]}") == "1×9×9"


def test_it_may_be_set_from_outside() -> None:
    text = "{input: 1x9x9, layers: [{maxpool: 3, name: a}, {maxpool: 3}, {upsample: , to: a, name: up}]}"
    assert shape(text) == "1×3×3"
    assert shape(text, options={"up": {"to": "input"}}) == "1×9×9"


def test_letters_go_through() -> None:
    text = "{input: 1xHxH, layers: [{conv: 2, kernel: 4, name: a}, {pad: 7}, {crop: , to: a}]}"
    assert shape(text) == "2×(H − 3)×(H − 3)"


@pytest.mark.parametrize(
    ("to", "message", "hint"),
    [
        ("nowhere", "unknown layer 'nowhere'", ""),
        ("b", "'b' is defined later", "use an earlier layer"),
        (
            "[a, a]",
            "to of crop: expected the name of an earlier layer, or input, got ['a', 'a']",
            "",
        ),
        ("head", "'head' is part of a training-only head and cannot be used here", "use a layer outside of the head"),
    ],
)
def test_what_is_no_earlier_layer_is_refused_where_it_stands(to: str, message: str, hint: str) -> None:
    before = "{maxpool: 3, name: a}, {maxpool: 3, name: head, train_only: true}"
    text = f"{{input: 1x9x9, layers: [{before}, {{crop: , to: {to}, name: c}}, {{relu: , name: b}}]}}"
    column = text.index(f"to: {to}") + 5
    lines = said(text).splitlines()
    assert lines[0] == f"net:1:{column}: c: {message}"
    assert lines[-1].strip() == hint or not hint
