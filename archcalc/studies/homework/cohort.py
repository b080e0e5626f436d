"""A class: the marked tables of all its students, what they have in common, and how hard each question was."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.verdicts import Status

if TYPE_CHECKING:
    from archcalc.studies.homework.verdicts import Cell, Marking


class StudentPaper(NamedTuple):
    """What is kept of one student's paper: its score and its first mistake, or why it could not be read."""

    student: str
    problem: str = ""
    file: str = ""
    network: str = ""
    score: Fraction = Fraction(0)
    max_score: Fraction = Fraction(0)
    wrong: int = 0
    first_mistake: str = ""


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


class Cohort:
    """A class, paper by paper. What is kept of a paper does not grow with its table.

    >>> from archcalc.studies.homework.verdicts import Marking
    >>> found = Cohort()
    >>> found.add("ada", Marking("hw.csv", "alexnet", ()))
    >>> [(paper.student, paper.wrong) for paper in found.papers]
    [('ada', 0)]
    """

    def __init__(self) -> None:
        self.papers: list[StudentPaper] = []
        self._in_papers: Counter[str] = Counter()
        self._in_cells: Counter[str] = Counter()
        self._texts: dict[str, str] = {}
        self._right: Counter[tuple[str, str]] = Counter()
        self._asked: Counter[tuple[str, str]] = Counter()

    def refuse(self, student: str, problem: str) -> None:
        """Add a paper that could not be read."""
        self.papers.append(StudentPaper(student, problem))

    def add(self, student: str, marking: Marking) -> None:
        """Add a paper that was marked."""
        self.papers.append(
            StudentPaper(
                student=student,
                file=marking.name,
                network=marking.network,
                score=marking.score,
                max_score=marking.max_score,
                wrong=wrong_cells(marking),
                first_mistake=first_mistake(marking),
            )
        )
        reasons = [cell.explanations[0] for cell in marking.wrong() if cell.explanations]
        self._in_papers.update({reason.mistake for reason in reasons})
        self._in_cells.update(reason.mistake for reason in reasons)
        self._texts.update((reason.mistake, reason.text) for reason in reasons)
        for cell in marking.cells:
            if cell.worth:
                self._asked[cell.layer, cell.column] += 1
                self._right[cell.layer, cell.column] += cell.status in _HOLDS

    def common(self) -> list[Common]:
        """Return the mistakes of a class, those of most papers first."""
        papers, cells = self._in_papers, self._in_cells
        names = sorted(self._texts, key=lambda name: (-papers[name], -cells[name], name))
        return [Common(mistake=name, text=self._texts[name], papers=papers[name], cells=cells[name]) for name in names]

    def questions(self) -> list[CohortQuestion]:
        """Return every question with how many have it right, the hardest first."""
        asked = [CohortQuestion(*place, right=self._right[place], asked=times) for place, times in self._asked.items()]
        return sorted(asked, key=lambda question: question.share)


_HOLDS = (Status.RIGHT, Status.ROUNDED, Status.GIVEN_YOURS)


def wrong_cells(marking: Marking) -> int:
    """Count the wrong answers of a paper."""
    return sum(cell.status == Status.WRONG for cell in marking.cells)
