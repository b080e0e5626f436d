"""Every row of the catalogue explains an answer of `catalogue.csv`.

A new row needs an answer there that it explains. The answers of known kinds are worked out by hand in `test_kinds.py`.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from archcalc.studies.homework.asking import solved, written
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.mistakes import MISTAKES
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.slips import SLIPS
from tests.house.plan import ROOT
from tests.studies.homework.planting import table_for
from tests.studies.homework.test_mistakes import SEQUENCE, VARIED

if TYPE_CHECKING:
    from collections.abc import Iterator

NETWORKS = {"lenet5": "lenet5", "varied": VARIED, "sequence": SEQUENCE}
FILE = ROOT / "tests" / "studies" / "homework" / "catalogue.csv"
ANSWERS = list(csv.reader(FILE.read_text(encoding="utf-8").splitlines()))[1:]


def arrangements(network: str, layer: str, column: str, answer: str) -> Iterator[list[list[str]]]:
    """Yield tables with one answer: alone, beside the same one, and where every answer is one row too low.

    Several answers stand in one table: `S2+S4`, `11+29`.
    """
    table = table_for(NETWORKS[network])
    own = [list(pair) for pair in zip(layer.split("+"), answer.split("+"), strict=True)]
    before = [[row.path, answer] for row in table if row.path != layer][:1]
    yield own
    yield [*before, *own]
    yield [*own, *before]
    key = [(target.path, written(values[0])) for target, values in solved(table, (column,)) if target.path != TOTAL]
    yield [[path, value] for (path, _), (_, value) in zip(key[1:], key, strict=False)]


def names(network: str, column: str, rows: list[list[str]]) -> set[str]:
    """Return what explains the answers of a column."""
    marking = mark(sheet([["layer", column], *rows], "hw"), table_for(NETWORKS[network]))
    return {reason.mistake for cell in marking.cells for reason in cell.explanations}


def test_each_row_has_an_answer() -> None:
    assert [answer[0] for answer in ANSWERS] == [row.name for row in (*MISTAKES, *SLIPS)]


@pytest.mark.usefixtures("worked_out_once")
@pytest.mark.parametrize("answer", ANSWERS, ids=[answer[0] for answer in ANSWERS])
def test_a_row_explains_its_answer(answer: list[str]) -> None:
    name, network, layer, column, given = answer
    tables = arrangements(network, layer, column, given)
    assert any(name in names(network, column, rows) for rows in tables)
