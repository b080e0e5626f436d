"""Letters in worked solutions: each has one value there, and it is that of the option or of the size it stands for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.layers.base import Merge
from archcalc.quantities.letters import OF_OPTIONS
from archcalc.specfile.shipped import entries
from archcalc.studies.explaining.working import solution
from archcalc.symbolic.expr import Letter, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row, Table
    from archcalc.studies.explaining.working import WorkedSolution

PARTS, QUICKEST = 24, 11
"""The networks are worked out in as many tests; the short run has one of them."""


def solutions(part: int) -> tuple[WorkedSolution, ...]:
    """Work out every layer of some of the shipped networks: equal ones that read equal shapes once."""
    found: dict[object, tuple[Table, Row]] = {}
    for entry in entries()[part::PARTS]:
        table = archcalc.load(entry.name).analyze()
        for row in table:
            alike = (row.layer, row.inputs, row.reach.axes and len(set(row.reach.axes)))
            found.setdefault(alike, (table, row))
    return tuple(solution(table, row) for table, row in found.values())


def values(found: WorkedSolution) -> dict[str, set[int]]:
    """Return the values that each letter has in a worked solution, those on the left of an equation, too."""
    known: dict[str, set[int]] = defaultdict(set)

    def note(part: int | Letter) -> None:
        if isinstance(part, Letter) and isinstance(part.value, int):
            known[part.name].add(part.value)

    for working in found.workings:
        if working.rule is not None:
            fold(working.rule, note, lambda *_: None)
        if isinstance(working.result, int):
            known[working.symbol].add(working.result)
    return known


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=[] if part == QUICKEST else pytest.mark.long) for part in range(PARTS)]
)
def test_one_letter_means_one_value_in_one_worked_solution(part: int) -> None:
    found = solutions(part)
    several = [(one.row.path, known) for one in found for known in values(one).items() if len(known[1]) > 1]
    assert (len(found) > 250, several) == (True, [])
    own_values = [(one.row.path, *known) for one in found for known in compared(one)]
    assert [known for known in own_values if known[2] != {known[3]}] == []
    assert {"C_in", "C_out", "C", "N_in", "I", "K", "S", "P"} <= {letter for _, letter, _, _ in own_values}


def compared(found: WorkedSolution) -> Iterator[tuple[str, set[int], int]]:
    """Yield the letters of a worked solution with the values they have, and what they stand for."""
    known = values(found)
    for letter, value in own(found.row) if not isinstance(found.row.layer, Merge) else ():
        if letter in known and isinstance(value, int):
            yield letter, known[letter], value


def own(row: Row) -> Iterator[tuple[str, object]]:
    """Yield letters of a layer's sizes and options, and what each stands for."""
    x, output = row.inputs[0], row.output
    yield from {"CHW": [("C_in", x.channels), ("C", x.channels)], "F": [("N_in", x.channels), ("N", x.channels)],
                "TF": [("F_in", x.channels), ("F", x.channels), ("T", x.sizes[0])]}.get(x.layout, [])  # fmt: skip
    yield from {"CHW": [("C_out", output.channels)], "F": [("N_out", output.channels)],
                "TF": [("F_out", output.channels)]}.get(output.layout, [])  # fmt: skip
    yield from (("I", size) for size in x.spatial[:1])
    yield from (("O", size) for size in output.spatial[:1])
    for option, letter in OF_OPTIONS.items():
        value = getattr(row.layer, option, None)
        yield letter, value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


@pytest.mark.parametrize(
    ("name", "path", "lines"),
    [
        ("vit_b_16", "encoder/1/mlp/mlp/expand", {"W": "F_out*F_in", "A": "T*F_out", "MACs": "F_out*F_in*T"}),
        ("alexnet", "fc6", {"W": "N_out*N_in", "A": "N_out"}),
        ("alexnet", "pool1", {"O": "floor((I - K + 2*P)/S) + 1", "A": "C*O*O"}),
        ("resnet18", "conv1", {"W": "C_out*C_in*K*K", "A": "C_out*O*O"}),
        ("c3d", "pool1", {"R_d": "R_in_d + (K_d - 1)*J_in_d"}),
        ("vit_b_16", "class_token", {"T_out": "T + 1"}),
    ],
)
def test_letters_are_those_a_lecturer_writes(name: str, path: str, lines: dict[str, str]) -> None:
    table = archcalc.load(name).analyze()
    row = next(row for row in table if row.path.endswith(path))
    found = {working.symbol: str(working.rule) for working in solution(table, row).workings}
    assert {symbol: found.get(symbol) for symbol in lines} == lines
