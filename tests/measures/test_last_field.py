"""The field by which networks are compared lies before a pool over the whole map, however that pool is written."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.measures.quantities import find
from archcalc.studies.receptive.coverage import covered_from

TWO = "{conv: 4, kernel: 3, padding: 1}, {conv: 4, kernel: 3, padding: 1}"


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ("[]", 1),
        (f"[{TWO}]", 5),
        (f"[{TWO}, global_avgpool]", 5),
        (f"[{TWO}, {{avgpool: 8}}]", 5),
        (f"[{TWO}, {{avgpool: 8}}, flatten, {{linear: 3}}]", 5),
        (f"[{TWO}, {{maxpool: 8}}, {{dropout: 0.5}}, {{conv: 3, kernel: 1}}, flatten]", 5),
        (f"[{TWO}, {{conv: 3, kernel: 8}}, flatten]", 12),
        (f"[{TWO}, {{avgpool: 4}}, flatten]", 8),
        ("[{conv: 3, kernel: 8}]", 8),
        ("[{avgpool: 8}]", 8),
        ("[{conv: 3, kernel: 8}, {conv: 3, kernel: 1}, {concat: {one: [relu], two: [tanh]}}]", 8),
        ("[flatten, {linear: 3}]", "all"),
        ("[{conv: 3, kernel: [3, 5]}, {avgpool: [6, 4]}]", (3, 5)),
    ],
)
def test_the_field_is_that_of_the_last_map_before_it_is_pooled_as_a_whole(layers: str, field: object) -> None:
    table = archcalc.loads(f"{{input: 3x8x8, layers: {layers}}}").analyze()
    assert find("rf").of(table) == field


def of_path(table: archcalc.Table, path: str) -> object:
    """Return the field at a path."""
    return find("rf").of(table, path)


def test_a_layer_or_a_block_has_its_own_field() -> None:
    table = archcalc.load("googlenet").analyze()
    assert (find("rf").of(table), of_path(table, "pool5"), of_path(table, "3a")) == (715, 907, 7 + 4 + 8 + 8 + 32)


WORDS = "{embedding: 100, features: 8}"
MIXING = "{name: mix, layers: [{permute: [1, 0]}, {linear: 12}, {permute: [1, 0]}]}"


@pytest.mark.parametrize(
    ("given", "layers", "fields", "start"),
    [
        ("12", f"[{WORDS}, relu]", [1, 1], None),
        ("12", f"[{WORDS}, {{attention: 2}}, {{linear: 4}}]", [1, "all", "all"], "attention"),
        ("TF 12x8", "[layernorm, {linear: 8}]", [1, 1], None),
        ("TF 12x8", "[{attention: 2}]", ["all"], "attention"),
        ("TF 12x8", f"[{{add: {{main: [{MIXING}], skip: []}}}}]", ["all", "all", "all", "all"], "main/mix/permute"),
        ("TF 12x8", "[layernorm, {add: {main: [{attention: 2}], skip: []}}, relu]", [1, "all", "all", "all"],
         "main/attention"),
        ("12", "[relu, {linear: 4}]", [1, "all"], "linear"),
        ("12", "[{linear: 4}]", ["all"], None),
    ],
)  # fmt: skip
def test_a_token_sees_itself_until_tokens_are_mixed(
    given: str, layers: str, fields: list[object], start: str | None
) -> None:
    table = archcalc.loads(f"{{input: {given}, layers: {layers}}}").analyze()
    assert [of_path(table, row.path) for row in table] == fields
    found = covered_from(table)
    assert (found.path if found else None) == start


def test_tokens_of_an_image_beside_tokens_of_a_text_have_no_common_field() -> None:
    text = (
        "{input: {image: 3x8x8, text: 16}, layers: [{from: image, layers: [{conv: 4, kernel: 2, stride: 2}, tokens], "
        "name: one}, {from: text, layers: [{embedding: 9, features: 4}], name: two}, {add: [one, two]}]}"
    )
    table = archcalc.loads(text).analyze()
    assert [of_path(table, row.path) for row in table] == [2, 2, 1, "unknown"]
