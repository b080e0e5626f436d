"""Practice: questions about the layers of a network, drawn by a seed, and what an answer is worth."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.asking import questions
from archcalc.studies.homework.derivation import FIELD, MACS, OUTPUT, PARAMS
from archcalc.studies.homework.headings import ColumnHeading
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import Sheet, SheetRow
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.verdicts import Cell

TOPICS = (OUTPUT, PARAMS, FIELD, MACS)

NETWORKS = ("alexnet", "lenet5-modern", "vgg16", "nin", "vgg11", "googlenet", "resnet18")
"""What is asked about where nobody names a network."""


class Exercise(NamedTuple):
    """A question: which layer, and which of its columns."""

    row: Row
    column: str


def exercises(table: Table, seed: int, count: int, topics: Sequence[str] = TOPICS) -> list[Exercise]:
    """Return questions that are worth asking, drawn by a seed, each once; fewer where there are no more.

    >>> import archcalc
    >>> found = exercises(archcalc.load("alexnet").analyze(), seed=3, count=2, topics=["params"])
    >>> [(exercise.row.path, exercise.column) for exercise in found]
    [('conv3', 'params'), ('fc7', 'params')]

    Raises:
        UsageError: there is nothing to ask.
    """
    answering = Answering(table, PLAIN_RULES)
    able = [
        Exercise(target.rows[0], column)
        for target in questions(table, total=False)
        for column in topics
        if _worth(answering.exact(target, column)) and not (column == OUTPUT and target.rows[0].kind == "linear")
    ]
    if not able:
        message = f"{table.spec.name} has no questions about {listed(topics, 'or')}"
        raise UsageError(message, "use another --topic, or another network")
    return sorted(able, key=lambda exercise: _place(seed, exercise))[:count]


def _worth(value: object) -> bool:
    """Whether an answer has to be worked out: not nothing, and not everything."""
    return value is not None and value not in (0, ())


def _place(seed: int, exercise: Exercise) -> str:
    return sha256(f"{seed}/{exercise.row.path}/{exercise.column}".encode()).hexdigest()


def drawn_network(seed: int) -> str:
    """Return the network that belongs to a seed.

    >>> drawn_network(3) in NETWORKS
    True
    """
    return NETWORKS[int(sha256(str(seed).encode()).hexdigest(), 16) % len(NETWORKS)]


def judged(table: Table, exercise: Exercise, answer: str) -> Cell:
    """Judge an answer like a cell of a table.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> cell = judged(table, Exercise(table["conv1"], "output"), "54x54x96")
    >>> cell.status.name, cell.explanations[0].mistake
    ('WRONG', 'forgot-plus-one')
    """
    line = SheetRow(exercise.row.path, "", {exercise.column: answer})
    filled = Sheet("", {exercise.column: ColumnHeading(exercise.column)}, (line,))
    return mark(filled, table).cells[0]
