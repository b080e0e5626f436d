"""What a quiz says: its questions, its verdicts, and at the end what to review."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.studies.homework.verdicts import Status
from archcalc.views.homework.describing import options
from archcalc.views.homework.marking import why
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.practice import Exercise
    from archcalc.studies.homework.verdicts import Cell

ASKED = {
    OUTPUT: "What is the shape of its output?",
    PARAMS: "How many parameters does it have, including biases?",
    MACS: "How many MACs does it need?",
    FIELD: "What is the size of its receptive field?",
    WEIGHTS: "How many weights does it have, without biases?",
    BIASES: "How many biases does it have?",
    ACTIVATIONS: "How many values does it output?",
}

REVIEWED = {
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
    'Layer pool1 of alexnet: maxpool, kernel 3, stride 2; input 96×55×55. What is the shape of its output?'
    """
    row = exercise.row
    seen = _seen_before(table, row) if exercise.column == FIELD else ""
    layer = ", ".join((row.kind, *options(row)))
    inputs = f"{'input' if len(row.inputs) == 1 else 'inputs'} {listed(map(str, row.inputs))}"
    return f"Layer {row.path} of {table.spec.name}: {layer}; {inputs}.{seen} {ASKED[exercise.column]}"


def _seen_before(table: Table, row: Row) -> str:
    """Give the receptive field and the effective stride of what a layer takes."""
    by_node = {other.node: other for other in table}
    said = []
    for index in table.graph.nodes[row.node].inputs:
        before = by_node.get(index)
        if before is not None and before.reach.axes:
            field = before.reach.axes[0]
            sizes = f"the receptive field is {field.size} and the effective stride is {field.stride}"
            said.append(f" At {before.path} {sizes}.")
    return "".join(said)


def verdict(cell: Cell) -> str:
    """Say what an answer is worth.

    >>> from archcalc.studies.homework.verdicts import Cell
    >>> verdict(Cell("conv1", "params", "34944", "right"))
    'Correct.'
    """
    if cell.status == Status.RIGHT:
        return "Correct."
    if cell.status == Status.ROUNDED:
        return "Correct (rounded)."
    return f"Not correct: {why(cell)}"


def ending(cells: Sequence[Cell]) -> list[str]:
    """Return the score, and what to review: the topics of which not everything was right, the worst first.

    >>> ending([])
    ['No answers given.']
    """
    if not cells:
        return ["No answers given."]
    right = sum(cell.status in (Status.RIGHT, Status.ROUNDED) for cell in cells)
    missed = Counter(cell.column for cell in cells if cell.status not in (Status.RIGHT, Status.ROUNDED))
    mistakes = Counter(cell.explanations[0].text for cell in cells if cell.explanations)
    lines = [f"Score: {right} of {len(cells)}."]
    if missed:
        lines.append(f"To review: {listed(REVIEWED[topic] for topic, _ in missed.most_common())}.")
    lines += [f"Repeated mistake: {text}" for text, times in mistakes.most_common() if times > 1]
    return lines
