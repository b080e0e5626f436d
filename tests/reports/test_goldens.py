"""Whole outputs, few and small. Each shows what no smaller test does; `--update-goldens` rewrites them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archcalc
from archcalc.rooms import fetch
from archcalc.views.showing.summary import SummaryOptions, summary

GOLDEN = Path(__file__).parent / "golden"

CASES = [
    # The table most readers see first: folded activations, kernels, a bar, the totals.
    ("alexnet", "table", None),
    # A tree, with every kind of row in it.
    ("inception-reduced", "table", None),
    # Blocks that fold, and heads that only training runs.
    ("googlenet", "markdown", SummaryOptions(depth=0)),
    # Numbers, sizes and signs as a paper sets them.
    ("lenet5", "latex", None),
    # The keys that others rely on.
    ("linear-classifier", "json", None),
    ("linear-classifier", "csv", None),
]


@pytest.mark.parametrize(("net", "name", "options"), CASES, ids=[f"{net}.{name}" for net, name, _ in CASES])
def test_the_output_is_the_golden_one(
    net: str, name: str, options: SummaryOptions | None, request: pytest.FixtureRequest
) -> None:
    table = archcalc.load(net).analyze()
    text = fetch("reports", name).render(summary(table, options))
    assert str(table.totals.params) in re.sub(r"(?<=\d)(?:,|\\,)(?=\d)", "", text), "the total is not in it"
    file = GOLDEN / f"{net}.{name}"
    if request.config.getoption("--update-goldens"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"pytest {Path(__file__).name} --update-goldens accepts the change"


def test_every_golden_file_belongs_to_a_case() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {f"{net}.{name}" for net, name, _ in CASES}
