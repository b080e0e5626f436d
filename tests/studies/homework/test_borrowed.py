"""Answers of another variant of a network: the one without a seed, or that of another student."""

from __future__ import annotations

from typing import TYPE_CHECKING

import archcalc
from archcalc.services.homework import table_of
from archcalc.studies.homework.borrowed import LEAST, UNVARIED, borrowed, numbers, seed_of, variant
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.sheet import sheet
from archcalc.views.homework.worksheet import WorksheetOptions, rows

if TYPE_CHECKING:
    from archcalc.studies.homework.verdicts import Marking

OWN = table_of("alexnet", 17)
OTHERS = (variant(archcalc.load("alexnet").analyze(), None), variant(table_of("alexnet", 18), 18))


def written(seed: int | None, count: int = 99) -> list[list[str]]:
    """Return the key of a variant, with so many rows of it and the others of the own one."""
    other = rows(table_of("alexnet", seed), WorksheetOptions(("params",), key=True))
    own = rows(OWN, WorksheetOptions(("params",), key=True))
    return [*other[: 2 + count], *own[2 + count :]]


def graded(table: list[list[str]]) -> Marking:
    return borrowed(mark(sheet(table, "hw.csv"), OWN), OTHERS)


def test_the_values_of_another_variant_are_one_habit() -> None:
    for seed, name in ((None, UNVARIED), (18, "other-seed:18")):
        marked = graded(written(seed))
        assert marked.habits[0].mistake == name
        assert {cell.explanations[0].mistake for cell in marked.wrong()} == {name}
        assert seed_of(marked) == seed


def test_a_few_equal_answers_are_no_other_variant() -> None:
    for count in (1, LEAST - 1):
        marked = graded(written(18, count))
        assert seed_of(marked) is None
    mixed = written(18)
    mixed = [
        [*row[:-1], f"{row[-1]}7"] if row[0].startswith(("conv", "fc")) and row[0] != "fc8" else row for row in mixed
    ]
    assert len(graded(mixed).wrong()) >= LEAST
    assert seed_of(graded(mixed)) is None


def test_numbers_are_read_in_any_order_and_with_commas() -> None:
    assert numbers("(55, 55, 96)") == numbers("96×55×55") == (55, 55, 96)
    assert numbers("34,944") == (34944,)
    assert numbers("none") == ()
