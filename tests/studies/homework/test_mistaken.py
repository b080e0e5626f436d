"""Derivations that are alike are worked out once: every value is that of each row worked out by itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from archcalc import limits
from archcalc.errors import Refusal
from archcalc.limits import WORK, work
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.carrying import derivations
from archcalc.studies.homework.derivation import COLUMNS, COUNTS, MACS, PARAMS
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.mistakes import MISTAKES, of_column
from archcalc.studies.homework.row_labels import TOTAL, Target
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import sheet
from tests.studies.homework.planting import as_habit, table_for
from tests.studies.homework.test_mistakes import VARIED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.studies.homework.derivation import Derivation, Value
    from archcalc.studies.homework.mistake import Mistake

SUMMED = [column for column in COUNTS if column != "activations"]
"""The columns whose total is the sum of all rows: of activation functions, no values are counted."""


def made(derivation: Derivation, mistake: Mistake) -> list[Derivation]:
    """Return what a mistake makes of a derivation; nothing where it cannot be made."""
    try:
        return list(mistake.change(derivation))
    except Refusal:
        return []


def answers(derivations: Iterable[Derivation], column: str) -> list[Value]:
    """Return the answers of derivations that have one."""
    found = []
    for derivation in derivations:
        try:
            value = derivation.value(column)
        except Refusal:
            continue
        if value is not None:
            found.append(value)
    return found


def alone(derivation: Derivation, column: str) -> Iterator[tuple[tuple[Mistake, Mistake], list[Value]]]:
    """Yield the answers of a row, worked out by itself, with every two mistakes made one after the other."""
    for first in of_column(column):
        once = made(derivation, first)
        for second in of_column(column):
            if second is not first:
                yield (first, second), answers((twice for one in once for twice in made(one, second)), column)


SLOWEST = (PARAMS, MACS)
FEW_ROWS = """
input: 6x24x17
layers:
  - {conv: 8, kernel: 3, stride: 2, dilation: 2, padding: 1, bias: false, name: dilated}
  - add:
      main: [{conv: 8, kernel: 1, groups: 2}]
      shortcut: []
  - {conv_transpose: 4, kernel: 4, stride: 2, padding: 1, output_padding: 1, name: up}
  - {maxpool: 3, stride: 2, name: overlapping}
  - flatten
  - {linear: 10, name: fc}
"""
"""What the long run does for all of `VARIED`, for a network that one need not wait for."""


@pytest.mark.parametrize(
    "network",
    [
        pytest.param("lenet5", marks=pytest.mark.long),
        pytest.param(VARIED, id="varied", marks=pytest.mark.long),
        pytest.param(FEW_ROWS, id="few-rows"),
    ],
)
@pytest.mark.parametrize(
    "column", [pytest.param(column, marks=[pytest.mark.long] * (column in SLOWEST)) for column in COLUMNS]
)
def test_every_pair_of_mistakes_gives_what_each_row_gives_by_itself_and_their_sum(network: str, column: str) -> None:
    table = table_for(network)
    answering, derived = Answering(table, PLAIN_RULES), derivations(table)
    sums: Counter[tuple[Mistake, Mistake]] = Counter()
    for row in table:
        usual = answers([derived[row.node]], column)
        for mistakes, expected in alone(derived[row.node], column):
            assert answering.follows(Target(row.path, (row,)), column, mistakes) == tuple(expected[:8]), mistakes
            if column in SUMMED:
                count = (expected or usual)[0]
                assert isinstance(count, int)
                sums[mistakes] += count
    total = Target(TOTAL, tuple(table))
    for mistakes, summed in sums.items():
        assert answering.follows(total, column, mistakes) == (summed,), mistakes


def test_windows_that_do_not_move_are_no_answer() -> None:
    """A kernel counted as 0 and the stride taken for it: these mistakes are not made together."""
    by_name = {mistake.name: mistake for mistake in MISTAKES}
    first, second = by_name["kernel-not-subtracted"], by_name["stride-for-kernel"]
    table = table_for("alexnet")
    exact, conv1 = Answering(table, PLAIN_RULES), Target("conv1", (table["conv1"],))
    assert exact.follows(conv1, "output", (first, second)) == ()
    assert exact.follows(conv1, "output", (second, first)) != ()
    marking = as_habit("alexnet", first)
    assert marking is not None
    assert marking.habits[0].mistake == first.name


def steps_of_marking(network: str) -> int:
    """Count the steps of work of marking a table in which every count is wrong, and the totals too."""
    table = table_for(network)
    cells = [["layer", "params", "macs"]]
    cells += [[row.path, str(2 * row.params + 7), str(3 * row.macs + 5)] for row in table]
    with work():
        mark(sheet([*cells, ["total", "123456789", "987654321"]], "hw.csv"), table)
        budget = limits._CURRENT.get()
        assert budget is not None
        return WORK.value - budget.left


@pytest.mark.parametrize(
    ("few", "many"), [("resnet20", "resnet110"), pytest.param("resnet34", "resnet152", marks=pytest.mark.long)]
)
def test_work_grows_with_what_differs_in_a_network_and_not_with_its_copies(few: str, many: str) -> None:
    """ResNet-110 has 5 times as many layers as ResNet-20, most of them copies of what is in both."""
    assert len(table_for(many)) > 3 * len(table_for(few))
    assert steps_of_marking(many) < 2.5 * steps_of_marking(few)
