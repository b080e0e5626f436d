"""The page of a class: a line for each student, the mistakes they share, and the hardest questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.views.homework.marking import number, points
from archcalc.views.page import PLAIN, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.homework.cohort import Cohort, CohortQuestion, Common, StudentPaper
    from archcalc.studies.homework.roster import Roster
    from archcalc.views.page import Block

STUDENTS = (
    Column("student", "student"),
    Column("score", "points", RIGHT),
    Column("max_score", "max", RIGHT),
    Column("wrong", "wrong", RIGHT),
    Column("first_mistake", "first mistake"),
)
MISTAKES = (
    Column("text", "mistake"),
    Column("papers", "students", RIGHT),
)
QUESTIONS = (
    Column("network", "network"),
    Column("layer", "layer"),
    Column("column", "column"),
    Column("right", "correct", RIGHT),
    Column("asked", "of", RIGHT),
)

SCORES = (
    Column("share", "score"),
    Column("papers", "students", RIGHT),
    Column("bar", ""),
)

ENOUGH, WIDEST, BAR = 10, 30, "▇"
"""A distribution is shown of ten scores or more; the longest bar has 30 signs."""

MOST = 10
"""So many mistakes and questions are shown; the record has all of them."""


def cohort(marked: Cohort, title: str = "", roster: Roster | None = None) -> Page:
    """Return the page of a class; with a roster, also who is missing, and whose variant a table is about.

    >>> from archcalc.studies.homework.cohort import Cohort
    >>> marked = Cohort()
    >>> marked.refuse("ada", "not readable")
    >>> cohort(marked).blocks[1].lines[0].cells[4]
    'not readable'
    """
    papers, mistakes, asked = marked.papers, marked.common(), marked.questions()
    absent = marked.absent(roster.students, roster.of) if roster else []
    borrowed = _borrowed(papers, roster)
    blocks: list[Block] = [
        Heading(title or "Homework", plural(len(papers), "submission")),
        PageTable(STUDENTS, tuple(map(_student, papers))),
        *_lists(absent, borrowed),
        *_distribution(marked.scores()),
    ]
    if mistakes:
        blocks.append(PageTable(MISTAKES, tuple(Line((m.text, m.papers)) for m in mistakes[:MOST])))
    hard = [question for question in asked if question.right < question.asked][:MOST]
    if hard:
        blocks.append(Notes(("Most difficult questions:",)))
        blocks.append(_questions(hard, several=len({question.network for question in asked}) > 1))
    record = {"missing": absent, "other_variants": borrowed}
    return Page(tuple(blocks), lambda: _record(papers, mistakes, asked, title) | record, "students")


def _borrowed(papers: Sequence[StudentPaper], roster: Roster | None) -> list[dict[str, Any]]:
    """Return whose table is about the variant of another student."""
    owners = {student.seed: student.name for student in roster.students} if roster else {}
    return [
        {"student": paper.student, "seed": paper.seed, "of": owners.get(paper.seed, "")}
        for paper in papers
        if paper.seed is not None
    ]


def _lists(absent: Sequence[str], borrowed: Sequence[dict[str, Any]]) -> Iterator[Notes]:
    """Yield who handed in nothing, and who worked on the variant of another student."""
    if absent:
        yield Notes((f"No submission: {listed(absent, most=len(absent))}.",), STRONG)
    if borrowed:
        said = [f"{one['student']} (seed {one['seed']}{one['of'] and ', ' + one['of']})" for one in borrowed]
        yield Notes((f"Another student's variant: {listed(said, most=len(said))}.",), STRONG)


def _distribution(tenths: Sequence[int]) -> Iterator[PageTable]:
    """Yield the distribution of the scores, where there are enough."""
    if sum(tenths) >= ENOUGH:
        longest = max(tenths)
        lines = [
            Line((f"{10 * place}–{10 * place + 10}%", count, BAR * -(-WIDEST * count // longest)))
            for place, count in enumerate(tenths)
        ]
        yield PageTable(SCORES, tuple(lines))


def _questions(hard: Sequence[CohortQuestion], *, several: bool) -> PageTable:
    """Return the table of the hardest questions; with their networks where there are several."""
    columns = QUESTIONS if several else QUESTIONS[1:]
    cells = ((q.network, Label(q.layer), q.column, q.right, q.asked) for q in hard)
    return PageTable(columns, tuple(Line(row if several else row[1:]) for row in cells))


def _student(paper: StudentPaper) -> Line:
    if paper.problem:
        return Line((Label(paper.student), "", "", "", paper.problem), 0, STRONG)
    score, most = points(paper.score), points(paper.max_score)
    return Line((Label(paper.student), score, most, paper.wrong, paper.first_mistake), 0, PLAIN)


def _record(
    papers: Sequence[StudentPaper], mistakes: Sequence[Common], asked: Sequence[CohortQuestion], title: str
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "title": title,
        "students": [_entry(paper) for paper in papers],
        "mistakes": [mistake._asdict() for mistake in mistakes],
        "questions": [question._asdict() for question in asked],
    }


def _entry(paper: StudentPaper) -> dict[str, Any]:
    if paper.problem:
        return {"student": paper.student, "problem": paper.problem}
    return {
        "student": paper.student,
        "file": paper.file,
        "network": paper.network,
        "score": number(paper.score),
        "max_score": number(paper.max_score),
        "wrong": paper.wrong,
        "first_mistake": paper.first_mistake,
        "other_seed": paper.seed,
        "problem": "",
    }
