"""A class: the marked tables of all its students, what they have in common, and how hard each question was."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.borrowed import OTHER_SEED
from archcalc.studies.homework.verdicts import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.studies.homework.roster import Student
    from archcalc.studies.homework.verdicts import Cell, Explanation, Marking


class StudentPaper(NamedTuple):
    """What is kept of one student's paper: its score and its first mistake, or why it could not be read.

    ``seed`` is the seed of another student whose variant it is about.
    """

    student: str
    problem: str = ""
    file: str = ""
    network: str = ""
    score: Fraction = Fraction(0)
    max_score: Fraction = Fraction(0)
    wrong: int = 0
    first_mistake: str = ""
    seed: int | None = None


class CohortQuestion(NamedTuple):
    """A question over the class: how many answered it right."""

    network: str
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
        self._right: Counter[tuple[str, str, str]] = Counter()
        self._asked: Counter[tuple[str, str, str]] = Counter()

    def take(self, student: str, marking: Marking | None, problem: str = "", seed: int | None = None) -> None:
        """Add a paper that was marked, or that could not be read."""
        if marking is None:
            self.refuse(student, problem)
        else:
            self.add(student, marking, seed)

    def refuse(self, student: str, problem: str) -> None:
        """Add a paper that could not be read."""
        self.papers.append(StudentPaper(student, problem))

    def add(self, student: str, marking: Marking, seed: int | None = None) -> None:
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
                seed=seed,
            )
        )
        reasons = [cell.explanations[0] for cell in marking.wrong() if cell.explanations]
        self._in_papers.update({_name(reason) for reason in reasons})
        self._in_cells.update(map(_name, reasons))
        self._texts.update((_name(reason), reason.text) for reason in reasons)
        for cell in marking.cells:
            if cell.worth:
                place = (marking.network, cell.layer, cell.column)
                self._asked[place] += 1
                self._right[place] += cell.status in _HOLDS

    def common(self) -> list[Common]:
        """Return the mistakes of a class, those of most papers first."""
        papers, cells = self._in_papers, self._in_cells
        names = sorted(self._texts, key=lambda name: (-papers[name], -cells[name], name))
        return [Common(mistake=name, text=self._texts[name], papers=papers[name], cells=cells[name]) for name in names]

    def questions(self) -> list[CohortQuestion]:
        """Return every question with how many have it right, the hardest first."""
        asked = [CohortQuestion(*place, right=self._right[place], asked=times) for place, times in self._asked.items()]
        return sorted(asked, key=lambda question: question.share)

    def absent(self, students: Iterable[Student], known: Callable[[str], Student | None]) -> list[str]:
        """Return the students without a submission; ``known`` returns the student of a submission."""
        seen = {id(known(paper.student) or known(paper.file)) for paper in self.papers}
        return [student.name for student in students if id(student) not in seen]

    def scores(self) -> list[int]:
        """Return how many papers have a score in each tenth of the maximum, full scores in the last.

        >>> from archcalc.studies.homework.verdicts import Marking
        >>> found = Cohort()
        >>> found.add("ada", Marking("hw.csv", "alexnet", ()))
        >>> found.scores()
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        """
        tenths = [0] * 10
        for paper in self.papers:
            if not paper.problem:
                tenths[min(9, int(10 * paper.score / paper.max_score) if paper.max_score else 0)] += 1
        return tenths


def _name(reason: Explanation) -> str:
    """Return what a mistake is counted as: the seeds of others are one."""
    return OTHER_SEED if reason.mistake.startswith(OTHER_SEED) else reason.mistake


_HOLDS = (Status.RIGHT, Status.ROUNDED, Status.GIVEN_YOURS)


def wrong_cells(marking: Marking) -> int:
    """Count the wrong answers of a paper."""
    return sum(cell.status == Status.WRONG for cell in marking.cells)
