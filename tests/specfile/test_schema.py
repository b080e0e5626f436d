"""The JSON schema, against every shipped spec as an editor's YAML reader types it, and against wrong ones."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema
import pytest
import yaml

from archcalc.specfile import shipped
from archcalc.specfile.schema import schema

FILES = sorted(shipped.folder().rglob("*.yaml"))


@lru_cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema's own type
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def _wrong(text: str) -> bool:
    return not _validator().is_valid(yaml.safe_load(text))


def test_there_are_specs() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_shipped_spec_is_valid(file: Any) -> None:  # noqa: ANN401
    errors = [error.message for error in _validator().iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))]
    assert errors == []


@pytest.mark.parametrize(
    "text",
    [
        "{input: 3x8x8}",
        "{input: 3x8x8, layers: relu}",
        "{input: 3x8x8, layer: [relu]}",
        "{layers: [{conv: 8, kernal: 3}]}",
        "{layers: [{conv: 8}]}",
        "{layers: [{conv: 8, kernel: 3, bias: [1]}]}",
        "{layers: [{relu: 3, name: a}]}",
        "{layers: [{add: {main: {layer: []}}}]}",
        "{layers: [relu], expect: [{params: 3}]}",
        "{layers: [relu], paper: {author: me}}",
        "{layers: [relu], blocks: {b: {args: [w]}}}",
    ],
)
def test_a_wrong_spec_is_not(text: str) -> None:
    assert _wrong(text)


def test_calls_of_blocks_words_and_groups_are_valid() -> None:
    text = "{layers: [relu, {block: 8, repeat: 2}, {layers: [tanh], when: x}, {use: act}, {network: a, until: b}, {batchnorm: }]}"
    assert not _wrong(text)
