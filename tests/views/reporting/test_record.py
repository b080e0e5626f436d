"""The record of the report, evaluated by other means than the engine: exact for every value of its letters."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

import archcalc
from archcalc.network.network import WhatIf
from archcalc.services.reporting import controlled
from archcalc.views.reporting.record import live_record

OPERATORS: dict[str, Any] = {
    "+": lambda *terms: sum(terms), "*": lambda *factors: prod(factors), "-": lambda a, b: a - b, "neg": lambda a: -a,
    "//": lambda a, b: a // b, "ceildiv": lambda a, b: -(-a // b), "%": lambda a, b: a % b, "**": lambda a, b: a**b,
    "min": min, "max": max,
}  # fmt: skip


def values(record: dict[str, Any], letters: dict[str, int]) -> Any:  # noqa: ANN401 - a function of what is referred to
    """Return a function that evaluates what the record refers to."""
    found: list[int] = []

    def value(coded: int | str) -> int:
        return found[int(coded[1:])] if isinstance(coded, str) and coded.startswith("@") else int(coded)

    for name, *operands in record["nodes"]:
        found.append(OPERATORS[name](*map(value, operands)) if operands else letters[name])
    return value


SMALL = {"n1": 2, "n2": 3, "n3": 4, "n4": 2}
"""A DenseNet of eleven layers: what grows from layer to layer is the same in it."""


@pytest.mark.parametrize(
    ("name", "arguments", "size"),
    [
        ("alexnet", {}, 224),
        ("resnet18", {}, 131),
        pytest.param("googlenet", {}, 299, marks=pytest.mark.long),
        pytest.param("densenet121", SMALL, 96, marks=pytest.mark.long),
        pytest.param("densenet121", {}, 96, marks=pytest.mark.long),
    ],
)
def test_a_record_is_exact_at_another_size(name: str, arguments: dict[str, object], size: int) -> None:
    network = archcalc.load(name)
    usual = network.analyze(arguments=arguments)
    live = controlled(network, WhatIf(arguments=arguments), usual)
    record = live_record(live.table, live.controls, usual)
    value = values(
        record, {letter: control["value"] for letter, control in live.controls.items()} | {"H": size, "W": size}
    )
    table = network.analyze((3, size, size), arguments)
    assert value(record["totals"]["macs"]) == table.totals.macs
    assert value(record["totals"]["params"]) == table.totals.params
    assert all(value(least) >= 1 for _, least in record["conditions"])
    first = record["rows"][0]
    assert [value(n) for n in first["output"]] == list(table.rows[0].output.sizes)


def test_what_a_solution_remarks_is_in_the_record() -> None:
    table = archcalc.loads("{input: 3x8x8, layers: [{conv: 4, kernel: 4, padding: same}]}").analyze()
    (padding,) = [work for work in live_record(table, {}, table)["workings"] if "remarks" in work]
    assert padding["quantity"].startswith("padding")


def test_a_line_with_numbers_is_the_rule_with_its_values() -> None:
    table = archcalc.load("alexnet").analyze()
    work = live_record(table, {}, table)["workings"][0]
    assert "".join(map(str, work["line"])) == "⌊(227 − 11 + 2·0)/4⌋ + 1"
    assert work["rule"] == "⌊(I − K + 2·P)/S⌋ + 1"


def test_numbers_beyond_a_double_are_texts() -> None:
    table = archcalc.loads(f"{{input: {2**40}, layers: [{{linear: {2**30}}}]}}").analyze()
    assert live_record(table, {}, table)["totals"]["macs"] == str(2**70)
