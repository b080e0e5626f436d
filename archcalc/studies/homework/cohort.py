"""A class: the marked tables of all its students, what they have in common, and how hard each question was."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.verdicts import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.studies.homework.verdicts import Cell, Marking


class StudentPaper(NamedTuple):
    """One student's paper: its marking, or why it could not be read."""

    student: str
    marking: Marking | None = None
    problem: str = ""


class CohortQuestion(NamedTuple):
    """A question over the class: how many answered it right."""

    layer: str
    column: str
    right: int
    asked: int

    @property
    def share(self) -> Fraction:
        """The part of the class that has it right."""
        return Fraction(self.right, self.asked)


class Common(NamedTuple):
    """A mistake over the class: in how many papers, and in how many cells."""

    mistake: str
    text: str
    papers: int
    cells: int


def first_mistake(marking: Marking) -> str:
    """Return what is to be said first of a paper: its first habit, or the reason of its first wrong answer.

    >>> from archcalc.studies.homework.verdicts import Marking
    >>> first_mistake(Marking("hw.csv", "alexnet", ()))
    ''
    """
    if marking.habits:
        return marking.habits[0].text
    return next((_reason(cell) for cell in marking.wrong()), "")


def _reason(cell: Cell) -> str:
    text = cell.explanations[0].text if cell.explanations else "no known mistake"
    return f"{cell.layer} {cell.column}: {text}"


def common(papers: Iterable[StudentPaper]) -> list[Common]:
    """Return the mistakes of a class, those of most papers first."""
    in_papers: Counter[str] = Counter()
    in_cells: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for paper in papers:
        reasons = list(_reasons(paper))
        in_papers.update({name for name, _ in reasons})
        in_cells.update(name for name, _ in reasons)
        texts.update(reasons)
    names = sorted(texts, key=lambda name: (-in_papers[name], -in_cells[name], name))
    return [Common(mistake=name, text=texts[name], papers=in_papers[name], cells=in_cells[name]) for name in names]


def _reasons(paper: StudentPaper) -> Iterator[tuple[str, str]]:
    """Yield the likeliest reason of each wrong answer."""
    for cell in paper.marking.wrong() if paper.marking else ():
        if cell.explanations:
            yield cell.explanations[0].mistake, cell.explanations[0].text


def questions(papers: Sequence[StudentPaper]) -> list[CohortQuestion]:
    """Return every question with how many have it right, the hardest first."""
    right: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for paper in papers:
        for cell in paper.marking.cells if paper.marking else ():
            if cell.worth:
                asked[cell.layer, cell.column] += 1
                right[cell.layer, cell.column] += cell.status in (Status.RIGHT, Status.ROUNDED, Status.GIVEN_YOURS)
    found = [
        CohortQuestion(layer=layer, column=column, right=right[layer, column], asked=asked[layer, column])
        for layer, column in asked
    ]
    return sorted(found, key=lambda question: question.share)


def wrong_cells(marking: Marking) -> int:
    """Count the wrong answers of a paper."""
    return sum(cell.status == Status.WRONG for cell in marking.cells)
