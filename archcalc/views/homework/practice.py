"""What a quiz says: its questions, its verdicts, and at the end what to review."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.studies.homework.verdicts import Status
from archcalc.views.homework.describing import options
from archcalc.views.homework.reasons import said_of, why
from archcalc.views.homework.revealing import rules
from archcalc.views.language import ENGLISH
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.practice import Exercise
    from archcalc.studies.homework.verdicts import Cell
    from archcalc.views.language import Language

ASKED = {
    OUTPUT: "What is the shape of its output?",
    PARAMS: "How many parameters does it have, including biases?",
    MACS: "How many MACs does it need?",
    FIELD: "What is the size of its receptive field?",
    WEIGHTS: "How many weights does it have, without biases?",
    BIASES: "How many biases does it have?",
    ACTIVATIONS: "How many values does it output?",
}

KEYS = "?: hint, !: solution, Enter: next question, q: quit"

REVIEWED = {
    OUTPUT: "output shapes",
    PARAMS: "parameters",
    MACS: "MACs",
    FIELD: "receptive fields",
}


def opening(table: Table, count: int, seed: int, language: Language = ENGLISH) -> str:
    """Say what is asked about, and the keys.

    >>> import archcalc
    >>> opening(archcalc.load("alexnet").analyze(), 1, 7).splitlines()[0]
    '1 question about alexnet (--seed 7)'
    """
    about = language.text(
        "labels.questions",
        "{questions} about {network} (--seed {seed})",
        questions=language.text("labels.question-count", plural(count, "question"), count=count),
        network=table.spec.name,
        seed=seed,
    )
    return f"{about}\n{language.text('labels.keys', KEYS)}"


def hints(table: Table, exercise: Exercise, language: Language = ENGLISH) -> list[str]:
    """Return the formulas of an answer, or that it has none."""
    found = rules(table, exercise.row, exercise.column)
    return found or [language.text("labels.no-formula", "This answer has no formula.")]


def question(table: Table, exercise: Exercise, language: Language = ENGLISH) -> str:
    """Return the words of a question.

    >>> import archcalc
    >>> from archcalc.studies.homework.practice import Exercise
    >>> table = archcalc.load("alexnet").analyze()
    >>> question(table, Exercise(table["pool1"], "output"))
    'Layer pool1 of alexnet: maxpool, kernel 3, stride 2; input 96×55×55. What is the shape of its output?'
    """
    row = exercise.row
    return language.text(
        "questions.asked",
        "Layer {layer} of {network}: {options}; {named} {inputs}.{seen} {question}",
        layer=row.path,
        network=table.spec.name,
        options=", ".join((row.kind, *options(row))),
        named=language.text("questions.input", "input" if len(row.inputs) == 1 else "inputs"),
        inputs=language.listed(map(str, row.inputs)),
        seen=_seen_before(table, row, language) if exercise.column == FIELD else "",
        question=language.text(f"questions.{exercise.column}", ASKED[exercise.column]),
    )


def _seen_before(table: Table, row: Row, language: Language) -> str:
    """Give the receptive field and the effective stride of what a layer takes."""
    by_node = {other.node: other for other in table}
    said = []
    for index in table.graph.nodes[row.node].inputs:
        before = by_node.get(index)
        if before is not None and before.reach.axes:
            field = before.reach.axes[0]
            said.append(
                language.text(
                    "questions.seen",
                    " At {layer} the receptive field is {size} and the effective stride is {stride}.",
                    layer=before.path,
                    size=field.size,
                    stride=field.stride,
                )
            )
    return "".join(said)


def verdict(cell: Cell, language: Language = ENGLISH) -> str:
    """Say what an answer is worth.

    >>> from archcalc.studies.homework.verdicts import Cell
    >>> verdict(Cell("conv1", "params", "34944", "right"))
    'Correct.'
    """
    if cell.status == Status.RIGHT:
        return language.text("labels.right", "Correct.")
    if cell.status == Status.ROUNDED:
        return language.text("labels.right-rounded", "Correct (rounded).")
    return language.text("labels.not-right", "Not correct: {why}", why=why(cell, language))


def ending(cells: Sequence[Cell], language: Language = ENGLISH) -> list[str]:
    """Return the score, and what to review: the topics of which not everything was right, the worst first.

    >>> ending([])
    ['No answers given.']
    """
    if not cells:
        return [language.text("labels.no-answers", "No answers given.")]
    right = sum(cell.status in (Status.RIGHT, Status.ROUNDED) for cell in cells)
    missed = Counter(cell.column for cell in cells if cell.status not in (Status.RIGHT, Status.ROUNDED))
    mistakes = Counter(said_of(cell.explanations[0], language) for cell in cells if cell.explanations)
    lines = [language.text("labels.score", "Score: {right} of {asked}.", right=right, asked=len(cells))]
    if missed:
        topics = (language.text(f"labels.topic-{topic}", REVIEWED[topic]) for topic, _ in missed.most_common())
        lines.append(language.text("labels.review", "To review: {topics}.", topics=language.listed(topics)))
    lines += [
        language.text("labels.repeated", "Repeated mistake: {said}", said=said)
        for said, times in mistakes.most_common()
        if times > 1
    ]
    return lines
