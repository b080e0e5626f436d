"""What a quiz says: its questions, its verdicts, and at the end what to practise."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.studies.homework.derivation import FIELD, MACS, OUTPUT, PARAMS
from archcalc.studies.homework.row_labels import Target
from archcalc.studies.homework.verdicts import Status
from archcalc.views.homework.marking import why
from archcalc.views.homework.worksheet import given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.practice import Exercise
    from archcalc.studies.homework.verdicts import Cell

ASKED = {
    OUTPUT: "What is the shape of its output?",
    PARAMS: "How many parameters has it, biases counted?",
    MACS: "How many MACs does it cost?",
    FIELD: "What is the size of its receptive field?",
}

PRACTISE = {
    OUTPUT: "output shapes",
    PARAMS: "parameters",
    MACS: "MACs",
    FIELD: "receptive fields",
}


def question(table: Table, exercise: Exercise) -> str:
    """Return the words of a question.

    >>> import archcalc
    >>> from archcalc.studies.homework.practice import Exercise
    >>> table = archcalc.load("alexnet").analyze()
    >>> question(table, Exercise(table["pool1"], "output"))
    'pool1 of alexnet is a maxpool: kernel 3, stride 2. It reads 96×55×55. What is the shape of its output?'
    """
    row = exercise.row
    told = given(table, Target(row.path, (row,)))
    seen = _seen_before(table, row) if exercise.column == FIELD else ""
    start = f"{row.path} of {table.spec.name} is a {row.kind}{': ' if told else ''}{told}."
    return f"{start} It reads {' and '.join(map(str, row.inputs))}.{seen} {ASKED[exercise.column]}"


def _seen_before(table: Table, row: Row) -> str:
    """Say what the units that a layer reads see."""
    by_node = {other.node: other for other in table}
    said = []
    for index in table.graph.nodes[row.node].inputs:
        before = by_node.get(index)
        if before is not None and before.reach.axes:
            field = before.reach.axes[0]
            said.append(
                f" A unit of {before.path} sees {field.size} pixels; its neighbour lies {field.stride} further."
            )
    return "".join(said)


def verdict(cell: Cell) -> str:
    """Say what an answer is worth.

    >>> from archcalc.studies.homework.verdicts import Cell
    >>> verdict(Cell("conv1", "params", "34944", "right"))
    'right'
    """
    if cell.status == Status.RIGHT:
        return "right"
    if cell.status == Status.ROUNDED:
        return "right, rounded"
    return f"wrong: {why(cell)}"


def ending(cells: Sequence[Cell]) -> list[str]:
    """Return the score, and what to practise: the topics of which not everything was right, the worst first.

    >>> ending([])
    ['nothing was answered']
    """
    if not cells:
        return ["nothing was answered"]
    right = sum(cell.status in (Status.RIGHT, Status.ROUNDED) for cell in cells)
    missed = Counter(cell.column for cell in cells if cell.status not in (Status.RIGHT, Status.ROUNDED))
    mistakes = Counter(cell.explanations[0].text for cell in cells if cell.explanations)
    lines = [f"{right} of {len(cells)} right"]
    if missed:
        lines.append(f"practise {', '.join(PRACTISE[topic] for topic, _ in missed.most_common())}")
    lines += [f"twice and more: {text}" for text, times in mistakes.most_common() if times > 1]
    return lines
